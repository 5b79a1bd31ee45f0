import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../oracle/conform/finding.ts';
import { scripts } from '../../../oracle/conform/scripts.ts';
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
