import type { Effect } from '../model/effect.ts';
import type { Event, EventType } from '../model/event.ts';
import type { CopyId, HostId } from '../model/ids.ts';
import { paper } from '../model/paper.ts';
import { defaultSettings, noFeatures } from '../model/settings.ts';
import { enabled, eventTypes, isRefusal, step } from '../model/spec.ts';
import type { State, Vm } from '../model/state.ts';
import { oneOf, seeded } from '../properties/checker/chooser.ts';
import { inputsOf } from '../properties/observed/inputs.ts';

/** What the guest computes: deterministic, and its state is never changed in place. */
export type GuestProgram<S, Q, R> = {
  readonly initial: S;
  readonly handle: (state: S, request: Q) => readonly [S, R];
};

/** A response as a client sees it. A request may stay without one: its packet is lost (R22-12). */
export type Response<R> = {
  readonly request: number;
  readonly response: R;
  readonly host: HostId; // from which it came
};

/** What can befall a pair. */
export type Fault = Extract<
  Event,
  {
    readonly type:
      | 'crash'
      | 'repair'
      | 'pause'
      | 'resume'
      | 'cut'
      | 'heal'
      | 'loseStorage'
      | 'regainStorage'
      | 'loseService'
      | 'regainService';
  }
>;

/** A protected VM that behaves as the protocol allows, for tests of what is built on one. */
export type FakePair<Q, R> = {
  /** A client sends a request; it gets its number, from 0 on. */
  readonly send: (request: Q) => number;
  /** A fault strikes, or ends. Throws with the reason where it cannot (a host that is down crashes). */
  readonly befall: (fault: Fault) => void;
  /** A copy suspects its peer without reason: nothing that may not happen (R23-4). */
  readonly suspect: (host: HostId) => void;
  /** So many steps of the protocol, as the seed has it. Whether there was as much to do. */
  readonly run: (steps: number) => boolean;
  /** Until nothing is left to do. */
  readonly settle: () => void;
  /** The responses that clients have seen so far, in order. */
  readonly responses: () => readonly Response<R>[];
  /** The host whose copy answers clients now, or `null` while nobody may. */
  readonly serving: () => HostId | null;
  /** Whether a backup would take over. */
  readonly isProtected: () => boolean;
};

type Execution<S, R> = {
  readonly state: S;
  readonly requests: readonly number[]; // by the number of the response
  readonly responses: readonly R[];
};

/** Steps that are taken as soon as they can be; the others need a reason of their own. */
const plain: ReadonlySet<EventType> = new Set<EventType>([
  ...(['deliver', 'replay', 'flush', 'receive', 'acknowledge', 'readAck', 'reconnect'] as const),
  ...(['release', 'testAndSet', 'arbitrate', 'learn', 'goLive', 'requestBackup'] as const),
  ...(['precopy', 'snapshot', 'arm'] as const),
]);

const isSilent = ({ hosts, cuts }: State, from: HostId, to: HostId): boolean =>
  !hosts[from].up || hosts[from].paused || cuts.some((cut) => cut.from === from && cut.to === to);

const peerOf = ({ copies }: State, copy: Vm): Vm | undefined => {
  if (copy.mode === 'recording') return copies.findLast(({ line }) => line === copy.backup);
  if (copy.mode === 'replaying') return copies.findLast(({ line }) => line === copy.primary);
  return undefined;
};

/** A peer that ended, or of which nothing is heard, is suspected; no other is. */
const isSuspect = (state: State, copy: Vm): boolean => {
  const peer = peerOf(state, copy);
  if (peer === undefined) return false;
  const isOver = peer.mode !== 'recording' && peer.mode !== 'replaying' && peer.mode !== 'cloning';
  return isOver || isSilent(state, peer.host, copy.host);
};

/** A destination that will never answer. */
const isForsaken = (state: State, copy: Vm): boolean => {
  const to = copy.mode === 'live' && copy.clone !== null ? state.copies[copy.clone] : undefined;
  if (to === undefined) return false;
  const isDeaf = isSilent(state, to.host, copy.host) || isSilent(state, copy.host, to.host);
  return to.mode !== 'cloning' || isDeaf;
};

const hasReason = (state: State, event: Event): boolean => {
  if (plain.has(event.type)) return true;
  const copy = 'copy' in event ? state.copies[event.copy] : undefined;
  if (copy === undefined) return false;
  switch (event.type) {
    case 'execute':
      return 'guest' in copy && copy.guest.requests > 0;
    case 'place':
      return !isSilent(state, event.host, copy.host) && !isSilent(state, copy.host, event.host);
    case 'suspect':
      return isSuspect(state, copy);
    case 'announce':
      return copy.mode === 'live' && state.network.port !== copy.host;
    case 'abandon':
      return isForsaken(state, copy);
    default:
      return false;
  }
};

const possible = (state: State): readonly Event[] =>
  eventTypes(paper).flatMap((type): readonly Event[] =>
    paper.actions[type].by === 'protocol'
      ? enabled(paper, state, type).filter((event) => hasReason(state, event))
      : [],
  );

const isServing = ({ mode }: Vm): boolean => mode === 'recording' || mode === 'live';

/**
 * The specification as a stand-in for a protected VM: hosts A and B have the first pair, C is free.
 * Nothing of it takes time or memory that a test would notice; a seed determines a run.
 */
export const fakePair = <S, Q, R>(
  program: GuestProgram<S, Q, R>,
  { seed = 'fake' }: { readonly seed?: string } = {},
): FakePair<Q, R> => {
  const chooser = seeded(seed);
  const requests: Q[] = [];
  const shown: Response<R>[] = [];
  const booted: Execution<S, R> = { state: program.initial, requests: [], responses: [] };
  const executions = new Map<CopyId, Execution<S, R>>();
  let state = paper.init({
    ...defaultSettings,
    features: noFeatures,
    program: ['reply'],
    hostCount: 3,
  });
  const executionOf = (id: CopyId): Execution<S, R> => executions.get(id) ?? booted;
  const given = (id: CopyId, packet: number): void => {
    const request = requests[packet];
    if (request === undefined) return;
    const before = executionOf(id);
    const [after, response] = program.handle(before.state, request);
    executions.set(id, {
      state: after,
      requests: [...before.requests, packet],
      responses: [...before.responses, response],
    });
  };
  const show = (effect: Effect): void => {
    if (effect.type !== 'transmit') return;
    const { requests: asked, responses } = executionOf(effect.copy);
    const request = asked[effect.number];
    const response = responses[effect.number];
    if (request === undefined || response === undefined) return;
    shown.push({ request, response, host: effect.host });
  };
  const perform = (event: Event): string | null => {
    const outcome = step(paper, state, event);
    if (isRefusal(outcome)) return outcome;
    const before = 'copy' in event ? state.copies[event.copy] : undefined;
    state = outcome.state;
    const after = before === undefined ? undefined : state.copies[before.id];
    if (before !== undefined && after !== undefined) {
      for (const packet of inputsOf(event, before, after).packets) given(before.id, packet);
      const clone = event.type === 'snapshot' && before.mode === 'live' ? before.clone : null;
      if (clone !== null) executions.set(clone, executionOf(before.id));
    }
    for (const effect of outcome.effects) show(effect);
    return null;
  };
  const must = (event: Event): void => {
    const refusal = perform(event);
    if (refusal !== null) throw new RangeError(`${event.type}: ${refusal}`);
  };
  const once = (): boolean => {
    const [first, ...others] = possible(state);
    return first !== undefined && perform(oneOf(chooser, [first, ...others])) === null;
  };
  return {
    send: (request) => {
      requests.push(request);
      must({ type: 'send' });
      return requests.length - 1;
    },
    befall: must,
    suspect: (host) => {
      const copy = state.copies.find(
        (one) => one.host === host && peerOf(state, one) !== undefined,
      );
      if (copy === undefined) throw new RangeError(`suspect: no copy of a pair is on ${host}`);
      must({ type: 'suspect', copy: copy.id });
    },
    run: (steps) => {
      for (let taken = 0; taken < steps; taken++) if (!once()) return false;
      return true;
    },
    settle: () => {
      while (once());
    },
    responses: () => shown,
    serving: () =>
      state.copies.find((copy) => isServing(copy) && state.hosts[copy.host].up)?.host ?? null,
    isProtected: () =>
      state.copies.some(
        (copy) => copy.mode === 'recording' && peerOf(state, copy)?.mode === 'replaying',
      ),
  };
};
