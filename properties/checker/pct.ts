import type { Event, EventType } from '../../model/event.ts';
import type { Spec } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import { type Chooser, onceIn, oneOf } from './chooser.ts';
import { isBrief } from './phases.ts';
import { worldTypes } from './timed.ts';
import { anyEnabled, enabledFrom, type OnTried, type Strategy } from './walk.ts';
import { fewFaults, fewWishes } from './weights.ts';

const shuffled = <T>(all: readonly T[], chooser: Chooser): T[] => {
  const left = [...all];
  const order: T[] = [];
  while (left.length > 0) order.push(...left.splice(chooser.below(left.length), 1));
  return order;
};

/** What would always be possible without time: it strikes at a few points, as faults do. */
const sudden: readonly EventType[] = ['suspect', 'discard', 'cancel'];

const activities = (spec: Spec, isTimed: boolean): readonly EventType[] => {
  const world = new Set(worldTypes(spec));
  const all = Object.keys(spec.actions).filter((type): type is EventType => type in spec.actions);
  const protocol = all.filter((type) => type !== 'tick' && !world.has(type));
  return isTimed ? protocol : [...protocol.filter((type) => !sudden.includes(type)), 'tick'];
};

type Points = ReadonlySet<number>;

const pointsIn = (length: number, count: number, chooser: Chooser): Points =>
  new Set(Array.from({ length: count }, () => chooser.below(length)));

const bursts = [4, 16, 64] as const;

/** Kinds of activity in an order that changes: one goes on until it cannot, or its burst ends. */
const inOrder = (spec: Spec, isTimed: boolean, chooser: Chooser, onTried: OnTried) => {
  const order = shuffled(activities(spec, isTimed), chooser);
  const longest = oneOf(chooser, bursts);
  const place = onceIn(chooser, 2) ? () => 0 : (count: number) => count - 1;
  let left = 0; // of the burst of the first in the order
  const toFront = (index: number): void => {
    order.unshift(...order.splice(index, 1));
    left = 1 + chooser.below(longest);
  };
  return {
    /** Another one comes first: a preemption. */
    preempt: (): void => toFront(chooser.below(order.length)),
    next: (state: State): Event | null => {
      if (left === 0) {
        order.push(...order.splice(0, 1));
        left = 1 + chooser.below(longest);
      }
      for (const [index, type] of order.entries()) {
        const event = enabledFrom(spec, state, type, place, onTried);
        if (event === null) continue;
        if (index > 0) toFront(index);
        left--;
        return event;
      }
      return null;
    },
  };
};

/**
 * Few preemptions (after PCT): kinds of activity have a random order, and the first that can move
 * goes on until it cannot, or for a long burst. At a few points of the run another one is put in
 * front, and at a few the world strikes; in some runs also while something is soon over.
 */
export const pct = (
  length: number,
  isTimed: boolean,
  chooser: Chooser,
  onTried: OnTried,
): Strategy => {
  const changes = pointsIn(length, chooser.below(6), chooser);
  const strikes = pointsIn(length, 1 + chooser.below(8), chooser);
  const kinds = [...fewFaults(chooser), ...fewWishes(chooser)];
  const strikers = isTimed ? kinds : [...kinds, ...sudden, 'suspect' as const];
  const ambushes = oneOf(chooser, [0, 0, 3, 10]);
  const sends = 6 + chooser.below(30);
  let protocol: ReturnType<typeof inOrder> | null = null;
  let turn = 0;
  const strike = (spec: Spec, state: State): Event | null => {
    for (const type of shuffled(strikers, chooser)) {
      const event = anyEnabled(spec, state, type, chooser, onTried);
      if (event !== null) return event;
    }
    return null;
  };
  return (spec, state) => {
    protocol ??= inOrder(spec, isTimed, chooser, onTried);
    turn++;
    if (changes.has(turn)) protocol.preempt();
    const isAmbush = ambushes > 0 && onceIn(chooser, ambushes) && isBrief(state);
    const fault = strikes.has(turn) || isAmbush ? strike(spec, state) : null;
    if (fault !== null) return fault;
    if (turn % sends === 0) return { type: 'send' };
    return protocol.next(state) ?? (isTimed ? { type: 'tick' } : null);
  };
};
