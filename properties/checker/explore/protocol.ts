import type { Event, EventType } from '../../../model/event.ts';
import { eventTypes, isRefusal, type Spec, step } from '../../../model/spec.ts';
import type { State } from '../../../model/state.ts';
import type { History } from '../../history.ts';
import { beginning, observe } from '../../observe.ts';
import type { EveryStep, Sight, Sometimes } from '../../property.ts';
import { faultKinds } from '../faults.ts';
import { phaseOf } from '../phases.ts';
import type { Cause } from './hits.ts';
import { omissions } from './omissions.ts';
import type { Scope } from './scope.ts';
import type { Always, Possible, System, Taken } from './system.ts';

/**
 * A state with what the observers remember of the way there, and how often each kind of event that
 * the scope counts may still happen. Two ways to a state that the claims can tell apart lead to two
 * situations.
 */
export type Situation = {
  readonly state: State;
  readonly history: History;
  readonly left: readonly number[]; // by place among the kinds that are counted
};

/** A claim about every step, to be asked of the steps of an exploration. */
export const alwaysOf = ({ id, holds }: EveryStep): Always<Situation, Event, Sight> => ({
  id,
  holds: ({ note }) => holds(note),
});

/** A witness, to be looked for. */
export const possibleOf = ({ id, holds }: Sometimes): Possible<Situation, Event, Sight> => ({
  id,
  holds: ({ note }) => holds(note),
});

const faults: ReadonlySet<string> = new Set(faultKinds);

/** On what a violation rests: which kinds of faults there were, and where the protocol stood. */
export const causeIn =
  (scope: Scope) =>
  ({ before, after }: Taken<Situation, Event, Sight>): Cause => ({
    faults: Object.entries(scope.most).flatMap(([type, count], place) =>
      faults.has(type) && (after.left[place] ?? 0) < count ? [type] : [],
    ),
    phase: phaseOf(before.state),
  });

const isInside = (scope: Scope, { copies, storage, network }: State): boolean =>
  storage.generation <= scope.generations &&
  copies.length <= scope.copies &&
  network.packets <= scope.packets &&
  copies.every((copy) => !('guest' in copy) || copy.guest.position <= scope.instructions);

/** The protocol within a scope. Kinds of events that the scope does not allow are not tried. */
export const systemFor = (spec: Spec, scope: Scope): System<Situation, Event, Sight> => {
  const counted = Object.keys(scope.most);
  const tries = eventTypes(spec)
    .filter((type) => mayHappen(spec, scope, type))
    .map((type) => ({ place: counted.indexOf(type), action: spec.actions[type] }));
  const state = spec.init(scope.settings);
  const first = { state, history: beginning(state), left: Object.values(scope.most) };
  return {
    name: `${spec.name} in ${scope.name}`,
    init: [first],
    isWithin: ({ state: reached }) => isInside(scope, reached),
    moves: (situation, visit) => {
      const { state: before, history: past, left } = situation;
      for (const { place, action } of tries) {
        const remaining = place < 0 ? null : (left[place] ?? 0);
        if (remaining === 0) continue;
        for (const event of action.instances(before)) {
          if (isVain(scope, event) || isOmitted(scope, before, event)) continue;
          const outcome = step(spec, before, event);
          if (isRefusal(outcome)) continue;
          const { state: after, effects } = outcome;
          const history = observe(past, before, event, after, effects);
          const now = remaining === null ? left : left.with(place, remaining - 1);
          const sight = { before, event, after, effects, past, history };
          visit(event, { state: after, history, left: now }, sight);
        }
      }
    },
  };
};

/** Without time nobody listens for heartbeats: that their network is cut changes nothing. */
const isVain = ({ settings }: Scope, event: Event): boolean =>
  settings.clock === null && event.type === 'cut' && event.net === 'heartbeat';

const isOmitted = ({ omits }: Scope, before: State, event: Event): boolean =>
  omits?.some((omission) => omissions[omission](before, event)) ?? false;

/** What the world does happens as often as the scope says; what the protocol does, at will. */
const mayHappen = ({ actions }: Spec, { most }: Scope, type: EventType): boolean => {
  const count = most[type];
  return count === undefined ? actions[type].by === 'protocol' : count > 0;
};
