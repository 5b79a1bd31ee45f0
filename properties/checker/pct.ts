import type { EventType } from '../../model/event.ts';
import type { Spec } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import { type Chooser, onceIn, oneOf } from './chooser.ts';
import { worldTypes } from './timed.ts';
import { anyEnabled, enabledFrom, type OnTried, type Strategy } from './walk.ts';
import { fewFaults } from './weights.ts';

const shuffled = <T>(all: readonly T[], chooser: Chooser): T[] => {
  const left = [...all];
  const order: T[] = [];
  while (left.length > 0) order.push(...left.splice(chooser.below(left.length), 1));
  return order;
};

/** What would always be possible without time: it strikes at a few points, as faults do. */
const sudden: readonly EventType[] = ['suspect', 'discard'];

const activities = (spec: Spec, isTimed: boolean): readonly EventType[] => {
  const world = new Set(worldTypes(spec));
  const all = Object.keys(spec.actions).filter((type): type is EventType => type in spec.actions);
  const protocol = all.filter((type) => type !== 'tick' && !world.has(type));
  return isTimed ? protocol : [...protocol.filter((type) => !sudden.includes(type)), 'tick'];
};

type Points = ReadonlySet<number>;

const pointsIn = (length: number, count: number, chooser: Chooser): Points =>
  new Set(Array.from({ length: count }, () => chooser.below(length)));

const bursts = [1, 2, 4, 16] as const;

/**
 * Few preemptions (after PCT): kinds of activity have a random order, and the first that can move
 * does, for a burst, before it goes to the end. At a few points of the run another one is put in
 * front, and at a few the world strikes.
 */
export const pct = (
  length: number,
  isTimed: boolean,
  chooser: Chooser,
  onTried: OnTried,
): Strategy => {
  const changes = pointsIn(length, chooser.below(6), chooser);
  const strikes = pointsIn(length, 1 + chooser.below(8), chooser);
  const kinds = fewFaults(chooser);
  const sends = 3 + chooser.below(20);
  const longest = oneOf(chooser, bursts);
  const place = onceIn(chooser, 2) ? () => 0 : (count: number) => count - 1;
  let order: EventType[] | null = null;
  let left = longest;
  let turn = 0;
  const struck = (spec: Spec, state: State) => {
    const all = shuffled(isTimed ? kinds : [...kinds, ...sudden, ...sudden], chooser);
    for (const type of all) {
      const event = anyEnabled(spec, state, type, chooser, onTried);
      if (event !== null) return event;
    }
    return null;
  };
  const ordered = (spec: Spec, state: State, all: EventType[]) => {
    for (const [index, type] of all.entries()) {
      const event = enabledFrom(spec, state, type, place, onTried);
      if (event === null) continue;
      if (index > 0) left = longest;
      if (--left > 0) return event;
      all.push(...all.splice(index, 1));
      left = 1 + chooser.below(longest);
      return event;
    }
    return null;
  };
  return (spec, state) => {
    order ??= shuffled(activities(spec, isTimed), chooser);
    turn++;
    if (changes.has(turn)) order.unshift(...order.splice(chooser.below(order.length), 1));
    const strike = strikes.has(turn) ? struck(spec, state) : null;
    if (strike !== null) return strike;
    if (turn % sends === 0) return { type: 'send' };
    return ordered(spec, state, order) ?? (isTimed ? { type: 'tick' } : null);
  };
};
