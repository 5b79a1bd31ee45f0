import type { Event } from '../../model/event.ts';
import { isRefusal, type Spec, type Step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import { backupOf, isProtected, lagOf } from '../health.ts';
import type { AfterCalm, Claim, Moment, Rest, Sometimes } from '../property.ts';
import { calm } from './calm.ts';
import { attempt, proceed, type Run, start, type Watched, watching } from './run.ts';
import type { Refutation, Script } from './script.ts';

/** What a script comes to under a specification. */
export type Judgement = {
  readonly refutation: Refutation | null;
  readonly refused: readonly number[]; // indices of events that could not happen; they were skipped
  readonly end: State; // after the step that breaks the claim, or after the last one
  readonly steps: number;
};

/** What to judge by, and what to look out for on the way. */
export type Measure = {
  readonly claims: readonly Claim[];
  readonly witnesses: Set<Sometimes>;
};

/** A backup that cannot run at the floor of the throttle falls behind whatever is done (R32-12). */
const momentOf = (state: State): Moment => {
  const primary = state.copies.find((copy) => isProtected(state, copy));
  if (primary?.mode !== 'recording') return { lag: null, limit: 100 };
  const { limit } = primary.throttle;
  const backup = backupOf(state, primary);
  const speed = backup === null ? 0 : state.hosts[backup.host].speed;
  const isHelped = speed > (state.settings.clock?.floor ?? 0);
  return { lag: isHelped ? lagOf(state, primary) : null, limit };
};

type Rested = {
  readonly run: Run;
  readonly missing: AfterCalm | null;
  readonly owed: readonly AfterCalm[]; // those for which there was no excuse
  readonly steps: number;
};

/** Leaves the protocol to itself until all that it owes has come, or the time for some is over. */
export const rest = (spec: Spec, from: Run, claims: readonly Claim[], watched: Watched): Rested => {
  const { state: begun, history: past } = from;
  const owed = new Set(claims.filter((claim) => claim.kind === 'afterCalm'));
  const judged: AfterCalm[] = [];
  const ticks = Math.max(0, ...[...owed].map(({ within }) => within(begun.settings)));
  const course: Moment[] = [momentOf(begun)];
  let run = from;
  let steps = 0;
  let missing: AfterCalm | null = null;
  const settle = (isLast: boolean): boolean => {
    const { state, history } = run;
    for (const claim of owed) {
      const isOver = isLast || state.now - begun.now >= claim.within(begun.settings);
      const now: Rest = { begun, past, history, state, course, isOver };
      // an excuse counts at both ends of the calm; in between it may be true in passing
      const isExcused = (isOver || steps === 0) && claim.excuse(now) !== null;
      const isHeld = !isExcused && claim.holds(now);
      if (!isExcused && (isHeld || isOver)) judged.push(claim);
      if (isExcused || isHeld) owed.delete(claim);
      else if (isOver) missing ??= claim;
    }
    return owed.size === 0 || missing !== null;
  };
  if (settle(false)) return { run, missing, owed: judged, steps };
  calm(spec, begun, ticks, (event: Event, taken: Step) => {
    // before time passes, for only then has everything been consumed that could be
    if (event.type === 'tick') course.push(momentOf(run.state));
    run = proceed(run, event, taken, watched);
    steps++;
    return run.broken !== null || (event.type === 'tick' && settle(false));
  });
  if (run.broken === null && missing === null) settle(true);
  return { run, missing: run.broken === null ? missing : null, owed: judged, steps };
};

/** Replays a script, skipping what cannot happen, until a claim breaks or the script is over. */
export const judge = (spec: Spec, script: Script, measure: Measure): Judgement => {
  const isTimed = script.settings.clock !== null;
  const watched = watching(measure.claims, measure.witnesses, isTimed);
  const refused: number[] = [];
  let run = start(spec.init(script.settings));
  let steps = 0;
  const ended = (claim: string | null, at: number): Judgement => ({
    refutation: claim === null ? null : { claim, at },
    refused,
    end: run.state,
    steps,
  });
  for (const [at, event] of script.events.entries()) {
    const next = attempt(spec, run, event, watched);
    if (isRefusal(next)) {
      refused.push(at);
      continue;
    }
    run = next;
    steps++;
    if (run.broken !== null) return ended(run.broken.id, at);
  }
  if (!script.calm || !isTimed) return ended(null, 0);
  const rested = rest(spec, run, measure.claims, watched);
  run = rested.run;
  steps += rested.steps;
  return ended(run.broken?.id ?? rested.missing?.id ?? null, script.events.length);
};
