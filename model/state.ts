import type { Guest, Output } from './guest.ts';
import { booted } from './guest.ts';
import type { ConnectionId, CopyId, Generation, HostId, Position, Seq } from './ids.ts';
import { connectionId, copyId, generation, seq } from './ids.ts';
import type { Connection, LogEntry } from './log.ts';
import type { Settings } from './settings.ts';

/** An output the guest has produced and the hypervisor has not released (R22-8). */
export type Withheld = Output & {
  readonly needs: Seq; // its output entry: the acknowledgment it waits for
  readonly since: number; // when it was produced
};

/**
 * What a hypervisor remembers about time, in ticks. Where time is not modelled it stays as it
 * began, and every decision that would read it is left to chance.
 */
export type Watch = {
  readonly credit: number; // CPU time left in this tick; an instruction costs 100
  readonly timer: number; // the last timer interrupt
  readonly heartbeatHeard: number;
  readonly channelHeard: number; // log traffic or keepalive from the peer
  readonly progressed: number; // the last ack or consumption that was news
  readonly heartbeatSent: number;
  readonly channelSent: number;
  readonly asked: number; // the last request to the arbiter
  readonly announced: number;
  readonly reached: number; // the last packet from a client
  readonly adjusted: number; // the last change of the CPU limit
};

/** How the primary measures the lag and what it does about it (R32-9, R32-10). */
export type Throttle = {
  readonly limit: number; // the primary's share of its CPU, in percent
  readonly lag: number; // when the limit was last considered
  readonly consumed: Seq; // what the backup said it has replayed
  readonly position: Position; // how far it said it has come
  readonly stamps: readonly number[]; // when each entry after that was logged
};

type Copy = {
  readonly id: CopyId;
  readonly host: HostId;
};

type Running = Copy & {
  readonly guest: Guest;
  readonly generation: Generation;
  readonly wedged: boolean; // the VM is stuck although its host lives (R23-3)
  readonly watch: Watch;
};

/** The primary of a pair: it logs, and withholds its outputs (R22-4). */
export type Recording = Running & {
  readonly mode: 'recording';
  readonly backup: CopyId;
  readonly connection: ConnectionId | null; // null until the backup's first message (R33-11)
  readonly logged: Seq;
  readonly buffer: readonly LogEntry[]; // the log buffer (R32-1): entries not acknowledged
  readonly sent: Seq;
  readonly acked: Seq;
  readonly withheld: readonly Withheld[]; // FIFO
  readonly nic: readonly number[]; // packets arrived, not yet given to the guest
  readonly reached: boolean; // traffic has arrived here: no need to announce (R23-13)
  readonly throttle: Throttle;
};

/** A primary that suspects its backup: nothing more is sent, outputs stay withheld (R23-8). */
export type Withholding = Running & {
  readonly mode: 'withholding';
  readonly logged: Seq;
  readonly buffer: readonly LogEntry[];
  readonly acked: Seq;
  readonly withheld: readonly Withheld[];
  readonly nic: readonly number[];
  readonly reached: boolean;
};

type Following = Running & {
  readonly received: Seq;
  readonly buffer: readonly LogEntry[]; // the log buffer: entries that are not consumed
  readonly consumed: Seq;
  readonly lastOutput: Output | null; // of the entry consumed last; kept only under V7 emitLast
};

/** The backup of a pair: the log is its only source of input, time and interrupts (R20-4). */
export type Replaying = Following & {
  readonly mode: 'replaying';
  readonly primary: CopyId;
  readonly connection: ConnectionId;
  readonly acked: Seq; // what it has said it holds
};

/** A backup that suspects its primary: its log is frozen and it acknowledges nothing (R23-11). */
export type Frozen = Following & { readonly mode: 'frozen' };

/** A backup that has won the test-and-set and replays what it holds (R23-10). */
export type Draining = Following & { readonly mode: 'draining' };

/** A VM that runs without a backup: neither recorded nor withheld (R31-7). */
export type Live = Running & {
  readonly mode: 'live';
  readonly withheld: readonly Withheld[]; // free to go, in order
  readonly nic: readonly number[];
  readonly told: boolean; // the clustering service knows that a backup is wanted (R31-6)
  readonly clone: CopyId | null; // the destination of an FT VMotion under way
  readonly reached: boolean;
};

/** The destination of an FT VMotion: not a replica yet (R23-16). */
export type Cloning = Copy & {
  readonly mode: 'cloning';
  readonly wedged: boolean;
  readonly source: CopyId;
  readonly generation: Generation;
  readonly image: Guest | null; // what the first passes copied while the source ran on
  readonly snapshot: Guest | null; // the guest at the cut, once that was made (R31-3)
  readonly since: number; // when it was placed; after the cut, when that was made
  readonly watch: Watch;
};

/** A copy that has stopped itself, for good (R23-22). */
export type Halted = Copy & {
  readonly mode: 'halted';
  readonly because: 'lost' | 'diverged' | 'discarded';
  readonly generation: Generation; // of the pair in which it ended
};

/** A copy whose host has crashed. */
export type Crashed = Copy & { readonly mode: 'crashed' };

/** A copy of the VM. `mode` says what it is doing; each mode carries only what exists in it. */
export type Vm =
  | Recording
  | Withholding
  | Replaying
  | Frozen
  | Draining
  | Live
  | Cloning
  | Halted
  | Crashed;

export type Mode = Vm['mode'];

export type Host = {
  readonly up: boolean;
  readonly paused: boolean;
  readonly storage: boolean; // whether it reaches the shared storage
  readonly skew: number; // how far its clock is ahead of true time
  readonly speed: number; // percent; less when its CPU is overcommitted (R32-7)
};

/** A partition of one network in one direction. */
export type Cut = {
  readonly net: 'log' | 'heartbeat';
  readonly from: HostId;
  readonly to: HostId;
};

export type Outcome = 'won' | 'lost';

/** A test-and-set on its way to the storage, for the generation after `generation` (R23-19). */
export type Request = { readonly copy: CopyId; readonly generation: Generation };

export type Reply = Request & { readonly outcome: Outcome };

/** The shared storage as arbiter: the generation, and the copy that has won it (R23-21). */
export type Storage = {
  readonly generation: Generation;
  readonly owner: CopyId | null; // null before the first test-and-set
  readonly requests: readonly Request[];
  readonly replies: readonly Reply[];
};

/** The whole system, as plain JSON data. What the world has seen is no part of it. */
export type State = {
  readonly settings: Settings;
  readonly now: number;
  readonly hosts: Readonly<Record<HostId, Host>>;
  readonly copies: readonly Vm[]; // by copy id
  readonly connections: readonly Connection[];
  readonly cuts: readonly Cut[];
  readonly storage: Storage;
  readonly service: { readonly up: boolean }; // the clustering service (R31-6)
  readonly network: {
    readonly port: HostId; // where the switch has last seen the VM's MAC address (R23-13)
    readonly packets: number; // sent by clients so far; the next packet's number
  };
};

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

const started = { guest: booted, generation: generation(0), wedged: false, watch: atRest };

const pair: readonly Vm[] = [
  {
    ...started,
    mode: 'recording',
    id: primaryId,
    host: 'A',
    backup: backupId,
    connection: first,
    logged: none,
    buffer: [],
    sent: none,
    acked: none,
    withheld: [],
    nic: [],
    reached: true,
    throttle: unthrottled,
  },
  {
    ...started,
    mode: 'replaying',
    id: backupId,
    host: 'B',
    primary: primaryId,
    connection: first,
    received: none,
    buffer: [],
    consumed: none,
    lastOutput: null,
    acked: none,
  },
];

const alone: readonly Vm[] = [
  {
    ...started,
    mode: 'live',
    id: primaryId,
    host: 'A',
    withheld: [],
    nic: [],
    told: false,
    clone: null,
    reached: true,
  },
];

const connected: Connection = {
  id: first,
  generation: generation(0),
  primary: primaryId,
  backup: backupId,
  open: true,
  entries: [],
  acks: [],
};

/** The VM has just booted on host A; if it starts protected, its backup is on host B (R20-1). */
export const boot = (settings: Settings): State => ({
  settings,
  now: 0,
  hosts: { A: healthy, B: healthy, C: healthy },
  copies: settings.start === 'protected' ? pair : alone,
  connections: settings.start === 'protected' ? [connected] : [],
  cuts: [],
  storage: { generation: generation(0), owner: null, requests: [], replies: [] },
  service: { up: true },
  network: { port: 'A', packets: 0 },
});
