import { blockCount } from './disk.ts';
import { booted } from './guest.ts';
import { connectionId, copyId, generation, lineFrom, seq } from './ids.ts';
import type { Connection } from './log.ts';
import type { Settings } from './settings.ts';
import type { Devices, Host, State, Throttle, Vm, Watch } from './state.ts';

/** Nothing has happened yet. */
export const atRest: Watch = {
  credit: 0,
  timer: 0,
  heartbeatHeard: 0,
  channelHeard: 0,
  progressed: 0,
  heartbeatSent: 0,
  channelSent: 0,
  asked: -1,
  announced: -1,
  reached: 0,
  adjusted: 0,
};

const healthy: Host = { up: true, paused: false, storage: true, skew: 0, speed: 100 };

/** A host that the run does not have. */
const absent: Host = { ...healthy, up: false };

const primaryId = copyId(0);
const backupId = copyId(1);
const first = connectionId(0);
const none = seq(0);

/** A primary at the beginning of its log. */
export const unthrottled: Throttle = {
  limit: 100,
  lag: 0,
  consumed: none,
  position: booted.position,
  stamps: [],
};

/** Nothing has arrived and nothing is under way. */
export const idleDevices: Devices = {
  nic: [],
  console: [],
  submitted: [],
  arrived: [],
  settled: [],
  quiesce: 'none',
};

const started = {
  guest: booted,
  generation: generation(0),
  share: 1,
  wedged: false,
  watch: atRest,
};

const pair: readonly Vm[] = [
  {
    ...started,
    mode: 'recording',
    id: primaryId,
    line: lineFrom(primaryId),
    host: 'A',
    backup: lineFrom(backupId),
    connection: first,
    logged: none,
    buffer: [],
    sent: none,
    acked: none,
    withheld: [],
    devices: idleDevices,
    reached: true,
    throttle: unthrottled,
    isAskedForQuiet: false,
    move: null,
  },
  {
    ...started,
    mode: 'replaying',
    id: backupId,
    line: lineFrom(backupId),
    host: 'B',
    primary: lineFrom(primaryId),
    connection: first,
    received: none,
    buffer: [],
    consumed: none,
    lastOutputs: [],
    acked: none,
    move: null,
    asks: false,
    isQuiesced: false,
  },
];

const alone: readonly Vm[] = [
  {
    ...started,
    mode: 'live',
    id: primaryId,
    line: lineFrom(primaryId),
    host: 'A',
    withheld: [],
    devices: idleDevices,
    told: false,
    clone: null,
    move: null,
    reached: true,
  },
];

const connected: Connection = {
  id: first,
  generation: generation(0),
  primary: lineFrom(primaryId),
  backup: lineFrom(backupId),
  open: true,
  isHandover: false,
  entries: [],
  acks: [],
};

/** The VM has just booted on host A; if it starts protected, its backup is on host B (R20-1). */
export const boot = (settings: Settings): State => ({
  settings,
  now: 0,
  hosts: { A: healthy, B: healthy, C: healthy, D: settings.hostCount > 3 ? healthy : absent },
  copies: settings.start === 'protected' ? pair : alone,
  connections: settings.start === 'protected' ? [connected] : [],
  cuts: [],
  storage: {
    generation: generation(0),
    owner: null,
    requests: [],
    replies: [],
    blocks: Array<number>(blockCount).fill(0),
    flights: [],
  },
  service: { up: true },
  network: { port: 'A', packets: 0, operated: 0 },
});
