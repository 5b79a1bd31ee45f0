import type { Image } from '../../impl/guest/guest.ts';
import { defaultSettings, type Settings } from '../../impl/hypervisor/settings.ts';
import type { Event, EventType } from '../../model/event.ts';
import { hostsOf, type Settings as SpecSettings } from '../../model/settings.ts';
import { type Chooser, seeded } from '../checker/chooser.ts';
import type { Script } from '../checker/script.ts';
import { diskOf } from './clients.ts';
import { bootVm, place } from './creation.ts';
import { converse, hints } from './hint.ts';
import { must, type Program } from './program.ts';
import type { Reported } from './reported.ts';
import { newStage, type Stage, settle, toDeadline } from './scripted-world.ts';
import type { Witnessed, WorldOptions } from './world.ts';
import { type Hints, tickMs } from './world-hints.ts';

/** What a script came to when it was played to the program. */
export type Played = {
  readonly reports: readonly Reported[];
  readonly witnessed: Witnessed;
  readonly applied: number; // events that meant something
  readonly skipped: ReadonlyMap<EventType, number>; // hints that meant nothing there
};

/** Bytes in a log buffer that stand for one entry of the specification. */
const entryBytes = 96;

/** The program's settings for a run of the specification: a tick is half a second. */
export const settingsOf = (settings: SpecSettings, image: Image): Settings => {
  const { clock, primaryCapacity, backupCapacity, packetGroup: packetGroupMax } = settings;
  const { ackPoint, connectionLoss, goLiveOutput, arbitration } = settings;
  const bytesFor = (entries: number): number =>
    Math.max(entries, packetGroupMax + 1) * entryBytes + image.largestGroupBytes;
  const sizes = { primaryBytes: bytesFor(primaryCapacity), backupBytes: bytesFor(backupCapacity) };
  const variants = { ackPoint, connectionLoss, goLiveOutput, arbitration };
  // whether entries rest is the soaks' matter: here an event is what makes a host send
  const flushWithinMs = 0;
  const untimed = { ...defaultSettings, flushWithinMs, packetGroupMax, ...sizes, ...variants };
  if (clock === null) return untimed;
  return {
    ...untimed,
    timeoutMs: clock.timeout * tickMs,
    stallTimeoutMs: clock.stallTimeout * tickMs,
    heartbeatEveryMs: clock.heartbeatEvery * tickMs,
    keepaliveEveryMs: clock.keepaliveEvery * tickMs,
    retryEveryMs: clock.retryEvery * tickMs,
    significantLagMs: clock.significantLag * tickMs,
    slightLagMs: clock.slightLag * tickMs,
    adjustEveryMs: clock.adjustEvery * tickMs,
    stepPercent: clock.step,
    floorPercent: clock.floor,
  };
};

const play = <T extends EventType>(stage: Stage, type: T, event: Event<T>): boolean => {
  const hint: Hints[T] = hints[type];
  return hint(stage, event);
};

/** The VM boots on host A, and its backup is cloned to host B before anything else (R20-1). */
const protect = (stage: Stage): void => {
  const { world } = stage;
  const primary = world.copies.get('0');
  must(primary !== undefined, 'the VM has booted');
  for (let turn = 0; turn < 10 && primary.wants !== 'backup'; turn++) toDeadline(stage, primary);
  const backup = place(world, primary, 'B', 'clone');
  must(backup !== null, 'host B is free for the first backup');
  converse(stage, null, [primary.name, backup.name]);
  const modes = [primary, backup].map(({ core }) => core?.status().mode);
  must(modes.join() === 'recording,replaying', `the first pair comes to be: it is ${modes}`);
};

/** An empty stage for a script, with the VM booted on it, and protected if it starts so. */
export const staged = (
  program: Program,
  image: Image,
  settings: SpecSettings,
  chooser: Chooser,
): Stage => {
  const { features, wireCapacity } = settings;
  const memoryBytes = image.pages.count * image.pages.bytes;
  const options: WorldOptions = {
    ...{ program, image, settings: settingsOf(settings, image), ...diskOf(image) },
    hosts: hostsOf(settings),
    // memory that is cloned has room at once: in pieces it would take longer than the script
    windowBytes: Math.max(wireCapacity * entryBytes, image.largestGroupBytes / 8, memoryBytes),
    hasConsole: features.console,
  };
  const stage = newStage(options, chooser);
  bootVm(stage.world, 'A');
  settle(stage);
  if (settings.start === 'protected') protect(stage);
  return stage;
};

/**
 * Plays a script of the specification to the program. What befalls the world is imposed; what the
 * protocol does is the program's own, and an event of it only says what may happen next: who gets
 * the CPU, whose bytes arrive, whose time goes on. One that means nothing there is passed over.
 */
export const playScript = (
  program: Program,
  image: Image,
  { settings, events }: Script,
  seed = 'scripted',
): Played => {
  const stage = staged(program, image, settings, seeded(seed));
  const skipped = new Map<EventType, number>();
  let applied = 0;
  for (const event of events) {
    stage.nowMs += 1;
    if (play(stage, event.type, event)) applied += 1;
    else skipped.set(event.type, (skipped.get(event.type) ?? 0) + 1);
    settle(stage);
  }
  const { reports, world } = stage;
  return { reports, witnessed: world.witnessed, applied, skipped };
};
