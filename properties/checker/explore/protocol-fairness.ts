import type { Event, EventType } from '../../../model/event.ts';
import { connectionId, copyId, type HostId } from '../../../model/ids.ts';
import { isRefusal, type Spec } from '../../../model/spec.ts';
import type { State } from '../../../model/state.ts';
import { type Names, namesIn } from './forgetting.ts';
import type { Survey } from './graph.ts';
import { listening, longAfter } from './long-after.ts';
import type { Situation } from './protocol.ts';

/**
 * When an event may not be put off for ever:
 * - `never`: it may, for it is the world's choice, or the guest's, whose program may be over;
 * - `at once`: the protocol does it as soon as it can, and what it can do it can still do later;
 * - `fed`: the same, on a host that gives the VM any CPU time (R32-7);
 * - `unanswered`: the same, unless the answer to it is on its way (R23-17, R23-21);
 * - `some time`: not every chance of it is taken, but one of many is (R31-6);
 * - `late`: once the present has lasted for long;
 * - `silent`: once it has, and all is heard that can be (R23-3).
 */
export type Due = 'never' | 'at once' | 'fed' | 'unanswered' | 'some time' | 'late' | 'silent';

/**
 * What is fair. To suspect a peer is, if that is truly silent, never if it answers (R23-3, R23-4);
 * to give up a clone or a VMotion is, if it lasts. Clones may fail, but not all of them at the
 * same point: the cut comes some time, on any host that can be chosen again and again.
 */
export const due: Readonly<Record<EventType, Due>> = {
  execute: 'never',
  interrupt: 'never',
  deliver: 'at once',
  feed: 'at once',
  replay: 'fed',
  flush: 'at once',
  receive: 'at once',
  acknowledge: 'at once',
  readAck: 'at once',
  reconnect: 'at once',
  release: 'at once',
  heartbeat: 'at once',
  keepalive: 'at once',
  suspect: 'silent',
  testAndSet: 'unanswered',
  arbitrate: 'at once',
  learn: 'at once',
  goLive: 'at once',
  announce: 'at once',
  requestBackup: 'at once',
  place: 'some time',
  precopy: 'some time',
  snapshot: 'some time',
  arm: 'at once',
  discard: 'late',
  abandon: 'late',
  throttle: 'at once',
  order: 'never',
  stop: 'at once',
  migrate: 'never',
  quiesce: 'at once',
  switchOver: 'at once',
  takeUp: 'at once',
  cancel: 'late',
  submit: 'at once',
  perform: 'at once',
  complete: 'at once',
  failIo: 'never',
  loseIo: 'never',
  tick: 'never',
  send: 'never',
  operate: 'never',
  crash: 'never',
  repair: 'never',
  pause: 'never',
  resume: 'never',
  wedge: 'never',
  cut: 'never',
  heal: 'never',
  reset: 'never',
  loseStorage: 'never',
  regainStorage: 'never',
  loseRequest: 'never',
  loseReply: 'never',
  loseService: 'never',
  regainService: 'never',
  skew: 'never',
  overcommit: 'never',
};

const isAnswered = ({ storage }: State, event: Event): boolean =>
  'copy' in event && storage.replies.some(({ copy }) => copy === event.copy);

const isFed = ({ copies, hosts }: State, event: Event): boolean => {
  const copy = 'copy' in event ? copies[event.copy] : undefined;
  return copy === undefined || hosts[copy.host].speed > 0;
};

const happens = <T extends EventType>(spec: Spec, present: State, event: Event<T>): boolean =>
  !isRefusal(spec.actions[event.type].next(present, event));

/** Instances are told apart by the names of what they are about. */
const nameOf = (event: Event, names: Names): string =>
  Object.entries(event)
    .map(([key, value]) => {
      if (key === 'copy') return names.copy(copyId(Number(value)));
      return key === 'connection' ? names.connection(connectionId(Number(value))) : value;
    })
    .join(' ');

/** The host on which a backup is made, where an event is about that. */
const destinationOf = ({ copies }: State, event: Event): HostId | null => {
  if (event.type === 'place') return event.host;
  const copy = 'copy' in event ? copies[event.copy] : undefined;
  if (copy?.mode !== 'live') return copy?.host ?? null;
  return copy.clone === null ? null : (copies[copy.clone]?.host ?? null);
};

/** What is fair under a specification, and after what everything is owed anew. */
export type Judgement = Pick<Survey<Situation, Event>, 'fairness' | 'pardons'>;

/** Something made of a state or situation, kept for as long as the same one is asked about. */
const kept = <A, B>(make: (from: A) => B): ((from: A) => B) => {
  let last: { readonly from: A; readonly made: B } | null = null;
  return (from) => {
    if (last?.from !== from) last = { from, made: make(from) };
    return last.made;
  };
};

/**
 * The fairness of each event. Each instance is a class of its own; what makes a clone, each host.
 * What is late, and who is silent, is asked of the specification itself: one that fails to notice
 * is found out. What the world does pardons, for it is from then on that anything is owed; so does
 * what comes before its time, such as the suspicion of a peer that answers.
 */
export const judgementUnder = (spec: Spec): Judgement => {
  const { actions } = spec;
  const namesOf = kept(namesIn);
  const later = kept(longAfter);
  const heard = kept((state: State) => listening(spec, state));
  const isDue = ({ state }: Situation, event: Event): boolean => {
    switch (due[event.type]) {
      case 'never':
        return false;
      case 'at once':
      case 'some time':
        return true;
      case 'fed':
        return isFed(state, event);
      case 'unanswered':
        return !isAnswered(state, event);
      case 'late':
        return happens(spec, later(state), event);
      case 'silent':
        return happens(spec, heard(state), event);
    }
  };
  return {
    fairness: (situation, event) => {
      if (!isDue(situation, event)) return null;
      if (due[event.type] !== 'some time') {
        return { name: nameOf(event, namesOf(situation)), kind: 'weak' };
      }
      const host = destinationOf(situation.state, event);
      return { name: `${event.type} ${host}`, kind: 'strong' };
    },
    pardons: (situation, event) => {
      if (actions[event.type].by === 'world') return true;
      const takesTime = due[event.type] === 'late' || due[event.type] === 'silent';
      return takesTime && !isDue(situation, event);
    },
  };
};
