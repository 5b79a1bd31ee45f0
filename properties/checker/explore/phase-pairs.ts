import type { Event, EventType } from '../../../model/event.ts';
import { defaultSettings, type Features, noFeatures } from '../../../model/settings.ts';
import { eventTypes, isRefusal, type Spec, step } from '../../../model/spec.ts';
import type { State } from '../../../model/state.ts';
import { type FaultKind, faultKinds, isFault } from '../faults.ts';
import { allPairs, isPossible, type Pair } from '../phase-pairs.ts';
import { phaseOf } from '../phases.ts';
import { programs } from '../profile.ts';
import { explore } from './explore.ts';
import type { Found } from './question.ts';
import type { Scope } from './scope.ts';
import type { System } from './system.ts';

/** A state, and how often each kind of event that is counted may still happen. */
type Counted = { readonly state: State; readonly left: readonly number[] };

const most = {
  ...{ execute: 0, interrupt: 0, heartbeat: 0, keepalive: 0, announce: 0 },
} satisfies Scope['most'];

/** A pair that does little: buffers of one, and a guest that need not execute. */
const base = {
  settings: {
    ...defaultSettings,
    features: noFeatures,
    hostCount: 3,
    packetGroup: 1,
    primaryCapacity: 1,
    wireCapacity: 1,
    backupCapacity: 1,
    program: programs.beacon,
  },
  instructions: 2,
  generations: 2,
  copies: 4,
  packets: 0,
} satisfies Partial<Scope>;

type Program = Scope['settings']['program'];

const withFeatures = (
  some: Partial<Features>,
  program: Program = base.settings.program,
): Scope['settings'] => ({ ...base.settings, program, features: { ...noFeatures, ...some } });

const { reader, terminal } = programs;

/** One disk operation that stays under way, and one takeover after another copy was made. */
const slowDisk = {
  ...most,
  ...{ execute: 1, crash: 1, perform: 0, complete: 0, failIo: 0 },
  ...{ requestBackup: 1, place: 1, discard: 0, abandon: 0, reconnect: 0 },
} satisfies Scope['most'];

/** A scope, and how many events the longest of the stories has that it is there for. */
export type PairScope = { readonly scope: Scope; readonly events: number };

/**
 * Scopes in which, together, a fault of each kind strikes in each phase in which it can. A fault
 * may strike anywhere; the counts say only which of them the stories go on from.
 */
export const pairScopes: readonly PairScope[] = [
  {
    scope: {
      ...base,
      name: 'struck',
      says: 'one pair, two crashes, a lost connection, an interrupt',
      most: { ...most, crash: 2, reset: 1, interrupt: 1 },
    },
    events: 9,
  },
  {
    scope: {
      ...base,
      name: 'cloned',
      says: 'two takeovers, a clone, an interrupt',
      most: {
        ...most,
        ...{ interrupt: 1, suspect: 2, testAndSet: 2, requestBackup: 1, place: 1 },
        ...{ discard: 0, abandon: 0 },
      },
    },
    events: 15,
  },
  {
    scope: {
      ...base,
      name: 'moved',
      says: 'one pair that is moved once, and at most one suspicion',
      settings: withFeatures({ vmotion: true }),
      most: {
        ...most,
        ...{ migrate: 1, suspect: 1, requestBackup: 0, discard: 0, abandon: 0, cancel: 0 },
      },
    },
    events: 12,
  },
  {
    scope: {
      ...base,
      name: 'ordered',
      says: 'one pair that is powered off',
      settings: withFeatures({ control: true }),
      most: { ...most, order: 1 },
    },
    events: 5,
  },
  {
    scope: {
      ...base,
      name: 'shut down',
      says: 'one pair whose guest shuts down when a key is pressed',
      settings: { ...withFeatures({ console: true }, terminal), primaryCapacity: 3 },
      most: { ...most, operate: 1, execute: 4, suspect: 1, requestBackup: 0, discard: 0 },
      instructions: 4,
    },
    events: 10,
  },
  {
    scope: {
      ...base,
      name: 'disk',
      says: 'a disk operation of one who crashes, two takeovers, and a clone between',
      settings: withFeatures({ disk: true }, reader),
      most: { ...slowDisk, suspect: 2, testAndSet: 2 },
      copies: 3,
    },
    events: 19,
  },
  {
    scope: {
      ...base,
      name: 'busy disk',
      says: 'a disk operation of one who crashes, a takeover, a clone, and an interrupt',
      settings: withFeatures({ disk: true }, reader),
      most: { ...slowDisk, suspect: 1, testAndSet: 1, interrupt: 1 },
      copies: 3,
    },
    events: 16,
  },
  {
    scope: {
      ...base,
      name: 'moved disk',
      says: 'a disk operation of one who crashes, a takeover, and a move',
      settings: withFeatures({ disk: true, vmotion: true }, reader),
      most: {
        ...slowDisk,
        ...{ migrate: 1, suspect: 1, testAndSet: 1, requestBackup: 0, cancel: 0, reconnect: 1 },
      },
    },
    events: 14,
  },
  {
    scope: {
      ...base,
      name: 'ordered disk',
      says: 'a disk operation of one who crashes, a takeover, and a power-off',
      settings: withFeatures({ disk: true, control: true }, reader),
      most: { ...slowDisk, order: 1, suspect: 1, testAndSet: 1, requestBackup: 0 },
    },
    events: 9,
  },
];

const isInside = ({ generations, copies, instructions }: Scope, { state }: Counted): boolean =>
  state.storage.generation <= generations &&
  state.copies.length <= copies &&
  state.copies.every((copy) => !('guest' in copy) || copy.guest.position <= instructions);

/** The first way in which a fault of that kind can strike. */
const strike = ({ actions, ...spec }: Spec, state: State, kind: FaultKind): Event | undefined =>
  actions[kind]
    .instances(state)
    .find((event) => isFault(event) && !isRefusal(step({ ...spec, actions }, state, event)));

/** A pair in words. */
export const pairText = ({ kind, phase }: Pair): string => `${kind} while ${phase}`;

/**
 * The protocol within a scope as a walk over phases: nothing is remembered of a way. Beside the
 * events that the scope goes on from, a fault of each kind is tried in each state, and noted.
 */
const systemOfPairs = (spec: Spec, scope: Scope): System<Counted, Event, string | null> => {
  const counted = Object.keys(scope.most);
  const types = eventTypes(spec).filter((type: EventType) => {
    const count = scope.most[type];
    return count === undefined ? spec.actions[type].by === 'protocol' : count > 0;
  });
  const first = { state: spec.init(scope.settings), left: Object.values(scope.most) };
  const outside = { ...first, left: [] }; // nothing is counted there
  return {
    name: `${spec.name} in ${scope.name}`,
    init: [first],
    isWithin: (reached) => reached.left.length > 0 && isInside(scope, reached),
    moves: ({ state, left }, visit) => {
      for (const type of types) {
        const place = counted.indexOf(type);
        const remaining = place < 0 ? null : (left[place] ?? 0);
        if (remaining === 0) continue;
        for (const event of spec.actions[type].instances(state)) {
          const outcome = step(spec, state, event);
          if (isRefusal(outcome)) continue;
          const now = remaining === null ? left : left.with(place, remaining - 1);
          visit(event, { state: outcome.state, left: now }, null);
        }
      }
      const phase = phaseOf(state);
      for (const kind of faultKinds) {
        const event = strike(spec, state, kind);
        if (event !== undefined) visit(event, outside, pairText({ kind, phase }));
      }
    },
  };
};

/** What the stories of a scope come to, all up to a length. */
export type PairsFound = {
  readonly shortest: readonly Found<Event>[]; // a story for each pair that is reached, by its text
  readonly impossible: readonly Found<Event>[]; // stories of pairs that are said to be impossible
  readonly states: number;
};

/** Every story of the scope, breadth first, up to the length given: a shortest for each pair. */
export const pairsFound = (spec: Spec, { scope, events }: PairScope): PairsFound => {
  const ids = (are: boolean): readonly string[] =>
    allPairs.filter((pair) => isPossible(pair, scope.settings) === are).map(pairText);
  const { reached, refuted, progress } = explore(systemOfPairs(spec, scope), {
    claims: ids(false).map((id) => ({ id, holds: ({ note }) => note !== id })),
    witnesses: ids(true).map((id) => ({ id, holds: ({ note }) => note === id })),
    bounds: { depth: events + 1, bytes: Number.POSITIVE_INFINITY },
    goesOn: true,
    heap: () => 0,
    onProgress: () => true,
  });
  return { shortest: reached, impossible: refuted, states: progress.distinct };
};
