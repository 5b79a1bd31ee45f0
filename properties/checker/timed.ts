import type { Event, EventType } from '../../model/event.ts';
import { eventTypes, type Spec } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import { type Chooser, onceIn } from './chooser.ts';
import { anyEnabled, type OnTried, type Strategy, slotsFor } from './walk.ts';
import type { Weights } from './weights.ts';

const tick: Event = { type: 'tick' };

const split = (spec: Spec): readonly [readonly EventType[], readonly EventType[]] => {
  const types = eventTypes(spec).filter((type) => type !== 'tick');
  const isProtocol = (type: EventType): boolean => spec.actions[type].by === 'protocol';
  return [types.filter(isProtocol), types.filter((type) => !isProtocol(type))];
};

/**
 * With a clock the protocol does what it can before time passes: in any order, with the world's
 * events now and then in between.
 */
export const timed = (weights: Weights, chooser: Chooser, onTried: OnTried): Strategy => {
  let prepared: { protocol: readonly EventType[]; world: readonly EventType[] } | null = null;
  const odds = 4 + chooser.below(30);
  return (spec: Spec, state: State) => {
    if (prepared === null) {
      const [protocol, types] = split(spec);
      prepared = { protocol, world: slotsFor(weights, types) };
    }
    const { protocol, world } = prepared;
    if (world.length > 0 && onceIn(chooser, odds)) {
      const type = world[chooser.below(world.length)];
      const event = type === undefined ? null : anyEnabled(spec, state, type, chooser, onTried);
      if (event !== null) return event;
    }
    const from = chooser.below(protocol.length);
    for (let index = 0; index < protocol.length; index++) {
      const type = protocol[(from + index) % protocol.length];
      const event = type === undefined ? null : anyEnabled(spec, state, type, chooser, onTried);
      if (event !== null) return event;
    }
    return tick;
  };
};
