import type { Chooser } from '../checker/chooser.ts';
import { newWorld } from './creation.ts';
import { must } from './program.ts';
import type { Reported } from './reported.ts';
import {
  type Copy,
  clockOf,
  type Driver,
  isAble,
  isHeld,
  type Pending,
  type World,
  type WorldOptions,
} from './world.ts';

/** A world in which nothing arrives and no time passes unless it is told to. */
export type Stage = {
  readonly world: World;
  readonly reports: Reported[];
  pendings: Pending[];
  nowMs: number;
};

/** What nobody has an opinion about happens as soon as it can. */
const soon: ReadonlySet<Pending['kind']> = new Set([
  'attempt',
  'answer',
  'room',
  'reset',
  'heartbeat',
  'unreachable',
]);

const driverOf = (stage: () => Stage, reports: Reported[], chooser: Chooser): Driver => {
  const nobody = (): void => undefined;
  return {
    onPending: (pending) => {
      stage().pendings.push(pending);
    },
    onHandled: nobody,
    onPacket: nobody,
    onOperated: nobody,
    onTold: nobody,
    onHealed: nobody,
    // mostly all at once, else a part that ends anywhere
    chunk: (byteCount) => (chooser.below(4) > 0 ? byteCount : 1 + chooser.below(byteCount)),
    onReported: (reported) => {
      reports.push(reported);
    },
    onTransmitted: nobody,
  };
};

/** An empty stage. */
export const newStage = (options: WorldOptions, chooser: Chooser): Stage => {
  const reports: Reported[] = [];
  const driver = driverOf(() => stage, reports, chooser);
  const world: World = newWorld(options, driver, () => stage.nowMs);
  const stage: Stage = { world, reports, pendings: [], nowMs: 0 };
  return stage;
};

const landing = (stage: Stage, pending: Pending): void => {
  stage.pendings = stage.pendings.filter((one) => one !== pending && !one.isOver);
  pending.land();
};

const patience = 10_000;

const wakeDue = ({ world }: Stage): boolean => {
  let isAny = false;
  for (const copy of world.copies.values()) {
    if (!isAble(copy)) continue;
    const deadlineMs = copy.core?.nextDeadlineMs() ?? null;
    if (deadlineMs === null || deadlineMs > clockOf(world, copy.host)) continue;
    isAny = true;
    world.give(copy, { type: 'wake' });
  }
  return isAny;
};

/** All that happens by itself happens: connecting, news of room, heartbeats, deadlines. */
export const settle = (stage: Stage): void => {
  for (let turn = 0; turn < patience; turn++) {
    const next = stage.pendings.find((one) => soon.has(one.kind) && !isHeld(stage.world, one));
    if (next !== undefined) landing(stage, next);
    else if (!wakeDue(stage)) return;
  }
  must(false, 'the program is never done although no time passes');
};

/** The first thing under way of which that is true lands; false if there is none. */
export const land = (stage: Stage, isIt: (pending: Pending) => boolean): boolean => {
  const pending = stage.pendings.find(
    (one) => !one.isOver && isIt(one) && !isHeld(stage.world, one),
  );
  if (pending === undefined) return false;
  landing(stage, pending);
  return true;
};

/** The next bytes, or a part of them, reach a copy; false if there are none that it takes. */
export const landBytes = (stage: Stage, copy: Copy): boolean => {
  const { length } = stage.reports;
  const isReadable = ({ kind, copy: to }: Pending): boolean => kind === 'read' && to === copy.name;
  const isTheirs = ({ kind, copy: to }: Pending): boolean => kind === 'bytes' && to === copy.name;
  if (land(stage, isReadable)) return true;
  let isAny = false;
  while (land(stage, isTheirs)) {
    isAny = true;
    if (land(stage, isReadable) || stage.reports.length > length) break;
  }
  return isAny;
};

/** Time goes on for one host, to its copy's next deadline; false if it has none. */
export const toDeadline = (stage: Stage, copy: Copy): boolean => {
  const deadlineMs = isAble(copy) ? (copy.core?.nextDeadlineMs() ?? null) : null;
  if (deadlineMs === null) return false;
  copy.host.aheadMs += Math.max(0, deadlineMs - clockOf(stage.world, copy.host));
  stage.world.give(copy, { type: 'wake' });
  return true;
};
