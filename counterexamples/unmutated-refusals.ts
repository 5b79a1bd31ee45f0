import { type Cover, world } from './unmutated.ts';

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

const ending: Cover = {
  reason: 'a VM that is powered off is about to be gone: what else is done with it ends then',
};

/** Every clause with which a row refuses, after the name of the row. */
export const coveredRefusals: Readonly<Record<string, Cover>> = {
  'execute: the guest is powered off': 'executes-though-off',
  'execute: its disk is quiesced': 'issues-though-quiesced',
  'execute: it waits for an acknowledgment': 'stop-at-output',
  'execute: its share of the CPU is used up until the next tick': scheduler,
  'execute: the log buffer is full: the primary stops': 'buffer-one-over',
  'interrupt: the guest is powered off': 'hears-though-off',
  'interrupt: no timer is due': {
    reason: 'without time a timer strikes at any moment, and every claim holds all the same',
  },
  'interrupt: the log buffer is full: the primary stops': 'buffer-one-over',
  'deliver: the guest is powered off': 'hears-though-off',
  'deliver: one interrupt hands over no such group': nothingThere,
  'deliver: not so many packets have arrived': nothingThere,
  'deliver: the log buffer is full: the primary stops': 'buffer-one-over',
  'feed: the guest is powered off': 'hears-though-off',
  'feed: nobody has pressed a key or moved the mouse': nothingThere,
  'feed: the log buffer is full: the primary stops': 'buffer-one-over',
  'replay: the guest is powered off': {
    reason: 'nothing that the primary logs follows the power-off: there is nothing to replay',
  },
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
  'reconnect: its primary is moving': {
    reason: 'until the destination runs there is nobody who could answer, or be misled',
  },
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
  'announce: the guest is powered off': ending,
  'announce: traffic arrives: no announcement is needed': 'announces-once',
  'announce: it has just announced itself': inVain,
  'requestBackup: the guest is powered off': ending,
  'requestBackup: the clustering service knows': inVain,
  'requestBackup: it tells nobody': 'no-notify',
  'requestBackup: the clustering service is away': away,
  'place: no backup was asked for': {
    reason: 'a service that knows without being told does what it would be told to do',
  },
  'place: it is being cloned already': {
    reason: 'of two destinations the one that its source has forgotten never gets a snapshot',
  },
  'place: the guest is powered off': ending,
  'place: it is being moved': 'cloned-while-it-moves',
  'place: the clustering service is away': away,
  'place: the host is not eligible': 'replacement-on-same-host',
  'precopy: its source does not wait for it': nothingThere,
  'precopy: the first passes are done': inVain,
  'precopy: its source cannot be reached': network,
  'snapshot: the guest is powered off': ending,
  'snapshot: no destination waits for it': nothingThere,
  'snapshot: its destination cannot be reached': network,
  'snapshot: the first passes are not done': {
    reason: 'the last copy is whole by itself: without the first passes it only takes longer',
  },
  'arm: the final copy has not arrived': 'arms-before-the-cut',
  'arm: the switchover takes time': network,
  'arm: its source has crashed before all was copied': network,
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
  'order: nobody manages the VM in this run': world,
  'order: it is the backup: orders go to the primary': 'backup-side-management',
  'order: the guest is powered off': ending,
  'order: it has that share': inVain,
  'order: the log buffer is full: the primary stops': 'buffer-one-over',
  'stop: the guest is not powered off': 'stops-unbidden',
  'stop: its backup is not known to be told': 'stops-one-entry-early',
  'migrate: nobody moves the VM in this run': world,
  'migrate: it is being moved already': {
    reason: 'of two destinations the one that its source has forgotten is never handed the VM',
  },
  'migrate: the guest is powered off': ending,
  'migrate: it is being cloned': 'moves-while-it-is-cloned',
  'migrate: its backup is not connected': 'moves-before-its-backup-connects',
  'migrate: the host is not free for it': 'moves-onto-the-other',
  'quiesce: the guest is powered off': ending,
  'quiesce: nobody asks for a quiet disk': 'quiesces-unasked',
  'quiesce: disk operations are outstanding': 'quiesce-point-too-early',
  'quiesce: the log buffer is full: the primary stops': 'buffer-one-over',
  'switchOver: no destination waits for it': nothingThere,
  'switchOver: the guest is powered off': ending,
  'switchOver: its destination cannot be reached': network,
  'switchOver: its destination does not answer': network,
  'switchOver: its disk is not quiesced': 'backup-vmotion-without-quiesce',
  'switchOver: its log is not acknowledged, or outputs are withheld': 'moves-one-entry-early',
  'takeUp: its source still runs': 'takes-up-too-early',
  'takeUp: its source has crashed before all was copied': network,
  'takeUp: the final copy is on its way': network,
  'takeUp: the switchover takes time': network,
  'cancel: it is not being moved': nothingThere,
  'cancel: its destination is being copied to': {
    reason: 'before the switchover a destination is nothing yet: to give up a good one wastes it',
  },
  'submit: no such disk operation is in its queue': 'submitted-while-withheld',
  'submit: the storage cannot be reached: it waits': network,
  'submit: it would race with an earlier disk operation': 'no-race-serialization',
  'perform: it has no such disk operation under way': nothingThere,
  'perform: it has not left its host': network,
  'complete: the guest is powered off': 'hears-though-off',
  'complete: no such completion has arrived': nothingThere,
  'complete: the log buffer is full: the primary stops': 'buffer-one-over',
  'failIo: it has no such disk operation under way': world,
  'failIo: that would not be a failure': world,
  'failIo: it has not left its host': world,
  'loseIo: it has no such disk operation under way': world,
  'operate: nobody is at the console in this run': world,
  'crash: the host is down': world,
  'repair: the host is up': world,
  'pause: the host is down': world,
  'pause: the host is paused': world,
  'resume: the host is not paused': world,
  'wedge: the VM is stuck already': world,
  'cut: there is no such host': world,
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
  '… … copy …': {
    reason:
      'in another mode the fields that the event would need do not exist: a protocol that did ' +
      'it could not be written down without inventing them',
  },
  'there is no such copy': nothingThere,
  'there is no such host': world,
  'its host is paused or its VM is stuck': world,
  'its host is paused': world,
  'something can be done at once: time does not pass before it is done': timeless,
};
