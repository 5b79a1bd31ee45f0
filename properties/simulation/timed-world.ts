import type { Chooser } from '../checker/chooser.ts';
import { type Agenda, emptyAgenda } from './agenda.ts';
import { beat, newWorld } from './creation.ts';
import { deliver, feed, runFor } from './outside.ts';
import { must } from './program.ts';
import type { Reported } from './reported.ts';
import { newWeather, type Weather } from './weather.ts';
import {
  type Copy,
  clockOf,
  type Driver,
  type Host,
  isAble,
  isHeld,
  type Pending,
  type World,
  type WorldOptions,
} from './world.ts';

/** How time is dealt out. */
export type Pace = {
  readonly sliceMs: number; // of the CPU
  readonly instructionsPerMs: number; // of a host with nothing else to do
  readonly timerEveryMs: number | null; // the guest's timer; `null` is a tickless guest
  readonly readsWhole: boolean; // all that has come is read at once, and not in pieces
};

/** A world in which time passes and things take as long as the weather has it. */
export type Clockwork = {
  readonly world: World;
  readonly agenda: Agenda;
  readonly weather: Weather;
  readonly held: Pending[]; // behind a cut, or on a host that stands still
  readonly underWay: Set<Pending>; // and will land when the agenda says so
  readonly pace: Pace;
  answeredAtMs: number; // the last packet from the VM
};

/** What the one who runs a timed world wants to hear of. */
export type Listeners = Pick<Driver, 'onTold'> & {
  readonly onReported: (reported: Reported) => void;
};

const schedule = (works: Clockwork, pending: Pending): void => {
  const { agenda, weather, world, held, underWay } = works;
  if (weather.isLost(pending)) {
    pending.isOver = true;
    return;
  }
  underWay.add(pending);
  if (weather.isDoubled(pending)) {
    agenda.at(agenda.nowMs() + weather.delayMs(pending), pending.landAgain);
  }
  agenda.at(agenda.nowMs() + weather.delayMs(pending), () => {
    underWay.delete(pending);
    if (pending.isOver) return;
    if (isHeld(world, pending)) held.push(pending);
    else pending.land();
  });
};

/** The weather is another: what is on its way does not wait for what it was delayed by. */
export const hasten = (works: Clockwork): void => {
  for (const pending of [...works.underWay]) if (!pending.isOver) schedule(works, pending);
};

const wakesMax = 100;

/** A deadline that a wake at that time does not move would stop time for ever. */
const watchful = (): ((copy: Copy, nowMs: number) => void) => {
  let last = '';
  let wakes = 0;
  return (copy, nowMs) => {
    const now = `${copy.name} at ${nowMs}`;
    wakes = now === last ? wakes + 1 : 0;
    last = now;
    must(wakes < wakesMax, `copy ${now} ms, ${copy.core?.status().mode}, is woken for ever`);
  };
};

/** The wake that a copy waits for, at the latest: deadlines move. */
const waker = (works: () => Clockwork): ((copy: Copy) => void) => {
  const due = new Map<string, number>();
  const watch = watchful();
  const arrange = (copy: Copy): void => {
    const { world, agenda } = works();
    const deadlineMs = copy.core?.nextDeadlineMs() ?? null;
    if (deadlineMs === null || copy.isWedged) return;
    const atMs = Math.max(agenda.nowMs(), deadlineMs - copy.host.aheadMs);
    if ((due.get(copy.name) ?? Number.POSITIVE_INFINITY) <= atMs) return;
    due.set(copy.name, atMs);
    agenda.at(atMs, () => {
      if (due.get(copy.name) !== atMs) return;
      due.delete(copy.name);
      if (!isAble(copy)) return;
      const dueMs = copy.core?.nextDeadlineMs() ?? null;
      if (dueMs === null || dueMs > clockOf(world, copy.host)) {
        arrange(copy);
        return;
      }
      watch(copy, agenda.nowMs());
      world.give(copy, { type: 'wake' });
    });
  };
  return arrange;
};

/** The scheduler of each host: a slice at a time, for as long as the guest can use it. */
const scheduler = (works: () => Clockwork): ((copy: Copy) => void) => {
  const waiting = new Set<string>();
  const saved = new Map<string, number>();
  const arrange = (copy: Copy): void => {
    const { world, agenda, pace } = works();
    if (waiting.has(copy.name) || !isAble(copy) || copy.core?.wantsCpu() !== true) return;
    waiting.add(copy.name);
    agenda.at(agenda.nowMs() + pace.sliceMs, () => {
      waiting.delete(copy.name);
      if (!isAble(copy) || copy.core?.wantsCpu() !== true) return;
      const limit = copy.core.limitPercent() / 100;
      const speed = (pace.instructionsPerMs * copy.host.speedPercent) / 100;
      const credit = (saved.get(copy.name) ?? 0) + pace.sliceMs * speed * limit;
      saved.set(copy.name, credit % 1);
      if (credit >= 1) runFor(world, copy.host, Math.floor(credit));
      arrange(copy);
    });
  };
  return arrange;
};

/** The timer of a guest that says when it is due: it strikes when its host's clock is there. */
const striker = (works: () => Clockwork): ((copy: Copy) => void) => {
  const waiting = new Set<string>();
  const arrange = (copy: Copy): void => {
    const { world, agenda } = works();
    const alarmMs = copy.core?.alarmMs?.() ?? null;
    if (alarmMs === null || !isAble(copy) || waiting.has(copy.name)) return;
    waiting.add(copy.name);
    agenda.at(Math.max(agenda.nowMs(), Math.ceil(alarmMs - copy.host.skew)), () => {
      waiting.delete(copy.name);
      const dueMs = copy.core?.alarmMs?.() ?? null;
      if (dueMs === null || !isAble(copy)) return;
      if (dueMs > Math.floor(world.nowMs()) + copy.host.skew) arrange(copy);
      else world.give(copy, { type: 'timer' });
    });
  };
  return arrange;
};

const interruptMs = 1;

/** The network card coalesces: one interrupt for what has come by then (R35-4). */
const interrupter = (
  works: () => Clockwork,
  handOver: (world: World, host: Host) => boolean,
): ((host: Host) => void) => {
  const waiting = new Set<string>();
  const arrange = (host: Host): void => {
    const { agenda, world } = works();
    if (waiting.has(host.name)) return;
    waiting.add(host.name);
    agenda.at(agenda.nowMs() + interruptMs, () => {
      waiting.delete(host.name);
      if (handOver(world, host)) arrange(host);
    });
  };
  return arrange;
};

/** Something that goes on for ever. */
export const every = ({ agenda }: Clockwork, periodMs: number, happen: () => void): void => {
  const again = (): void => {
    happen();
    agenda.at(agenda.nowMs() + periodMs, again);
  };
  agenda.at(agenda.nowMs() + periodMs, again);
};

const retried = (works: Clockwork): void => {
  for (const pending of works.held.splice(0)) {
    if (!pending.isOver) schedule(works, pending);
  }
  for (const host of works.world.hosts.values()) {
    if (host.nic.length > 0) works.world.driver.onPacket(host);
    if (host.console.length > 0) works.world.driver.onOperated(host);
  }
};

const startTimers = (works: Clockwork): void => {
  const { world, pace } = works;
  const { heartbeatEveryMs } = world.options.settings;
  const { timerEveryMs } = pace;
  if (timerEveryMs !== null) {
    every(works, timerEveryMs, () => {
      for (const { copy } of world.hosts.values()) {
        const isIts = copy?.core?.alarmMs?.() === undefined;
        if (copy !== null && isIts && isAble(copy)) world.give(copy, { type: 'timer' });
      }
    });
  }
  // a host goes on with its heartbeats though the VM on it is stuck (R23-3)
  every(works, heartbeatEveryMs, () => {
    for (const { copy, isUp, isPaused } of world.hosts.values()) {
      if (copy === null || copy.beat === null || !copy.isWedged || !isUp || isPaused) continue;
      beat(world, copy, copy.beat.host, copy.beat.generation);
    }
  });
};

/** A timed world without anything in it yet. */
export const newClockwork = (
  options: WorldOptions & { readonly hosts: readonly [string, ...string[]] },
  pace: Pace,
  chooser: Chooser,
  { onReported, onTold }: Listeners,
): Clockwork => {
  const agenda = emptyAgenda();
  const weather = newWeather(chooser, options.hosts);
  const wake = waker(() => works);
  const run = scheduler(() => works);
  const strike = striker(() => works);
  const { packetGroupMax } = options.settings;
  const driver: Driver = {
    onPending: (pending) => schedule(works, pending),
    onHandled: (copy) => {
      wake(copy);
      run(copy);
      strike(copy);
    },
    onPacket: interrupter(
      () => works,
      (world, host) => deliver(world, host, 1 + chooser.below(packetGroupMax)),
    ),
    onOperated: interrupter(() => works, feed),
    ...{ onTold, onReported },
    onHealed: () => retried(works),
    chunk: pace.readsWhole ? (byteCount) => byteCount : weather.chunk,
    onTransmitted: () => {
      works.answeredAtMs = agenda.nowMs();
    },
  };
  const world = newWorld(options, driver, agenda.nowMs);
  const works: Clockwork = {
    world,
    agenda,
    weather,
    held: [],
    underWay: new Set(),
    pace,
    answeredAtMs: 0,
  };
  startTimers(works);
  return works;
};
