import { describe, expect, it } from 'vitest';
import type { Begin } from './oracle.ts';
import { b, failover, fed, type Line, p, refusalOf } from './pair-log.ts';

describe('a digest', () => {
  it('may be of a state to which the guest of a primary has computed untold', () => {
    const digest = { position: 7_000_000, digest: 'd' };
    expect(fed(failover.toSpliced(1, 0, p('digest', digest))).verdict().kind).toBe('accepted');
    const earlier = failover.toSpliced(2, 0, p('digest', digest));
    expect(refusalOf(earlier)?.sentence).toContain('position: 7000000');
  });

  it('of a backup is of where the entries that it has replayed have led', () => {
    const ahead = failover.toSpliced(10, 0, b('digest', { position: 5_000_002, digest: 'd' }));
    expect(refusalOf(ahead)?.sentence).toContain('position: 5000002');
  });
});

/** A log of a primary that has room for two entries, and how it goes on. */
const stamped = [
  p('execute', {
    position: 0,
    does: 'stamp',
    entries: [
      { seq: 1, kind: 'ND' },
      { seq: 2, kind: 'OUT' },
    ],
    outputs: [{ ordinal: 0 }],
  }),
  p('flush', { seq: 1 }),
  p('flush', { seq: 2 }),
  b('receive', { seq: 1 }),
];

describe('a reason has the values that count', () => {
  it.each<readonly [string, readonly Line[], Partial<Begin>, string, string]>([
    [
      'part of a group is acknowledged',
      [...stamped, b('acknowledge', { upTo: 1 })],
      {},
      'R23-11',
      'received entries up to 1 and acknowledged up to 0, and of entry 1 and those that are one',
    ],
    [
      'what is not received is acknowledged',
      [...failover.slice(0, 7), b('acknowledge', { upTo: 3 })],
      {},
      'R22-5',
      'it has received entries up to 2 and acknowledged up to 2',
    ],
    [
      'what is received is acknowledged, and only what is replayed should be',
      failover,
      { settings: { ackPoint: 'replayed' } },
      'R22-5',
      'under ackPoint replayed (V1) it acknowledges what it has replayed, which is up to 0',
    ],
    [
      'a log buffer is full of entries that are flushed and not acknowledged',
      [
        ...stamped,
        p('execute', { position: 1, does: 'readTime', entries: [{ seq: 3, kind: 'ND' }] }),
      ],
      { settings: { primaryCapacity: 2 } },
      'R32-6',
      'it holds 2 entries that are not acknowledged, flushed or not, and has room for 2',
    ],
    [
      'a backup says that it is further than its entries lead',
      [
        p('interrupt', { position: 0, entries: [{ seq: 1, kind: 'TIMER' }] }),
        p('flush', { seq: 1 }),
        b('receive', { seq: 1 }),
        b('replay', { position: 1, upTo: 1 }),
      ],
      {},
      'R32-5',
      'no entry behind 1 leads to position 1',
    ],
    [
      'an entry is left out',
      [p('execute', { position: 0, does: 'transmit', entries: [{ seq: 2, kind: 'OUT' }] })],
      {},
      'R21-7',
      'The line says entries logged: e2 OUT; the specification has e1 OUT.',
    ],
    [
      'an output leaves before the one that was put out earlier',
      [...stamped, p('release', { ordinal: 1 })],
      {},
      'R22-8',
      'The line says ordinal: 1; the specification has 0.',
    ],
  ])('where %s', (_, lines, begin, requirement, sentence) => {
    const refusal = refusalOf(lines, begin);
    expect(refusal?.requirement).toBe(requirement);
    expect(refusal?.sentence).toContain(sentence);
  });
});
