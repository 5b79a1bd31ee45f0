import type { ConnectionId, CopyId, HostId } from '../../model/ids.ts';
import { hostIds } from '../../model/ids.ts';
import type { Connection, EntryKind } from '../../model/log.ts';
import type { Machines } from './machine.ts';

/** What is compared by its name alone: an output of a device, or a client's packet. */
export type ContentKind = 'network' | 'console' | 'disk' | 'packet';

/**
 * What the specification calls a content, in the program's terms; `null` where nobody knows. It is
 * one number, but for a disk write, which has one for each block.
 */
export type DigestOf = (kind: ContentKind, content: readonly number[]) => number | null;

/** Nothing is known of how the program's guest represents what the specification's does. */
export const unknownDigest: DigestOf = () => null;

type Logged = { readonly seq: number; readonly kind: EntryKind };

/** A connection that was lost while the host of one end stood still: it has not heard of it. */
export type Late = {
  readonly copy: CopyId;
  readonly lost: Connection; // as it was
  entriesRead: number; // of those that were on it
  acksRead: number;
  readonly acks: number[]; // of those on it: how many each is in the model
};

/**
 * What connects the names of the two vocabularies. It grows with a run by what is new in it, and
 * holds nothing of the protocol.
 */
export type Ledger = {
  readonly copies: Map<string, CopyId>;
  /** Destinations that a host was reserved for, and of which their source wants nothing. */
  readonly unwanted: Set<string>;
  /** Copies that have asked for a backup while the clustering service was away. */
  readonly unheard: Set<CopyId>;
  /** Connections that were lost, by who has not heard of it yet. */
  late: readonly Late[];
  /** Entries that were half sent when their ack was read: the specification sends them no more. */
  readonly halfSent: Map<ConnectionId, readonly number[]>;
  /** Destinations of VMotions that have all of the VM, by the offer that each has last. */
  readonly holding: Map<CopyId, number>;
  /** Backups that have handed over, by destination: the specification has not heard of it yet. */
  readonly leaving: Map<CopyId, CopyId>;
  /** Copies that have handed over to nobody and halted: in the specification they are stuck. */
  readonly remains: Set<CopyId>;
  readonly hosts: Map<string, HostId>;
  /** A connection by one of its ends: copy and number. The ends number for themselves. */
  readonly ends: Map<string, ConnectionId>;
  /** Of connections, by one end, the backup at the other: as that end says. */
  readonly callers: Map<string, string>;
  /** Of each connection, the acks that were sent and not read: how many each is in the model. */
  readonly acks: Map<ConnectionId, number[]>;
  /** Of each copy, the entries it has said to have logged, before the step that they are of. */
  readonly logged: Map<CopyId, readonly Logged[]>;
  /** Of each copy, the last generation about which it has asked the storage. */
  readonly asked: Map<CopyId, number>;
  /** Contents by digest, and digests by content: one to one. */
  readonly contents: Map<string, string>;
  readonly digests: Map<string, number>;
  readonly digestOf: DigestOf;
  /** Where the guest is of another image than the specification's: what it does. */
  readonly machines: Machines | null;
  /** Shares of the CPU: of the two that the specification knows, in the program's numbers. */
  readonly shares: Map<number, 1 | 2>;
};

/** A ledger before the first line; the VM boots with that share of the CPU. */
export const emptyLedger = (
  digestOf: DigestOf,
  share: number,
  machines: Machines | null,
): Ledger => ({
  copies: new Map(),
  unwanted: new Set(),
  unheard: new Set(),
  holding: new Map(),
  late: [],
  halfSent: new Map(),
  leaving: new Map(),
  remains: new Set(),
  hosts: new Map(),
  ends: new Map(),
  callers: new Map(),
  acks: new Map(),
  logged: new Map(),
  asked: new Map(),
  contents: new Map(),
  digests: new Map(),
  digestOf,
  machines,
  shares: new Map([[share, 1]]),
});

const isHostId = (name: string): name is HostId => hostIds.some((id) => id === name);

/** The host of that name; a host called as one of the specification's is that one. */
export const hostNamed = ({ hosts }: Ledger, name: string): HostId | undefined => {
  const known = hosts.get(name);
  if (known !== undefined) return known;
  const taken = new Set(hosts.values());
  const free = hostIds.find((id) => !taken.has(id));
  const id = isHostId(name) && !taken.has(name) ? name : free;
  if (id !== undefined) hosts.set(name, id);
  return id;
};

const endOf = (copy: string, connection: number): string => `${copy}/${connection}`;

/** The connection that a copy knows under a number. */
export const connectionAt = (
  { ends }: Ledger,
  copy: string,
  connection: number,
): ConnectionId | undefined => ends.get(endOf(copy, connection));

/** From here on a copy knows a connection under that number. */
export const bindEnd = (
  { ends }: Ledger,
  copy: string,
  connection: number,
  id: ConnectionId,
): void => {
  ends.set(endOf(copy, connection), id);
};

/** The copy says that this backup has connected to it under that number. */
export const calledBy = (
  { callers }: Ledger,
  copy: string,
  connection: number,
  backup: string,
): void => {
  callers.set(endOf(copy, connection), backup);
};

/** The backup that has connected to a copy under that number, if it has said so. */
export const callerOf = (
  { callers }: Ledger,
  copy: string,
  connection: number,
): string | undefined => callers.get(endOf(copy, connection));

/** Whether one end of a connection has a number. */
export const isBound = ({ ends }: Ledger, copy: string, id: ConnectionId): boolean =>
  [...ends].some(([end, known]) => known === id && end.startsWith(`${copy}/`));

/** An ack is on its way, which is so many in the model. */
export const ackSent = ({ acks }: Ledger, id: ConnectionId, count: number): void => {
  const queue = acks.get(id);
  if (queue === undefined) acks.set(id, [count]);
  else queue.push(count);
};

/** The oldest ack on its way has been read; `undefined` if there is none. */
export const ackTaken = ({ acks }: Ledger, id: ConnectionId): number | undefined =>
  acks.get(id)?.shift();

/** What was on its way on a connection never arrives. */
export const acksLost = ({ acks }: Ledger, id: ConnectionId): void => {
  acks.delete(id);
};

/**
 * The digest under which the program knows a content of the specification. Where only equality can
 * be compared, a new content takes the digest that the program says, if no other has it: -1 else.
 */
export const digestFor = (
  { contents, digests, digestOf }: Ledger,
  kind: ContentKind,
  content: readonly number[],
  said: number | undefined,
): number => {
  const exact = digestOf(kind, content);
  if (exact !== null) return exact;
  const name = `${kind} ${content}`;
  const known = digests.get(name);
  if (known !== undefined) return known;
  if (said === undefined || contents.has(`${kind} ${said}`)) return -1;
  digests.set(name, said);
  contents.set(`${kind} ${said}`, name);
  return said;
};

/** The specification's share for one of the program's; `undefined` for a third one. */
export const shareNamed = ({ shares }: Ledger, share: number): 1 | 2 | undefined => {
  const known = shares.get(share);
  if (known !== undefined) return known;
  if (shares.size > 1) return undefined;
  shares.set(share, 2);
  return 2;
};
