import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeBundle, type LassoBundle } from '../counterexamples/bundle.ts';
import { lockstep, rooms, wideLines } from './launched.ts';
import type { ReplayOptions } from './options.ts';
import { replay } from './replay.ts';
import { replayed } from './replayed.ts';
import { lassoOf } from './sample-lassos.ts';
import { shrink } from './shrink.ts';
import { screenAt } from './step.ts';
import { collecting } from './terminal.ts';

const { room, remove } = rooms();
afterAll(remove);

const round = lassoOf('loser-stays', 'left-alone', 'L1');
const stuck = lassoOf('never-cancelled', 'moved-with-disk', 'L5');
const renamed = lassoOf('discards-what-is-awaited', 'protected-again', 'L3');

/** A file with what a bundle has, but for some of it. */
const fileOf = (bundle: LassoBundle, change: object = {}): string => {
  const folder = room({ 'lasso.json': '' });
  const file = join(folder, 'lasso.json');
  const json: object = { ...JSON.parse(encodeBundle(bundle)), ...change };
  writeFileSync(file, JSON.stringify(json));
  return file;
};

const run = async (file: string, options: Partial<ReplayOptions> = {}) => {
  const { terminal, text } = collecting();
  const code = await replay(file, { format: 'lanes', ...options }, terminal);
  const { format = 'lanes' } = options;
  const isSet = code !== 2 && (format === 'lanes' || format === 'text');
  if (isSet) expect(wideLines(text())).toEqual([]);
  return { code, out: text(), flat: text().replace(/\s+/g, ' ') };
};

const documentOf = async (bundle: LassoBundle, options: Partial<ReplayOptions>) =>
  JSON.parse((await run(fileOf(bundle), options)).out);

describe('a saved lasso that is replayed', () => {
  it.each(['lanes', 'text'] as const)('shows what comes again and again, as %s', async (format) => {
    const { code, out, flat } = await run(fileOf(round), { format });
    expect(code).toBe(0);
    expect(out).toMatch(/\n 6 [\s\S]*\n +… and then for ever:\n 7 [\s\S]*\n 9 /);
    expect(flat).toContain('6 events, and 3 for ever, none shorter in scope left-alone');
    expect(flat).not.toContain('the state at the end');
    expect(flat).toContain('It is owed from event 6 on. All that is fair is done, but nobody asks');
    expect(flat).toContain('under the paper what is owed is done with event 9: A0 learns that it');
  });

  it('shows where it stops, if that is what it does', async () => {
    const { code, out, flat } = await run(fileOf(stuck));
    expect(code).toBe(0);
    expect(out).toMatch(/\n 2 [\s\S]*\n +… and nothing more has to happen\n\n/);
    expect(flat).toContain('the paper does not stop there: A0 gives up its move to C2');
  });

  it('is none under the paper, and says so', async () => {
    const { code, out, flat } = await run(fileOf(round), { spec: 'paper' });
    expect(code).toBe(1);
    expect(flat).toMatch(/^L1 is not broken: .* paper \(recorded under loser-stays\) /);
    expect(out).not.toContain('for ever');
    expect(flat).toContain(
      'under the paper what is owed is done with event 9: A0 learns that it has lost and halts ' +
        'L1 is not broken by these events',
    );
  });

  it('is none once it is changed, and says so', async () => {
    const lasso = { ...round.lasso, from: 7 };
    const { code, flat } = await run(fileOf(round, { lasso }));
    expect(code).toBe(1);
    expect(flat).toContain('under loser-stays events 8 to 9 do not lead back to where they begin');
    const script = [{ id: 99, type: 'goLive', copy: 1 }, ...round.script];
    const other = await run(fileOf(round, { script }));
    expect(other.code).toBe(1);
    expect(other.flat).toContain(
      'event 1, goLive, no longer applies: a replaying copy is not about to go live ' +
        'L1 is not broken by these events',
    );
  });

  it('is one where it ends elsewhere than it did, and says that', async () => {
    const { code, flat } = await run(fileOf(round, { end: '0123456789abcdef' }));
    expect(code).toBe(0);
    expect(flat).toContain('the state at the end is not the one in the file');
  });

  it('is a loop of a sequence diagram', async () => {
    const { out } = await run(fileOf(round), { format: 'mermaid' });
    expect(out).toMatch(/\n {2}loop for ever\n( {4}.*\n){3} {2}end\n$/);
    const halt = await run(fileOf(stuck), { format: 'mermaid' });
    expect(halt.out).toMatch(/\n {2}Note over World: … and nothing more has to happen\n$/);
  });

  it('says what each step changes, and how it goes on', async () => {
    const { out } = await run(fileOf(round), { diff: true });
    expect(out).toContain('\n… then events 7 to 9 for ever\n');
    const found = await replayed(fileOf(round), undefined);
    if ('sentence' in found) throw new Error(found.sentence);
    const { colours } = collecting().terminal;
    const screen = screenAt(found, { at: 9, isOver: false }, { columns: 80, rows: 24 }, colours);
    expect(screen.join(' ').replace(/\s+/g, ' ')).toContain(
      'its holder halts; then events 7 to 9 for ever under the paper what is owed is done',
    );
  });

  it('is a document', async () => {
    const { steps, ends, isLasso, paper } = await documentOf(round, { format: 'json' });
    expect([steps.length, isLasso, ends]).toEqual([9, true, 'then events 7 to 9 for ever']);
    expect(paper.flaw).toEqual({ kind: 'ended', number: 9 });
  });
});

describe('a saved lasso for other tools', () => {
  it('is a loop where it comes back to the same state', async () => {
    const { loop, states } = await documentOf(round, { format: 'itf' });
    expect([loop, states.length]).toEqual([7, 10]);
    const { event: last, ...ended } = states[9];
    const { event: first, ...begun } = states[6];
    expect([last.type, first.type]).toEqual(['learn', 'crash']);
    expect({ ...ended, '#meta': 0 }).toEqual({ ...begun, '#meta': 0 });
    const { out } = await run(fileOf(round), { format: 'tla' });
    expect(out).toContain('\nLoopIndex == 8\n');
  });

  it('stays in its last state where it stops', async () => {
    const { loop, states, '#meta': meta } = await documentOf(stuck, { format: 'itf' });
    expect([loop, states.length]).toEqual([2, 3]);
    expect(meta.description).toContain('After the last state: then nothing more has to happen.');
  });

  it('has no loop where names differ, nor where it is none', async () => {
    const itf = await documentOf(renamed, { format: 'itf' });
    expect(itf).not.toHaveProperty('loop');
    expect(itf['#meta'].description).toContain(
      'The last state is that after event 4, but for the names of copies, connections',
    );
    const elsewhere = await documentOf(round, { format: 'itf', spec: 'paper' });
    expect(elsewhere).not.toHaveProperty('loop');
  });
});

describe('a saved lasso', () => {
  it('is tried first by a check', { timeout: 60_000 }, async () => {
    const folder = room();
    const file = join('.lockstep', 'failures', 'loser-stays-L1-00000000.json');
    mkdirSync(join(folder, '.lockstep', 'failures'), { recursive: true });
    writeFileSync(join(folder, file), encodeBundle(round));
    const args = ['check', '--spec', 'loser-stays', '--property', 'L1'] as const;
    const ran = await lockstep(folder, ...args);
    expect(ran).toMatchObject({ code: 1, err: '' });
    expect(wideLines(ran.out)).toEqual([]);
    expect(ran.out).toMatch(/\n 6 [\s\S]*\n +… and then for ever:\n 7 [\s\S]*\n 9 /);
    expect(ran.out).toContain('\nloser-stays: refuted: L1, still, by a saved counterexample;');
    expect(ran.out).toContain(`again: npx lockstep replay ${file}\n`);
    const json = await lockstep(folder, ...args, '--json');
    const { refutation, triedFirst } = JSON.parse(json.out);
    expect(triedFirst).toEqual({ count: 1, broken: file });
    expect(refutation).toMatchObject({ claim: 'L1', bundle: { format: 2 } });
  });

  it('is not shrunk', async () => {
    const { terminal, text } = collecting();
    expect(await shrink(fileOf(round), { time: 1 }, terminal)).toBe(2);
    expect(text()).toMatch(
      /^lockstep: in \S+, format should be 1, a story that ends, but is 2, a lasso, .*\.\n$/,
    );
  });

  const beyond = { ...round.lasso, from: 9 };
  const word = { ...round.lasso, from: '6' };
  it.each([
    ['a loop beyond its events', { lasso: beyond }, /lasso\.from should be at most 8, .* is 9\./],
    ['a loop from a word on', { lasso: word }, /lasso\.from should be a whole .* is "6"\./],
    ['a safety claim', { claim: 'S1' }, /claim should be L1, .* a lasso can break, but is "S1"\./],
    ['the version of a run', { format: 1 }, /lasso should be absent .*\./],
    ['the name of a module', { spec: 'mine' }, /spec should be paper or .* its module with --spec/],
  ])('with %s is answered by one sentence and exit 2', async (_, change, sentence) => {
    const { code, out } = await run(fileOf(round, change));
    expect(code).toBe(2);
    expect(out).toMatch(sentence);
    expect(out.split('\n')).toHaveLength(2);
  });
});
