import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCase, encodeCase } from './case-file.ts';
import type { Finding } from './finding.ts';
import { play } from './play.ts';
import { reduced } from './reduce.ts';
import { isScript, type Script } from './script.ts';
import { scripts } from './scripts.ts';
import type { Said, Stimulus } from './stimulus.ts';
import { spokenIn } from './stimulus.ts';

type Program = (stimulus: Stimulus) => readonly Said[];

const said = (did: string, values: object = {}): Said => {
  const spoken = spokenIn(JSON.stringify({ did, ...values }));
  if (spoken.kind !== 'said') throw new Error(JSON.stringify(spoken));
  return spoken;
};

const findingOf = (program: Program, script: Script): Finding | null => {
  const { playing } = play(script);
  let step = playing.next();
  while (step.done !== true) step = playing.next(program(step.value));
  return step.value;
};

const doesNothing: Program = () => [];

/** A primary that logs and sends, and whose backup does nothing but show that it lives. */
const logsOnly = (): Program => {
  let seq = 0;
  return (stimulus) => {
    if (stimulus.do === 'tick') {
      const copy = stimulus.host === 'A' ? 'p' : 'b';
      return [said('heartbeat', { copy }), said('keepalive', { copy })];
    }
    if (stimulus.do !== 'interrupt' || stimulus.host !== 'A') return [];
    const entries = [{ seq: ++seq, kind: 'TIMER' }];
    return [
      said('interrupt', { copy: 'p', position: 0, entries }),
      said('flush', { copy: 'p', seq, message: seq }),
    ];
  };
};

const { settings } = scripts({ packetGroup: 1 }, 1)(1, 0) ?? { settings: null };
const roomy = { primaryCapacity: 1000, backupCapacity: 1000 };

const scriptWith = (...events: Script['events']): Script => {
  if (settings === null) throw new Error('there is a first script');
  return { settings: { ...settings, ...roomy }, events };
};

describe('a script', () => {
  it('is the same for the same seed and number', () => {
    const some = (): readonly unknown[] =>
      [100, 101, 102].map((number) => scripts({}, 50)(7, number));
    expect(some()).toEqual(some());
    expect(new Set(some().map((one) => JSON.stringify(one))).size).toBe(3);
  });

  it('is known again when it was written and read', () => {
    for (let number = 0; number < 200; number++) {
      const script = scripts({}, 20)(1, number);
      expect(isScript(JSON.parse(JSON.stringify(script)))).toBe(true);
    }
  });

  it('is none with an event that nobody knows, or without a setting', () => {
    expect(isScript(scriptWith())).toBe(true);
    expect(isScript({ ...scriptWith(), events: [{ do: 'fly' }] })).toBe(false);
    expect(isScript({ ...scriptWith(), events: [{ do: 'crash', host: 'Z' }] })).toBe(false);
    expect(isScript({ ...scriptWith(), settings: { ackPoint: 'received' } })).toBe(false);
  });

  it('keeps the claims of a program', () => {
    const claims = { ackPoint: 'replayed', primaryCapacity: 17 } as const;
    for (const number of [0, 100]) {
      expect(scripts(claims, 5)(1, number)?.settings).toMatchObject(claims);
    }
  });
});

describe('a program that does nothing', () => {
  it('is refused when its guest should run', () => {
    const script = scriptWith({ do: 'execute', host: 'A', does: 'compute' });
    expect(findingOf(doesNothing, script)).toMatchObject({ kind: 'owed', key: 'owed: execute' });
  });

  it('is refused when a client has sent a packet', () => {
    const finding = findingOf(doesNothing, scriptWith({ do: 'send' }));
    expect(finding?.key).toMatch(/^owed: (deliver|heartbeat)$/);
  });

  it('is refused when its heart does not beat', () => {
    const finding = findingOf(doesNothing, scriptWith({ do: 'pass', ticks: 7 }));
    expect(finding).toMatchObject({ key: 'owed: heartbeat', cites: ['R23-1'] });
  });

  it.each(['p', 'b'])('is refused when %s shows nothing on the channel for too long', (mute) => {
    const program: Program = (stimulus) => {
      if (stimulus.do !== 'tick') return [];
      const copy = stimulus.host === 'A' ? 'p' : 'b';
      const beats = [said('heartbeat', { copy })];
      return copy === mute ? beats : [...beats, said('keepalive', { copy })];
    };
    const script = (ticks: number): Script => scriptWith({ do: 'pass', ticks }, { do: 'settle' });
    expect(findingOf(program, script(6))).toBeNull();
    const finding = findingOf(program, script(7));
    expect(finding).toMatchObject({ key: 'owed: keepalive', cites: ['R23-2', 'R23-3'] });
    expect(finding?.sentence).toBe(
      `${mute} on ${mute === 'p' ? 'A' : 'B'} has sent nothing on the channel for 3500 ms`,
    );
  });

  it('is not refused when nothing is asked of it', () => {
    expect(findingOf(doesNothing, scriptWith())).toBeNull();
  });
});

describe('a guest', () => {
  const script = scriptWith({ do: 'execute', host: 'A', does: 'readTime' });

  const answering =
    (does: string, value: number): Program =>
    (stimulus) => {
      if (stimulus.do !== 'execute') return [];
      const entries = does === 'readTime' ? [{ seq: 1, kind: 'ND', value }] : [];
      return [said('execute', { copy: 'p', position: 0, does, entries })];
    };

  it('reads what its clock shows, and the log has that', () => {
    expect(findingOf(answering('readTime', 1), script)?.kind).toBe('owed');
    const finding = findingOf(answering('readTime', 2), script);
    expect(finding).toMatchObject({ key: 'another reading', cites: ['R21-3'] });
  });

  it('executes what it was told to', () => {
    const finding = findingOf(answering('compute', 1), script);
    expect(finding).toMatchObject({ key: 'executes something else', cites: ['R21-2'] });
  });
});

describe('a guest that has executed one instruction', () => {
  const script = scriptWith(
    { do: 'execute', host: 'A', does: 'compute' },
    { do: 'interrupt', host: 'A' },
  );

  const striking =
    (line: (position: number) => Said, position: number): Program =>
    (stimulus) => {
      if (stimulus.do === 'interrupt') return [line(position)];
      const executed = said('execute', { copy: 'p', position: 0, does: 'compute' });
      return stimulus.do === 'execute' ? [executed] : [];
    };

  const interrupted = (position: number): Said =>
    said('interrupt', { copy: 'p', position, entries: [{ seq: 1, kind: 'TIMER' }] });
  const digested = (position: number): Said => said('digest', { copy: 'p', position, digest: 'd' });

  it.each([
    ['interrupt', interrupted],
    ['digest', digested],
  ] as const)('is at no later place: %s', (_, line) => {
    const finding = findingOf(striking(line, 3), script);
    expect(finding).toMatchObject({ key: 'another position', cites: ['R21-2', 'R21-4'] });
    expect(findingOf(striking(line, 1), script)?.kind).toBe('owed');
  });
});

describe('a backup that reads nothing', () => {
  it('is refused for that', () => {
    const finding = findingOf(logsOnly(), scriptWith({ do: 'interrupt', host: 'A' }));
    expect(finding).toMatchObject({ key: 'owed: receive', cites: ['R32-2'] });
  });

  it('owes nothing once its host has crashed: its primary does', () => {
    const events = [
      { do: 'interrupt', host: 'A' },
      { do: 'crash', host: 'B' },
    ] as const;
    const finding = findingOf(logsOnly(), scriptWith(...events));
    expect(finding).toMatchObject({ key: 'owed: suspect on silence', cites: ['R23-3'] });
  });
});

describe('a copy that has lost its connection', () => {
  const events = [
    { do: 'interrupt', host: 'A' },
    { do: 'carry', net: 'log', to: 'B' },
    { do: 'lose' },
    { do: 'interrupt', host: 'A' },
  ] as const;

  /** The backup holds what has arrived, and says this when it is told of the loss. */
  const losing = (...lines: readonly Said[]): Finding | null => {
    const logs = logsOnly();
    const program: Program = (stimulus) => {
      if (stimulus.do === 'lost' && stimulus.host === 'B') return lines;
      if (stimulus.do !== 'message' || stimulus.kind !== 'flush') return logs(stimulus);
      return [said('receive', { copy: 'b', seq: 1 })];
    };
    return findingOf(program, scriptWith(...events, { do: 'settle' }));
  };
  const acknowledged = said('acknowledge', { copy: 'b', upTo: 1, message: 1 });
  const suspected = said('suspect', { copy: 'b' });

  it('may send what nobody hears, until it suspects', () => {
    expect(losing(acknowledged, suspected)).toMatchObject({ kind: 'owed' });
    const finding = losing(suspected, acknowledged);
    expect(finding).toMatchObject({ kind: 'refused', line: { did: 'acknowledge' } });
    expect(finding?.cites).toEqual(['R22-14']);
  });
});

describe('a refutation', () => {
  it('is made small, and stays one for the same reason', async () => {
    const script = scripts({}, 50)(3, 100) ?? scriptWith();
    const key = findingOf(doesNothing, script)?.key;
    const still = async (one: Script): Promise<boolean> => findingOf(doesNothing, one)?.key === key;
    const small = await reduced(script, still, () => false);
    expect(small.events).toHaveLength(1);
    expect(findingOf(doesNothing, small)?.key).toBe(key);
    expect(small.settings).toMatchObject(roomy);
  });

  it('is written and read back', () => {
    const script = scriptWith({ do: 'send' });
    const finding = { kind: 'owed', key: 'k', cites: ['R22-4'], sentence: 's' } as const;
    const command = ['a', 'b'];
    const one = {
      format: 4,
      kind: 'conform',
      command,
      eachHost: true,
      seed: 1,
      number: 2,
      finding,
      script,
    } as const;
    expect(decodeCase(encodeCase(one, []), 'it')).toMatchObject(one);
    expect(decodeCase('{"format":4', 'it')).toMatchObject({ file: 'it' });
    expect(decodeCase('{"format":4}', 'it')).toMatchObject({ place: 'the file' });
    const file = JSON.parse(encodeCase(one, []));
    const { eachHost: _, ...third } = { ...file, format: 3 };
    const read = decodeCase(JSON.stringify(third), 'it');
    expect(read).toEqual({ ...one, eachHost: false });
    for (const [change, place] of [
      [{ format: 5 }, 'format'],
      [{ eachHost: 'yes' }, 'eachHost'],
      [{ format: 3 }, 'eachHost'],
      [{ more: 1 }, 'more'],
      [{ command: [] }, 'command'],
      [{ command: ['a\0'] }, 'command[0]'],
      [{ script: { ...script, events: [{ do: 'fly' }] } }, 'script'],
      [{ log: [{}] }, 'log[0].did'],
    ] as const) {
      const changed = decodeCase(JSON.stringify({ ...file, ...change }), 'it');
      expect(changed, JSON.stringify(change)).toMatchObject({ place });
    }
  });
});

const hello = (more: string): string => `{"lockstep":"conform","version":1,${more}}`;

describe('a line of a program', () => {
  it.each([
    ['{', 'no object of JSON'],
    ['[]', 'no object of JSON'],
    ['{"a":1}', 'no line of the protocol'],
    ['{"did":"flush","copy":"p"}', 'where seq should be'],
    ['{"did":"flush","copy":"p","seq":1,"n":4}', 'node and n are for the harness'],
    ['{"did":"release","copy":"p","ordinal":0,"message":1}', 'carries no message'],
    ['{"did":"arbitrate","copy":"p","outcome":"won"}', 'is for the harness'],
    ['{"lockstep":"conform","version":2}', '"version":1'],
    [hello('"settings":{"wireCapacity":3}'), 'wireCapacity is not played'],
    [hello('"profile":["core","migration"]'), 'migration is not played'],
    [hello('"profile":["core","disc"]'), 'should be'],
  ])('such as %s is refused with a sentence', (text, words) => {
    const spoken = spokenIn(text);
    expect(spoken.kind).toBe('garbled');
    expect('sentence' in spoken ? spoken.sentence : '').toContain(words);
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => Boolean(spokenIn(text).kind)),
    );
  });
});
