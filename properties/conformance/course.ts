import type { Image } from '../../impl/guest/guest.ts';
import type { Effect } from '../../model/effect.ts';
import type { Event } from '../../model/event.ts';
import { paper, specification } from '../../model/paper.ts';
import type { Settings } from '../../model/settings.ts';
import { isRefusal, type Refusal, type Spec, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import { proceed, type Run, start, type Watched, watching } from '../checker/run.ts';
import type { Claim, Sometimes } from '../property.ts';
import type { Clients } from '../simulation/clients.ts';
import type { Breach, Followed } from './divergence.ts';
import { aimed, withKeyPressed, withMachines } from './given-guest.ts';
import { type DigestOf, emptyLedger, type Late, type Ledger, unknownDigest } from './ledger.ts';
import { machinesOf, packetDigest } from './machine.ts';
import type { Passage, Reading, Same } from './reading.ts';

/** What the program is held against, besides the settings of the run. */
export type ConformOptions = {
  /** How the program's guest represents contents; without it only equality is compared. */
  readonly digestOf?: DigestOf;
  /**
   * The image that the program runs, with its clients; without it the guest is the
   * specification's own.
   */
  readonly guest?: { readonly image: Image; readonly clients: Clients } | null;
  /** The share of the CPU with which the VM boots, in the program's number for it. */
  readonly share?: number;
  /** Claims to put to every step: the run is one of the specification, so they must hold. */
  readonly claims?: readonly Claim[];
  /** Cases to look out for; those seen are taken out. */
  readonly witnesses?: Set<Sometimes>;
};

/**
 * The first end of a copy, or loss of a connection, of which somebody may not have heard yet, and
 * all that happened since.
 */
type End = { readonly run: Run; readonly events: Event[] };

/** A run of the program in the making, as a run of the specification. */
export type Course = {
  readonly spec: Spec;
  readonly ledger: Ledger;
  readonly watched: Watched;
  readonly isWatched: boolean;
  readonly lately: Followed[];
  end: End | null;
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
  const { guest = null } = options;
  const machines = guest === null ? null : machinesOf(guest.image, guest.clients);
  const booted = paper.init(conformed(settings));
  const digests: DigestOf =
    machines === null
      ? digestOf
      : (kind, [number = 0]) => (kind === 'packet' ? packetDigest(machines, number) : null);
  return {
    spec: withMachines(followed, machines),
    ledger: emptyLedger(digests, share, machines),
    watched: watching(claims, witnesses, false),
    isWatched: claims.length > 0 || witnesses.size > 0,
    lately: [],
    end: null,
    run: start(machines === null ? booted : withKeyPressed(booted)),
    lines: 0,
    events: 0,
  };
};

/**
 * The paper, with one decision left to chance that reads the time, as all others of the kind are
 * where time is not modelled: whether traffic has stayed away for so long that a copy announces
 * itself again (R23-13).
 */
const followed: Spec = specification('paper', { mayAnnounce: () => true });

const advance = (course: Course, event: Event): readonly Effect[] | Refusal => {
  const state = aimed(course.ledger.machines, course.run.state, event);
  const outcome = step(course.spec, state, event);
  if (isRefusal(outcome)) return outcome;
  course.run = course.isWatched
    ? proceed({ ...course.run, state }, event, outcome, course.watched)
    : { ...course.run, state: outcome.state };
  return outcome.effects;
};

const remember = (
  course: Course,
  event: Event,
  before: State,
  effects: readonly Effect[],
): void => {
  const { lately, end, lines: line } = course;
  const after = course.run.state;
  course.events++;
  lately.push({ line, event, before, after, effects });
  if (lately.length > 2 * keptCount) lately.splice(0, lately.length - keptCount);
  end?.events.push(event);
};

const isInTheMaking = ({ copies }: State): boolean =>
  copies.some(
    (copy) =>
      copy.mode === 'cloning' ||
      copy.mode === 'arriving' ||
      ('clone' in copy && copy.clone !== null) ||
      ('move' in copy && copy.move !== null),
  );

const isEnd = ({ type }: Event): boolean =>
  type === 'crash' || type === 'discard' || type === 'wedge';

/** Whether it is an end, or the loss of a connection, of which somebody may not hear at once. */
const isUnheardOf = ({ run, ledger }: Course, event: Event): boolean =>
  (isEnd(event) && isInTheMaking(run.state)) ||
  (event.type === 'reset' && ledger.late.some(({ lost }) => lost.id === event.connection));

const forgetWhatIsHeard = (course: Course): void => {
  const { run, ledger } = course;
  const { copies } = run.state;
  ledger.late = ledger.late.filter(({ copy }) => {
    const mode = copies[copy]?.mode;
    return mode !== 'crashed' && mode !== 'halted';
  });
  if (ledger.late.length === 0 && !isInTheMaking(run.state)) course.end = null;
};

/** An end, in the gap of a pause if its host stands still by now. */
const endsOf = (state: State, end: Event): readonly (readonly Event[])[] => {
  const host = end.type === 'discard' ? state.copies[end.copy]?.host : undefined;
  if (host === undefined) return [[end]];
  return [[end], [{ type: 'resume', host }, end, { type: 'pause', host }]];
};

/** All orders in which a step may stand to the ends of copies since the first: latest end first. */
const ordersOf = (
  { run, events: since }: End,
  events: readonly Event[],
  type: Event['type'],
): readonly (readonly Event[])[] => {
  const places = since.flatMap((event, at) => (isEnd(event) ? [{ event, at }] : [])).toReversed();
  return places.flatMap(({ event, at }) => {
    const before = since.slice(0, at);
    const rest = since.slice(at + 1);
    // the receiver goes on from what it was sent; the sender was as it is now
    if (type === 'arm' || type === 'takeUp') return [[...before, ...events, event, ...rest]];
    const ends = endsOf(run.state, event);
    const later = rest.filter(isEnd);
    const others = rest.filter((one) => !isEnd(one));
    return [
      ...ends.map((ending) => [...before, ...rest, ...events, ...ending]),
      ...(later.length === 0 ? [] : [[...before, ...others, ...events, event, ...later]]),
    ];
  });
};

/** What a copy may do for, or with, another one of whose end it has not heard. */
const handings: ReadonlySet<Event['type']> = new Set([
  ...(['snapshot', 'arm', 'quiesce', 'switchOver', 'takeUp', 'acknowledge', 'reconnect'] as const),
]);

/** Orders in which all since the first end may have happened, with what is new in them. */
type Reordering = {
  readonly orders: readonly (readonly Event[])[];
  readonly event: Event;
  readonly count: number;
  readonly same: readonly Same[];
};

const happens = (course: Course, run: Run, order: readonly Event[]): boolean => {
  course.run = run;
  return order.every((event) => !isRefusal(advance(course, event)) && course.run.broken === null);
};

/** What comes of the first of these orders that is possible, and as was said. */
const reordered = (
  course: Course,
  end: End,
  { orders, event, count, same }: Reordering,
): Passage | null => {
  const { run, lines: line } = course;
  const isAsSaid = (one: readonly Event[]): boolean => {
    if (!happens(course, end.run, one)) return false;
    const passage = { before: run.state, after: course.run.state, effects: [] };
    return same.every(({ program, specification }) => specification(passage) === program);
  };
  const order = orders.find(isAsSaid);
  if (order === undefined) {
    course.run = run;
    return null;
  }
  const [before, after] = [run.state, course.run.state];
  course.lately.push({ line, event, before, after, effects: [] });
  course.events += count;
  course.end = { run: end.run, events: [...order] };
  return { before, after, effects: [] };
};

/**
 * In the specification a VM is handed from host to host in a step that needs both; in the program
 * it is on its way for a while, and the end of the sender, or of the receiver, can fall in between.
 * Nobody can tell that from an end a moment later, or from a step a moment earlier: the two change
 * places, and all that has happened since must still be possible.
 */
const inHindsight = (
  course: Course,
  events: readonly Event[],
  refused: Event,
  same: readonly Same[] = [],
): Passage | null => {
  const { end } = course;
  if (end === null || !handings.has(refused.type)) return null;
  const orders = ordersOf(end, events, refused.type);
  return reordered(course, end, { orders, event: refused, count: events.length, same });
};

/**
 * A host that stood still when a connection was lost reads what had got to it before, and hears of
 * the loss then. Nobody can tell that from reading it in a gap of the pause, before the loss.
 */
const beforeLoss = (
  course: Course,
  { lost, copy }: Late,
  events: readonly Event[],
): Passage | null => {
  const { end, run } = course;
  const host = run.state.copies[copy]?.host;
  const [event] = events;
  const isLoss = (event: Event): boolean => event.type === 'reset' && event.connection === lost.id;
  const at = end?.events.findIndex(isLoss) ?? -1;
  if (end === null || host === undefined || event === undefined || at < 0) return null;
  const gap: readonly Event[] = [{ type: 'resume', host }, ...events, { type: 'pause', host }];
  const order = [...end.events.slice(0, at), ...gap, ...end.events.slice(at)];
  return reordered(course, end, { orders: [order], event, count: events.length, same: [] });
};

/** The events of a reading happen, or the first that does not is told. */
export const follow = (course: Course, reading: Reading): Passage | Breach => {
  const { events, belated, same, late } = reading;
  if (late !== null) return beforeLoss(course, late, events) ?? inOrder(course, events);
  for (const earlier of belated) {
    const handing = earlier.find(({ type }) => handings.has(type));
    const passage = handing === undefined ? null : inHindsight(course, earlier, handing, same);
    if (passage !== null) return passage;
  }
  return inOrder(course, events);
};

const inOrder = (course: Course, events: readonly Event[]): Passage | Breach => {
  const { run, end } = course;
  const count = end?.events.length ?? 0;
  const effects: Effect[] = [];
  for (const event of events) {
    const { run: now } = course;
    if (isUnheardOf(course, event)) course.end ??= { run: now, events: [] };
    const noticed = advance(course, event);
    if (isRefusal(noticed)) {
      course.run = run;
      end?.events.splice(count);
      const passage = inHindsight(course, events, event);
      if (passage !== null) return passage;
      course.run = now;
      return { kind: 'refused', event, refusal: noticed };
    }
    remember(course, event, now.state, noticed);
    effects.push(...noticed);
    const { broken } = course.run;
    if (broken !== null) return { kind: 'broken', claim: broken, event };
  }
  if (course.end !== null) forgetWhatIsHeard(course);
  return { before: run.state, after: course.run.state, effects };
};
