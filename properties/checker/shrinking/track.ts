import type { Event } from '../../../model/event.ts';
import type { HostId } from '../../../model/ids.ts';
import { connectionId, copyId } from '../../../model/ids.ts';
import type { Settings } from '../../../model/settings.ts';
import { enabled, eventTypes, isRefusal, type Spec, type Step, step } from '../../../model/spec.ts';
import type { State } from '../../../model/state.ts';
import type { Claim } from '../../property.ts';
import { calm as leftAlone } from '../calm.ts';
import { rest } from '../judge.ts';
import { proceed, type Run, start, type Watched, watching } from '../run.ts';
import type { Refutation, Script } from '../script.ts';
import { type Cost, cost, isLess } from './cost.ts';

/** Who takes whose place from an event on, where the way to it was replaced by another. */
export type Renaming = {
  readonly from: number; // index of the first event that is renamed
  readonly copies: readonly (readonly [was: number, is: number])[];
  readonly connections: readonly (readonly [was: number, is: number])[];
  readonly hosts: Readonly<Record<HostId, HostId>>;
};

/** A script to try: what of it cannot happen is left out. */
export type Proposal = {
  readonly settings: Settings;
  readonly events: readonly Event[];
  readonly calm: boolean;
  readonly renaming: Renaming | null;
  readonly fills: boolean; // whether the protocol does what a refused tick waits for
};

/** The copy or connection that came to be by an event. */
type Made = { readonly copy: number | null; readonly connection: number | null };

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

const madeBy = (before: State, after: State): Made | null => {
  const newest = after.connections.at(-1)?.id ?? -1;
  const connection = newest > (before.connections.at(-1)?.id ?? -1) ? newest : null;
  const copy = after.copies.length > before.copies.length ? before.copies.length : null;
  return copy === null && connection === null ? null : { copy, connection };
};

/** Numbers of the original script, and what they are in this one. */
type Names = {
  readonly copies: Map<number, number>;
  readonly connections: Map<number, number>;
  readonly hosts: Renaming['hosts'] | null;
};

const namesAt = ({ copies, connections }: State, renaming: Renaming | null): Names => {
  const newest = connections.at(-1)?.id ?? -1;
  const known = Array.from({ length: newest + 1 }, (_, id): [number, number] => [id, id]);
  const isStart = renaming?.from === 0;
  return {
    copies: new Map([
      ...(isStart ? [] : copies.map(({ id }): [number, number] => [id, id])),
      ...(renaming?.copies ?? []),
    ]),
    connections: new Map([...(isStart ? [] : known), ...(renaming?.connections ?? [])]),
    hosts: renaming?.hosts ?? null,
  };
};

const onHosts = (event: Event, hosts: Renaming['hosts']): Event => {
  if ('host' in event) return { ...event, host: hosts[event.host] };
  if (event.type !== 'cut' && event.type !== 'heal') return event;
  return { ...event, from: hosts[event.from], to: hosts[event.to] };
};

/** The event in the numbers of this script; `null` if what it is about does not exist in it. */
const renamed = (event: Event, names: Names): Event | null => {
  let said = names.hosts === null ? event : onHosts(event, names.hosts);
  if ('copy' in said) {
    const copy = names.copies.get(said.copy);
    if (copy === undefined) return null;
    if (copy !== said.copy) said = { ...said, copy: copyId(copy) };
  }
  if ('connection' in said) {
    const connection = names.connections.get(said.connection);
    if (connection === undefined) return null;
    if (connection !== said.connection) said = { ...said, connection: connectionId(connection) };
  }
  return said;
};

const learn = (names: Names, was: Made | undefined, is: Made): void => {
  if (is.copy !== null) names.copies.set(was?.copy ?? is.copy, is.copy);
  if (is.connection !== null) {
    names.connections.set(was?.connection ?? is.connection, is.connection);
  }
};

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
    const event = renamed(original, names);
    if (event === null) continue;
    let outcome = step(spec, builder.run.state, event);
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
  leftAlone(court.spec, run.state, (event, outcome) => {
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
