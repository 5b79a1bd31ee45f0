import type { Event, EventType } from '../../model/event.ts';
import type { Settings } from '../../model/settings.ts';
import { type Action, eventTypes, isRefusal, type Spec, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import { seeded } from './chooser.ts';
import { plan } from './hunt.ts';
import { type Surveyor, signatureOf, surveyor } from './novelty.ts';
import { combinations } from './profile.ts';
import { type StrategyName, strategyNames } from './verdict.ts';

/** One step as it was taken: the event, and a fingerprint of the state after it. */
type Taken = { readonly event: Event; readonly mark: string };

/** Where a run that was made twice from one seed was not the same. */
export type Difference = {
  readonly run: number;
  readonly strategy: StrategyName;
  readonly at: number; // the index of the first event that differs
  readonly first: Event | null; // null: the run is over
  readonly second: Event | null;
  readonly why: string; // a clause
};

export type Diagnosis = {
  readonly runs: number; // that were made twice and compared
  readonly events: number;
  readonly difference: Difference | null; // the first
};

export type Patient = {
  readonly spec: Spec;
  readonly seed: string;
  readonly fixed: Partial<Settings>;
  readonly fingerprint: (state: State) => string;
};

/** Frozen through and through: an action that changes what it was given fails at once. */
export const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
};

const guarded = <T extends EventType>({ by, instances, next }: Action<T>): Action<T> => ({
  by,
  instances: (state) => instances(frozen(state)),
  next: (state, event) => frozen(next(frozen(state), frozen(event))),
});

type Table<T extends EventType> = { [K in T]: Action<K> };

const put = <T extends EventType>(table: Table<T>, type: T, action: Action<T>): void => {
  table[type] = action;
};

/** The same specification, with every state and event frozen before an action sees it. */
export const frozenStates = (spec: Spec): Spec => {
  const actions: Table<EventType> = { ...spec.actions };
  const guard = <T extends EventType>(type: T): void =>
    put<T>(actions, type, guarded<T>(spec.actions[type]));
  for (const type of eventTypes(spec)) guard(type);
  return { ...spec, actions };
};

type Pass = { readonly taken: readonly Taken[]; readonly failure: string | null };

const passOf = (
  { seed, fixed, fingerprint }: Patient,
  spec: Spec,
  run: number,
  situations: Surveyor,
): Pass => {
  const ranges = combinations(fixed);
  const range = ranges[(run * 67) % ranges.length] ?? { isTimed: false, fixed };
  const strategy = strategyNames[run % strategyNames.length] ?? 'swarm';
  const outline = { strategy, range, onTried: () => undefined, visits: situations.visits };
  const planned = plan(seeded(`${seed}:${run}`), outline);
  const taken: Taken[] = [];
  try {
    let state = spec.init(planned.settings);
    while (taken.length < planned.length) {
      const event = planned.strategy(spec, state);
      const outcome = event === null ? '' : step(spec, state, event);
      if (event === null || isRefusal(outcome)) break;
      state = outcome.state;
      situations.note(signatureOf(state), run);
      taken.push({ event, mark: fingerprint(state) });
    }
    return { taken, failure: null };
  } catch (error) {
    return { taken, failure: error instanceof Error ? error.message : String(error) };
  }
};

const textOf = (taken: Taken | undefined): string =>
  taken === undefined ? '' : `${JSON.stringify(taken.event)} ${taken.mark}`;

const compared = (run: number, one: Pass, other: Pass): Difference | null => {
  const length = Math.max(one.taken.length, other.taken.length);
  const strategy = strategyNames[run % strategyNames.length] ?? 'swarm';
  for (let at = 0; at <= length; at++) {
    const first = one.taken[at];
    const second = other.taken[at];
    const isEnd = first === undefined && second === undefined;
    if (isEnd && one.failure === null && other.failure === null) return null;
    if (!isEnd && textOf(first) === textOf(second)) continue;
    const isSameEvent = JSON.stringify(first?.event) === JSON.stringify(second?.event);
    const reached = isSameEvent ? 'the states after the same event differ' : 'the events differ';
    const why =
      second === undefined && other.failure !== null
        ? `with its states frozen it fails: ${other.failure}`
        : first === undefined && one.failure !== null
          ? `it fails: ${one.failure}`
          : reached;
    return { run, strategy, at, first: first?.event ?? null, second: second?.event ?? null, why };
  }
  return null;
};

/**
 * Makes each run twice from its seed, the second time on frozen states, and compares them event by
 * event. They are the same unless something depends on more than the seed.
 */
export const diagnose = (patient: Patient, runs: number): Diagnosis => {
  const passes = [surveyor(), surveyor()] as const;
  const strict = frozenStates(patient.spec);
  let events = 0;
  for (let run = 0; run < runs; run++) {
    const one = passOf(patient, patient.spec, run, passes[0]);
    const other = passOf(patient, strict, run, passes[1]);
    events += one.taken.length;
    const difference = compared(run, one, other);
    if (difference !== null) return { runs: run + 1, events, difference };
  }
  return { runs, events, difference: null };
};
