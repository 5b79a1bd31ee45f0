import { answered } from './answered.ts';
import { arrived, operate, send } from './devices.ts';
import { perform } from './disk.ts';
import type { Finding } from './finding.ts';
import { notDone } from './finding.ts';
import { crash, disturb, link, resume, storageLink } from './mishaps.ts';
import { answer, type Course, carry, connect, pass, replay, tell } from './moves.ts';
import { owed } from './owed.ts';
import {
  copyOn,
  type Episode,
  isAwake,
  otherThan,
  pairHosts,
  periods,
  resetFor,
  stateOf,
  vmOn,
  type World,
  worldFor,
} from './pair-world.ts';
import type { Execution, Happening, Ordered, PairHost, Performed, Script } from './script.ts';
import { settle } from './settle.ts';

/** The stimuli of a script, one after the other, each given back its answer; then the verdict. */
export type Playing = Course<Finding | null>;

/** A script as it is played, and all that has happened so far. */
export type Play = { readonly playing: Playing; readonly episodes: readonly Episode[] };

/** What a script came to. */
export type Played = {
  readonly finding: Finding | null;
  readonly episodes: readonly Episode[];
};

const runs = (world: World, host: PairHost): boolean => {
  const { mode } = vmOn(world, host);
  const isServing = mode === 'recording' || mode === 'withholding' || mode === 'live';
  return isServing && isAwake(world, host);
};

/** The guest goes on where it runs: on the host named or, where that has none, on the other. */
const runningFrom = (world: World, host: PairHost): PairHost | null => {
  const other = otherThan(host);
  if (runs(world, host)) return host;
  return runs(world, other) ? other : null;
};

const interrupt = function* (world: World, named: PairHost): Course<void> {
  const host = runningFrom(world, named);
  if (host !== null) yield* tell(world, host, { do: 'interrupt', host });
};

const execute = function* (world: World, { host: named, does }: Execution): Course<void> {
  const host = runningFrom(world, named);
  if (host === null) return;
  const { stalled } = world.notes[host];
  const next = stalled ?? ({ do: 'execute', host, does, reading: ++world.reading } as const);
  yield* tell(world, host, next);
};

/** Whoever is there is told: a backup is not to obey (R33-1). */
const order = function* (world: World, { host, operation }: Ordered): Course<void> {
  if (isAwake(world, host)) yield* tell(world, host, { do: 'order', host, operation });
};

const ends = function* (world: World, performed: Performed): Course<void> {
  perform(world, performed);
  yield* arrived(world, performed.host);
};

const elapse = function* (world: World, ticks: number): Course<void> {
  for (let count = 0; count < ticks && world.finding === null; count++) {
    yield* pass(world, 1);
    yield* settle(world);
  }
};

type Outer = 'execute' | 'interrupt' | 'send' | 'operate' | 'order' | 'perform';

/** Something happens to the guest, from within or from outside. */
const strike = function* (
  world: World,
  happening: Extract<Happening, { readonly do: Outer }>,
): Course<void> {
  switch (happening.do) {
    case 'execute':
      yield* execute(world, happening);
      break;
    case 'interrupt':
      yield* interrupt(world, happening.host);
      break;
    case 'send':
      yield* send(world);
      break;
    case 'operate':
      yield* operate(world, happening.kind);
      break;
    case 'order':
      yield* order(world, happening);
      break;
    case 'perform':
      yield* ends(world, happening);
      break;
  }
};

const happen = function* (world: World, happening: Happening): Course<void> {
  switch (happening.do) {
    case 'execute':
    case 'interrupt':
    case 'send':
    case 'operate':
    case 'order':
    case 'perform':
      yield* strike(world, happening);
      break;
    case 'replay':
      yield* replay(world, happening.host);
      break;
    case 'carry':
      yield* carry(world, happening.net, happening.to);
      break;
    case 'settle':
      yield* settle(world);
      break;
    case 'pass':
      yield* pass(world, happening.ticks);
      break;
    case 'elapse':
      yield* elapse(world, happening.ticks);
      break;
    case 'answer':
      yield* answer(world, happening.host);
      break;
    case 'connect':
      for (const host of pairHosts) yield* connect(world, host);
      break;
    case 'crash':
      yield* crash(world, happening.host);
      break;
    case 'resume':
      yield* resume(world, happening.host);
      break;
    default:
      disturb(world, happening);
  }
};

/** In the calm nothing is broken any more, but for what cannot be mended: a crash. */
const mend = function* (world: World): Course<void> {
  for (const host of pairHosts) {
    yield* resume(world, host);
    storageLink(world, 'regainStorage', host);
    for (const net of ['log', 'heartbeat'] as const) link(world, 'heal', net, host);
  }
};

/** As long as a failure takes to be noticed on both sides and decided, and once more. */
const calmTicks = (4 * (periods.timeout + periods.retryEvery)) / periods.heartbeatEvery;

/** The faults stop, everything arrives, time passes: what is owed then is done (L1, L2, L4). */
const calm = function* (world: World): Course<void> {
  yield* mend(world);
  const hasAnnounced = (host: string): boolean =>
    pairHosts.some((one) => one === host && world.notes[one].hasAnnounced);
  for (let ticks = 0; world.finding === null; ticks++) {
    yield* settle(world);
    const due = owed(stateOf(world), ({ host }) => hasAnnounced(host));
    if (due === null || world.finding !== null) return;
    if (ticks < calmTicks) yield* pass(world, 1);
    else world.finding = notDone(`${copyOn(hostIn(due.copy.host))} on ${due.copy.host}`, due);
  }
};

const hostIn = (name: string): PairHost => (name === 'A' ? 'A' : 'B');

const course = function* (world: World, script: Script): Playing {
  const reset = resetFor(script);
  world.episodes.push({ kind: 'told', stimulus: reset, silence: null });
  const said = yield reset;
  for (const one of said) answered(world, null, one, reset);
  for (const happening of script.events) {
    if (world.finding !== null) break;
    yield* happen(world, happening);
  }
  if (world.finding === null) yield* calm(world);
  return world.finding;
};

/** Plays a script to its end or to the first line that cannot be, and then the calm. */
export const play = (script: Script): Play => {
  const world = worldFor(script);
  return { playing: course(world, script), episodes: world.episodes };
};
