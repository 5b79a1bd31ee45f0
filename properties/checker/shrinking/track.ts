import type { Event } from '../../../model/event.ts';
import type { Settings } from '../../../model/settings.ts';
import { enabled, eventTypes, isRefusal, type Spec, type Step, step } from '../../../model/spec.ts';
import type { State } from '../../../model/state.ts';
import { settlingTicks } from '../../bounds.ts';
import type { Claim } from '../../property.ts';
import { calm as leftAlone } from '../calm.ts';
import { rest } from '../judge.ts';
import { proceed, type Run, start, type Watched, watching } from '../run.ts';
import type { Refutation, Script } from '../script.ts';
import { type Cost, cost, isLess } from './cost.ts';
import {
  happening,
  learn,
  type Made,
  madeBy,
  type Names,
  namesAt,
  type Renaming,
  renamed,
} from './renaming.ts';

/** A script to try: what of it cannot happen is left out. */
export type Proposal = {
  readonly settings: Settings;
  readonly events: readonly Event[];
  readonly calm: boolean;
  readonly renaming: Renaming | null;
  readonly fills: boolean; // whether the protocol does what a refused tick waits for
};

/** A script of which every event happens, with all that it passes through. */
export type Track = {
  readonly script: Script;
  readonly runs: readonly Run[]; // before each event, and after the last
  readonly made: ReadonlyMap<Event, Made>;
  readonly refutation: Refutation | null;
  readonly isStarved: boolean; // a tick was refused, for something had to be done before it
};

/** What judges scripts, and what it remembers of calms: they take longest by far. */
export type Court = {
  readonly spec: Spec;
  readonly claims: readonly Claim[];
  readonly rested: Map<string, string | null>; // the claim broken, by where the calm begins
};

export const courtOf = (spec: Spec, claims: readonly Claim[]): Court => ({
  spec,
  claims,
  rested: new Map(),
});

const sharedLength = (base: Track | null, { settings, events, renaming }: Proposal): number => {
  if (base === null || base.script.settings !== settings) return 0;
  if (renaming !== null) return renaming.from;
  const before = base.script.events;
  let length = 0;
  while (length < events.length && events[length] === before[length]) length++;
  // after the event that breaks the claim nothing is run
  return Math.min(length, base.refutation?.at ?? length);
};

const afterCalm = ({ spec, claims, rested }: Court, run: Run, watched: Watched): string | null => {
  if (claims.length === 0) return null;
  const key = JSON.stringify([run.state, run.history]);
  const known = rested.get(key);
  if (known !== undefined) return known;
  const end = rest(spec, run, claims, watched);
  const broken = end.run.broken?.id ?? end.missing?.id ?? null;
  rested.set(key, broken);
  return broken;
};

/** A track in the making. */
type Builder = {
  readonly court: Court;
  readonly watched: Watched;
  readonly settings: Settings;
  readonly events: Event[];
  readonly runs: Run[];
  readonly made: Map<Event, Made>;
  run: Run;
  isStarved: boolean;
};

const grow = (builder: Builder, event: Event, outcome: Step): Made | null => {
  const makes = madeBy(builder.run.state, outcome.state);
  if (makes !== null) builder.made.set(event, makes);
  builder.run = proceed(builder.run, event, outcome, builder.watched);
  builder.events.push(event);
  builder.runs.push(builder.run);
  return makes;
};

const built = (builder: Builder, broken: string | null, calm: boolean): Track => {
  const { settings, events, runs, made, run, isStarved } = builder;
  const at = run.broken === null ? events.length : events.length - 1;
  const claim = run.broken?.id ?? broken;
  const refutation = claim === null ? null : { claim, at };
  return { script: { settings, events, calm }, runs, made, refutation, isStarved };
};

const fillMax = 64;

const urgent = (spec: Spec, state: State): Event | null => {
  for (const type of eventTypes(spec)) {
    const [event] = spec.actions[type].by === 'protocol' ? enabled(spec, state, type) : [];
    if (event !== undefined) return event;
  }
  return null;
};

/** All that the protocol can do at once, in the order of the table, so that time can pass. */
const fill = (builder: Builder, names: Names): void => {
  const { spec } = builder.court;
  for (let count = 0; count < fillMax && builder.run.broken === null; count++) {
    const event = urgent(spec, builder.run.state);
    const outcome = event === null ? '' : step(spec, builder.run.state, event);
    if (event === null || isRefusal(outcome)) return;
    const makes = grow(builder, event, outcome);
    if (makes !== null) learn(names, undefined, makes);
  }
};

const beginning = (court: Court, proposal: Proposal, base: Track | null): Builder => {
  const { settings } = proposal;
  const shared = sharedLength(base, proposal);
  const before = shared === 0 ? undefined : base?.runs[shared];
  const run = before ?? start(court.spec.init(settings));
  return {
    court,
    watched: watching(court.claims, new Set(), settings.clock !== null),
    settings,
    events: proposal.events.slice(0, shared),
    runs: [...(base?.runs.slice(0, shared) ?? []), run],
    made: new Map(base?.made),
    run,
    isStarved: false,
  };
};

/**
 * Runs a proposal from where it leaves the base until a claim breaks or it is over. The calm at
 * its end is left out if the script would not cost less than `below` even so.
 */
export const follow = (
  court: Court,
  proposal: Proposal,
  base: Track | null,
  below: Cost | null = null,
): Track => {
  const { spec } = court;
  const { settings, renaming, fills } = proposal;
  const isTimed = settings.clock !== null;
  const builder = beginning(court, proposal, base);
  const names = namesAt(builder.run.state, renaming);
  for (const original of proposal.events.slice(builder.events.length)) {
    const meant = renamed(original, names);
    if (meant === null) continue;
    let { event, outcome } = happening(spec, builder.run.state, meant);
    if (isRefusal(outcome) && event.type === 'tick' && isTimed) {
      builder.isStarved = true;
      if (fills) fill(builder, names);
      if (builder.run.broken !== null) return built(builder, null, false);
      outcome = fills ? step(spec, builder.run.state, event) : outcome;
    }
    if (isRefusal(outcome)) continue;
    const makes = grow(builder, event, outcome);
    if (makes !== null) learn(names, base?.made.get(original), makes);
    if (builder.run.broken !== null) return built(builder, null, false);
  }
  const calm = proposal.calm && isTimed;
  const isWorthIt =
    below === null || isLess(cost({ settings, events: builder.events, calm }), below);
  const broken = calm && isWorthIt ? afterCalm(court, builder.run, builder.watched) : null;
  return built(builder, broken, calm);
};

/** A calm that breaks a claim about steps, as events; the claim is then broken by the last one. */
const spelledOut = (court: Court, track: Track): Track => {
  const run = track.runs.at(-1);
  if (run === undefined) return track;
  const builder: Builder = {
    court,
    watched: watching(court.claims, new Set(), true),
    settings: track.script.settings,
    events: [...track.script.events],
    runs: [...track.runs],
    made: new Map(track.made),
    run,
    isStarved: track.isStarved,
  };
  const ticks = settlingTicks(run.state.settings);
  leftAlone(court.spec, run.state, ticks, (event, outcome) => {
    grow(builder, { ...event }, outcome);
    return builder.run.broken !== null;
  });
  return builder.run.broken === null ? track : built(builder, null, false);
};

/** As `follow`, but where time cannot pass the protocol does first what it can do at once. */
export const followFilled = (
  court: Court,
  proposal: Proposal,
  base: Track | null,
  below: Cost | null = null,
): Track => follow(court, { ...proposal, fills: true }, base, below);

/**
 * Runs a proposal as `follow` does. A claim about steps is shown by steps, so a calm that breaks
 * one is turned into events.
 */
export const followOut = (court: Court, proposal: Proposal, base: Track | null): Track => {
  const track = follow(court, proposal, base);
  const isAboutSteps = court.claims.some(({ kind }) => kind === 'everyStep');
  const isOpen = track.refutation === null && track.script.calm;
  return isAboutSteps && isOpen ? spelledOut(court, track) : track;
};

/** The script as a proposal. Its events are copied, for on a track an event is its object. */
export const proposalOf = ({ settings, events, calm }: Script): Proposal => ({
  settings,
  events: events.map((event) => ({ ...event })),
  calm,
  renaming: null,
  fills: false,
});

/** A script as it happens: without what is refused, and without what follows the break. */
export const trackOf = (court: Court, script: Script): Track =>
  followOut(court, proposalOf(script), null);
