import type { Event, EventType } from '../../model/event.ts';
import { eventTypes, type Spec } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import { type Chooser, onceIn, oneOf } from './chooser.ts';
import { isBrief } from './phases.ts';
import { anyEnabled, type OnTried, picker, type Strategy, slotsFor } from './walk.ts';
import type { Weights } from './weights.ts';

const tick: Event = { type: 'tick' };

const protocolTypes = (spec: Spec): readonly EventType[] =>
  eventTypes(spec).filter((type) => spec.actions[type].by === 'protocol');

/** What the world does in a timed run: anything but to let time pass. */
export const worldTypes = (spec: Spec): readonly EventType[] =>
  eventTypes(spec).filter((type) => type !== 'tick' && spec.actions[type].by === 'world');

/**
 * With a clock the protocol does what it can before time passes: in any order, with the world's
 * events now and then in between, in some runs above all while something is soon over.
 */
export const timed = (weights: Weights, chooser: Chooser, onTried: OnTried): Strategy => {
  let protocol: readonly EventType[] | null = null;
  let world: Strategy = () => null;
  const odds = 4 + chooser.below(30);
  const briefOdds = oneOf(chooser, [odds, 8, 3, 2]);
  return (spec: Spec, state: State) => {
    if (protocol === null) {
      protocol = protocolTypes(spec);
      world = picker(slotsFor(weights, worldTypes(spec)), chooser, onTried);
    }
    if (onceIn(chooser, isBrief(state) ? briefOdds : odds)) {
      const event = world(spec, state);
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
