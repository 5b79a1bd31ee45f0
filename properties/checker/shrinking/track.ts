import type { Event } from '../../../model/event.ts';
import type { HostId } from '../../../model/ids.ts';
import { connectionId, copyId } from '../../../model/ids.ts';
import type { Settings } from '../../../model/settings.ts';
import { isRefusal, type Spec, type Step, step } from '../../../model/spec.ts';
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
};

/** The copy or connection that came to be by an event. */
type Made = { readonly copy: number | null; readonly connection: number | null };

/** A script of which every event happens, with all that it passes through. */
export type Track = {
  readonly script: Script;
  readonly runs: readonly Run[]; // before each event, and after the last
  readonly made: ReadonlyMap<Event, Made>;
  readonly refutation: Refutation | null;
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

/** History is kept only where something is asked about it. */
const advance = (run: Run, event: Event, outcome: Step, watched: Watched): Run =>
  watched.claims.length === 0
    ? { state: outcome.state, history: run.history, broken: null }
    : proceed(run, event, outcome, watched);

const afterCalm = ({ spec, claims, rested }: Court, run: Run, watched: Watched): string | null => {
  if (claims.length === 0) return null;
  const key = JSON.stringify(watched.claims.length === 0 ? run.state : [run.state, run.history]);
  const known = rested.get(key);
  if (known !== undefined) return known;
  const from = watched.claims.length === 0 ? start(run.state) : run;
  const end = rest(spec, from, claims, watched);
  const broken = end.run.broken?.id ?? end.missing?.id ?? null;
  rested.set(key, broken);
  return broken;
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
  const { spec, claims } = court;
  const { settings, calm, renaming } = proposal;
  const isTimed = settings.clock !== null;
  const watched = watching(claims, new Set(), isTimed);
  const shared = sharedLength(base, proposal);
  let run = base?.runs[shared];
  if (shared === 0 || run === undefined) run = start(spec.init(settings));
  const runs: Run[] = [...(base?.runs.slice(0, shared) ?? []), run];
  const events: Event[] = proposal.events.slice(0, shared);
  const made = new Map(base?.made);
  const names = namesAt(run.state, renaming);
  const ended = (refutation: Refutation | null, isCalm: boolean): Track => ({
    script: { settings, events, calm: isCalm },
    runs,
    made,
    refutation,
  });
  for (const original of proposal.events.slice(shared)) {
    const event = renamed(original, names);
    const outcome = event === null ? '' : step(spec, run.state, event);
    if (event === null || isRefusal(outcome)) continue;
    const makes = madeBy(run.state, outcome.state);
    if (makes !== null) {
      learn(names, base?.made.get(original), makes);
      made.set(event, makes);
    }
    run = advance(run, event, outcome, watched);
    events.push(event);
    runs.push(run);
    if (run.broken !== null) return ended({ claim: run.broken.id, at: events.length - 1 }, false);
  }
  const isCalm = calm && isTimed;
  const isWorthIt = below === null || isLess(cost({ settings, events, calm: isCalm }), below);
  const broken = isCalm && isWorthIt ? afterCalm(court, run, watched) : null;
  return ended(broken === null ? null : { claim: broken, at: events.length }, isCalm);
};

/** A calm that breaks a claim about steps, as events; the claim is then broken by the last one. */
const spelledOut = (court: Court, track: Track): Track => {
  const watched = watching(court.claims, new Set(), true);
  const events: Event[] = [...track.script.events];
  const runs: Run[] = [...track.runs];
  const made = new Map(track.made);
  let run = runs.at(-1);
  if (run === undefined) return track;
  leftAlone(court.spec, run.state, (met, outcome) => {
    if (run === undefined) return true;
    const event = { ...met };
    const makes = madeBy(run.state, outcome.state);
    if (makes !== null) made.set(event, makes);
    run = advance(run, event, outcome, watched);
    events.push(event);
    runs.push(run);
    return run.broken !== null;
  });
  if (run.broken === null) return track;
  const refutation = { claim: run.broken.id, at: events.length - 1 };
  return { script: { ...track.script, events, calm: false }, runs, made, refutation };
};

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
});

/** A script as it happens: without what is refused, and without what follows the break. */
export const trackOf = (court: Court, script: Script): Track =>
  followOut(court, proposalOf(script), null);
