import type { Completion, Io, Transfer } from './disk.ts';
import type { Guest, Operated, Output } from './guest.ts';
import type { ConnectionId, CopyId, Generation, HostId, Line, Position, Seq } from './ids.ts';
import type { Connection, LogEntry } from './log.ts';
import type { Settings } from './settings.ts';

/** An output the guest has produced and the hypervisor has not released (R22-8). */
export type Withheld = Output & {
  readonly needs: Seq; // its output entry: the acknowledgment it waits for
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

/** A disk operation whose completion the guest has, but not yet, for certain, the backup. */
export type Settled = Transfer & { readonly seq: Seq };

/**
 * The host's side of the devices of a copy that serves, of which neither guest nor log know. What
 * is in the guest's table of outstanding disk operations and not submitted waits in the queue.
 */
export type Devices = {
  readonly nic: readonly number[]; // packets arrived, not yet given to the guest
  readonly console: readonly Operated[]; // likewise, from keyboard and mouse
  readonly submitted: readonly number[]; // disk operations that the storage has, or has done
  readonly arrived: readonly Completion[]; // back from the storage, not yet given to the guest
  readonly settled: readonly Settled[]; // given to the guest, the entry not acknowledged (R34-11)
  readonly quiesce: 'none' | 'asked' | 'reached'; // whether new disk operations wait (R33-5, R33-7)
};

type Copy = {
  readonly id: CopyId;
  readonly line: Line;
  readonly host: HostId;
};

type Running = Copy & {
  readonly guest: Guest;
  readonly generation: Generation;
  readonly share: number; // of its host's CPU, as an administrator has set it (R33-3)
  readonly wedged: boolean; // the VM is stuck although its host lives (R23-3)
  readonly watch: Watch;
};

type Serving = Running & {
  readonly withheld: readonly Withheld[]; // FIFO
  readonly devices: Devices;
  readonly reached: boolean; // traffic has arrived here: no need to announce (R23-13)
};

/** The primary of a pair: it logs, and withholds its outputs (R22-4). */
export type Recording = Serving & {
  readonly mode: 'recording';
  readonly backup: Line;
  readonly connection: ConnectionId | null; // null until the backup has connected here (R33-11)
  readonly logged: Seq;
  readonly buffer: readonly LogEntry[]; // the log buffer (R32-1): entries not acknowledged
  readonly sent: Seq;
  readonly acked: Seq;
  readonly throttle: Throttle;
  readonly isAskedForQuiet: boolean; // as its backup has said last (R33-7, R33-8)
  readonly move: CopyId | null; // the destination of a VMotion under way
};

/** A primary that suspects its backup: nothing more is sent, outputs stay withheld (R23-8). */
export type Withholding = Serving & {
  readonly mode: 'withholding';
  readonly logged: Seq;
  readonly buffer: readonly LogEntry[];
  readonly acked: Seq;
};

type Following = Running & {
  readonly received: Seq;
  readonly buffer: readonly LogEntry[]; // the log buffer: entries that are not consumed
  readonly consumed: Seq;
  readonly lastOutputs: readonly Output[]; // of the entry consumed last; kept under V7 emitLast
};

/** The backup of a pair: the log is its only source of input, time and interrupts (R20-4). */
export type Replaying = Following & {
  readonly mode: 'replaying';
  readonly primary: Line;
  readonly connection: ConnectionId;
  readonly acked: Seq; // what it has said it holds
  readonly move: CopyId | null; // the destination of a VMotion under way
  readonly asks: boolean; // it has last said that it wants the disk quiet (R33-7)
  readonly isQuiesced: boolean; // it has replayed that no disk operation is outstanding
};

/** A backup that suspects its primary: its log is frozen and it acknowledges nothing (R23-11). */
export type Frozen = Following & { readonly mode: 'frozen' };

/** A backup that has won the test-and-set and replays what it holds (R23-10). */
export type Draining = Following & { readonly mode: 'draining' };

/** A VM that runs without a backup: neither recorded nor withheld (R31-7). */
export type Live = Serving & {
  readonly mode: 'live';
  readonly told: boolean; // the clustering service knows that a backup is wanted (R31-6)
  readonly clone: CopyId | null; // the destination of an FT VMotion under way
  readonly move: CopyId | null; // the destination of a VMotion under way
};

/** The destination of an FT VMotion: not a replica yet (R23-16). */
export type Cloning = Copy & {
  readonly mode: 'cloning';
  readonly wedged: boolean;
  readonly source: Line;
  readonly generation: Generation;
  readonly image: Guest | null; // what the first passes copied while the source ran on
  readonly snapshot: Snapshot | null; // at the cut, once that was made (R31-3)
  readonly since: number; // when it was placed; after the cut, when that was made
  readonly watch: Watch;
};

/** The VM at the cut: its guest with all devices, and its resources (R31-3, R31-4). */
export type Snapshot = { readonly guest: Guest; readonly share: number };

/** The destination of a VMotion: its host is reserved for it; it is not the VM yet (R33-4). */
export type Arriving = Copy & {
  readonly mode: 'arriving';
  readonly wedged: boolean;
  readonly source: CopyId;
  readonly generation: Generation;
  readonly image: Guest | null; // what the first passes copied while the source ran on
  readonly handed: Recording | Replaying | Live | null; // the VM, from the switchover on
  readonly since: number; // when it was placed; after the switchover, when that was made
  readonly watch: Watch;
};

/** A copy that has stopped itself, for good (R23-22); one that has moved lives on elsewhere. */
export type Halted = Copy & {
  readonly mode: 'halted';
  readonly because: 'lost' | 'diverged' | 'discarded' | 'moved' | 'off';
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
  | Arriving
  | Halted
  | Crashed;

/** What a copy is doing. */
export type Mode = Vm['mode'];

/** A server: whether it runs, what it reaches, how fast it is. */
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

/** What a test-and-set comes to. */
export type Outcome = 'won' | 'lost';

/** A test-and-set on its way to the storage, for the generation after `generation` (R23-19). */
export type Request = { readonly copy: CopyId; readonly generation: Generation };

/** The answer to a request, on its way from the storage. */
export type Reply = Request & { readonly outcome: Outcome };

/** A disk operation on its way to the storage, tagged with who submitted it and when (R23-20). */
export type Flight = {
  readonly copy: CopyId;
  readonly generation: Generation;
  readonly io: Io;
};

/** The shared storage: arbiter and disk. */
export type Storage = {
  readonly generation: Generation;
  readonly owner: CopyId | null; // the copy that has won it (R23-21); null before the first
  readonly requests: readonly Request[];
  readonly replies: readonly Reply[];
  readonly blocks: readonly number[]; // the virtual disk
  readonly flights: readonly Flight[];
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
    readonly operated: number; // keys pressed and movements of the mouse so far
  };
};
