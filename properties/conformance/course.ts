import type { Effect } from '../../model/effect.ts';
import type { Event } from '../../model/event.ts';
import { paper } from '../../model/paper.ts';
import type { Settings } from '../../model/settings.ts';
import { isRefusal, type Refusal, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import { proceed, type Run, start, type Watched, watching } from '../checker/run.ts';
import type { Claim, Sometimes } from '../property.ts';
import type { Breach, Followed } from './divergence.ts';
import { type DigestOf, emptyLedger, type Ledger, unknownDigest } from './ledger.ts';
import type { Passage } from './reading.ts';

/** What the program is held against, besides the settings of the run. */
export type ConformOptions = {
  /** How the program's guest represents contents; without it only equality is compared. */
  readonly digestOf?: DigestOf;
  /** The share of the CPU with which the VM boots, in the program's number for it. */
  readonly share?: number;
  /** Claims to put to every step: the run is one of the specification, so they must hold. */
  readonly claims?: readonly Claim[];
  /** Cases to look out for; those seen are taken out. */
  readonly witnesses?: Set<Sometimes>;
};

/** The last crash while a destination was being made, and all that has happened since. */
type Crash = { readonly run: Run; readonly events: Event[] };

/** A run of the program in the making, as a run of the specification. */
export type Course = {
  readonly ledger: Ledger;
  readonly watched: Watched;
  readonly isWatched: boolean;
  readonly lately: Followed[];
  crash: Crash | null;
  run: Run;
  lines: number;
  events: number;
};

/** So many of the last events are told with a divergence, at most. */
export const keptCount = 24;

/**
 * The settings of the specification for a run of the program. Time is the program's own, so here it
 * is not modelled; its buffers are counted in bytes, so here they have room; it always boots alone.
 */
export const conformed = (settings: Settings): Settings => ({
  ...settings,
  start: 'unprotected',
  primaryCapacity: Number.MAX_SAFE_INTEGER,
  wireCapacity: Number.MAX_SAFE_INTEGER,
  backupCapacity: Number.MAX_SAFE_INTEGER,
  clock: null,
});

/** A run before its first line. */
export const courseFor = (settings: Settings, options: ConformOptions): Course => {
  const { digestOf = unknownDigest, share = 100, claims = [], witnesses = new Set() } = options;
  return {
    ledger: emptyLedger(digestOf, share),
    watched: watching(claims, witnesses, false),
    isWatched: claims.length > 0 || witnesses.size > 0,
    lately: [],
    crash: null,
    run: start(paper.init(conformed(settings))),
    lines: 0,
    events: 0,
  };
};

const advance = (course: Course, event: Event): readonly Effect[] | Refusal => {
  const { state } = course.run;
  const outcome = step(paper, state, event);
  if (isRefusal(outcome)) return outcome;
  course.run = course.isWatched
    ? proceed(course.run, event, outcome, course.watched)
    : { ...course.run, state: outcome.state };
  return outcome.effects;
};

const remember = (
  course: Course,
  event: Event,
  before: State,
  effects: readonly Effect[],
): void => {
  const { lately, crash, lines: line } = course;
  const after = course.run.state;
  course.events++;
  lately.push({ line, event, before, after, effects });
  if (lately.length > 2 * keptCount) lately.splice(0, lately.length - keptCount);
  crash?.events.push(event);
};

const isInTheMaking = ({ copies }: State): boolean =>
  copies.some(({ mode }) => mode === 'cloning' || mode === 'arriving');

/** What may have been on its way when a host crashed, and has arrived all the same. */
const handings: ReadonlySet<Event['type']> = new Set(['snapshot', 'arm', 'switchOver', 'takeUp']);

/**
 * In the specification a VM is handed from host to host in a step that needs both; in the program
 * it is on its way for a while, and a crash of the sender, or of the receiver, can fall in between.
 * Nobody can tell that from a crash a moment later: the step is put before the crash, and all that
 * has happened since must still be possible after it.
 */
const inHindsight = (course: Course, events: readonly Event[]): readonly Effect[] | null => {
  const { crash, run } = course;
  if (crash === null) return null;
  course.run = crash.run;
  const effects: Effect[] = [];
  for (const event of [...events, ...crash.events]) {
    const before = course.run.state;
    const noticed = advance(course, event);
    if (isRefusal(noticed)) {
      course.run = run;
      return null;
    }
    if (events.includes(event)) {
      effects.push(...noticed);
      course.events++;
      course.lately.push({ line: course.lines, event, before, after: course.run.state, effects });
    }
  }
  course.crash = null;
  return effects;
};

/** The step that was refused, put before the crash that it may have been on its way at. */
const retried = (course: Course, event: Event, events: readonly Event[]): Passage | null => {
  if (!handings.has(event.type)) return null;
  const before = course.run.state;
  const effects = inHindsight(course, events);
  return effects === null ? null : { before, after: course.run.state, effects };
};

/** The events happen, one after the other, or the first that does not is told. */
export const follow = (course: Course, events: readonly Event[]): Passage | Breach => {
  const { run, crash } = course;
  const sinceCrash = crash?.events.length ?? 0;
  const effects: Effect[] = [];
  for (const event of events) {
    const { run: now } = course;
    if (event.type === 'crash' && isInTheMaking(now.state)) course.crash = { run: now, events: [] };
    const noticed = advance(course, event);
    if (isRefusal(noticed)) {
      course.run = run;
      crash?.events.splice(sinceCrash);
      const passage = retried(course, event, events);
      if (passage !== null) return passage;
      course.run = now;
      return { kind: 'refused', event, refusal: noticed };
    }
    remember(course, event, now.state, noticed);
    effects.push(...noticed);
    const { broken } = course.run;
    if (broken !== null) return { kind: 'broken', claim: broken, event };
  }
  if (course.crash !== null && !isInTheMaking(course.run.state)) course.crash = null;
  return { before: run.state, after: course.run.state, effects };
};
