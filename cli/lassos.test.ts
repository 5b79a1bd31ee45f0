import { describe, expect, it } from 'vitest';
import { asksForLassos, lassosUntil } from './lassos.ts';
import { collecting } from './terminal.ts';

const nothing = { spec: 'paper', scope: 'left-alone', property: [], memory: 1000 } as const;

type Options = Parameters<typeof lassosUntil>[0];

const hunt = async (options: Partial<Options>, signal = new AbortController().signal) => {
  const { terminal, text } = collecting();
  const code = await lassosUntil({ ...nothing, ...options }, terminal, signal);
  return { code, out: text() };
};

const flat = (text: string): string => text.replace(/\s+/g, ' ');

describe.concurrent('what may go on for ever', { timeout: 120_000 }, () => {
  it('is looked for by the names of scopes and of claims about calms', () => {
    expect(asksForLassos(nothing)).toBe(true);
    expect(asksForLassos({ ...nothing, scope: 'output' })).toBe(false);
    expect(asksForLassos({ ...nothing, scope: 'output', property: ['L2'] })).toBe(true);
    expect(asksForLassos({ ...nothing, property: ['L2', 'S1'] })).toBe(false);
  });

  it('is told as a story that stops', async () => {
    const { code, out } = await hunt({ spec: 'heartbeats-only', property: ['L1'] });
    expect(code).toBe(1);
    expect(flat(out)).toContain('L1 is broken: an output that is withheld is emitted in the end');
    expect(out).toContain('\n  … and nothing more has to happen\n');
    expect(flat(out)).toContain('heartbeats-only: refuted: L1, in scope left-alone');
  });

  it('or as one that goes on', async () => {
    const { code, out } = await hunt({ spec: 'loser-stays', property: ['L1'] });
    expect(code).toBe(1);
    expect(out).toMatch(/… and then for ever:\n 7 A0 {2}asks the arbiter .*\n 8 .*\n 9 /);
    expect(flat(out)).toContain('6 events, and 3 for ever');
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

  it('is open where the search was stopped', async () => {
    const { code, out } = await hunt({ scope: 'output-again' }, AbortSignal.abort());
    expect(code).toBe(3);
    expect(flat(out)).toContain('paper: bounded: no lasso among');
  });

  it('is a document, too', async () => {
    const { code, out } = await hunt({ spec: 'loser-stays', json: true });
    expect(code).toBe(1);
    const { claims, isWhole } = JSON.parse(out);
    expect(isWhole).toBe(true);
    expect(claims).toContainEqual(expect.objectContaining({ id: 'L3', kind: 'left out' }));
    const violated = claims.find(({ id }: { readonly id: string }) => id === 'L1');
    expect(violated).toMatchObject({ kind: 'violated', lasso: { begins: 6 } });
    expect(violated.lasso.cycle).toHaveLength(3);
    expect(violated.story).toContain('  … and then for ever:');
  });

  it('is not asked of claims that need the clock', async () => {
    const { code, out } = await hunt({ property: ['L6'] });
    expect(code).toBe(2);
    expect(flat(out)).toContain('is L6, about time: ask lockstep check');
  });
});
