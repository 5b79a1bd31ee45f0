// What real systems say besides the steps of the specification: again what they have said, and to
// somebody who does not listen any more. It changes nothing, and nothing follows from it.

import { describe, expect, it } from 'vitest';
import { type Begin, oracle } from './oracle.ts';

type Line = { readonly did: string; readonly node?: string; readonly [field: string]: unknown };

const pair: Begin = {
  sight: 'white',
  hosts: ['A', 'B', 'C'],
  primary: { copy: 'p', host: 'A' },
  backup: { copy: 'b', host: 'B' },
};

const p = (did: string, values: object = {}): Line => ({ node: 'A', copy: 'p', did, ...values });
const b = (did: string, values: object = {}): Line => ({ node: 'B', copy: 'b', did, ...values });
const world = (did: string, values: object = {}): Line => ({ node: 'world', did, ...values });

const refusalOf = (lines: readonly Line[], begin: Partial<Begin> = {}): string | null => {
  const judge = oracle({ ...pair, ...begin });
  for (const [at, line] of lines.entries()) {
    const refusal = judge.feed(line);
    if (refusal !== null) return `${at}: ${line.did}`;
  }
  return null;
};

const timer = (seq: number): Line =>
  p('interrupt', { position: 0, entries: [{ seq, kind: 'TIMER' }] });

const held: readonly Line[] = [timer(1), p('flush', { seq: 1 }), b('receive', { seq: 1 })];

describe('an acknowledgment that says nothing new', () => {
  const acked = [...held, b('acknowledge', { upTo: 1 })];

  it('keeps the channel alive, and is read like any other', () => {
    const twice = [...acked, b('acknowledge', { upTo: 1 })];
    const read = p('readAck', { upTo: 1 });
    expect(refusalOf([...twice, read, read])).toBeNull();
    expect(refusalOf([...twice, read, read, read])).toBe('7: readAck');
  });

  it('need not be told of by who reads it', () => {
    const next = [timer(2), p('flush', { seq: 2 }), b('receive', { seq: 2 })];
    const lines = [...acked, b('acknowledge', { upTo: 1 }), p('readAck', { upTo: 1 }), ...next];
    const news = [b('acknowledge', { upTo: 2 }), p('readAck', { upTo: 2 })];
    expect(refusalOf([...lines, ...news])).toBeNull();
  });

  it('says neither more nor less than is held', () => {
    expect(refusalOf([...acked, b('acknowledge', { upTo: 2 })])).toBe('4: acknowledge');
    expect(refusalOf([...acked, b('acknowledge', { upTo: 0 })])).toBe('4: acknowledge');
    expect(refusalOf([...held, b('acknowledge', { upTo: 0 })])).toBe('3: acknowledge');
  });
});

describe('what is said on a channel that the other side has closed', () => {
  it('is sent by a primary that does not know, and reaches nobody', () => {
    const sent = [timer(1), b('suspect'), p('flush', { seq: 1 })];
    expect(refusalOf(sent)).toBeNull();
    expect(refusalOf([...sent, b('receive', { seq: 1 })])).toBe('3: receive');
    expect(refusalOf([timer(1), b('suspect'), p('flush', { seq: 2 })])).toBe('2: flush');
  });

  it('is said by a backup that does not know, and releases nothing', () => {
    const said = [...held, p('suspect'), b('acknowledge', { upTo: 1 })];
    expect(refusalOf(said)).toBeNull();
    expect(refusalOf([...said, p('readAck', { upTo: 1 })])).toBe('5: readAck');
    const more = [...held, p('suspect'), b('acknowledge', { upTo: 2 })];
    expect(refusalOf(more)).toBe('4: acknowledge');
  });

  it('is lost once, whoever hears of it', () => {
    const suspected = [p('suspect'), world('reset', { copy: 'b' })];
    expect(refusalOf([...suspected, world('reset', { copy: 'b' })])).toBeNull();
  });

  it('is not said by a backup that has frozen its log', () => {
    expect(refusalOf([...held, b('suspect'), b('acknowledge', { upTo: 1 })])).toBe(
      '4: acknowledge',
    );
  });
});

describe('a request to the arbiter', () => {
  const asked = [b('suspect'), b('testAndSet')];
  const won = world('arbitrate', { copy: 'b', outcome: 'won' });

  it('may be made again while it is under way, and has the same answer', () => {
    const twice = [...asked, b('testAndSet'), won, won];
    const learned = b('learn', { outcome: 'won' });
    expect(refusalOf([...twice, learned, learned])).toBeNull();
    expect(refusalOf([...twice, won])).toBe('5: arbitrate');
    const lost = world('arbitrate', { copy: 'b', outcome: 'lost' });
    expect(refusalOf([...asked, b('testAndSet'), won, lost])).toBe('4: arbitrate');
  });

  it('gets nowhere without the storage', () => {
    const away = [world('loseStorage', { host: 'B' }), ...asked];
    expect(refusalOf(away)).toBeNull();
    expect(refusalOf([...away, won])).toBe('3: arbitrate');
  });

  it('is the one that the answer is about, where that is said', () => {
    const about = (generation: number): Line => b('learn', { outcome: 'won', generation });
    expect(refusalOf([...asked, won, about(0)])).toBeNull();
    expect(refusalOf([...asked, won, about(1)])).toBe('3: learn');
  });
});

it('a backup is asked for again until there is one', () => {
  const alone: Partial<Begin> = { backup: null, profile: ['core', 'migration'] };
  const asks = p('requestBackup');
  const placed = p('place', { destination: 'c', host: 'B' });
  expect(refusalOf([asks, asks, placed], alone)).toBeNull();
  expect(refusalOf([asks, placed, asks], alone)).toBe('2: requestBackup');
  const unheard = [world('loseService'), asks, world('regainService'), placed];
  expect(refusalOf(unheard, alone)).toBe('3: place');
});

it('what is submitted to a storage that is away stays with its host', () => {
  const alone: Partial<Begin> = { backup: null, profile: ['core', 'disk'] };
  const away = world('loseStorage', { host: 'A' });
  const write = p('execute', {
    position: 0,
    does: 'write x p',
    outputs: [{ ordinal: 0, device: 'disk' }],
  });
  const lines = [away, write, p('submit', { io: 0 })];
  const done = world('perform', { copy: 'p', io: 0 });
  expect(refusalOf([...lines, world('regainStorage', { host: 'A' }), done], alone)).toBeNull();
  expect(refusalOf([...lines, done], alone)).toBe('3: perform');
});

it('packets that leave together were posted before, where the log says what the guest does', () => {
  const sent = p('execute', {
    position: 7,
    does: 'transmit',
    entries: [{ seq: 1, kind: 'OUT' }],
    outputs: [{ ordinal: 0 }, { ordinal: 1 }, { ordinal: 2 }],
  });
  const given = p('deliver', {
    position: 9,
    packets: [0],
    entries: [
      { seq: 2, kind: 'RX' },
      { seq: 3, kind: 'OUT' },
    ],
    outputs: [{ ordinal: 3 }],
  });
  const received = [1, 2, 3].flatMap((seq) => [p('flush', { seq }), b('receive', { seq })]);
  const replayed = [
    b('replay', { upTo: 1, position: 8 }),
    b('replay', { upTo: 3, position: 9 }),
    b('acknowledge', { upTo: 3 }),
    p('readAck', { upTo: 3 }),
    ...[0, 1, 2, 3].map((ordinal) => p('release', { ordinal })),
  ];
  expect(
    refusalOf([world('send', { packet: 0 }), sent, given, ...received, ...replayed]),
  ).toBeNull();
  const program = ['transmit'] as const;
  const { position: _, ...first } = sent;
  expect(refusalOf([{ ...first, position: 0 }], { program })).toBe('0: execute');
});

describe('a disk operation of which nobody says where it is', () => {
  const alone: Partial<Begin> = { backup: null, profile: ['core', 'disk'] };
  const write = (position: number, does: string, ordinal: number): Line =>
    p('execute', { position, does, outputs: [{ ordinal, device: 'disk' }] });
  const submit = (io: number): Line => p('submit', { io });

  it('is under way with others, for nobody can tell that they race', () => {
    const done = [0, 1].flatMap((io) => [
      world('perform', { copy: 'p', io }),
      p('complete', { position: 2, io }),
    ]);
    const two = [write(0, 'write', 0), write(1, 'write', 1), submit(0), submit(1)];
    expect(refusalOf([...two, ...done], alone)).toBeNull();
    const same = [write(0, 'write x p', 0), write(1, 'write x p', 1), submit(0), submit(1)];
    expect(refusalOf(same, alone)).toBe('3: submit');
  });

  it('is submitted, performed and completed once, in that order', () => {
    const [issued, gone] = [write(0, 'write', 0), submit(0)];
    const done = world('perform', { copy: 'p', io: 0 });
    const complete = p('complete', { position: 1, io: 0 });
    expect(refusalOf([issued, done], alone)).toBe('1: perform');
    expect(refusalOf([issued, gone, complete], alone)).toBe('2: complete');
    expect(refusalOf([issued, gone, done, complete, complete], alone)).toBe('4: complete');
    const short = world('failIo', { copy: 'p', io: 0, transferred: 0 });
    expect(refusalOf([issued, gone, short, complete], alone)).toBeNull();
  });

  it('is done again by the backup that takes over, at the same place', () => {
    const both: Partial<Begin> = { profile: ['core', 'disk'] };
    const logged = p('execute', {
      position: 3,
      does: 'write',
      entries: [{ seq: 1, kind: 'OUT' }],
      outputs: [{ ordinal: 0, device: 'disk', content: 'c' }],
    });
    const taken = [
      ...[logged, p('flush', { seq: 1 }), b('receive', { seq: 1 }), b('suspect'), b('testAndSet')],
      ...[world('arbitrate', { copy: 'b', outcome: 'won' }), b('learn', { outcome: 'won' })],
      ...[b('replay', { position: 4, upTo: 1 }), b('goLive', { position: 4 })],
    ];
    expect(refusalOf([...taken, b('submit', { io: 0 })], both)).toBeNull();
    expect(refusalOf([...taken, b('submit', { io: 1 })], both)).toBe('9: submit');
  });

  it('is one of several that one instruction issues, by what it puts out', () => {
    const outputs = [0, 1].map((ordinal) => ({ ordinal, device: 'disk' }));
    const two = p('execute', { position: 0, does: 'write', outputs });
    expect(refusalOf([two, submit(0), submit(1), write(1, 'write', 2)], alone)).toBeNull();
    expect(refusalOf([two, submit(0), submit(1), submit(2)], alone)).toBe('3: submit');
    expect(refusalOf([two, write(1, 'write', 1)], alone)).toBe('1: execute');
  });

  it('is one of the program where the header has that', () => {
    const program = ['write x p'] as const;
    expect(refusalOf([write(0, 'write', 0)], { ...alone, program })).toBe('0: execute');
  });
});
