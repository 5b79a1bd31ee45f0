import type { Event } from '../../../model/event.ts';
import type { Spec } from '../../../model/spec.ts';
import type { Recording, State } from '../../../model/state.ts';
import { backupOf, isAnswered, serves } from '../../health.ts';
import { alone, type Crew } from './crew.ts';
import { explore } from './explore.ts';
import {
  backlogFormula,
  type Formula,
  lagFormula,
  outageFormula,
  unprotectedFormula,
  withheldFormula,
} from './formulas.ts';
import { type Situation, systemFor } from './protocol.ts';
import type { Asked, Bounds, Explored, Progress } from './question.ts';
import type { Scope } from './scope.ts';
import { type Lasting, withStopwatch } from './stopwatch.ts';

/** What is read off a state, or for how many ticks on end something is the case. */
type Reading =
  | { readonly kind: 'amount'; readonly of: (state: State) => number } // -Infinity: none
  | { readonly kind: 'duration'; readonly isSo: (state: State) => boolean };

/** A number of which the greatest is wanted. */
export type Extreme = {
  readonly name: string;
  readonly says: string; // what it measures, in words
  readonly unit: 'tick' | 'entry' | 'output';
  readonly needs: 'nothing' | 'clock';
  readonly scope: string; // where it is looked for if no other scope is named
  readonly reading: Reading;
  readonly formula: (scope: Scope) => Formula;
  readonly claim: string | null; // whose formula it is, where it is a claim's
  readonly setBy: string; // the settings that cap it
};

/** The greatest among the primaries whose backup replays. */
const ofPairs =
  (amount: (primary: Recording, consumed: number, position: number) => number) =>
  (state: State): number =>
    Math.max(
      ...state.copies.map((copy) => {
        if (copy.mode !== 'recording') return Number.NEGATIVE_INFINITY;
        const backup = backupOf(state, copy);
        if (backup === null) return Number.NEGATIVE_INFINITY;
        return amount(copy, backup.consumed, backup.guest.position);
      }),
    );

const trailed = ofPairs((primary, _, position) => primary.guest.position - position);

const withheldBy = ({ copies }: State): number =>
  Math.max(
    ...copies.map((copy) =>
      copy.mode === 'recording' || copy.mode === 'withholding'
        ? copy.withheld.filter(({ needs }) => needs > copy.acked).length
        : Number.NEGATIVE_INFINITY,
    ),
  );

/** The extremes that can be asked for (R32-4, R32-8, R22-8, R31-7). */
export const extremes: readonly Extreme[] = [
  {
    name: 'lag',
    says: 'how far the backup trails its primary, in ticks that the primary has run',
    unit: 'tick',
    needs: 'clock',
    scope: 'lag',
    reading: { kind: 'amount', of: (state) => trailed(state) / (state.settings.clock?.speed ?? 1) },
    formula: lagFormula,
    claim: 'T1',
    setBy: 'the capacities',
  },
  {
    name: 'backlog',
    says: 'how many entries the primary has logged and its backup has not consumed',
    unit: 'entry',
    needs: 'nothing',
    scope: 'buffers',
    reading: { kind: 'amount', of: ofPairs(({ logged }, consumed) => logged - consumed) },
    formula: backlogFormula,
    claim: null,
    setBy: 'the capacities',
  },
  {
    name: 'withheld',
    says: 'how many outputs the Output Rule holds back at once',
    unit: 'output',
    needs: 'nothing',
    scope: 'buffers',
    reading: { kind: 'amount', of: withheldBy },
    formula: withheldFormula,
    claim: null,
    setBy: "the capacity of the primary's log buffer",
  },
  {
    name: 'unprotected',
    says: 'for how many ticks on end no primary has a backup that answers',
    unit: 'tick',
    needs: 'clock',
    scope: 'unprotected',
    reading: {
      kind: 'duration',
      isSo: (state) => !state.copies.some((copy) => isAnswered(state, copy)),
    },
    formula: unprotectedFormula,
    claim: null,
    setBy: 'the timeouts',
  },
  {
    name: 'outage',
    says: 'for how many ticks on end no copy serves clients',
    unit: 'tick',
    needs: 'clock',
    scope: 'outage',
    reading: {
      kind: 'duration',
      isSo: (state) => !state.copies.some((copy) => serves(state, copy)),
    },
    formula: outageFormula,
    claim: 'T1',
    setBy: 'the timeouts',
  },
];

/**
 * The scope with more room and everything else as it is: more ticks or, without a clock, more
 * instructions, and more interrupts where it has any.
 */
export const larger = (scope: Scope, by: number): Scope => {
  const { settings, most, instructions } = scope;
  const { clock } = settings;
  if (clock !== null) {
    const more = by * clock.speed;
    return {
      ...scope,
      most: { ...most, tick: (most.tick ?? 0) + by },
      instructions: instructions + more,
    };
  }
  const { interrupt = 0 } = most;
  const interrupts = interrupt > 0 ? { interrupt: interrupt + by } : {};
  return { ...scope, most: { ...most, ...interrupts }, instructions: instructions + by };
};

/** How an extreme is looked for. */
export type Search = {
  readonly bounds: Bounds;
  readonly heap: () => number;
  readonly onProgress: (progress: Progress) => boolean;
};

const isTick = ({ type }: Event): boolean => type === 'tick';

const unasked = { claims: [], witnesses: [], goesOn: true } as const;

/** Everything in the scope; what is `worst` there is the extreme, if it has a value at all. */
export const exploreExtreme = (
  spec: Spec,
  scope: Scope,
  { name, reading }: Extreme,
  search: Search,
  crew: Crew = alone,
): Explored<Event> => {
  const system = systemFor(spec, scope);
  const isWithin = (situation: Situation): boolean => system.isWithin?.(situation) ?? true;
  const valued = (situation: Situation, value: number): number =>
    isWithin(situation) ? value : Number.NEGATIVE_INFINITY;
  if (reading.kind === 'amount') {
    const measures: Asked<Situation, Event, unknown>['measures'] = [
      { id: name, of: ({ after }) => valued(after, reading.of(after.state)) },
    ];
    return explore(system, { ...unasked, ...search, measures }, crew);
  }
  const { isSo } = reading;
  const timed = withStopwatch(system, { isSo: ({ state }) => isSo(state), isTick });
  const measures: Asked<Lasting<Situation>, Event, unknown>['measures'] = [
    { id: name, of: ({ after }) => valued(after.state, after.ticks) },
  ];
  return explore(timed, { ...unasked, ...search, measures }, crew);
};
