import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBadInput } from '../counterexamples/bad-input.ts';
import { seeded } from '../properties/checker/chooser.ts';
import type { Observed } from './observation.ts';
import { type Concluded, session } from './session.ts';
import type { ToldLog } from './tell-log.ts';
import { toldRun } from './told-run.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What files come to that are read in pieces of so many bytes. */
const concludedOn = (files: readonly Uint8Array[], size: number): Concluded => {
  const judging = session(files.map((_, file) => `${file}`));
  const read = files.map(() => 0);
  for (let file = judging.wants(); file !== null; file = judging.wants()) {
    const at = read[file] ?? 0;
    const bytes = files[file]?.subarray(at, at + size) ?? new Uint8Array(0);
    judging.feed(file, bytes.length === 0 ? null : bytes);
    read[file] = at + size;
  }
  const concluded = judging.concluded();
  if (concluded === null) throw new Error('it wants no more and has not concluded');
  return concluded;
};

/** The kind of verdict, or that there is none, which is a sentence. */
const kindOf = (concluded: Concluded): string => {
  if (!isBadInput(concluded)) return concluded.verdict.kind;
  expect(concluded.sentence).toMatch(/^In .*, .* should be .*, but .*[.?]$/);
  return 'bad input';
};

const textOf = ({ header, lines }: ToldLog): string =>
  [header, ...lines].map((one) => `${JSON.stringify(one)}\n`).join('');

const core = fc
  .integer({ min: 0 })
  .map((seed) => toldRun(seeded(`${seed}`), ['core'], 60, 'white'));

type Damage = (bytes: Uint8Array, one: number, other: number) => Uint8Array;

const ofLines =
  (damage: (lines: readonly string[], one: number, other: number) => readonly string[]): Damage =>
  (bytes, one, other) => {
    const lines = new TextDecoder().decode(bytes).trimEnd().split('\n');
    return bytesOf(damage(lines, one % lines.length, other).join('\n'));
  };

const damages: readonly (readonly [string, Damage])[] = [
  ['a byte is another', (bytes, one, other) => bytes.with(one % bytes.length, other % 256)],
  ['it stops somewhere', (bytes, one) => bytes.subarray(0, one % bytes.length)],
  ['a line is gone', ofLines((lines, one) => lines.toSpliced(one, 1))],
  ['a line is there twice', ofLines((lines, one) => lines.toSpliced(one, 0, lines[one] ?? ''))],
  [
    'two lines change places',
    ofLines((lines, one) => lines.toSpliced(one, 2, ...lines.slice(one, one + 2).toReversed())),
  ],
  [
    'a number is another',
    ofLines((lines, one, other) =>
      lines.with(one, (lines[one] ?? '').replace(/\d+(?=\D*$)/, `${other % 9}`)),
    ),
  ],
  ['it is of another version', ofLines((lines) => lines.with(0, '{"lockstep":"observation"}'))],
  ['a line is huge', ofLines((lines, one) => lines.toSpliced(one, 0, 'x'.repeat(70_000)))],
  ['a line is deep', ofLines((lines, one) => lines.toSpliced(one, 0, '['.repeat(60_000)))],
];

describe.each(damages)('a good log in which %s', (_, damage) => {
  const inputs = fc.tuple(core, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 3000 }));

  it('gets a verdict or a sentence, the same however it is read', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(inputs, ([log, one, other, size]) => {
        const bytes = damage(bytesOf(textOf(log)), one, other);
        const whole = concludedOn([bytes], 1 << 20);
        const inPieces = concludedOn([bytes], size);
        expect(kindOf(inPieces)).toBe(kindOf(whole));
        if (isBadInput(whole)) expect(inPieces).toEqual(whole);
        else expect(inPieces).toMatchObject({ place: whole.place });
      }),
      { numRuns: 60, seed: 3 },
    );
  });
});

/** A header and the lines of each node, in a file of its own. */
const filesOf = ({ header, lines }: ToldLog, nodes: readonly string[]): readonly Uint8Array[] =>
  nodes.map((node) => bytesOf(textOf({ header, lines: lines.filter((one) => one.node === node) })));

const header: ToldLog['header'] = {
  lockstep: 'observation',
  version: 1,
  sight: 'white',
  hosts: ['A', 'B'],
  primary: { copy: 'p', host: 'A' },
  backup: { copy: 'b', host: 'B' },
};

const out = { entries: [{ seq: 1, kind: 'OUT' }], outputs: [{ ordinal: 0 }] } as const;

const failover: readonly Observed[] = [
  { node: 'A', n: 1, copy: 'p', did: 'execute', position: 0, does: 'transmit', ...out },
  { node: 'A', n: 2, copy: 'p', did: 'flush', seq: 1 },
  { node: 'B', n: 1, copy: 'b', did: 'receive', seq: 1 },
  { node: 'B', n: 2, copy: 'b', did: 'acknowledge', upTo: 1 },
  { node: 'A', n: 3, copy: 'p', did: 'readAck', upTo: 1 },
  { node: 'A', n: 4, copy: 'p', did: 'release', ordinal: 0 },
  { node: 'world', n: 1, did: 'crash', host: 'A' },
  { node: 'world', n: 2, did: 'send', packet: 0 },
  { node: 'B', n: 3, copy: 'b', did: 'suspect' },
  { node: 'B', n: 4, copy: 'b', did: 'testAndSet' },
  { node: 'world', n: 3, did: 'arbitrate', copy: 'b', outcome: 'won' },
  { node: 'B', n: 5, copy: 'b', did: 'learn', outcome: 'won' },
  { node: 'B', n: 6, copy: 'b', did: 'replay', position: 1, upTo: 1 },
  { node: 'B', n: 7, copy: 'b', did: 'goLive' },
  { node: 'world', n: 4, did: 'send', packet: 1 },
  { node: 'B', n: 8, copy: 'b', did: 'announce' },
  { node: 'world', n: 5, did: 'send', packet: 2 },
  { node: 'B', n: 9, copy: 'b', did: 'deliver', position: 1, packets: [2] },
];

const orders = [
  ['A', 'B', 'world'],
  ['world', 'B', 'A'],
  ['B', 'world', 'A'],
];

describe('one file for each node', () => {
  it.each(orders)('is judged as if it were one: %s, %s, %s', (...nodes) => {
    const concluded = concludedOn(filesOf({ header, lines: failover }, nodes), 100);
    expect(concluded).toMatchObject({ verdict: { kind: 'accepted', lines: failover.length } });
  });

  it.each(orders)('is refused for the first mistake, not for what follows: %s', (...nodes) => {
    const lines = failover
      .filter(({ did }) => did !== 'acknowledge' && did !== 'readAck')
      .map((line) => {
        const isLater = (line.node === 'A' && line.n > 3) || (line.node === 'B' && line.n > 2);
        return isLater ? { ...line, n: line.n - 1 } : line;
      });
    expect(concludedOn(filesOf({ header, lines }, nodes), 100)).toMatchObject({
      verdict: { kind: 'refused', line: { did: 'release', node: 'A' } },
      why: { requirement: 'R22-4' },
      place: { file: `${nodes.indexOf('A')}`, line: 4 },
    });
  });

  it('is one observation: one header, and each node in one file', () => {
    const [a, b] = filesOf({ header, lines: failover }, ['A', 'B']);
    const other = bytesOf(textOf({ header: { ...header, sight: 'grey' }, lines: [] }));
    if (a === undefined || b === undefined) throw new Error('there are two files');
    expect(concludedOn([a, other], 100)).toMatchObject({
      sentence:
        'In 1, line 1 should be the header of 0, for the files are of one observation, ' +
        'but is another.',
    });
    expect(concludedOn([a, b, a], 100)).toMatchObject({
      sentence: 'In 2, line 2, node should be another than those of 0, but is "A".',
    });
  });
});
