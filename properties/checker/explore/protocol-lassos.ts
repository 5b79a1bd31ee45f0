import type { Event, EventType } from '../../../model/event.ts';
import { eventTypes, isRefusal, type Spec, step } from '../../../model/spec.ts';
import type { Storage } from '../../../model/state.ts';
import { beginning, observe } from '../../observe.ts';
import { briefly, namesIn } from './forgetting.ts';
import type { GraphBounds } from './graph.ts';
import { type Answer, type Lassos, lassosIn } from './lasso.ts';
import type { Owed } from './obligations.ts';
import type { Situation } from './protocol.ts';
import { judgementUnder } from './protocol-fairness.ts';
import type { Scope } from './scope.ts';
import type { System } from './system.ts';

/** Asked again while an answer is on its way, it would be asked without end. */
const isAskedOnce = ({ requests, replies }: Storage): boolean => {
  const all = [...requests, ...replies].map(({ copy }) => copy);
  return new Set(all).size === all.length;
};

/** Copies and generations count while they last: there may be ever new ones. */
const isInside = (scope: Scope, situation: Situation): boolean => {
  const { state, left } = situation;
  const { size } = namesIn(situation);
  return (
    size.generations <= scope.generations &&
    size.copies <= scope.copies &&
    state.network.packets <= scope.packets &&
    state.copies.every((copy) => !('guest' in copy) || copy.guest.position <= scope.instructions) &&
    left.every((count) => count >= 0) &&
    isAskedOnce(state.storage)
  );
};

type Kind = {
  readonly type: EventType;
  readonly place: number; // among those that are counted; -1 if it is not
};

/** The kinds of events that there are in a scope: what the world does only if it is named. */
const kindsIn = (spec: Spec, { most }: Scope): readonly Kind[] => {
  const counted = Object.keys(most);
  return eventTypes(spec).flatMap((type) => {
    const isOwn = spec.actions[type].by === 'protocol';
    const isLeftOut = type === 'requestBackup' ? most[type] === 0 : !isOwn && !most[type];
    return isLeftOut ? [] : [{ type, place: counted.indexOf(type) }];
  });
};

/**
 * The protocol within a scope, to be searched for lassos. What the protocol may do no more, because
 * the scope has counted it to the end, leads out of the scope: it is not that nothing can be done.
 * Only that a backup is asked for may be left out, as if nobody ever did.
 */
export const openSystem = (spec: Spec, scope: Scope): System<Situation, Event> => {
  const kinds = kindsIn(spec, scope);
  const first = spec.init(scope.settings);
  const left = Object.values(scope.most);
  return {
    name: `${spec.name} in ${scope.name}`,
    init: [{ state: first, history: beginning(first), left }],
    isWithin: (situation) => isInside(scope, situation),
    moves: ({ state: before, history: past, left: remaining }, visit) => {
      for (const { type, place } of kinds) {
        const { by, instances } = spec.actions[type];
        const count = remaining[place];
        if (count === 0 && by === 'world') continue;
        const left = count === undefined ? remaining : remaining.with(place, count - 1);
        for (const event of instances(before)) {
          const outcome = step(spec, before, event);
          if (isRefusal(outcome)) continue;
          const { state, effects } = outcome;
          const history = observe(past, before, event, state, effects);
          visit(event, { state, history, left }, undefined);
        }
      }
    },
  };
};

/** What a scope says of an obligation; `left out`: it leaves out what would meet it. */
export type Owing = Answer<Situation, Event> | { readonly id: string; readonly kind: 'left out' };

/** What a search for lassos under a specification comes to. */
export type ProtocolLassos = Omit<Lassos<Situation, Event>, 'answers'> & {
  readonly answers: readonly Owing[];
};

const isAsked = ({ settings, most }: Scope, { needs }: Owed): boolean =>
  settings.clock === null && needs.every((type) => most[type] !== 0);

/** Looks for all that may go on for ever, or stop, under a specification and within a scope. */
export const lassosUnder = (
  spec: Spec,
  scope: Scope,
  all: readonly Owed[],
  bounds: Partial<GraphBounds>,
): ProtocolLassos => {
  const asked = all.filter((owed) => isAsked(scope, owed));
  const system = openSystem(spec, scope);
  const lassos = lassosIn(asked.length === 0 ? { ...system, init: [] } : system, {
    ...judgementUnder(spec),
    view: briefly,
    obligations: asked,
    bounds,
  });
  const answers = all.map(
    ({ id }): Owing => lassos.answers.find((one) => one.id === id) ?? { id, kind: 'left out' },
  );
  return { ...lassos, answers };
};
