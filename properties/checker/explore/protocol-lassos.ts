import type { Event, EventType } from '../../../model/event.ts';
import { eventTypes, isRefusal, type Spec, step } from '../../../model/spec.ts';
import type { Storage } from '../../../model/state.ts';
import { briefly, namesIn } from './forgetting.ts';
import type { GraphBounds } from './graph.ts';
import { type Answer, type Lassos, lassosIn } from './lasso.ts';
import type { Owed } from './obligations.ts';
import { type Situation, systemFor } from './protocol.ts';
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

/**
 * The protocol within a scope, to be searched for lassos. What the protocol may do no more, because
 * the scope has counted it to the end, leads out of the scope: it is not that nothing can be done.
 * Only that a backup is asked for may be left out, as if nobody ever did.
 */
export const openSystem = (spec: Spec, scope: Scope): System<Situation, Event> => {
  const { name, init, moves } = systemFor(spec, scope);
  const counted = Object.keys(scope.most);
  const isLeftOut = (type: EventType): boolean =>
    type === 'requestBackup' && scope.most.requestBackup === 0;
  const ended = eventTypes(spec).filter(
    (type) => counted.includes(type) && spec.actions[type].by === 'protocol' && !isLeftOut(type),
  );
  return {
    name,
    init,
    isWithin: (situation) => isInside(scope, situation),
    moves: (situation, visit) => {
      moves(situation, (event, after) => visit(event, after, undefined));
      const { state, left } = situation;
      for (const type of ended) {
        const place = counted.indexOf(type);
        if (left[place] !== 0) continue;
        for (const event of spec.actions[type].instances(state)) {
          if (isRefusal(step(spec, state, event))) continue;
          visit(event, { ...situation, left: left.with(place, -1) }, undefined);
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
  bounds: GraphBounds,
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
