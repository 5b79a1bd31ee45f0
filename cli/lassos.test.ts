import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { asksForLassos, lassosUntil } from './lassos.ts';
import { isPlain, lockstep, type Ran, rooms, wideLines } from './launched.ts';
import { collecting } from './terminal.ts';

const { room, remove } = rooms();
afterAll(remove);

const nothing = { spec: 'paper', scope: 'left-alone', property: [], memory: 1000 } as const;

type Options = Parameters<typeof lassosUntil>[0];

/** In this process: for what holds, since what is broken is saved in the current folder. */
const hunt = async (options: Partial<Options>, signal = new AbortController().signal) => {
  const { terminal, text } = collecting();
  const code = await lassosUntil({ ...nothing, ...options }, terminal, signal);
  return { code, out: text() };
};

const explore = (folder: string, spec: string, ...args: readonly string[]): Promise<Ran> =>
  lockstep(folder, 'explore', '--spec', spec, '--scope', 'left-alone', ...args);

const flat = (text: string): string => text.replace(/\s+/g, ' ');

const expectPlain = (ran: Ran): void => {
  expect(isPlain(ran)).toBe(true);
  expect(wideLines(ran.out)).toEqual([]);
};

describe.concurrent('what may go on for ever', { timeout: 120_000 }, () => {
  it('is looked for by the names of scopes and of claims about calms', () => {
    expect(asksForLassos(nothing)).toBe(true);
    expect(asksForLassos({ ...nothing, scope: 'output' })).toBe(false);
    expect(asksForLassos({ ...nothing, scope: 'output', property: ['L2'] })).toBe(true);
    expect(asksForLassos({ ...nothing, property: ['L2', 'S1'] })).toBe(false);
  });

  it('is told as a story that stops, and what the paper does there', async () => {
    const ran = await explore(room(), 'heartbeats-only', '--property', 'L1');
    expect(ran).toMatchObject({ code: 1, err: '' });
    expectPlain(ran);
    const out = flat(ran.out);
    expect(out).toContain('L1 is broken: an output that is withheld is emitted in the end');
    expect(ran.out).toContain('\n  … and nothing more has to happen\n');
    expect(out).toContain('All that is fair is done, but nobody asks for a backup.');
    expect(out).toMatch(/the paper does not stop there: \w+ suspects its \w+ \w+/);
    expect(out).toContain('heartbeats-only: refuted: L1, in scope left-alone');
  });

  it('or as one that goes on, and is saved before that', async () => {
    const folder = room();
    const ran = await explore(folder, 'loser-stays', '--property', 'L1');
    expect(ran).toMatchObject({ code: 1, err: '' });
    expectPlain(ran);
    expect(ran.out).toMatch(/… and then for ever:\n 7 A0 {2}asks the arbiter .*\n 8 .*\n 9 /);
    expect(flat(ran.out)).toContain('6 events, and 3 for ever, none shorter in scope left-alone');
    expect(flat(ran.out)).toContain('under the paper what is owed is done with event 9: A0 learns');
    const failures = join('.lockstep', 'failures');
    const [name = '', ...others] = readdirSync(join(folder, failures));
    expect([name, others]).toEqual([
      expect.stringMatching(/^loser-stays-L1-[\da-f]{8}\.json$/),
      [],
    ]);
    expect(ran.out).toContain(`again: npx lockstep replay ${join(failures, name)}\n`);
    expect(JSON.parse(readFileSync(join(folder, failures, name), 'utf8'))).toMatchObject({
      format: 2,
      lasso: { kind: 'cycle', from: 6, owedFrom: 6, asksForBackups: false },
      certificate: { kind: 'globally shortest', scope: 'left-alone' },
    });
    const again = await lockstep(folder, 'replay', join(failures, name));
    expect(again).toMatchObject({ code: 0, err: '' });
  });

  it('is told even if it cannot be saved', async () => {
    const ran = await explore(room({ '.lockstep': '' }), 'loser-stays', '--property', 'L1');
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/^lockstep: in \.lockstep\/failures\/.*, the file should be writable,/);
    expect(ran.out).toContain('… and then for ever:');
    expect(ran.out).not.toContain('again:');
  });

  it('or is not there, and what was owed is counted', async () => {
    const { code, out } = await hunt({});
    expect(code).toBe(0);
    expect(flat(out)).toMatch(
      /L2 a copy serves in the end: live, or recording held: owed in [\d,]+ /,
    );
    expect(flat(out)).toContain('not in this scope');
    expect(flat(out)).toContain('never owed in this scope');
    expect(flat(out)).toContain('L6 and T1b need the clock: ask lockstep check.');
    expect(flat(out)).toContain('paper: exhausted: 3 claims held in all of scope left-alone');
  });

  it('is not looked for where it was stopped, and that is said', async () => {
    const { code, out } = await hunt({ scope: 'output-again' }, AbortSignal.abort());
    expect(code).toBe(3);
    expect(flat(out)).toContain('Bounded: it was interrupted.');
    expect(flat(out)).toContain('emitted in the open: interrupted end, or');
    expect(flat(out)).toMatch(/paper: bounded: interrupted before L1, .* and L7 were looked into/);
  });

  it('is looked for in what was seen where memory was used up, tables and all', async () => {
    const { code, out } = await hunt({ scope: 'output-again', memory: 50, json: true });
    expect(code).toBe(3);
    const { extent, bytes, states, claims } = JSON.parse(out);
    expect(extent).toBe('memory');
    expect(bytes).toBeLessThan(50e6 + 16e6); // a nursery of garbage between two looks
    expect(bytes).toBeGreaterThan(25e6);
    expect(states).toBeGreaterThan(1000);
    const kinds = new Set(claims.map(({ kind }: { readonly kind: string }) => kind));
    expect([...kinds]).toEqual(['open']);
  });

  it('is a document, too', async () => {
    const { code, out } = await explore(room(), 'loser-stays', '--json');
    expect(code).toBe(1);
    const { claims, extent } = JSON.parse(out);
    expect(extent).toBe('exhausted');
    expect(claims).toContainEqual(expect.objectContaining({ id: 'L3', kind: 'left out' }));
    const violated = claims.find(({ id }: { readonly id: string }) => id === 'L1');
    expect(violated).toMatchObject({ kind: 'violated', lasso: { begins: 6 }, isShortest: true });
    expect(violated.lasso.cycle).toHaveLength(3);
    expect(violated.story).toContain('  … and then for ever:');
    expect(violated.file).toMatch(/^\.lockstep\/failures\/loser-stays-L1-[\da-f]{8}\.json$/);
    expect(violated.bundle).toMatchObject({ format: 2, claim: 'L1' });
    expect(violated.paper.flaw).toEqual({ kind: 'ended', number: 9 });
  });

  it('is not asked of claims that need the clock', async () => {
    const { code, out } = await hunt({ property: ['L6'] });
    expect(code).toBe(2);
    expect(flat(out)).toContain('is L6, about time: ask lockstep check');
  });
});
