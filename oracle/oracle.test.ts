import { describe, expect, it } from 'vitest';
import type { Sight } from './observation.ts';
import { oracle } from './oracle.ts';
import { b, failover, fed, type Line, p, pair, refusalOf, world } from './pair-log.ts';

const isSaid =
  (...dids: readonly string[]) =>
  ({ did }: Line): boolean =>
    dids.includes(did);
const without = (...dids: readonly string[]): readonly Line[] =>
  failover.filter((line) => !isSaid(...dids)(line));
const altered = (did: string, values: object): readonly Line[] =>
  failover.map((line) => (line.did === did ? { ...line, ...values } : line));

describe('what a log says in full', () => {
  it('is accepted where it is a run of the specification', () => {
    expect(fed(failover).verdict()).toEqual({ kind: 'accepted', lines: 21, events: 25 });
  });

  it.each([
    ['an output leaves that is not acknowledged', without('readAck'), 'R22-4'],
    ['a backup acknowledges what it does not hold', altered('acknowledge', { upTo: 3 }), 'R22-5'],
    ['it runs past its last entry', altered('goLive', { position: 9_000_002 }), 'R23-11'],
    ['it drains without asking', without('testAndSet', 'arbitrate', 'learn'), 'R23-15'],
    ['it takes another test-and-set than it won', altered('learn', { outcome: 'lost' }), 'R23-17'],
    ['an output has another content', altered('release', { content: 'bye' }), 'R22-1'],
    [
      'a backup puts something out',
      [...failover.slice(0, 7), b('release', { ordinal: 0 })],
      'R20-5',
    ],
    [
      'an entry has another number',
      [p('execute', { position: 1, does: 'readTime', entries: [{ seq: 2, kind: 'ND' }] })],
      'R21-7',
    ],
    ['an output has no entry', [p('execute', { position: 1, does: 'transmit' })], 'R22-3'],
    [
      'who has lost goes on',
      [
        p('suspect'),
        b('suspect'),
        p('testAndSet'),
        b('testAndSet'),
        world('arbitrate', { copy: 'p', outcome: 'won' }),
        world('arbitrate', { copy: 'b', outcome: 'lost' }),
        b('learn', { outcome: 'lost' }),
        b('goLive'),
      ],
      'R23-22',
    ],
  ])('is refused for its requirement where %s', (_, lines, requirement) => {
    expect(refusalOf(lines)?.requirement).toBe(requirement);
  });

  it('is refused where a backup comes to another state at the same place', () => {
    const own = p('digest', { position: 5_000_001, digest: 'd2' });
    expect(refusalOf(failover.toSpliced(1, 0, own))?.requirement).toBe('R21-1');
  });
});

const inner = ['flush', 'receive', 'readAck', 'replay', 'learn', 'digest'];
const shown = ['release', 'announce', 'crash'];

const numbers = (count: number): readonly number[] => [...Array(count).keys()];

describe('however much is under way', () => {
  const many = 200;

  it('the content of an output is remembered until it leaves', () => {
    const put = (ordinal: number) => ({ ordinal, content: `c${ordinal}` });
    const lines = numbers(many).flatMap((ordinal) => [
      p('execute', {
        position: ordinal,
        does: 'transmit',
        entries: [{ seq: ordinal + 1, kind: 'OUT' }],
        outputs: [put(ordinal)],
      }),
      p('flush', { seq: ordinal + 1 }),
      b('receive', { seq: ordinal + 1 }),
    ]);
    const acked = [...lines, b('acknowledge', { upTo: many }), p('readAck', { upTo: many })];
    const right = [...acked, ...numbers(many).map((ordinal) => p('release', put(ordinal)))];
    expect(fed(right).verdict().kind).toBe('accepted');
    const wrong = [...acked, p('release', { ordinal: 0, content: 'c1' })];
    expect(refusalOf(wrong)?.sentence).toContain(
      'content of output 0: c1; the specification has c0',
    );
  });

  it('the state of a guest is remembered until its backup has been there', () => {
    const struck = numbers(many).flatMap((at) => [
      p('interrupt', { position: at, entries: [{ seq: at + 1, kind: 'TIMER' }] }),
      p('digest', { position: at, digest: `d${at}` }),
      p('flush', { seq: at + 1 }),
      b('receive', { seq: at + 1 }),
    ]);
    const replayed = (digest: string) => [
      ...struck,
      b('replay', { upTo: 1, position: 0 }),
      b('digest', { position: 0, digest }),
    ];
    expect(fed(replayed('d0')).verdict().kind).toBe('accepted');
    expect(refusalOf(replayed('d1'))?.requirement).toBe('R21-1');
  });
});

describe('what a log cannot see', () => {
  it.each<readonly [Sight, readonly Line[]]>([
    ['grey', without(...inner)],
    ['black', failover.filter(isSaid(...shown))],
  ])('is found where its sight is %s', (sight, lines) => {
    expect(fed(lines, { sight }).verdict().kind).toBe('accepted');
  });

  it('is found line by line where the log says that it may lack it', () => {
    const hides = ['flush', 'receive', 'readAck', 'replay', 'learn'] as const;
    const missing = failover.filter(isSaid(...hides));
    for (const line of missing) {
      const lines = failover.filter((one) => one !== line);
      expect(fed(lines, { hides }).verdict().kind, JSON.stringify(line)).toBe('accepted');
    }
    expect(missing).toHaveLength(8);
  });

  it('does not excuse what nothing unseen could explain', () => {
    const again = [...failover.filter(isSaid(...shown)), p('release', { ordinal: 1 })];
    expect(refusalOf(again, { sight: 'black' })?.requirement).toBe('R31-8');
    const unmarked = without(...inner, 'acknowledge');
    expect(refusalOf(unmarked, { sight: 'grey' })?.requirement).toBe('R22-4');
  });

  it('may have happened before the channel ended, though it shows only later', () => {
    const late = without('flush', 'receive', 'acknowledge', 'readAck', 'release');
    const hides = ['flush', 'receive', 'acknowledge', 'readAck'] as const;
    expect(fed(late, { hides }).verdict().kind).toBe('accepted');
  });
});

describe('an explanation', () => {
  const refusal = refusalOf(without('readAck'));

  it('says both sides of what failed, and what was possible', () => {
    expect(refusal?.sentence).toBe(
      'The Output Rule holds it back: output 0 needs entry 2, acknowledged are 0.',
    );
    expect(refusal?.why.allowed).toContain('readAck');
    expect(refusal?.why.accepted).toBe(7);
    const alone = refusalOf([...failover, b('release', { ordinal: 1 })]);
    expect(alone?.why.allowed).not.toContain('requestBackup'); // migration is not its profile
    expect(alone?.why.refused.allowed).toContain('requestBackup');
  });

  it('says the smallest edit', () => {
    expect(refusal?.why.edits).toMatchObject([
      { kind: 'insert', at: 7, event: { type: 'readAck', copy: 0 } },
    ]);
    const moved = refusalOf(altered('goLive', { position: 9_000_002 }));
    expect(moved?.why.edits).toEqual([
      { kind: 'change', at: 17, field: 'position', from: 9_000_002, to: 9_000_001 },
    ]);
  });

  it('has a short log that is refused for the same reason', () => {
    const short = refusal?.why.shrunk ?? [];
    expect(short.map(({ did }) => did)).toEqual(['execute', 'release']);
    expect(refusalOf(short)?.sentence).toContain('The Output Rule holds it back');
  });

  it('needs two edits where two things are wrong', () => {
    const lines = without('readAck', 'acknowledge');
    expect(refusalOf(lines)?.why.edits.map(({ kind }) => kind)).toEqual(['insert', 'insert']);
  });
});

describe('bad input', () => {
  it.each([
    [{ node: 'north', did: 'fly', copy: 'p' }, 'did should be a word of the vocabulary'],
    [{ node: 'north', did: 'suspect' }, 'copy should be a text'],
    [7, 'it should be an observation, but is 7'],
  ])('is told in a sentence: %j', (line, sentence) => {
    expect(() => oracle(pair).feed(line)).toThrow(sentence);
  });

  it('is told of what begins a run, too', () => {
    const alone = { ...pair, backup: { copy: 'b', host: 'north' } };
    expect(() => oracle(alone)).toThrow("backup.host should be another host than the primary's");
  });
});
