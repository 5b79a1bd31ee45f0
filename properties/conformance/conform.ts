import { match, P } from 'ts-pattern';
import type { Report } from '../../impl/hypervisor/report.ts';
import type { Effect } from '../../model/effect.ts';
import type { CopyId } from '../../model/ids.ts';
import type { LogEntry } from '../../model/log.ts';
import { paper } from '../../model/paper.ts';
import type { Settings } from '../../model/settings.ts';
import { isRefusal, step } from '../../model/spec.ts';
import type { State, Vm } from '../../model/state.ts';
import { proceed, type Run, start, type Watched, watching } from '../checker/run.ts';
import type { Claim, Sometimes } from '../property.ts';
import type { Reported } from '../simulation/reported.ts';
import type { Breach, Divergence, Followed } from './divergence.ts';
import { type DigestOf, emptyLedger, hostNamed, type Ledger, unknownDigest } from './ledger.ts';
import { onChannel } from './on-channel.ts';
import { onExecution, outputText, putText } from './on-execution.ts';
import { onFailover } from './on-failover.ts';
import { onService } from './on-service.ts';
import { onWorld } from './on-world.ts';
import type { Passage, Reading, Same, Scene, Senseless, Shown, Value } from './reading.ts';
import { type Standing, standingOf } from './standing.ts';

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

/** Follows a run of the program, line by line. After a divergence it says no more. */
export type Conformer = {
  /** The next line of the report, in the order of all hosts. */
  readonly feed: (reported: Reported) => Divergence | null;
  /** What the program says of a copy between two steps, against the same of the specification. */
  readonly compare: (copy: string, standing: Partial<Standing>) => Divergence | null;
  readonly state: () => State;
  readonly eventCount: () => number;
};

const kept = 24;

const executions = P.union(
  ...(['ran', 'performed', 'interrupted', 'delivered', 'fed', 'completed', 'stalled'] as const),
  ...(['replayed', 'consumed', 'diverged', 'released', 'announced', 'submitted'] as const),
);
const channels = P.union(
  ...(['connected', 'entrySent', 'entryReceived', 'ackSent', 'ackRead', 'disconnected'] as const),
);
const failovers = P.union('suspected', 'asked', 'learned', 'wentLive', 'halted');

type Meant = Exclude<Report, { readonly did: 'logged' }>;

/** What one line of a copy stands for. */
const meaning = (scene: Scene, report: Meant): Reading | Senseless =>
  match(report)
    .returnType<Reading | Senseless>()
    .with({ did: executions }, (line) => onExecution(scene, line))
    .with({ did: channels }, (line) => onChannel(scene, line))
    .with({ did: failovers }, (line) => onFailover(scene, line))
    .otherwise((line) => onService(scene, line));

const newEntries = (was: Vm | undefined, is: Vm | undefined): readonly LogEntry[] => {
  if (is === undefined || was === undefined || !('logged' in is) || !('logged' in was)) return [];
  const count = is.logged - was.logged;
  return count > 0 ? is.buffer.slice(-count) : [];
};

const textOf = (texts: readonly string[]): string =>
  texts.length === 0 ? 'nothing' : texts.join(', ');

/** All that was logged since the last line of the copy is of this line's step (R21-10). */
const sameEntries = ({ ledger }: Scene, id: CopyId): Same => ({
  what: 'entries logged',
  program: textOf((ledger.logged.get(id) ?? []).map(({ seq, kind }) => `e${seq} ${kind}`)),
  specification: ({ before, after }) =>
    textOf(
      newEntries(before.copies[id], after.copies[id]).map(({ seq, kind }) => `e${seq} ${kind}`),
    ),
});

const shownText = (shown: Shown): string =>
  match(shown)
    .with(
      { type: P.union('transmit', 'print') },
      ({ type, output }) => `${type} ${putText(output)}`,
    )
    .with({ type: 'submit' }, ({ io, generation }) => `submit ${io} in generation ${generation}`)
    .with({ type: 'write' }, ({ io }) => `write ${io}`)
    .with({ type: 'announce' }, () => 'announce')
    .exhaustive();

const effectText = (ledger: Ledger, effect: Effect, said: Shown | undefined): string =>
  match(effect)
    .with({ type: P.union('transmit', 'print') }, (output) => {
      const put = said !== undefined && 'output' in said ? said.output : undefined;
      return `${output.type} ${outputText(ledger, output, put)}`;
    })
    .with({ type: 'submit' }, ({ io, generation }) => `submit ${io} in generation ${generation}`)
    .with({ type: 'write' }, ({ io }) => `write ${io}`)
    .with({ type: 'announce' }, () => 'announce')
    .exhaustive();

/** The world notices the same of both. */
const sameEffects = (ledger: Ledger, shown: readonly Shown[]): Same => ({
  what: 'what the world notices',
  program: textOf(shown.map(shownText)),
  specification: ({ effects }) =>
    textOf(effects.map((effect, index) => effectText(ledger, effect, shown[index]))),
});

const sameHost = (scene: Scene, host: string): Same => ({
  what: 'host',
  program: hostNamed(scene.ledger, host) ?? null,
  specification: () => scene.copy.host,
});

/** A run of the program in the making. */
type Course = {
  readonly ledger: Ledger;
  readonly watched: Watched;
  readonly isWatched: boolean;
  readonly lately: Followed[];
  run: Run;
  lines: number;
  events: number;
};

/** The events of a reading happen, one after the other, or the first that does not is told. */
const follow = (course: Course, { events }: Reading): Passage | Breach => {
  const before = course.run.state;
  const effects: Effect[] = [];
  for (const event of events) {
    const { state } = course.run;
    const outcome = step(paper, state, event);
    if (isRefusal(outcome)) return { kind: 'refused', event, refusal: outcome };
    course.run = course.isWatched
      ? proceed(course.run, event, outcome, course.watched)
      : { ...course.run, state: outcome.state };
    course.events++;
    effects.push(...outcome.effects);
    const followed = { event, before: state, after: outcome.state, effects: outcome.effects };
    course.lately.push({ line: course.lines, ...followed });
    if (course.lately.length > 2 * kept) course.lately.splice(0, kept);
    const { broken } = course.run;
    if (broken !== null) return { kind: 'broken', claim: broken, event };
  }
  return { before, after: course.run.state, effects };
};

const differing = (same: readonly Same[], passage: Passage): Breach | null => {
  for (const { what, program, specification } of same) {
    const found: Value = specification(passage);
    if (found !== program) return { kind: 'differs', what, program, specification: found };
  }
  return null;
};

const readThrough = (course: Course, reading: Reading | Senseless, all: readonly Same[]) => {
  if ('senseless' in reading) return { kind: 'senseless', sentence: reading.senseless } as const;
  const passage = follow(course, reading);
  if ('kind' in passage) return passage;
  const shown = sameEffects(course.ledger, reading.shown);
  return differing([...reading.same, ...all, shown], passage);
};

type Line = Extract<Reported, { readonly by: 'copy' }>;

const ofCopy = (course: Course, { copy: name, host, report }: Line): Breach | null => {
  const { ledger } = course;
  const { state } = course.run;
  const id = ledger.copies.get(name);
  const copy = id === undefined ? undefined : state.copies[id];
  if (id === undefined || copy === undefined) {
    return { kind: 'senseless', sentence: `there is no copy ${name}` };
  }
  if (copy.mode === 'crashed') {
    return { kind: 'senseless', sentence: 'its host has crashed, and with it all that it was' };
  }
  const scene: Scene = { state, ledger, id, name, copy };
  if (report.did === 'logged') {
    const { seq, kind } = report;
    ledger.logged.set(id, [...(ledger.logged.get(id) ?? []), { seq, kind }]);
    return null;
  }
  const same = [sameHost(scene, host), sameEntries(scene, id)];
  const breach = readThrough(course, meaning(scene, report), same);
  ledger.logged.delete(id);
  return breach;
};

const ofLine = (course: Course, reported: Reported): Breach | null => {
  if (reported.by === 'copy') return ofCopy(course, reported);
  const place = { state: course.run.state, ledger: course.ledger };
  return readThrough(course, onWorld(place, reported.happening), []);
};

const compared = (course: Course, name: string, standing: Partial<Standing>): Breach | null => {
  const id = course.ledger.copies.get(name);
  const copy = id === undefined ? undefined : course.run.state.copies[id];
  if (copy === undefined) return { kind: 'senseless', sentence: `there is no copy ${name}` };
  const found: Readonly<Record<string, Value>> = standingOf(copy);
  for (const [what, program] of Object.entries(standing)) {
    const specification = found[what] ?? null;
    // what a copy does not have in its mode has no value to compare
    if (specification !== null && specification !== program) {
      return { kind: 'differs', what, program, specification };
    }
  }
  return null;
};

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

const courseFor = (settings: Settings, options: ConformOptions): Course => {
  const { digestOf = unknownDigest, share = 100, claims = [], witnesses = new Set() } = options;
  return {
    ledger: emptyLedger(digestOf, share),
    watched: watching(claims, witnesses, false),
    isWatched: claims.length > 0 || witnesses.size > 0,
    lately: [],
    run: start(paper.init(conformed(settings))),
    lines: 0,
    events: 0,
  };
};

/**
 * Holds a run of the program against the specification while it goes: every line has to be one, or
 * several, of its events, enabled when their turn comes, with the same effects and the same values.
 * It takes the same time for every line, however long the run.
 */
export const conformer = (settings: Settings, options: ConformOptions = {}): Conformer => {
  const course = courseFor(settings, options);
  let last: Reported | null = null;
  let divergence: Divergence | null = null;
  const told = (breach: Breach | null, at: number): Divergence | null => {
    if (breach === null || last === null || divergence !== null) return null;
    const { state } = course.run;
    divergence = { at, reported: last, breach, state, lately: course.lately.slice(-kept) };
    return divergence;
  };
  return {
    feed: (reported) => {
      if (divergence !== null) return null;
      last = reported;
      const found = told(ofLine(course, reported), course.lines);
      course.lines++;
      return found;
    },
    compare: (copy, standing) =>
      divergence === null ? told(compared(course, copy, standing), course.lines - 1) : null,
    state: () => course.run.state,
    eventCount: () => course.events,
  };
};

/** The first place at which a run of the program leaves the specification, or `null`. */
export const conform = (
  report: readonly Reported[],
  settings: Settings,
  options: ConformOptions = {},
): Divergence | null => {
  const { feed } = conformer(settings, options);
  for (const reported of report) {
    const divergence = feed(reported);
    if (divergence !== null) return divergence;
  }
  return null;
};
