import type { Event } from '../../model/event.ts';
import { isRefusal, type Refusal, type Spec, type Step, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import type { History } from '../history.ts';
import { beginning, observe } from '../observe.ts';
import type { Claim, EveryStep, Sight, Sometimes } from '../property.ts';

/** A run in the making: its present state, and what the observers remember of the way there. */
export type Run = {
  readonly state: State;
  readonly history: History;
  readonly broken: EveryStep | null; // the first claim that the last step broke
};

/** What is put to every step of a run. */
export type Watched = {
  readonly claims: readonly EveryStep[];
  readonly witnesses: Set<Sometimes>; // still to be seen; those seen are taken out
};

/** The claims about steps that mean something with or without time. */
export const watching = (
  claims: readonly Claim[],
  witnesses: Set<Sometimes>,
  isTimed: boolean,
): Watched => ({
  claims: claims
    .filter((claim): claim is EveryStep => claim.kind === 'everyStep')
    .filter(({ needs }) => needs === 'nothing' || isTimed),
  witnesses,
});

export const start = (state: State): Run => ({
  state,
  history: beginning(state),
  broken: null,
});

/** The run with the step in it, after every claim has been put to it. */
export const proceed = (
  run: Run,
  event: Event,
  { state, effects }: Step,
  watched: Watched,
): Run => {
  const { state: before, history: past } = run;
  const history = observe(past, before, event, state, effects);
  const sight: Sight = { before, event, after: state, effects, past, history };
  for (const witness of watched.witnesses) {
    if (witness.holds(sight)) watched.witnesses.delete(witness);
  }
  for (const claim of watched.claims) {
    if (!claim.holds(sight)) return { state, history, broken: claim };
  }
  return { state, history, broken: null };
};

/** The run after an event, or the reason why it cannot happen. */
export const attempt = (spec: Spec, run: Run, event: Event, watched: Watched): Run | Refusal => {
  const outcome = step(spec, run.state, event);
  return isRefusal(outcome) ? outcome : proceed(run, event, outcome, watched);
};
