import type { EventType } from '../model/event.ts';
import type { Rules } from '../model/paper.ts';

/** The name of a mutant that gets a decision wrong, or the reason why no wrong one can matter. */
export type Cover = string | { readonly reason: string };

const world: Cover = {
  reason: 'the world decides it, not the protocol: no protocol can get it wrong',
};

const nothingThere: Cover = {
  reason: 'there is nothing to do it with: the event would have no meaning',
};

const inVain: Cover = {
  reason: 'it would be done once more to no effect: nothing depends on how often',
};

const away: Cover = {
  reason: 'the clustering service is part of the world: without it nothing can be asked of it',
};

const scheduler: Cover = {
  reason: 'the scheduler of the host is the world; what the protocol asks of it is `limitOf`',
};

const timeless: Cover = {
  reason: 'it separates the two models of time, and is no decision of the protocol',
};

const network: Cover = {
  reason: 'the network is part of the world: what cannot arrive does not arrive',
};

/** A mutant for every rule: a rule is one only because some protocol decides otherwise. */
export const coveredRules: Readonly<Record<keyof Rules, string>> = {
  loggedNeeds: 'nd-op-not-logged',
  loggedPosition: 'logged-one-early',
  mayRunOn: 'backup-runs-ahead',
  dueAt: 'timer-one-early',
  mayApply: 'replays-half-a-group',
  take: 'packet-twice',
  outputRule: 'release-off-by-one',
  markerOf: 'waits-for-the-next-entry',
  mayRun: 'stop-at-output',
  ackPoint: 'acks-one-more',
  ackedOnSend: 'ack-on-send',
  isOurs: 'ack-of-an-earlier-pair',
  isFailure: 'and-instead-of-or',
  causesSilence: 'full-buffer-is-silence',
  isStalled: 'stall-never-suspected',
  watches: 'only-primary-watches',
  countsAs: 'heartbeat-of-anybody',
  freeze: 'freezes-one-short',
  arbitrate: 'owner-is-the-vm',
  store: 'stores-the-owner-alone',
  mayAsk: 'asks-when-drained-only',
  whenAway: 'unreachable-is-success',
  whenLost: 'loser-runs-alone',
  isAnswer: 'earlier-reply-believed',
  onPrimaryLive: 'outputs-wait-for-the-old-log',
  mayGoLive: 'live-one-entry-short',
  onBackupLive: 'drops-the-last-output',
  mayAnnounce: 'no-mac-announce',
  tells: 'no-notify',
  isEligible: 'replacement-on-same-host',
  cutAt: 'cut-after-an-interrupt',
  pairsIn: 'pairs-in-the-last-generation',
  onProtect: 'protection-takes-a-generation',
  knownAborted: 'clone-presumed-aborted',
  admit: 'buffer-one-over',
  mayFlush: 'one-entry-at-a-time',
  hasRoom: 'reads-one-over',
  enqueue: 'newest-entry-first',
  isDuplicate: 'duplicate-accepted',
  mayFree: 'frees-one-more',
  resumeAt: 'resumes-one-late',
  lag: 'lag-of-the-newest',
  adjust: 'throttle-never-raises',
  limitOf: 'throttles-both',
};

/** Every row of the table, as a whole. */
export const coveredRows: Readonly<Record<EventType, Cover>> = {
  execute: 'nd-op-not-logged',
  interrupt: 'effect-before-log',
  deliver: 'packet-twice',
  replay: 'timer-one-early',
  release: 'no-output-rule',
  flush: 'one-entry-at-a-time',
  receive: 'duplicate-accepted',
  acknowledge: 'acks-one-more',
  readAck: 'ack-of-an-earlier-pair',
  reconnect: 'hello-claims-one-more',
  heartbeat: 'heartbeats-too-rare',
  keepalive: 'keeps-a-stuck-vm-alive',
  suspect: 'freezes-one-short',
  testAndSet: 'unreachable-is-success',
  arbitrate: 'owner-is-the-vm',
  learn: 'loser-runs-alone',
  goLive: 'live-before-drain',
  announce: 'announces-on-suspicion',
  requestBackup: 'no-notify',
  place: 'replacement-on-same-host',
  precopy: { reason: 'what the first passes copied is replaced at the cut, and only speeds it up' },
  snapshot: 'cut-after-an-interrupt',
  arm: 'clone-one-entry-ahead',
  discard: 'discards-what-is-awaited',
  abandon: 'clone-presumed-aborted',
  throttle: 'throttle-never-raises',
  tick: 'throttles-both',
  send: world,
  crash: world,
  repair: world,
  pause: world,
  resume: world,
  wedge: world,
  cut: world,
  heal: world,
  reset: world,
  loseStorage: world,
  regainStorage: world,
  loseRequest: world,
  loseReply: world,
  loseService: world,
  regainService: world,
  skew: world,
  overcommit: world,
};

/** Every clause with which a row refuses, after the name of the row. */
export const coveredRefusals: Readonly<Record<string, Cover>> = {
  'execute: it waits for an acknowledgment': 'stop-at-output',
  'execute: its share of the CPU is used up until the next tick': scheduler,
  'execute: the log buffer is full: the primary stops': 'buffer-one-over',
  'interrupt: no timer is due': {
    reason: 'without time a timer strikes at any moment, and every claim holds all the same',
  },
  'interrupt: the log buffer is full: the primary stops': 'buffer-one-over',
  'deliver: no packet has arrived': nothingThere,
  'deliver: the log buffer is full: the primary stops': 'buffer-one-over',
  'replay: it arbitrates before it drains its log': 'drains-while-it-asks',
  'replay: no entry is in hand: the backup stops': 'backup-runs-ahead',
  'replay: the rest of the group has not arrived': 'replays-half-a-group',
  'replay: its share of the CPU is used up until the next tick': scheduler,
  'release: nothing is withheld': nothingThere,
  'release: the Output Rule holds it back': 'release-off-by-one',
  'flush: the logging channel is not connected': network,
  'flush: every entry has been sent': nothingThere,
  'flush: it waits for more entries': 'one-entry-at-a-time',
  'flush: the channel is full': network,
  'receive: nothing is on the channel': nothingThere,
  'receive: the channel is cut': network,
  'receive: its log buffer is full': 'reads-one-over',
  'acknowledge: the logging channel is not connected': network,
  'acknowledge: nothing new is to be acknowledged': 'acks-one-more',
  'readAck: it has no such channel': nothingThere,
  'readAck: no acknowledgment is on the channel': nothingThere,
  'readAck: the channel is cut': network,
  'reconnect: the logging channel is connected': 'reconnects-at-will',
  'reconnect: the loss of the channel is evidence': 'reconnects-in-spite-of-evidence',
  'reconnect: its primary cannot be reached': network,
  'heartbeat: time is not modelled': timeless,
  'heartbeat: no heartbeat is due': 'heartbeats-too-rare',
  'keepalive: time is not modelled': timeless,
  'keepalive: the logging channel is not connected': network,
  'keepalive: no keepalive is due': 'keepalives-too-rare',
  'suspect: it has no evidence against its peer': 'stall-never-suspected',
  'testAndSet: it drains its log before it arbitrates': 'asks-before-drained',
  'testAndSet: the storage cannot be reached: it waits': 'unreachable-is-success',
  'testAndSet: its request is under way': inVain,
  'testAndSet: it is too early to ask again': inVain,
  'arbitrate: no request of it is under way': nothingThere,
  'learn: no reply has arrived': nothingThere,
  'learn: the storage cannot be reached: it waits': network,
  'goLive: entries that it has acknowledged are not consumed': 'live-one-entry-short',
  'announce: traffic arrives: no announcement is needed': 'announces-once',
  'announce: it has just announced itself': inVain,
  'requestBackup: the clustering service knows': inVain,
  'requestBackup: it tells nobody': 'no-notify',
  'requestBackup: the clustering service is away': away,
  'place: no backup was asked for': {
    reason: 'a service that knows without being told does what it would be told to do',
  },
  'place: it is being cloned already': {
    reason: 'of two destinations the one that its source has forgotten never gets a snapshot',
  },
  'place: the clustering service is away': away,
  'place: the host is not eligible': 'replacement-on-same-host',
  'precopy: its source does not wait for it': nothingThere,
  'precopy: the first passes are done': inVain,
  'precopy: its source cannot be reached': network,
  'snapshot: no destination waits for it': nothingThere,
  'snapshot: the first passes are not done': {
    reason: 'the last copy is whole by itself: without the first passes it only takes longer',
  },
  'arm: the final copy has not arrived': 'arms-before-the-cut',
  'arm: the switchover takes time': network,
  'arm: the final copy is on its way': network,
  'discard: its source still waits for it': 'discards-what-is-awaited',
  'abandon: it is not being cloned': nothingThere,
  'abandon: its destination is being copied to': {
    reason: 'before the cut a destination is nothing yet: to give up a good one wastes it',
  },
  'abandon: its backup is armed': {
    reason: 'one that has discarded itself was never armed: the next clause says it again',
  },
  'abandon: its backup may be armed': 'clone-presumed-aborted',
  'abandon: the clustering service is away': away,
  'throttle: time is not modelled': timeless,
  'throttle: the limit was considered a moment ago': 'adjusts-at-every-tick',
  'crash: the host is down': world,
  'repair: the host is up': world,
  'pause: the host is down': world,
  'pause: the host is paused': world,
  'resume: the host is not paused': world,
  'wedge: the VM is stuck already': world,
  'cut: the network is cut there': world,
  'heal: the network is whole there': world,
  'reset: there is no such connection': world,
  'loseStorage: the host does not reach the storage': world,
  'regainStorage: the host reaches the storage': world,
  'loseRequest: no request of it is under way': world,
  'loseReply: no reply to it is under way': world,
  'loseService: the clustering service is away': world,
  'regainService: the clustering service is there': world,
  'overcommit: the host has that speed': world,
};

/** The refusals that many rows share, from the notation. */
export const sharedRefusals: Readonly<Record<string, Cover>> = {
  'a … copy …': {
    reason:
      'in another mode the fields that the event would need do not exist: a protocol that did ' +
      'it could not be written down without inventing them',
  },
  'there is no such copy': nothingThere,
  'its host is paused or its VM is stuck': world,
  'its host is paused': world,
  'something can be done at once: time does not pass before it is done': timeless,
};
