import { describe, expect, it } from 'vitest';
import type { Event } from '../../../model/event.ts';
import { copyId } from '../../../model/ids.ts';
import { paper, specification } from '../../../model/paper.ts';
import { defaultSettings, type Settings } from '../../../model/settings.ts';
import type { Spec } from '../../../model/spec.ts';
import type { State } from '../../../model/state.ts';
import { beginning } from '../../observe.ts';
import { type Line, play } from '../../scenarios/play.ts';
import type { Situation } from './protocol.ts';
import { due, judgementUnder } from './protocol-fairness.ts';

const settings: Settings = { ...defaultSettings, program: ['transmit', 'read x p'] };
const alone: Settings = { ...settings, start: 'unprotected' };

/** Where a story ends, as if it had begun there: what is fair does not depend on history. */
const situationIn = (state: State): Situation => ({ state, history: beginning(state), left: [] });

const at = (spec: Spec, from: Settings, lines: readonly Line[]): Situation =>
  situationIn(play(spec, from, ...lines).state);

type Who = 'A0' | 'B1' | 'C2';

const suspicionOf = (who: Who): Event => ({ type: 'suspect', copy: copyId(Number(who[1])) });

/** Whether a suspicion of a copy's peer is fair after a story: it may not be put off for ever. */
const mustSuspect = (who: Who, lines: readonly Line[], spec: Spec = paper): boolean =>
  judgementUnder(spec).fairness(at(spec, settings, lines), suspicionOf(who)) !== null;

const both = (...lines: readonly Line[]): readonly boolean[] =>
  (['A0', 'B1'] as const).map((who) => mustSuspect(who, lines));

const nobody = [false, false];
const everybody = [true, true];

describe('a suspicion is fair of a peer that is truly silent', () => {
  it('of one that has crashed, stands still, or is stuck', () => {
    expect(both('B crash')[0]).toBe(true);
    expect(both('A crash')[1]).toBe(true);
    expect(both('B pause')[0]).toBe(true);
    expect(both('A pause')[1]).toBe(true);
    expect(both('B1 wedge')[0]).toBe(true);
    expect(both('A0 wedge')[1]).toBe(true);
  });

  it('of one that is cut off, on either network, where one should hear from it', () => {
    expect(both('cut log A B')).toEqual([false, true]);
    expect(both('cut log B A')).toEqual([true, false]);
    expect(both('cut heartbeat A B')).toEqual([false, true]);
    expect(both('cut heartbeat B A')).toEqual([true, false]);
  });

  it('of one that has suspected it, has halted or has moved away for good', () => {
    expect(both('B1 suspect')[0]).toBe(true);
    expect(both('A0 suspect')[1]).toBe(true);
    const won: readonly Line[] = ['A0 suspect', 'A0 testAndSet', 'A0 arbitrate', 'A0 learn'];
    expect(both(...won)[1]).toBe(true);
  });

  it('once the connection is lost for good', () => {
    expect(both('reset 0')).toEqual(nobody); // there will be another
    expect(both('reset 0', 'cut log A B')).toEqual(everybody);
  });

  it('of a backup that lives but neither takes nor consumes what there is', () => {
    const lines: readonly Line[] = ['A0 execute', 'A0 flush', 'B1 receive'];
    const acked = at(paper, settings, [...lines, 'B1 acknowledge', 'A0 readAck 0']);
    const { state } = acked;
    const hosts = { ...state.hosts, B: { ...state.hosts.B, speed: 0 } };
    const starved = situationIn({ ...state, hosts });
    const { fairness } = judgementUnder(paper);
    expect(fairness(acked, suspicionOf('A0'))).toBeNull(); // it will consume it
    expect(fairness(starved, suspicionOf('A0'))).not.toBeNull();
    expect(fairness(starved, suspicionOf('B1'))).toBeNull();
  });
});

describe('a suspicion is unfair of a peer that answers', () => {
  it('when nothing has happened', () => {
    expect(both()).toEqual(nobody);
  });

  it('whatever has become of the storage, the service, other hosts and other networks', () => {
    expect(both('A loseStorage', 'B loseStorage', 'C crash', 'D pause')).toEqual(nobody);
    expect(both('cut log A C', 'cut heartbeat C B')).toEqual(nobody);
  });

  it('while the log moves on, wherever its entries are', () => {
    const lines = ['A0 execute', 'A0 flush', 'B1 receive', 'B1 acknowledge'] as const;
    for (const end of lines.keys()) expect(both(...lines.slice(0, end + 1))).toEqual(nobody);
    expect(both(...lines, 'A0 readAck 0', 'B1 replay')).toEqual(nobody);
  });

  it('while it is still being made, or on its way, and can come', () => {
    const made: readonly Line[] = ['A0 requestBackup', 'A0 place B', 'B1 precopy', 'A0 snapshot'];
    const primary = (...more: readonly Line[]) =>
      judgementUnder(paper).fairness(at(paper, alone, [...made, ...more]), suspicionOf('A0'));
    expect(primary()).toBeNull();
    expect(primary('B1 arm')).toBeNull();
    expect(primary('cut log A B')).not.toBeNull();
    expect(primary('B crash')).not.toBeNull();
    const moving: readonly Line[] = [
      'B1 migrate C',
      'C2 precopy',
      'B1 acknowledge',
      'A0 readAck 0',
    ];
    const quiet: readonly Line[] = [...moving, 'A0 quiesce', 'A0 flush', 'B1 receive', 'B1 replay'];
    expect(mustSuspect('A0', [...quiet, 'B1 switchOver'])).toBe(false);
    expect(mustSuspect('A0', [...quiet, 'B1 switchOver', 'cut log B C'])).toBe(true);
  });

  it('who has not yet suspected, by a specification that does not look', () => {
    const blind = specification('blind', { isFailure: () => false, isStalled: () => false });
    expect(mustSuspect('A0', ['B crash'], blind)).toBe(false);
    const rash = specification('rash', { isFailure: () => true });
    expect(mustSuspect('A0', [], rash)).toBe(true);
  });
});

const isFair = (event: Event, from: Settings, ...lines: readonly Line[]): boolean =>
  judgementUnder(paper).fairness(at(paper, from, lines), event) !== null;

describe('what else is fair', () => {
  it('is not the discarding of a clone that its source waits for', () => {
    const placed: readonly Line[] = ['A0 requestBackup', 'A0 place B'];
    const discard: Event = { type: 'discard', copy: copyId(1) };
    expect(isFair(discard, alone, ...placed)).toBe(false);
    expect(isFair(discard, alone, ...placed, 'A crash')).toBe(true);
    expect(isFair({ type: 'abandon', copy: copyId(0) }, alone, ...placed, 'B crash')).toBe(true);
  });

  it('is the replay on a host that gives it CPU time', () => {
    const { state } = play(paper, settings, 'A0 execute', 'A0 flush', 'B1 receive');
    const replay: Event = { type: 'replay', copy: copyId(1) };
    const starved = { ...state, hosts: { ...state.hosts, B: { ...state.hosts.B, speed: 0 } } };
    const { fairness } = judgementUnder(paper);
    expect(fairness(situationIn(state), replay)).not.toBeNull();
    expect(fairness(situationIn(starved), replay)).toBeNull();
  });

  it('is to ask the arbiter, but not while its answer is on the way', () => {
    const ask: Event = { type: 'testAndSet', copy: copyId(0) };
    const asked: readonly Line[] = ['A0 suspect', 'A0 testAndSet', 'A0 arbitrate'];
    expect(isFair(ask, settings, 'A0 suspect')).toBe(true);
    expect(isFair(ask, settings, ...asked)).toBe(false);
    expect(isFair(ask, settings, ...asked, 'A0 loseReply')).toBe(true);
  });

  it('is told apart by copy, and for a clone by its host', () => {
    const { fairness } = judgementUnder(paper);
    const asked = at(paper, alone, ['A0 requestBackup']);
    const place = (host: 'B' | 'C'): Event => ({ type: 'place', copy: copyId(0), host });
    expect(fairness(asked, place('B'))).toEqual({ kind: 'strong', name: 'place B' });
    expect(fairness(asked, place('C'))).toEqual({ kind: 'strong', name: 'place C' });
    const lines: readonly Line[] = ['A0 requestBackup', 'A0 place C', 'C1 precopy'];
    const snapshot: Event = { type: 'snapshot', copy: copyId(0) };
    const cut = fairness(at(paper, alone, lines), snapshot);
    expect(cut).toEqual({ kind: 'strong', name: 'snapshot C' });
    const flush = (copy: number): Event => ({ type: 'flush', copy: copyId(copy) });
    const [one, other] = [0, 1].map((copy) => fairness(at(paper, settings, []), flush(copy)));
    expect([one?.kind, one?.name === other?.name]).toEqual(['weak', false]);
  });

  it('pardons if it comes before its time, and so does the world', () => {
    const { pardons } = judgementUnder(paper);
    expect(pardons(at(paper, settings, []), suspicionOf('A0'))).toBe(true);
    expect(pardons(at(paper, settings, ['B crash']), suspicionOf('A0'))).toBe(false);
    expect(pardons(at(paper, settings, []), { type: 'crash', host: 'A' })).toBe(true);
    expect(pardons(at(paper, settings, []), { type: 'execute', copy: copyId(0) })).toBe(false);
  });

  it('is nothing that the world does, nor what the guest does by itself', () => {
    for (const [type, action] of Object.entries(paper.actions)) {
      const isOwn = type === 'execute' || type === 'interrupt';
      const isNever = Object.entries(due).some(([name, when]) => name === type && when === 'never');
      expect(isNever, type).toBe(action.by === 'world' || isOwn);
    }
  });
});
