import { describe, expect, it } from 'vitest';
import type { Finding } from './finding.ts';
import { play } from './play.ts';
import { type Happening, isScript, type Script, unclaimed } from './script.ts';
import { scripts } from './scripts.ts';
import { type Said, type Stimulus, spokenIn } from './stimulus.ts';
import { storyLines } from './story.ts';

type Program = (stimulus: Stimulus) => readonly (readonly [string, object?])[];

const saidBy = (program: Program, stimulus: Stimulus): readonly Said[] =>
  program(stimulus).map(([did, values = {}]) => {
    const host = 'host' in stimulus ? stimulus.host : '';
    const copy = host === 'A' ? 'p' : 'b';
    const spoken = spokenIn(JSON.stringify({ did, copy, ...values }));
    if (spoken.kind !== 'said') throw new Error(JSON.stringify(spoken));
    return spoken;
  });

type Played = {
  readonly finding: Finding | null;
  readonly told: readonly Stimulus[];
  readonly story: readonly string[];
};

const playedWith = (program: Program, script: Script): Played => {
  const { playing, episodes } = play(script);
  const told: Stimulus[] = [];
  let step = playing.next();
  while (step.done !== true) {
    told.push(step.value);
    step = playing.next(saidBy(program, step.value));
  }
  return { finding: step.value, told, story: storyLines(episodes) };
};

const scriptOf = (
  profile: NonNullable<Script['profile']>,
  settings: Partial<Script['settings']>,
  ...events: readonly Happening[]
): Script => ({ profile, settings: { ...unclaimed, ...settings }, events });

const alive: Program = (stimulus) => (stimulus.do === 'tick' ? [['heartbeat'], ['keepalive']] : []);

/** What a program says to some stimuli; it lives, and says nothing else. */
const answering =
  (answers: { readonly [K in Stimulus['do']]?: Program }): Program =>
  (stimulus) =>
    (answers[stimulus.do] ?? alive)(stimulus);

const on =
  (host: string, ...lines: ReturnType<Program>): Program =>
  (stimulus) =>
    'host' in stimulus && stimulus.host === host ? lines : [];

/** Only for the first message of a connection. */
const heardFrom =
  (program: Program): Program =>
  (stimulus) =>
    stimulus.do === 'message' && stimulus.kind === 'reconnect' ? program(stimulus) : [];

const ignored = { connectionLoss: 'ignored' } as const;

describe('a connection that is lost and comes back', () => {
  const script = scriptOf(['core'], ignored, { do: 'lose' }, { do: 'elapse', ticks: 5 });
  const reconnects = on('B', ['reconnect', { upTo: 0, message: 'hello' }]);
  const readsAll = on('A', ['readAck', { upTo: 0 }]);

  it('is opened by the backup, and its first message is read', () => {
    const program = answering({ connected: reconnects, message: heardFrom(readsAll) });
    const { finding, told } = playedWith(program, script);
    expect(finding).toBeNull();
    const kinds = told.flatMap((one) => (one.do === 'message' ? [one.kind] : []));
    expect(kinds).toContain('reconnect');
  });

  it('is owed by a backup that is told so again and again', () => {
    const { finding } = playedWith(alive, script);
    expect(finding).toMatchObject({ key: 'owed: reconnect', cites: ['R33-11', 'R23-5'] });
  });

  it('is owed its first word by the primary', () => {
    const { finding } = playedWith(answering({ connected: reconnects }), script);
    expect(finding).toMatchObject({ key: 'owed: readAck' });
  });

  it('is no evidence', () => {
    const { finding } = playedWith(answering({ lost: () => [['suspect']] }), script);
    expect(finding).toMatchObject({ key: 'suspects too early', cites: ['R23-3', 'R23-5'] });
  });

  it('is not offered while the network is cut, nor where a loss is evidence', () => {
    const cut: Happening = { do: 'cut', net: 'log', to: 'A' };
    const torn = scriptOf(['core'], ignored, { do: 'lose' }, cut, { do: 'elapse', ticks: 2 });
    const offers = ({ told }: Played): number => told.findIndex((one) => one.do === 'connected');
    const healed = playedWith(alive, torn);
    const ticks = healed.told.slice(0, offers(healed)).filter((one) => one.do === 'tick');
    expect(ticks).toHaveLength(4);
    const evidence = scriptOf(['core'], {}, { do: 'lose' }, { do: 'elapse', ticks: 5 });
    expect(offers(playedWith(alive, evidence))).toBe(-1);
  });
});

describe('a connection that is lost', () => {
  it('takes along what was said and not sent', () => {
    const entries = [{ seq: 1, kind: 'TIMER' }];
    const interrupt = on('A', ['interrupt', { position: 0, entries }], ['flush', { seq: 1 }]);
    const cut: Happening = { do: 'cut', net: 'log', to: 'B' };
    const script = scriptOf(['core'], {}, { do: 'interrupt', host: 'A' }, { do: 'lose' }, cut);
    const { story } = playedWith(answering({ interrupt }), script);
    expect(story).toContain('-- cut net log from A to B');
  });
});

describe('a key', () => {
  const script = scriptOf(['core', 'control'], {}, { do: 'operate', kind: 'KEY' });

  it('is owed to the guest', () => {
    const { finding } = playedWith(alive, script);
    expect(finding).toMatchObject({ key: 'owed: feed', cites: ['R20-3', 'R20-2'] });
  });

  it('is told to the primary alone', () => {
    const { told, story } = playedWith(alive, script);
    expect(told.filter((one) => one.do === 'operated')).toMatchObject([{ host: 'A' }]);
    expect(story).toContain('A <- operated kind KEY number 0');
  });
});

describe('an order', () => {
  const powerOff: Happening = { do: 'order', host: 'A', operation: 'powerOff' };
  const off = ['order', { operation: 'powerOff', entries: [{ seq: 1, kind: 'OFF' }] }] as const;
  const script = scriptOf(['core', 'control'], {}, powerOff);

  it('is obeyed at once', () => {
    const { finding } = playedWith(alive, script);
    expect(finding).toMatchObject({ key: 'owed: order', cites: ['R33-1', 'R33-2'] });
  });

  it('is not obeyed that nobody gave', () => {
    const { finding } = playedWith(answering({ interrupt: on('A', off) }), {
      ...script,
      events: [{ do: 'interrupt', host: 'A' }],
    });
    expect(finding).toMatchObject({ key: 'obeys nobody', cites: ['R33-1'] });
  });

  it('is not obeyed by a backup', () => {
    const given: Happening = { ...powerOff, host: 'B' };
    const { finding } = playedWith(answering({ order: on('B', off) }), {
      ...script,
      events: [given],
    });
    expect(finding?.cites).toEqual(['R33-1']);
  });

  it('is not outlived by a primary that is told of its ack', () => {
    const program = answering({
      order: on('A', off, ['flush', { seq: 1, message: 1 }]),
      message: (stimulus) => {
        if (stimulus.do !== 'message' || stimulus.kind === 'heartbeat') return [];
        if (stimulus.kind === 'flush') {
          return [
            ['receive', { seq: 1 }],
            ['acknowledge', { upTo: 1, message: 1 }],
          ];
        }
        return stimulus.kind === 'acknowledge' ? [['readAck', { upTo: 1 }]] : [];
      },
      replay: on('B', ['replay', { position: 0, upTo: 1 }], ['stop']),
    });
    const { finding } = playedWith(program, script);
    expect(finding).toMatchObject({ key: 'owed: stop', cites: ['R33-2'] });
  });
});

describe('the disk', () => {
  const does = (what: 'read x p' | 'write x p', position: number): Program =>
    on('A', ['execute', { position, does: what, entries: [] }], ['submit', { io: position }]);
  const runs: Happening = { do: 'execute', host: 'A', does: 'read x p' };
  const script = scriptOf(['core', 'disk'], {}, runs);

  it('is told of, when it has done something', () => {
    const { finding, told } = playedWith(answering({ execute: does('read x p', 0) }), script);
    const [completed] = told.filter((one) => one.do === 'completed');
    expect(completed).toEqual({ do: 'completed', host: 'A', io: 0, transferred: 1, data: [null] });
    expect(finding).toMatchObject({ key: 'owed: complete', cites: ['R34-3', 'R34-10'] });
  });

  it('may fail, short of what was wanted', () => {
    const failing: Happening = { do: 'perform', host: 'A', which: 'oldest', blocks: 0 };
    const events = [runs, failing];
    const program = answering({ execute: does('read x p', 0) });
    const { told } = playedWith(program, { ...script, events });
    const [completed] = told.filter((one) => one.do === 'completed');
    expect(completed).toMatchObject({ transferred: 0, data: [] });
  });

  it('is owed what the guest has issued', () => {
    const idle = answering({
      execute: on('A', ['execute', { position: 0, does: 'read x p', entries: [] }]),
    });
    const { finding } = playedWith(idle, script);
    expect(finding).toMatchObject({ key: 'owed: submit', cites: ['R34-7', 'R34-11'] });
  });

  it('gives back what was written, after the failure of the backup', () => {
    let position = 0;
    let isAlone = false;
    const program: Program = (stimulus) => {
      if (!('host' in stimulus) || stimulus.host !== 'A') return [];
      if (stimulus.do === 'lost' && !isAlone) return [['suspect'], ['testAndSet']];
      if (stimulus.do === 'reply') {
        isAlone = true;
        return [['learn', { outcome: 'won' }]];
      }
      if (stimulus.do === 'completed') {
        return [['complete', { position, io: stimulus.io, entries: [] }]];
      }
      if (stimulus.do !== 'execute') return isAlone ? [] : alive(stimulus);
      const io = position++;
      const isWrite = stimulus.does === 'write x p';
      const outputs = isWrite ? [{ ordinal: 0, device: 'disk' }] : [];
      const line = { position: io, does: stimulus.does, outputs };
      return [
        ['execute', line],
        ['submit', { io, ...(isWrite ? { message: ['mark'] } : {}) }],
      ];
    };
    const { finding, told } = playedWith(
      program,
      scriptOf(
        ['core', 'disk'],
        {},
        ...([{ do: 'crash', host: 'B' }, { do: 'lose' }, { do: 'settle' }] as const),
        ...([{ ...runs, does: 'write x p' }, { do: 'settle' }, runs, { do: 'settle' }] as const),
      ),
    );
    expect(finding).toBeNull();
    const [, read] = told.filter((one) => one.do === 'completed');
    expect(read).toMatchObject({ io: 1, data: ['mark'] });
  });
});

describe('log buffers that are counted in bytes', () => {
  const entries = [{ seq: 1, kind: 'TIMER' }];
  const timer = on(
    'A',
    ['interrupt', { position: 0, entries }],
    ['flush', { seq: 1, message: 'timer' }],
  );
  const interrupt: Happening = { do: 'interrupt', host: 'A' };
  const compute: Happening = { do: 'execute', host: 'A', does: 'compute' };
  const script: Script = { ...scriptOf(['core'], {}, interrupt, compute), room: 'bytes' };
  const acked = answering({
    interrupt: timer,
    message: (stimulus) => {
      if (stimulus.do !== 'message') return [];
      const { kind } = stimulus;
      if (kind === 'acknowledge') return [['readAck', { upTo: 1 }]];
      if (kind !== 'flush') return [];
      return [
        ['receive', { seq: 1 }],
        ['acknowledge', { upTo: 1, message: 'ack' }],
      ];
    },
    replay: on('B', ['replay', { position: 0, upTo: 1 }]),
  });

  it('may have no room while they are not empty, and then the guest goes on', () => {
    const { finding, told } = playedWith(acked, script);
    expect(finding).toMatchObject({ key: 'owed: execute' });
    const asked = told.filter((one) => one.do === 'execute');
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
  });

  it('have room where they are empty', () => {
    const { told, finding } = playedWith(acked, { ...script, events: [compute] });
    expect(finding).toMatchObject({ key: 'owed: execute' });
    expect(told.filter((one) => one.do === 'execute')).toHaveLength(1);
  });

  it('are none where entries are counted', () => {
    const { told } = playedWith(acked, { ...script, room: 'entries' });
    expect(told.filter((one) => one.do === 'execute')).toHaveLength(1);
  });
});

describe('a script of more than the core', () => {
  const claims = { profile: ['core', 'control', 'disk'] } as const;

  it('is known again when it was written and read', () => {
    for (let number = 0; number < 200; number++) {
      const script = scripts({ ...claims, connectionLoss: 'ignored' }, 20)(1, number);
      expect(isScript(JSON.parse(JSON.stringify(script)))).toBe(true);
      expect(script?.profile).toEqual(claims.profile);
    }
  });

  it('is none with a part or an operation that nobody knows', () => {
    const script = scriptOf(['core'], {});
    expect(isScript(script)).toBe(true);
    expect(isScript({ ...script, profile: ['core', 'magic'] })).toBe(false);
    expect(isScript({ ...script, events: [{ do: 'order', host: 'A', operation: 'jump' }] })).toBe(
      false,
    );
    expect(isScript({ ...script, events: [{ do: 'operate', kind: 'PEN' }] })).toBe(false);
  });

  it('has nothing beyond the core for a program that claims that alone', () => {
    const words = new Set(['operate', 'order', 'perform', 'loseIo', 'connect']);
    for (let number = 0; number < 100; number++) {
      const events = scripts({}, 50)(2, number)?.events ?? [];
      expect(events.filter((one) => words.has(one.do))).toEqual([]);
    }
  });
});

describe('the answer to hello', () => {
  it('names the parts that a program has, or is told what they are', () => {
    const hello = (profile: readonly string[]) =>
      spokenIn(JSON.stringify({ lockstep: 'conform', version: 1, profile }));
    expect(hello(['core', 'disk'])).toMatchObject({ settings: { profile: ['core', 'disk'] } });
    expect(hello(['magic'])).toMatchObject({ kind: 'garbled' });
  });
});
