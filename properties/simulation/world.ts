import type { Completion, Io, Operated } from '../../impl/guest/guest.ts';
import type { Input } from '../../impl/hypervisor/input.ts';
import type { Core, Machine, Program } from './program.ts';
import type { Happening, Net, Reported } from './reported.ts';

/** What is on its way: it happens when whoever drives the world lets it (`land`), or never. */
export type Pending = {
  readonly kind:
    | 'attempt' // to connect
    | 'answer' // to that
    | 'bytes' // over the wire
    | 'read' // from the kernel to the hypervisor
    | 'room' // news of room, back to the sender
    | 'reset'
    | 'heartbeat'
    | 'request' // to the arbiter
    | 'reply'
    | 'unreachable' // the answer of nobody
    | 'io' // to the disk
    | 'done'; // and back
  readonly from: string; // host, or `storage`
  readonly to: string;
  readonly copy: string; // whom it reaches, or who has sent it to the storage
  readonly connection: number | null;
  readonly io: number | null;
  readonly land: () => void;
  readonly landAgain: () => void; // of a datagram that arrives twice
  isOver: boolean; // it has landed, or never will
};

/** A copy of the VM, with what its host does for it. */
export type Copy = {
  readonly name: string;
  readonly host: Host;
  readonly source: string | null; // of a clone or of the destination of a VMotion
  core: Core | null; // until it halts, or its host crashes
  because: string | null; // why it has none any more
  lastPeer: string | null; // the copy with which it was paired when its host crashed
  isWedged: boolean;
  wants: 'backup' | null; // what it last asked of the clustering service
  beat: { readonly host: string; readonly generation: number } | null;
  heardAtMs: number; // the last time it was told
  instructionCount: number; // given to it since it was last asked
};

/** One end of a connection of the logging channel, with what is on its way to it. */
export type End = {
  readonly copy: Copy;
  isOpen: boolean; // as far as this end knows
  isOver: boolean; // nothing more gets to this end
  room: number; // bytes that it may still send
  allowed: number; // bytes that it will still take (R32-4)
  readonly wire: Uint8Array[]; // on the way to it
  readonly kernel: Uint8Array[]; // with its host, not yet taken
  isReading: boolean; // what is with its host is about to be given to it
  isEnding: boolean; // the other end has closed; this one hears of it after the last byte
};

/** A connection of the logging channel: FIFO both ways, until it is lost or closed (R32-2). */
export type Connection = {
  readonly number: number;
  readonly opener: End;
  readonly acceptor: End;
};

/** A server. */
export type Host = {
  readonly name: string;
  isUp: boolean;
  isPaused: boolean;
  hasStorage: boolean;
  aheadMs: number; // of true time, by the clock that only goes forward
  skew: number; // of the clock that the guest reads
  speedPercent: number; // less when its CPU is overcommitted (R32-7)
  copy: Copy | null; // the one that has not halted
  readonly nic: Uint8Array[]; // packets for the copy that serves here
  readonly console: Operated[];
  readonly heardBeats: Map<string, number>; // the newest heartbeat of each other host, by its count
  readonly held: (() => void)[]; // what a host that stands still will do first
};

/** The answer to a disk operation, under the generation in which it was submitted last. */
type Completed = { readonly generation: number; readonly completion: Completion };

/** What the outside has seen, and what came in: the material of the dumb opinion. */
export type Witnessed = {
  readonly transmitted: { readonly copy: string; readonly bytes: Uint8Array }[];
  readonly printed: { readonly copy: string; readonly bytes: Uint8Array }[];
  readonly packets: Uint8Array[]; // in the order of arrival at the switch
  readonly fed: Map<string, Operated[]>; // what each copy was given of keyboard and mouse
  readonly completions: Map<string, Completed>; // `copy/io`: the one of the latest submission
  readonly written: { readonly copy: string; readonly io: Io; readonly transferredCount: number }[];
};

/** Whoever decides when things happen. */
export type Driver = {
  readonly onPending: (pending: Pending) => void;
  /** A copy has done something: its deadline, and whether it wants the CPU, may be others now. */
  readonly onHandled: (copy: Copy) => void;
  readonly onPacket: (host: Host) => void; // one waits in the NIC
  readonly onOperated: (host: Host) => void;
  readonly onTold: (copy: Copy, what: 'live' | 'halted' | 'askForBackup') => void;
  readonly onHealed: () => void; // what was held back may be free
  /** How many of so many bytes are given to the hypervisor at once: any number but 0. */
  readonly chunk: (byteCount: number) => number;
  readonly onReported: (reported: Reported) => void;
  /** The outside has heard from the VM. */
  readonly onTransmitted: (bytes: Uint8Array) => void;
};

/** What a world is made of. */
export type WorldOptions = Machine & {
  readonly program: Program;
  readonly hosts: readonly string[];
  readonly blockCount: number;
  readonly blockBytes: number;
  readonly hasConsole: boolean; // somebody is at keyboard and mouse
  readonly windowBytes: number; // of the logging channel: on the wire and in the kernel
};

/** A disk operation under way. */
export type Flight = {
  readonly copy: string;
  readonly generation: number;
  readonly io: Io;
  readonly pending: Pending;
};

/** A test-and-set under way. */
export type Contest = {
  readonly copy: string;
  readonly generation: number;
  readonly pending: Pending; // the request, or the reply
};

/** The simulated world, mutable: all of it that is not inside a hypervisor. */
export type World = {
  readonly options: WorldOptions;
  readonly driver: Driver;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly copies: Map<string, Copy>;
  readonly connections: Map<number, Connection>; // those of which an end may still hear
  readonly cuts: Set<string>;
  readonly storage: {
    generation: number;
    owner: string | null;
    readonly blocks: Map<number, Uint8Array>; // those that were written
    flights: Flight[];
    contests: Contest[];
  };
  readonly network: { port: string; packetCount: number; operatedCount: number };
  readonly witnessed: Witnessed;
  readonly nowMs: () => number;
  /** Something happens to a copy: what its hypervisor wants done is done before this returns. */
  readonly give: (copy: Copy, input: Input) => void;
  copyCount: number;
  connectionCount: number;
  beatCount: number;
  isServiceUp: boolean;
};

/** The clock of a host that the protocol reads: it never goes back. */
export const clockOf = (world: World, host: Host): number => world.nowMs() + host.aheadMs;

/** What befell the world joins the report. */
export const happened = (world: World, happening: Happening): void =>
  world.driver.onReported({ by: 'world', atMs: world.nowMs(), happening });

const cutName = (net: Net, from: string, to: string): string => `${net} ${from} ${to}`;

/** Whether nothing gets from one host to the other on that network. */
export const isCut = (world: World, net: Net, from: string, to: string): boolean =>
  world.cuts.has(cutName(net, from, to));

/** One network, in one direction, carries or does not; false if that is nothing new. */
export const setCut = (
  world: World,
  net: Net,
  from: string,
  to: string,
  isNowCut: boolean,
): boolean => {
  const name = cutName(net, from, to);
  if (world.cuts.has(name) === isNowCut) return false;
  if (isNowCut) world.cuts.add(name);
  else world.cuts.delete(name);
  return true;
};

/** The host; there must be one of that name. */
export const hostOf = (world: World, name: string): Host => {
  const host = world.hosts.get(name);
  if (host === undefined) throw new Error(`there is no host ${name} in this world`);
  return host;
};

/** Something new is on its way. */
export const pend = (
  world: World,
  what: Pick<Pending, 'kind' | 'from' | 'to' | 'copy'> &
    Partial<Pick<Pending, 'connection' | 'io'>>,
  land: () => void,
): Pending => {
  const pending: Pending = {
    ...{ connection: null, io: null, ...what },
    isOver: false,
    landAgain: land,
    land: () => {
      if (pending.isOver) return;
      pending.isOver = true;
      land();
    },
  };
  world.driver.onPending(pending);
  return pending;
};

/** On the logging network one end hears the other only while the way between them carries. */
const onTheWire: ReadonlySet<Pending['kind']> = new Set(['attempt', 'answer', 'bytes', 'room']);

/** Whether something cannot land yet: a cut holds back what a transport sends again (R20-7). */
export const isHeld = (world: World, { kind, from, to }: Pending): boolean => {
  if (onTheWire.has(kind)) return isCut(world, 'log', from, to);
  if (kind === 'reply' || kind === 'done') return !hostOf(world, to).hasStorage;
  if (kind !== 'io') return false;
  const host = hostOf(world, from);
  return !host.hasStorage || (host.isUp && host.isPaused);
};

/** Whether a copy serves: what comes from the outside reaches no other (R20-2). */
export const isServing = ({ core, isWedged }: Copy): boolean => {
  if (core === null || isWedged) return false;
  const { mode } = core.status();
  return mode === 'live' || mode === 'recording' || mode === 'withholding';
};

/** Whether a copy can do anything now. */
export const isAble = ({ host, core, isWedged }: Copy): boolean =>
  host.isUp && !host.isPaused && !isWedged && core !== null;
