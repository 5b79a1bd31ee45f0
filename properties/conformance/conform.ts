import { match, P } from 'ts-pattern';
import type { Report } from '../../impl/hypervisor/report.ts';
import type { Effect } from '../../model/effect.ts';
import type { CopyId } from '../../model/ids.ts';
import type { LogEntry } from '../../model/log.ts';
import type { Settings } from '../../model/settings.ts';
import type { State, Vm } from '../../model/state.ts';
import type { Reported } from '../simulation/reported.ts';
import { type ConformOptions, type Course, courseFor, follow, keptCount } from './course.ts';
import type { Breach, Divergence } from './divergence.ts';
import { hostNamed, type Ledger } from './ledger.ts';
import { onChannel } from './on-channel.ts';
import { onExecution, outputText, putText } from './on-execution.ts';
import { onFailover } from './on-failover.ts';
import { followsCopy, onMachine } from './on-machine.ts';
import { onService } from './on-service.ts';
import { onWorld } from './on-world.ts';
import {
  type Passage,
  type Reading,
  reachedBy,
  type Same,
  type Scene,
  type Senseless,
  type Shown,
  type Value,
} from './reading.ts';
import { type Standing, standingOf } from './standing.ts';

/** Follows a run of the program, line by line. After a divergence it says no more. */
export type Conformer = {
  /** The next line of the report, in the order of all hosts. */
  readonly feed: (reported: Reported) => Divergence | null;
  /** What the program says of a copy between two steps, against the same of the specification. */
  readonly compare: (copy: string, standing: Partial<Standing>) => Divergence | null;
  readonly state: () => State;
  readonly eventCount: () => number;
};

const executions = P.union(
  ...(['ran', 'performed', 'interrupted', 'delivered', 'fed', 'completed', 'stalled'] as const),
  ...([
    'replayed',
    'consumed',
    'digested',
    'diverged',
    'released',
    'announced',
    'submitted',
  ] as const),
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
    .with({ did: executions }, (line) =>
      scene.ledger.machines === null ? onExecution(scene, line) : onMachine(scene, line),
    )
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
      const whose = { id: output.copy, copy: undefined };
      return `${output.type} ${outputText(ledger, whose, output, put)}`;
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

/** A destination of which its source wants nothing connects, at most, and discards itself. */
const isNobody = ({ did }: Report): boolean =>
  did === 'connected' || did === 'disconnected' || did === 'halted';

const nobody: Breach = { kind: 'senseless', sentence: 'its source has no use for it' };

type Line = Extract<Reported, { readonly by: 'copy' }>;

const ofCopy = (course: Course, { copy: name, host, report }: Line): Breach | null => {
  const { ledger } = course;
  const { state } = course.run;
  if (ledger.unwanted.has(name)) return isNobody(report) ? null : nobody;
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
  followsCopy(scene, report);
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
  const { position, ...others } = standingOf(course.run.state, copy);
  const found: Readonly<Record<string, Value>> = {
    ...others,
    position: position === null ? null : reachedBy(course.ledger, copy),
  };
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
    const positions = new Map(
      state.copies.map((copy) => [copy.id, reachedBy(course.ledger, copy)] as const),
    );
    divergence = {
      at,
      positions,
      reported: last,
      breach,
      state,
      lately: course.lately.slice(-keptCount),
    };
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
