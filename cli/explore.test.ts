import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isPlain, lockstep, type Ran, rooms, wideLines } from './launched.ts';

const { room, remove } = rooms();
afterAll(remove);

const expectPlain = (ran: Ran): void => {
  expect(isPlain(ran)).toBe(true);
  expect(wideLines(ran.out)).toEqual([]);
};

/** In one line, as it would be on a wide screen. */
const flat = ({ out }: Ran): string => out.replace(/\s+/g, ' ');

const failures = join('.lockstep', 'failures');

describe.concurrent('lockstep explore', { timeout: 120_000 }, () => {
  it('exhausts a scope, and says what it has seen', async () => {
    const ran = await lockstep(room(), 'explore', '--scope', 'output');
    expect(ran).toMatchObject({ code: 0, err: '' });
    expectPlain(ran);
    expect(flat(ran)).toMatch(/^exploring paper in scope output \(a pair /);
    expect(flat(ran)).toMatch(/ S2 a primary emits an output only when its held: W2 at \d+ /);
    expect(flat(ran)).toMatch(
      / Exhausted\. Scope output: [\d,]+ different situations, among [\d,]+ /,
    );
    expect(flat(ran)).toMatch(/ odds of (about 1 in [\d,]+|less than)/);
    expect(flat(ran)).toMatch(/ paper: exhausted: \d+ claims held in all of scope output/);
  });

  it('tells a shortest story, saves it with a certificate, and it replays', async () => {
    const folder = room();
    const ran = await lockstep(
      folder,
      'explore',
      '--scope',
      'output',
      '--spec',
      'release-off-by-one',
    );
    expect(ran).toMatchObject({ code: 1, err: '' });
    expectPlain(ran);
    expect(flat(ran)).toContain('none shorter in scope output');
    expect(flat(ran)).toMatch(/ release-off-by-one: refuted: S2 by 2 events, in scope output, /);
    const [file = ''] = readdirSync(join(folder, failures));
    const saved = readFileSync(join(folder, failures, file), 'utf8');
    expect(JSON.parse(saved)).toMatchObject({
      claim: 'S2',
      certificate: { kind: 'globally shortest', scope: 'output' },
    });
    expect((await lockstep(folder, 'replay', join(failures, file))).code).toBe(0);
  });

  it('certifies the shortest story of a claim, and not those of its other causes', async () => {
    const args = ['--scope', 'tight', '--spec', 'ack-on-send', '--all', '--json'] as const;
    const { refutations } = JSON.parse((await lockstep(room(), 'explore', ...args)).out);
    const lengths = new Map<string, number>();
    for (const { bundle } of refutations) {
      const { claim, script, certificate } = bundle;
      const least = lengths.get(claim) ?? script.length;
      lengths.set(claim, least);
      const isFirst = least === script.length && certificate.kind === 'globally shortest';
      expect(isFirst || certificate.kind === 'not minimized').toBe(true);
    }
    expect(lengths.size).toBeLessThan(refutations.length);
  });

  it('is inconclusive where nothing that is asked can occur', async () => {
    const ran = await lockstep(room(), 'explore', '--scope', 'tight', '--property', 'S14');
    expect(ran).toMatchObject({ code: 3, err: '' });
    expect(flat(ran)).toMatch(/ no case in this scope: .*never W14 /);
    expect(flat(ran)).toContain('0 claims held in all of scope tight; 1 other did not break');
  });

  it('says how far it has come if it is bound, and what more would take', async () => {
    const ran = await lockstep(room(), 'explore', '--scope', 'output', '--depth', '8');
    expect(ran).toMatchObject({ code: 3, err: '' });
    expectPlain(ran);
    expect(ran.out).toContain('Bounded: the depth asked for is reached.');
    expect(flat(ran)).toMatch(/Each level has \d\.\d\d times as many .* MB more\./);
    expect(ran.out).toContain('paper: bounded(8): no claim breaks within 7 events\n');
  });

  it('stops before its memory is used up', async () => {
    const ran = await lockstep(room(), 'explore', '--scope', 'outputs', '--memory', '50', '--json');
    expect(ran).toMatchObject({ code: 3, err: '' });
    const report = JSON.parse(ran.out);
    expect(report).toMatchObject({ kind: 'bounded', extent: 'memory' });
    expect(report.bytes).toBeLessThan(50e6 + 16e6); // a nursery of garbage between two looks
    expect(report.bytes).toBeGreaterThan(25e6);
    expect(report.distinct).toBeGreaterThan(1);
  });

  it('comes to the same with one thread, with two, and without any', async () => {
    const told = async (...threads: readonly string[]): Promise<unknown> => {
      const asked = ['--scope', 'tight', '--spec', 'ack-on-send', '--all', '--json', ...threads];
      const { out } = await lockstep(room(), 'explore', ...asked);
      const { bytes, seconds, ...rest } = JSON.parse(out);
      expect([typeof bytes, typeof seconds]).toEqual(['number', 'number']);
      return rest;
    };
    const here = await told();
    expect(here).toMatchObject({ kind: 'refuted', extent: 'exhausted' });
    expect(await told('--workers', '1')).toEqual(here);
    expect(await told('--workers', '2')).toEqual(here);
  });

  it('says what the paper needs in a scope before it begins', async () => {
    const ran = await lockstep(room(), 'explore', '--scope', 'outputs', '--depth', '2');
    expect(flat(ran)).toContain('the paper has 545,867 situations there, some 251 MB');
  });

  it.each([
    [
      ['--scope', 'ouput'],
      /--scope should be a scope \(.*\), but is "ouput"; did you mean output\?/,
    ],
    [['--property', 'L6'], /--property should be a claim that needs no clock, but is L6, about /],
    [
      ['--property', 'S1', '--property', 'L2'],
      /should be a claim about every step.* is L2, about /,
    ],
    [['--scope', 'left-alone', '--depth', '4'], /--depth should be left out, but is given for /],
    [['--memory', '1'], /--memory should be a whole number from 50 to /],
    [['--spec', 'papre'], /but is "papre"/],
  ])('answers %j with one sentence and exit 2', async (args, sentence) => {
    const folder = room();
    const ran = await lockstep(folder, 'explore', ...args);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(sentence);
    expect(ran.err.split('\n')).toHaveLength(2);
    expect(readdirSync(folder)).toEqual([]);
  });
});
