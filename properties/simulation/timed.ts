import type { Image } from '../../impl/guest/guest.ts';
import type { Settings } from '../../impl/hypervisor/settings.ts';
import { type Chooser, oneOf, seeded } from '../checker/chooser.ts';
import { type Cluster, newCluster } from './cluster.ts';
import { bootVm } from './creation.ts';
import { overcommit } from './mishap.ts';
import { operate, send } from './outside.ts';
import type { Program } from './program.ts';
import type { Reported } from './reported.ts';
import { type Clockwork, every, hasten, newClockwork, type Pace } from './timed-world.ts';
import { boundsOf, leastSharePercent, lookEveryMs } from './timeliness-bounds.ts';
import { backlogMs, newLedger } from './timeliness-ledger.ts';
import { endTurn, noteHappening, noteTurn } from './timeliness-notes.ts';
import { watched } from './timeliness-turn.ts';
import { newTroubles, pairOf, type Troubles } from './trouble.ts';
import type { Bout } from './weather.ts';
import { isAble, isServing, type Witnessed, type WorldOptions } from './world.ts';

/** The host of the backup has little CPU to spare for it, for a while (R32-7). */
export type Burden = {
  readonly speedPercent: number;
  readonly fromMs: number;
  readonly untilMs: number;
};

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
  readonly burden: Burden | null;
  readonly powerOffAtMs: number | null; // an administrator orders it then; `null`: nobody does
} & Pick<WorldOptions, 'blockCount' | 'blockBytes' | 'windowBytes'>;

/** What a soak came to. */
export type Soaked = {
  readonly missing: string | null; // what is not back after the calm, as a sentence
  readonly generation: number; // that was reached: how often somebody took over
  readonly recoveredMs: number; // of the calm, until all was back
  readonly boundMs: number; // by then it had to be
  readonly witnessed: Witnessed;
  readonly bouts: ReadonlySet<Bout>; // of weather
};

/** The VM was powered off, and nothing is left of it (R33-2). */
const isGone = ({ world }: Clockwork): boolean => {
  const copies = [...world.copies.values()];
  return copies.some(({ because }) => because === 'off') && !copies.some((copy) => isAble(copy));
};

const missingFrom = (works: Clockwork, sinceMs: number): string | null => {
  const { world, answeredAtMs } = works;
  const serving = [...world.copies.values()].filter((copy) => isAble(copy) && isServing(copy));
  const [first, second] = serving;
  if (first === undefined) return isGone(works) ? null : 'no copy serves';
  if (second !== undefined) return `copies ${first.name} and ${second.name} both serve`;
  if (first.core?.status().isOff === true) return `copy ${first.name} is off, and still there`;
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
    const order = {
      operation: 'setShare' as const,
      share: oneOf(chooser, [leastSharePercent, 100]),
    };
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

/** Looks at the world again and again since the faults have stopped; true once that is enough. */
export type OnCalm = (works: Clockwork, sinceMs: number) => boolean;

/** Who looks on at a soak. */
export type Overseer = {
  readonly program: Program; // it is watched
  readonly onReported: (reported: Reported) => void;
  readonly lagMs: () => number; // of what is logged, and not consumed
  readonly onCalm: OnCalm;
};

/** Somebody who knows of the lag, and is content with whatever happens. */
const content = (
  program: Program,
  { settings }: Soak,
  onReported: (reported: Reported) => void,
): Overseer => {
  const ledger = newLedger(settings);
  return {
    program: watched(program, (turn) => {
      noteTurn(ledger, turn);
      endTurn(ledger, turn);
    }),
    onReported: (reported) => {
      if (reported.by === 'world') noteHappening(ledger, reported.happening, reported.atMs);
      onReported(reported);
    },
    lagMs: () => backlogMs(ledger),
    onCalm: () => true,
  };
};

const startBurden = ({ agenda, world }: Clockwork, { speedPercent, fromMs, untilMs }: Burden) =>
  agenda.at(fromMs, () => {
    const host = pairOf(world)?.[1].host.name;
    if (host === undefined) return;
    overcommit(world, host, speedPercent);
    agenda.at(untilMs, () => overcommit(world, host, 100));
  });

const startOrders = (works: Clockwork, { burden, powerOffAtMs }: Soak): void => {
  const { agenda, world } = works;
  if (burden !== null) startBurden(works, burden);
  if (powerOffAtMs === null) return;
  agenda.at(powerOffAtMs, () => {
    const copy = [...world.copies.values()].find((one) => isAble(one) && isServing(one));
    if (copy === undefined) return;
    world.give(copy, { type: 'order', order: { operation: 'powerOff' } });
  });
};

type Calm = Pick<Soaked, 'recoveredMs' | 'boundMs'>;

const calmed = (
  works: Clockwork,
  troubles: Troubles,
  plan: Soak,
  { lagMs, onCalm }: Overseer,
): Calm => {
  const { settings } = plan;
  troubles.end();
  hasten(works);
  const sinceMs = works.agenda.nowMs();
  const boundMs = boundsOf({ ...plan, lagMs: lagMs() }).allMs + 2 * lookEveryMs;
  const quietMs = sinceMs + Math.max(settings.timeoutMs, settings.stallTimeoutMs);
  const untilMs = sinceMs + boundMs;
  for (let atMs = sinceMs; atMs < untilMs; atMs += lookEveryMs) {
    const isSettled = onCalm(works, sinceMs) && missingFrom(works, sinceMs) === null;
    if (isSettled && atMs >= quietMs) break; // what was about to fail has failed by then
    during(works, atMs + lookEveryMs, never);
  }
  return { recoveredMs: works.agenda.nowMs() - sinceMs, boundMs };
};

/** The program in virtual time: a while of faults, then a calm in which everything must be back. */
export const soak = (
  program: Program,
  image: Image,
  plan: Soak,
  onReported: (reported: Reported) => void,
): Soaked => overseen(content(program, plan, onReported), image, plan);

/** A soak, with somebody who looks on. */
export const overseen = (overseer: Overseer, image: Image, plan: Soak): Soaked => {
  const { program, onReported } = overseer;
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
  startOrders(works, plan);
  const troubles = newTroubles(works, chooser, 2 * settings.timeoutMs);
  let isTroubled = plan.strikeEveryMs > 0;
  if (isTroubled) every(works, plan.strikeEveryMs, () => void (isTroubled && troubles.strike()));
  if (plan.isManaged) {
    every(works, settings.timeoutMs, () => void (isTroubled && managed(works, chooser, cluster)));
  }
  during(works, plan.troubledMs, never);
  isTroubled = false;
  const calm = calmed(works, troubles, plan, overseer);
  const { world } = works;
  return {
    missing: missingFrom(works, plan.troubledMs),
    generation: world.storage.generation,
    ...{ ...calm, witnessed: world.witnessed, bouts: works.weather.bouts },
  };
};
