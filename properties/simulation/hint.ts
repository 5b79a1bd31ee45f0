import type { Report } from '../../impl/hypervisor/report.ts';
import { instructionsPerHint } from './clients.ts';
import { beat, place } from './creation.ts';
import * as outside from './outside.ts';
import { land, landBytes, type Stage, settle, toDeadline } from './scripted-world.ts';
import { type Copy, isAble, isServing, type World } from './world.ts';
import { type Hint, type Hints, type Named, worldHints } from './world-hints.ts';

const copyOf = ({ world }: Stage, { copy }: Named): Copy | null => {
  const found = world.copies.get(String(copy));
  return found === undefined || !isAble(found) ? null : found;
};

const ofCopy =
  <E extends Named>(does: (stage: Stage, copy: Copy, event: E) => boolean) =>
  (stage: Stage, event: E): boolean => {
    const copy = copyOf(stage, event);
    return copy !== null && does(stage, copy, event);
  };

const ofServing = <E extends Named>(
  does: (stage: Stage, copy: Copy, event: E) => boolean,
): ((stage: Stage, event: E) => boolean) =>
  ofCopy((stage, copy, event) => isServing(copy) && does(stage, copy, event));

/** It does at once, by itself, whatever it can do of this: there is nothing to choose. */
const byItself = (): boolean => false;

const oneInstruction = ofCopy(({ world }, copy) => {
  if (copy.core?.wantsCpu() !== true) return false;
  return outside.runFor(world, copy.host, instructionsPerHint(world.options.image));
});

const reading = ofCopy(landBytes);
const onTime = ofCopy(toDeadline);

const exchangesMax = 2000;

/** The two ends talk, both ways, until one of them has done that, or there is nothing to say. */
export const converse = (
  stage: Stage,
  did: Report['did'] | null,
  names: readonly string[],
): boolean => {
  const { reports, world } = stage;
  const from = reports.length;
  const isDone = (): boolean =>
    did !== null && reports.slice(from).some((one) => one.by === 'copy' && one.report.did === did);
  for (let turn = 0; turn < exchangesMax && !isDone(); turn++) {
    settle(stage);
    const isAny = names.some((name) => {
      const copy = world.copies.get(name);
      return copy !== undefined && !isDone() && isAble(copy) && landBytes(stage, copy);
    });
    if (!isAny) break;
  }
  return isDone();
};

const partnersOf = ({ world }: Stage, copy: Copy): readonly string[] => {
  const of = [...world.copies.values()].filter(({ source }) => source === copy.name);
  return [copy.name, ...(copy.source === null ? [] : [copy.source]), ...of.map(({ name }) => name)];
};

const talking = (did: Report['did']): ((stage: Stage, event: Named) => boolean) =>
  ofCopy((stage, copy) => {
    if (converse(stage, did, partnersOf(stage, copy))) return true;
    return toDeadline(stage, copy) && converse(stage, did, partnersOf(stage, copy));
  });

const backupAsked = (world: World, copy: Copy, host: string): boolean =>
  copy.wants === 'backup' && world.isServiceUp && place(world, copy, host, 'clone') !== null;

const mayMove = ({ core }: Copy): boolean => {
  const mode = core?.status().mode;
  return mode === 'live' || mode === 'recording' || mode === 'replaying';
};

const shares = { raiseShare: 200, lowerShare: 100 } as const;

const ordered: Hint<'order'> = ofServing(({ world }, copy, { operation }) => {
  if (operation === 'powerOff') world.give(copy, { type: 'order', order: { operation } });
  else {
    const share = shares[operation];
    if (copy.core?.status().share === share) return false;
    world.give(copy, { type: 'order', order: { operation: 'setShare', share } });
  }
  return true;
});

const deadlinesMax = 200;

/**
 * Its host's time goes on while nothing comes, from deadline to deadline: a clock that jumped would
 * be silence of its own.
 */
const suspected = ofCopy((stage, copy) => {
  const mode = copy.core?.status().mode;
  if (mode !== 'recording' && mode !== 'replaying') return false;
  const from = stage.reports.length;
  const isSuspecting = (): boolean =>
    stage.reports.slice(from).some((one) => one.by === 'copy' && one.report.did === 'suspected');
  for (let turn = 0; turn < deadlinesMax && !isSuspecting(); turn++) {
    if (!toDeadline(stage, copy)) break;
  }
  return isSuspecting();
});

const contest =
  (kind: 'request' | 'reply') =>
  (stage: Stage, event: Named): boolean =>
    land(stage, (one) => one.kind === kind && one.copy === String(event.copy));

const speaking = ofCopy((stage, copy) => {
  if (!toDeadline(stage, copy)) return false;
  const to = copy.core?.status().peer ?? null;
  const peer = to === null ? undefined : stage.world.copies.get(to);
  if (peer !== undefined && isAble(peer)) landBytes(stage, peer);
  return true;
});

/** A host goes on with its heartbeats though the VM is stuck (R23-3). */
const beatsOn: Hint<'heartbeat'> = ({ world }, event) => {
  const copy = world.copies.get(String(event.copy));
  if (copy === undefined || copy.beat === null || !copy.isWedged) return false;
  if (!copy.host.isUp || copy.host.isPaused) return false;
  beat(world, copy, copy.beat.host, copy.beat.generation);
  return true;
};

const execution: Pick<Hints, 'execute' | 'interrupt' | 'deliver' | 'feed' | 'replay'> = {
  execute: (stage, event) => {
    const copy = copyOf(stage, event);
    return copy !== null && isServing(copy) && oneInstruction(stage, event);
  },
  interrupt: ofServing(({ world }, copy) => {
    const alarmMs = copy.core?.alarmMs?.();
    // a guest that says when is struck when its host's clock is there
    const reading = outside.readingOn(world, copy.host);
    const isDue = alarmMs === undefined || (alarmMs !== null && alarmMs <= reading);
    if (isDue) world.give(copy, { type: 'timer' });
    return isDue;
  }),
  deliver: ofServing(({ world }, { host }, { count }) => outside.deliver(world, host, count)),
  feed: ofServing(({ world }, { host }) => outside.feed(world, host)),
  replay: (stage, event) => {
    const copy = copyOf(stage, event);
    return copy !== null && !isServing(copy) && oneInstruction(stage, event);
  },
};

const onChannel: Pick<
  Hints,
  'flush' | 'receive' | 'acknowledge' | 'readAck' | 'reconnect' | 'release'
> = {
  flush: byItself,
  receive: reading,
  acknowledge: speaking,
  readAck: reading,
  reconnect: onTime,
  release: byItself,
};

const onFailure: Pick<
  Hints,
  | 'heartbeat'
  | 'keepalive'
  | 'suspect'
  | 'testAndSet'
  | 'arbitrate'
  | 'learn'
  | 'goLive'
  | 'announce'
> = {
  heartbeat: (stage, event) => beatsOn(stage, event) || onTime(stage, event),
  keepalive: speaking,
  suspect: suspected,
  testAndSet: onTime,
  arbitrate: contest('request'),
  learn: contest('reply'),
  goLive: byItself,
  announce: onTime,
};

const onProtection: Pick<
  Hints,
  'requestBackup' | 'place' | 'precopy' | 'snapshot' | 'arm' | 'discard' | 'abandon' | 'throttle'
> = {
  requestBackup: onTime,
  place: ofCopy(({ world }, copy, { host }) => backupAsked(world, copy, host)),
  precopy: talking('gotImage'),
  snapshot: talking('cut'),
  arm: talking('armed'),
  discard: onTime,
  abandon: onTime,
  throttle: onTime,
};

const onMove: Pick<
  Hints,
  'order' | 'stop' | 'migrate' | 'quiesce' | 'switchOver' | 'takeUp' | 'cancel'
> = {
  order: ordered,
  stop: onTime,
  migrate: ofCopy(
    ({ world }, copy, { host }) =>
      world.isServiceUp && mayMove(copy) && place(world, copy, host, 'arrive') !== null,
  ),
  quiesce: talking('quieted'),
  switchOver: talking('switchedOver'),
  takeUp: talking('tookUp'),
  cancel: onTime,
};

/** What each event of the specification does to the program; the world's are imposed. */
export const hints: Hints = {
  ...execution,
  ...onChannel,
  ...onFailure,
  ...onProtection,
  ...onMove,
  submit: byItself,
  ...worldHints,
};
