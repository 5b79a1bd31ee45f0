import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../oracle/conform/finding.ts';
import {
  type Does,
  type Happening,
  type OfHost,
  type PairHost,
  unclaimed,
} from '../../../oracle/conform/script.ts';
import { scripts } from '../../../oracle/conform/scripts.ts';
import type { Stimulus } from '../../../oracle/conform/stimulus.ts';
import { type Adapter, campaign, played } from '../../../oracle/suite.ts';
import { programWith } from '../../../properties/conformance/trial.ts';
import { programOf } from '../../../properties/conformance/wrong/wrong-program.ts';
import { allWrong } from '../../../properties/conformance/wrong-policies.ts';
import { answering } from '../typescript/lockstep.ts';
import { claimsOf } from './claims.ts';
import { type Maker, pairsOf } from './pair.ts';

type Seen = Adapter & { readonly said: ReadonlySet<string> };

/** The pair in the same process, and the words that it has said. */
const adapterOf = (maker: Maker, words: readonly string[]): Seen => {
  const { settings, ...rest } = claimsOf(words);
  const said = new Set<string>();
  let lines: object[] = [];
  let id = 0;
  const answer = answering(pairsOf(maker), {}, (line) => lines.push(line));
  const tell: Adapter['tell'] = (stimulus) => {
    lines = [];
    answer(JSON.parse(JSON.stringify({ id: ++id, ...stimulus })));
    for (const line of lines) if ('did' in line) said.add(`${line.did}`);
    return lines.filter((line) => !('done' in line));
  };
  return { settings: { ...settings, ...rest }, tell, said };
};

const claims: readonly string[] = [
  'connectionLoss=ignored',
  'connectionLoss=evidence profile=core',
  'ackPoint=replayed',
  'goLiveOutput=emitLast arbitration=drainThenTestAndSet',
  'room=bytes',
];

const beyond = ['reconnect', 'feed', 'order', 'stop', 'submit', 'complete'];

describe("Lockstep's own hypervisor behind the door", { timeout: 60_000 }, () => {
  it.each(claims)('is right with %s', async (words) => {
    const adapter = adapterOf(programWith(), words.split(' '));
    const { story } = await campaign(adapter, { seed: 5, count: 200, length: 50 });
    expect(story).toBeNull();
  });

  it('stands still where its log buffer is full, and goes on', () => {
    const adapter = adapterOf(programWith(), ['room=bytes']);
    const scriptOf = scripts(adapter.settings ?? {}, 50);
    let standing = 0;
    const watching: Adapter = {
      ...adapter,
      tell: (stimulus) => {
        const lines = adapter.tell(stimulus);
        const isStill = stimulus.do === 'execute' && lines.length === 0;
        if (isStill) standing++;
        return lines;
      },
    };
    for (let number = 40; number < 140; number++) {
      const script = scriptOf(3, number);
      if (script !== undefined) expect(played(watching, script).finding).toBeNull();
    }
    expect(standing).toBeGreaterThan(10);
  });

  it('says all that can be said beyond the core', async () => {
    const adapter = adapterOf(programWith(), []);
    await campaign(adapter, { seed: 6, count: 100, length: 50 });
    expect(beyond.filter((did) => !adapter.said.has(did))).toEqual([]);
  });
});

const does = (what: Does): Happening => ({ do: 'execute', host: 'A', does: what });
const pass = (ticks: number): Happening => ({ do: 'pass', ticks });
const carry = (to: PairHost): Happening => ({ do: 'carry', net: 'log', to });
const onHost = <K extends OfHost>(word: K, host: PairHost): Happening => ({ do: word, host });
const settle: Happening = { do: 'settle' };
const lose: Happening = { do: 'lose' };
const newest = (host: PairHost): Happening => {
  return { do: 'perform', host, which: 'newest', blocks: 2 };
};

/** What the harness tells in a script of one's own; no pair is refuted by it. */
const toldIn = (claimed: string, ...events: readonly Happening[]): readonly Stimulus[] => {
  const adapter = adapterOf(programWith(), claimed.split(' '));
  const { settings, ...rest } = claimsOf(claimed.split(' '));
  const told: Stimulus[] = [];
  const tell: Adapter['tell'] = (stimulus) => {
    told.push(stimulus);
    return adapter.tell(stimulus);
  };
  const script = { ...rest, settings: { ...unclaimed, ...settings }, events };
  expect(played({ tell }, script).finding).toBeNull();
  return told;
};

const told = (stimuli: readonly Stimulus[], word: Stimulus['do'], host: PairHost) =>
  stimuli.filter((one) => one.do === word && 'host' in one && one.host === host);

describe('the world around a pair', () => {
  it('loses a connection again of which the primary has not heard', () => {
    const stimuli = toldIn(
      'connectionLoss=ignored',
      ...[does('transmit'), lose, carry('B'), { do: 'connect' } as const, lose, settle],
      ...[does('stamp'), pass(2), settle],
    );
    expect(told(stimuli, 'lost', 'B')).toHaveLength(2);
    expect(told(stimuli, 'connected', 'B').length).toBeGreaterThan(1);
  });

  it('grants a backup its time between two attempts', () => {
    const connect: Happening = { do: 'connect' };
    const both = [carry('A'), carry('B')];
    const stimuli = toldIn(
      'connectionLoss=ignored',
      ...[lose, ...both, connect, carry('A'), lose, ...both, connect, pass(4), settle],
    );
    expect(told(stimuli, 'connected', 'B')).toHaveLength(3);
  });

  it('tells a backup that the connection is gone, when its primary is off', () => {
    const powerOff: Happening = { do: 'order', host: 'A', operation: 'powerOff' };
    const stimuli = toldIn('profile=core,control', powerOff, carry('B'), carry('A'), settle);
    expect(told(stimuli, 'lost', 'B')).toHaveLength(1);
  });

  it('takes a told backup for gone whose ack is too late', () => {
    const stimuli = toldIn(
      'profile=core,control',
      ...[{ do: 'operate', kind: 'KEY' } as const, pass(1)],
      ...[{ do: 'cut', net: 'log', to: 'A' } as const, carry('B'), carry('B')],
      ...[does('shutdown'), pass(5), onHost('arbitrate', 'A'), onHost('answer', 'A'), settle],
    );
    expect(told(stimuli, 'reply', 'A')).toMatchObject([{ outcome: 'won' }]);
    expect(told(stimuli, 'reply', 'B')).toEqual([]);
  });

  it('keeps what is submitted on its host, while the storage is away or the host stands', () => {
    const stimuli = toldIn(
      'profile=core,disk',
      ...[onHost('loseStorage', 'A'), does('read x p'), onHost('pause', 'A')],
      ...[onHost('regainStorage', 'A'), onHost('resume', 'A'), settle],
    );
    expect(told(stimuli, 'completed', 'A')).toHaveLength(1);
  });

  it('does not perform what was submitted in a generation that is over', () => {
    const stimuli = toldIn(
      'profile=core,disk connectionLoss=evidence',
      ...[does('touch p'), does('write x p'), carry('B'), carry('A'), onHost('crash', 'A')],
      ...[pass(9), onHost('arbitrate', 'B'), onHost('answer', 'B'), onHost('replay', 'B')],
      ...[newest('B'), does('touch p'), does('write x p'), newest('B'), newest('A')],
      ...[does('read x q'), newest('B')],
    );
    const [first, second, read] = told(stimuli, 'completed', 'B');
    expect([first, second]).toMatchObject([{ io: 0 }, { io: 1 }]);
    expect(read).toMatchObject({ io: 2, transferred: 1 });
    const again = toldIn(
      'profile=core,disk connectionLoss=evidence',
      ...[does('touch p'), does('write x p'), carry('B'), carry('A'), onHost('crash', 'A')],
      ...[pass(9), onHost('arbitrate', 'B'), onHost('answer', 'B'), onHost('replay', 'B')],
      ...[newest('B'), does('touch p'), does('write x p'), newest('B')],
      ...[does('read x q'), newest('B')],
    );
    expect(read).toEqual(told(again, 'completed', 'B')[2]);
  });
});

const findingOf = (name: string, words: readonly string[]): Finding | null => {
  const wrong = allWrong.find((one) => one.name === name);
  if (wrong === undefined) throw new Error(`there is a wrong program ${name}`);
  const adapter = adapterOf(programOf(wrong), words);
  const scriptOf = scripts(adapter.settings ?? {}, 50);
  for (let number = 0; number < 120; number++) {
    const script = scriptOf(1, number);
    const finding = script === undefined ? null : played(adapter, script).finding;
    if (finding !== null) return finding;
  }
  return null;
};

/** What each is refused for, and by which rule. */
const refuted: readonly (readonly [string, string, string])[] = [
  // a connection that comes back
  ['resumes-one-late', 'R21-7', 'flush differs'],
  ['resumes-where-it-was', 'R21-7', 'flush differs'],
  ['ack-after-replay', 'R22-5', 'reconnect differs'],
  // operator and administrator
  ['mouse-not-logged', 'R21-3', 'feed differs'],
  ['key-twice', 'R20-3', 'feed: nobody has pressed a key'],
  ['poweroff-not-forwarded', 'R21-3', 'order differs'],
  ['poweroff-overtaken', 'R33-2', 'stop: its backup is not known to be told'],
  ['stops-with-outputs-withheld', 'R33-2', 'stop: its backup is not known to be told'],
  ['runs-on-after-power-off', 'R33-2', 'announce: the guest is powered off'],
  ['told-and-goes-live', 'R23-22', 'testAndSet: a halted copy'],
  ['ring-sent-without-an-entry', 'R22-3', 'deliver differs'],
  // the disk
  ['completion-not-logged', 'R21-3', 'complete differs'],
  ['disk-writes-exempt', 'R34-6', 'submit: no such disk operation is in its queue'],
  ['no-race-serialization', 'R34-1', 'submit: it would race'],
  ['settled-one-entry-early', 'R34-1', 'submit: it would race'],
  ['no-reissue', 'R34-7', 'owed: submit'],
];

describe('a hypervisor that is wrong in one decision', { timeout: 60_000 }, () => {
  it.each(refuted)('%s is refused for %s: %s', (name, requirement, rule) => {
    const finding = findingOf(name, []);
    expect(finding?.key).toContain(rule);
    expect(finding?.cites[0]).toBe(requirement);
  });

  it.each([
    ['drop-when-full', 'R21-3', 'complete differs'],
    ['group-logged-in-part', 'R35-2', 'deliver differs'],
    ['ring-off-by-one', 'R32-2', 'owed: receive'],
  ])('%s is refused for %s where log buffers are small: %s', (name, requirement, rule) => {
    const finding = findingOf(name, ['room=bytes']);
    expect(finding?.key).toContain(rule);
    expect(finding?.cites[0]).toBe(requirement);
  });

  it('of V8 is refused for the order in which it asks', () => {
    const finding = findingOf('asks-before-drained', ['arbitration=drainThenTestAndSet']);
    expect(finding).toMatchObject({ cites: ['R23-15'] });
  });

  it.each([
    ['emits-the-last', ['goLiveOutput=drop']],
    ['drops-the-last', ['goLiveOutput=emitLast']],
  ])('of V7, %s, is refused as %s', (name, words) => {
    expect(findingOf(name, words)).toMatchObject({ cites: ['R22-8'] });
  });
});
