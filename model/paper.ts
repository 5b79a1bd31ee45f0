import * as arbitration from './actions/arbitration.ts';
import * as channel from './actions/channel.ts';
import * as control from './actions/control.ts';
import * as detection from './actions/detection.ts';
import * as disk from './actions/disk.ts';
import * as flow from './actions/flow-control.ts';
import * as live from './actions/go-live.ts';
import * as network from './actions/network.ts';
import * as commit from './actions/output-commit.ts';
import * as protection from './actions/protection.ts';
import * as quiescing from './actions/quiesce.ts';
import * as recording from './actions/record.ts';
import * as replaying from './actions/replay.ts';
import * as vmotion from './actions/vmotion.ts';
import * as world from './actions/world.ts';
import { boot } from './boot.ts';
import type { Actions, Spec } from './spec.ts';

/** Every decision of the protocol, by name. A mutant is another value of one of them. */
export type Rules = recording.RecordRules &
  replaying.ReplayRules &
  channel.ChannelRules &
  detection.DetectionRules &
  arbitration.ArbitrationRules &
  live.GoLiveRules &
  protection.ProtectionRules &
  flow.FlowRules &
  control.ControlRules &
  quiescing.QuiesceRules &
  vmotion.VmotionRules &
  disk.DiskRules &
  network.NetworkRules & { readonly outputRule: commit.OutputRule };

/** What the paper, and what it forces, decides. */
export const rules: Rules = {
  // 2.1 deterministic replay
  loggedNeeds: recording.everyNeed,
  operatorEntries: recording.everyInput,
  loggedPosition: recording.exactPosition,
  mayRunOn: replaying.entryInHand,
  dueAt: replaying.exactlyThere,
  mayApply: replaying.wholeGroup,
  // 2.2 FT protocol
  outputRule: commit.outputRule,
  markerOf: recording.ownMarker,
  mayRun: recording.runsOn,
  ackPoint: channel.heldOrReplayed,
  ackedOnSend: channel.provesNothing,
  isOurs: channel.thisPair,
  // 2.3 detecting and responding to failure
  isFailure: detection.eitherStopped,
  causesSilence: detection.notReading,
  isStalled: detection.outstanding,
  watches: detection.bothSides,
  countsAs: detection.fromItsPeer,
  freeze: detection.completeGroups,
  arbitrate: arbitration.compareAndSwap,
  store: arbitration.nextGeneration,
  mayAsk: arbitration.inOrder,
  whenAway: arbitration.waits,
  whenLost: arbitration.halts,
  isAnswer: arbitration.sameGeneration,
  onPrimaryLive: arbitration.releasesAll,
  mayGoLive: live.drained,
  onBackupLive: live.lastOrNone,
  mayAnnounce: live.unlessReached,
  // 3.1 starting and restarting
  tells: protection.always,
  isEligible: protection.anotherHost,
  cutAt: protection.exactCut,
  pairsIn: protection.generationWon,
  onProtect: protection.untouched,
  knownAborted: protection.discardedItself,
  // 3.2 managing the logging channel
  admit: recording.stallWhenFull,
  mayFlush: channel.atOnce,
  hasRoom: channel.roomForOne,
  enqueue: channel.atTheEnd,
  mayFree: channel.acknowledged,
  lag: flow.sinceFirstUnconsumed,
  adjust: flow.pinpoint,
  limitOf: flow.primaryOnly,
  // 3.3 operations on FT VMs
  takesOrders: control.primaryAlone,
  controlEntries: control.everyOperation,
  mayStop: control.toldOrAlone,
  isTold: control.holdsTheEntry,
  mayReserve: vmotion.neverTheOthers,
  quieting: quiescing.asAsked,
  quietAlone: detection.ends,
  quiesceEntries: quiescing.atThePoint,
  isQuiet: vmotion.nothingOutstanding,
  isContinuous: vmotion.allAcknowledged,
  handsOver: vmotion.everything,
  leavesBehind: vmotion.neverRunsAgain,
  isDuplicate: channel.alreadyReceived,
  resumeAt: channel.afterAcknowledged,
  // 3.4 disk IO
  mustWait: disk.behindRaces,
  payload: disk.bounced,
  onArrived: disk.memoryUntouched,
  loggedCompletion: disk.statusAndData,
  alreadySubmitted: arbitration.submitsAgain,
  isFenced: disk.olderGeneration,
  // 3.5 network IO
  onArrival: network.ringUntouched,
  groupEntries: network.wholeGroupLogged,
  take: network.takeOnce,
};

/** Section 2 of the paper: one pair, from its first log entry to the failover. */
const ofThePair = (obeyed: Rules) => ({
  execute: recording.execute(obeyed),
  interrupt: recording.interrupt(obeyed),
  deliver: network.deliver(obeyed),
  feed: recording.feed(obeyed),
  replay: replaying.replay(obeyed),
  flush: channel.flush(obeyed),
  receive: channel.receive(obeyed),
  acknowledge: channel.acknowledge(obeyed),
  readAck: channel.readAck(obeyed),
  reconnect: channel.reconnect(obeyed),
  release: commit.release(obeyed.outputRule),
  heartbeat: detection.heartbeat(obeyed),
  keepalive: detection.keepalive(obeyed),
  suspect: detection.suspect(obeyed),
  testAndSet: arbitration.testAndSet(obeyed),
  arbitrate: arbitration.arbitrate(obeyed),
  learn: arbitration.learn(obeyed),
  goLive: live.goLive(obeyed),
  announce: live.announce(obeyed),
});

/** Section 3: a backup for any VM that runs, flow control, management, disk. */
const ofItsService = (obeyed: Rules) => ({
  requestBackup: protection.requestBackup(obeyed),
  place: protection.place(obeyed),
  precopy: protection.precopy,
  snapshot: protection.snapshot(obeyed),
  arm: protection.arm(obeyed),
  discard: protection.discard,
  abandon: protection.abandon(obeyed),
  throttle: flow.throttle(obeyed),
  order: control.order(obeyed),
  stop: control.stop(obeyed),
  migrate: vmotion.migrate(obeyed),
  quiesce: quiescing.quiesce(obeyed),
  switchOver: vmotion.switchOver(obeyed),
  takeUp: vmotion.takeUp(obeyed),
  cancel: vmotion.cancel(obeyed),
  submit: disk.submit(obeyed),
  perform: disk.perform(obeyed),
  complete: disk.complete(obeyed),
  failIo: disk.failIo(obeyed),
  loseIo: disk.loseIo,
});

/** What happens to the system: time, clients, operators and faults. */
const ofTheWorld = (obeyed: Rules) => ({
  tick: world.tick(obeyed),
  send: world.send(obeyed),
  operate: world.operate,
  crash: world.crash,
  repair: world.repair,
  pause: world.pause,
  resume: world.resume,
  wedge: world.wedge,
  cut: world.cut,
  heal: world.heal,
  reset: world.reset,
  loseStorage: world.loseStorage,
  regainStorage: world.regainStorage,
  loseRequest: arbitration.loseRequest,
  loseReply: arbitration.loseReply,
  loseService: world.loseService,
  regainService: world.regainService,
  skew: world.skew,
  overcommit: world.overcommit,
});

/** The table: every way the system can move, and the rules that each obeys. */
export const actionsUnder = (obeyed: Rules): Actions => ({
  ...ofThePair(obeyed),
  ...ofItsService(obeyed),
  ...ofTheWorld(obeyed),
});

/** A protocol that decides as the paper does except where it is told otherwise. */
export const specification = (name: string, changed: Partial<Rules> = {}): Spec => ({
  name,
  init: boot,
  actions: actionsUnder({ ...rules, ...changed }),
});

/** The FT protocol of Scales, Nelson and Venkitachalam, sections 2 and 3. */
export const paper: Spec = specification('paper');
