import type { Did } from './observation.ts';

const ofTheGuest = {
  execute:
    'the guest executes the instruction at `position`; one that is `compute` need not be told',
  interrupt: 'a timer interrupt is given to the guest before the instruction at `position`',
  deliver: 'packets are given to the guest with one interrupt, those that have waited longest',
  feed: 'a key or a movement of the mouse is given to the guest',
  complete: 'the completion of disk operation `io` is given to the guest',
  order: 'an administrator powers the VM off, or changes its share of the CPU',
  stop: 'the VM that was powered off is gone from this host',
} as const;

const ofTheChannel = {
  flush: 'log entry `seq` goes from the log buffer to the channel',
  receive: 'log entry `seq` is read from the channel into the log buffer of the backup',
  acknowledge: 'the backup says that it holds all entries up to `upTo`: whole groups only',
  readAck: 'the primary reads that acknowledgment; `from` is the copy that sent it',
  reconnect: 'the backup opens another connection; its first message acknowledges `upTo`',
  replay:
    'the backup has consumed the group of entries that ends with `upTo`, and is at `position`',
  heartbeat: 'the host shows its peer that it lives',
  keepalive: 'the channel is shown to be alive while there is nothing to send',
} as const;

const ofFailures = {
  suspect: 'this side takes its peer for failed, and closes the connection',
  testAndSet: 'a request to the arbiter leaves; `generation` is that before it',
  learn: 'the answer of the arbiter arrives',
  goLive: 'a backup that has won has replayed its log, and executes from `position` on',
  release: 'an output leaves the host, oldest first; writes to the disk are not told',
  announce: 'the copy tells the network where the VM is',
  mode: 'the copy says in which mode it is',
  digest: 'the copy says what state its guest is in at `position`: the same digest for the same',
} as const;

const ofProtection = {
  requestBackup: 'a copy that is live tells the clustering service that it needs a backup',
  place: 'a new copy, `destination`, is begun on `host`, to be the backup of `copy`',
  precopy: 'the destination has been copied to for the first time, while its source runs on',
  snapshot: 'the exact cut: from here on the source logs, and the destination begins',
  arm: 'the destination is whole, and connects: it is a backup now',
  discard: 'a destination that nobody waits for discards itself',
  abandon: 'the source gives its destination up',
  migrate: 'a new copy, `destination`, is begun on `host`, to take the place of `copy` by VMotion',
  quiesce: 'the disk is asked to be quiet or, with nothing outstanding, is',
  switchOver: 'the source of a VMotion stops, and hands the VM over',
  takeUp: 'the destination of a VMotion runs on',
  cancel: 'the VMotion is given up before its switchover',
  submit: 'disk operation `io` goes to the storage; operations are numbered from 0',
} as const;

const ofTheWorld = {
  send: 'a client sends a packet; packets are numbered from 0',
  operate: 'an operator presses a key or moves the mouse',
  crash: 'the host stops, with all that is in its memory',
  repair: 'the host boots again, empty',
  pause: 'the host stands still and remembers everything',
  resume: 'the host goes on where it was',
  wedge: 'the VM is stuck for good, while its host lives',
  cut: 'a network carries nothing from one host to another',
  heal: 'it carries again in that direction',
  reset: 'the connection that `copy` uses is lost, with all that was on it',
  loseStorage: 'the host does not reach the shared storage any more',
  regainStorage: 'it reaches it again',
  loseService: 'the clustering service is away',
  regainService: 'it is back',
  arbitrate: 'the arbiter decides on the request of `copy`',
  loseRequest: 'the request of `copy` to the arbiter is lost',
  loseReply: 'the answer to `copy` is lost',
  perform: 'the storage performs disk operation `io`, as `copy` has submitted it',
  failIo: 'it fails, or ends short: `transferred` blocks of it are done',
  loseIo: 'it was lost with the host that had submitted it',
} as const;

/** What is said with a word, in a clause. */
export const meanings: { readonly [D in Did]: string } = {
  ...ofTheGuest,
  ...ofTheChannel,
  ...ofFailures,
  ...ofProtection,
  ...ofTheWorld,
};

/** The words in the order of a page: under a heading, those that go together. */
export const chapters: readonly (readonly [string, readonly string[]])[] = [
  ['The guest', Object.keys(ofTheGuest)],
  ['The logging channel', Object.keys(ofTheChannel)],
  ['Outputs, failure and takeover', Object.keys(ofFailures)],
  ['A new backup, VMotion, the disk', Object.keys(ofProtection)],
  ['The world', Object.keys(ofTheWorld)],
];
