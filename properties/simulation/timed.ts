import type { Image } from '../../impl/guest/guest.ts';
import type { Settings } from '../../impl/hypervisor/settings.ts';
import { type Chooser, oneOf, seeded } from '../checker/chooser.ts';
import { type Cluster, newCluster } from './cluster.ts';
import { bootVm } from './creation.ts';
import { operate, send } from './outside.ts';
import type { Program } from './program.ts';
import type { Reported } from './reported.ts';
import { type Clockwork, every, newClockwork, type Pace } from './timed-world.ts';
import { newTroubles, pairOf, type Troubles } from './trouble.ts';
import { isAble, isServing, type Witnessed, type WorldOptions } from './world.ts';

/** A long run in virtual time; with the program it determines every byte of the report. */
export type Soak = {
  readonly seed: string;
  readonly hosts: readonly [string, ...string[]];
  readonly settings: Settings;
  readonly pace: Pace;
  readonly troubledMs: number; // so long things go wrong; then comes the calm
  readonly strikeEveryMs: number; // 0: never
  readonly sendEveryMs: number; // by clients, on average
  readonly asked?: Uint8Array; // what they send; a number, which the fold machine takes, if nothing
  readonly hasConsole: boolean;
  readonly isManaged: boolean; // shares are set and copies are moved
} & Pick<WorldOptions, 'blockCount' | 'blockBytes' | 'windowBytes'>;

/** What a soak came to. */
export type Soaked = {
  readonly missing: string | null; // what is not back after the calm, as a sentence
  readonly generation: number; // that was reached: how often somebody took over
  readonly recoveredMs: number; // of the calm, until all was back
  readonly witnessed: Witnessed;
};

/**
 * How long, after the faults have stopped, until service and redundancy must be back: to notice, to
 * arbitrate, to drain, to clone; three times over, should hosts be chosen in vain (R31-7).
 */
export const recoveryMs = (settings: Settings): number => {
  const { timeoutMs, stallTimeoutMs, heartbeatEveryMs, retryEveryMs } = settings;
  const detectMs = Math.max(timeoutMs, stallTimeoutMs) + heartbeatEveryMs;
  const arbitrateMs = 2 * retryEveryMs + 1000;
  const drainMs = 2000;
  const cloneMs = 2 * retryEveryMs + timeoutMs + 2000;
  return 3 * (detectMs + arbitrateMs + drainMs + cloneMs);
};

const missingFrom = (works: Clockwork, sinceMs: number): string | null => {
  const { world, answeredAtMs } = works;
  const serving = [...world.copies.values()].filter((copy) => isAble(copy) && isServing(copy));
  const [first, second] = serving;
  if (first === undefined) return 'no copy serves';
  if (second !== undefined) return `copies ${first.name} and ${second.name} both serve`;
  if (first.core?.status().isOff === true) return null;
  if (pairOf(world) === null) return `copy ${first.name} serves without a backup`;
  return answeredAtMs > sinceMs ? null : 'clients get no answers';
};

const startClients = (works: Clockwork, chooser: Chooser, soak: Soak): void => {
  const { agenda, world } = works;
  const again = (happen: () => void, everyMs: number): void => {
    agenda.at(agenda.nowMs() + 1 + chooser.below(2 * everyMs), () => {
      happen();
      again(happen, everyMs);
    });
  };
  again(() => send(world, soak.asked ?? null), soak.sendEveryMs);
  if (soak.hasConsole) {
    again(() => operate(world, oneOf(chooser, ['KEY', 'MOUSE'])), 3 * soak.sendEveryMs);
  }
};

const managed = ({ world }: Clockwork, chooser: Chooser, cluster: Cluster): void => {
  const able = [...world.copies.values()].filter((copy) => isAble(copy));
  const copy = able[chooser.below(Math.max(1, able.length))];
  if (copy === undefined) return;
  if (chooser.below(3) > 0) cluster.migrate(copy);
  else if (isServing(copy)) {
    const order = { operation: 'setShare' as const, share: oneOf(chooser, [50, 100]) };
    world.give(copy, { type: 'order', order });
  }
};

const during = (works: Clockwork, untilMs: number, isDone: () => boolean): void => {
  const { agenda } = works;
  while (!isDone() && agenda.step(untilMs)) {
    // the agenda does it
  }
};

const never = (): boolean => false;

const calmed = (works: Clockwork, troubles: Troubles, settings: Settings): number => {
  troubles.end();
  const sinceMs = works.agenda.nowMs();
  const quietMs = sinceMs + settings.timeoutMs;
  const untilMs = sinceMs + recoveryMs(settings);
  during(works, quietMs, never); // what was about to fail fails now
  for (let atMs = quietMs; atMs < untilMs; atMs += 100) {
    if (missingFrom(works, sinceMs) === null) break;
    during(works, atMs + 100, never);
  }
  return works.agenda.nowMs() - sinceMs;
};

/** The program in virtual time: a while of faults, then a calm in which everything must be back. */
export const soak = (
  program: Program,
  image: Image,
  plan: Soak,
  onReported: (reported: Reported) => void,
): Soaked => {
  const chooser = seeded(plan.seed);
  const { hosts, settings, pace, hasConsole, blockCount, blockBytes, windowBytes } = plan;
  const cluster = newCluster(() => works);
  const works = newClockwork(
    { program, image, hosts, settings, hasConsole, blockCount, blockBytes, windowBytes },
    pace,
    chooser,
    { onReported, onTold: cluster.tell },
  );
  cluster.start();
  bootVm(works.world, hosts[0]);
  startClients(works, chooser, plan);
  const troubles = newTroubles(works, chooser, 2 * settings.timeoutMs);
  let isTroubled = plan.strikeEveryMs > 0;
  if (isTroubled) every(works, plan.strikeEveryMs, () => void (isTroubled && troubles.strike()));
  if (plan.isManaged) {
    every(works, settings.timeoutMs, () => void (isTroubled && managed(works, chooser, cluster)));
  }
  during(works, plan.troubledMs, never);
  isTroubled = false;
  const recoveredMs = calmed(works, troubles, settings);
  const { world } = works;
  return {
    missing: missingFrom(works, plan.troubledMs),
    generation: world.storage.generation,
    ...{ recoveredMs, witnessed: world.witnessed },
  };
};
