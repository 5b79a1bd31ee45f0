import type { Effect } from '../model/effect.ts';
import type { Event, EventType } from '../model/event.ts';
import type { CopyId, HostId } from '../model/ids.ts';
import { paper } from '../model/paper.ts';
import { defaultSettings, noFeatures, type Settings } from '../model/settings.ts';
import { enabled, eventTypes, isRefusal, type Refusal, step } from '../model/spec.ts';
import type { State, Vm } from '../model/state.ts';
import { type Chooser, oneOf, seeded } from '../properties/checker/chooser.ts';
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
  /**
   * A fault strikes, or ends.
   *
   * @throws RangeError with the reason where it cannot, such as a crash of a host that is down
   */
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

const hasBackup = (state: State, copy: Vm): boolean =>
  copy.mode === 'recording' && peerOf(state, copy)?.mode === 'replaying';

const isServing = ({ mode }: Vm): boolean => mode === 'recording' || mode === 'live';

type Run<S, Q, R> = {
  readonly program: GuestProgram<S, Q, R>;
  readonly chooser: Chooser;
  readonly requests: Q[];
  readonly shown: Response<R>[];
  readonly executions: Map<CopyId, Execution<S, R>>;
  state: State;
};

const executionOf = <S, Q, R>(run: Run<S, Q, R>, id: CopyId): Execution<S, R> =>
  run.executions.get(id) ?? { state: run.program.initial, requests: [], responses: [] };

const given = <S, Q, R>(run: Run<S, Q, R>, id: CopyId, packet: number): void => {
  const request = run.requests[packet];
  if (request === undefined) return;
  const before = executionOf(run, id);
  const [state, response] = run.program.handle(before.state, request);
  run.executions.set(id, {
    state,
    requests: [...before.requests, packet],
    responses: [...before.responses, response],
  });
};

const show = <S, Q, R>(run: Run<S, Q, R>, effect: Effect): void => {
  if (effect.type !== 'transmit') return;
  const { requests, responses } = executionOf(run, effect.copy);
  const request = requests[effect.number];
  const response = responses[effect.number];
  if (request === undefined || response === undefined) return;
  run.shown.push({ request, response, host: effect.host });
};

/** The event happens, or the reason why it cannot. */
const perform = <S, Q, R>(run: Run<S, Q, R>, event: Event): Refusal | null => {
  const outcome = step(paper, run.state, event);
  if (isRefusal(outcome)) return outcome;
  const before = 'copy' in event ? run.state.copies[event.copy] : undefined;
  run.state = outcome.state;
  const after = before === undefined ? undefined : run.state.copies[before.id];
  if (before !== undefined && after !== undefined) {
    for (const packet of inputsOf(event, before, after).packets) given(run, before.id, packet);
    const clone = event.type === 'snapshot' && before.mode === 'live' ? before.clone : null;
    if (clone !== null) run.executions.set(clone, executionOf(run, before.id));
  }
  for (const effect of outcome.effects) show(run, effect);
  return null;
};

const must = <S, Q, R>(run: Run<S, Q, R>, event: Event): void => {
  const refusal = perform(run, event);
  if (refusal !== null) throw new RangeError(`${event.type}: ${refusal}`);
};

/** One step of the protocol, of all that can be done; `false` where nothing is left to do. */
const advance = <S, Q, R>(run: Run<S, Q, R>): boolean => {
  const [first, ...others] = possible(run.state);
  return first !== undefined && perform(run, oneOf(run.chooser, [first, ...others])) === null;
};

/**
 * The specification as a stand-in for a protected VM: hosts A and B have the first pair, C is free.
 * Nothing of it takes time or memory that a test would notice; a seed determines a run.
 */
export const fakePair = <S, Q, R>(
  program: GuestProgram<S, Q, R>,
  { seed = 'fake' }: { readonly seed?: string } = {},
): FakePair<Q, R> => {
  const settings: Settings = { ...defaultSettings, features: noFeatures, program: ['reply'] };
  const run: Run<S, Q, R> = {
    ...{ program, chooser: seeded(seed), requests: [], shown: [], executions: new Map() },
    state: paper.init({ ...settings, hostCount: 3 }),
  };
  return {
    send: (request) => {
      run.requests.push(request);
      must(run, { type: 'send' });
      return run.requests.length - 1;
    },
    befall: (fault) => must(run, fault),
    suspect: (host) => {
      const { state } = run;
      const copy = state.copies.find(
        (one) => one.host === host && peerOf(state, one) !== undefined,
      );
      if (copy === undefined) throw new RangeError(`suspect: no copy of a pair is on ${host}`);
      must(run, { type: 'suspect', copy: copy.id });
    },
    run: (steps) => {
      for (let taken = 0; taken < steps; taken++) if (!advance(run)) return false;
      return true;
    },
    settle: () => {
      while (advance(run));
    },
    responses: () => run.shown,
    serving: () =>
      run.state.copies.find((copy) => isServing(copy) && run.state.hosts[copy.host].up)?.host ??
      null,
    isProtected: () => run.state.copies.some((copy) => hasBackup(run.state, copy)),
  };
};
