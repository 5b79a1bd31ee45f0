import * as t from 'io-ts';
import { type Codec, codecOf } from '../counterexamples/codec.ts';
import type { Operation } from '../model/event.ts';
import type { Device, Operated } from '../model/guest.ts';
import type { EntryKind } from '../model/log.ts';
import type { Cut, Mode, Outcome } from '../model/state.ts';
import { type Done, done } from './done.ts';
import { type AnyField, count, type Field, label, listOf, record, whole, word } from './fields.ts';

/** An entry that was logged: its place in the log, and what of it is a number. */
export type LoggedEntry = {
  readonly seq: number;
  readonly kind: EntryKind;
  readonly value?: number; // of ND the reading
};

/** An output: its number among all of the execution, from 0, and a digest of its content. */
export type Put = {
  readonly ordinal: number;
  readonly device?: Device; // network, if nothing is said
  readonly content?: string; // the same for the same content; nothing is compared without it
};

type Nothing = Readonly<Record<never, never>>;
type Sequenced = { readonly seq: number };
type OfIo = { readonly io: number };
type OfCopy = { readonly copy: string };
type OnHost = { readonly host: string };
type WithEntries = { readonly entries?: readonly LoggedEntry[] };
type Destined = OnHost & { readonly destination: string };
type Link = { readonly net: Cut['net']; readonly from: string; readonly to: string };

/** What copies say that they did, and the values that go with it. */
type CopyFacts = {
  // the primary, or whoever serves alone
  readonly execute: WithEntries & {
    readonly position: number; // instructions executed before
    readonly does: Done;
    readonly outputs?: readonly Put[];
  };
  readonly interrupt: WithEntries & { readonly position: number };
  readonly deliver: WithEntries & {
    readonly position: number;
    readonly packets: readonly number[]; // by number, in the order in which they were sent
    readonly outputs?: readonly Put[];
  };
  readonly feed: WithEntries & { readonly position: number; readonly kind: Operated['kind'] };
  readonly release: Put;
  readonly announce: Nothing;
  // the logging channel
  readonly flush: Sequenced;
  readonly receive: Sequenced;
  readonly acknowledge: { readonly upTo: number };
  readonly readAck: { readonly upTo: number; readonly from?: string }; // the copy that sent it
  readonly reconnect: { readonly upTo: number };
  // the backup
  readonly replay: { readonly position: number; readonly upTo: number }; // after a group of entries
  // failure and takeover
  readonly suspect: Nothing;
  readonly testAndSet: { readonly generation?: number }; // its own, before
  readonly learn: { readonly outcome: Outcome; readonly generation?: number }; // to be left
  readonly goLive: { readonly generation?: number; readonly position?: number };
  // a new backup
  readonly requestBackup: Nothing;
  readonly place: Destined;
  readonly precopy: Nothing;
  readonly snapshot: Nothing;
  readonly arm: Nothing;
  readonly discard: Nothing;
  readonly abandon: Nothing;
  // control operations
  readonly order: WithEntries & { readonly operation: Operation };
  readonly stop: Nothing;
  // VMotion
  readonly migrate: Destined;
  readonly quiesce: WithEntries;
  readonly switchOver: Nothing;
  readonly takeUp: Nothing;
  readonly cancel: Nothing;
  // the disk
  readonly submit: OfIo;
  readonly complete: OfIo & WithEntries & { readonly position: number };
  // what a copy says of itself, while nothing happens
  readonly mode: { readonly mode: Exclude<Mode, 'crashed'> };
  readonly digest: { readonly position: number; readonly digest: string };
  readonly heartbeat: Nothing;
  readonly keepalive: Nothing;
};

/** What happens around the copies. */
type WorldFacts = {
  // clients and operator
  readonly send: { readonly packet: number }; // 0, 1, 2, …
  readonly operate: { readonly kind: Operated['kind'] };
  // faults and their end
  readonly crash: OnHost;
  readonly repair: OnHost;
  readonly pause: OnHost;
  readonly resume: OnHost;
  readonly wedge: OfCopy;
  readonly cut: Link;
  readonly heal: Link;
  readonly reset: OfCopy; // the connection that this copy uses
  readonly loseStorage: OnHost;
  readonly regainStorage: OnHost;
  readonly loseService: Nothing;
  readonly regainService: Nothing;
  // the shared storage
  readonly arbitrate: OfCopy & { readonly outcome: Outcome };
  readonly loseRequest: OfCopy;
  readonly loseReply: OfCopy;
  readonly perform: OfCopy & OfIo;
  readonly failIo: OfCopy & OfIo & { readonly transferred: number };
  readonly loseIo: OfCopy & OfIo;
};

type Facts = CopyFacts & WorldFacts;

/** A word with which a line says what happened. */
export type Did = keyof Facts;

/** A word of a copy's. */
export type CopyDid = keyof CopyFacts;

/** One line: that this happened, on which node, and as the how manieth thing that it recorded. */
export type Observed<D extends Did = Did> = {
  [K in D]: { readonly node: string; readonly n: number; readonly did: K } & Facts[K] &
    (K extends CopyDid ? OfCopy : Nothing);
}[D];

/** Who can see it: clients, whoever taps the protocol, or only the hypervisor itself. */
export type Sight = 'black' | 'grey' | 'white';

/** The part of the protocol to which it belongs. */
export type Profile = 'core' | 'disk' | 'control' | 'migration';

type Required<F> = { [K in keyof F as undefined extends F[K] ? never : K]: Field<F[K]> };
type Optional<F> = {
  [K in keyof F as undefined extends F[K] ? K : never]-?: Field<Exclude<F[K], undefined>>;
};

/** What is known of a word. */
export type Described<D extends Did = Did> = {
  readonly sight: Sight;
  readonly profile: Profile;
  readonly required: Required<Facts[D]>;
  readonly optional: Optional<Facts[D]>;
};

const entryKind = word<EntryKind>(
  ...(['TIMER', 'RX', 'KEY', 'MOUSE', 'DONE', 'ND', 'OUT', 'OFF', 'SHARE', 'QUIESCE'] as const),
);

const entry: Field<LoggedEntry> = record(
  { seq: count, kind: entryKind },
  { value: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) },
);

const device = word<Device>('network', 'console', 'disk');
const net = word<Cut['net']>('log', 'heartbeat');
const operated = word<Operated['kind']>('KEY', 'MOUSE');
const operation = word<Operation>('powerOff', 'raiseShare', 'lowerShare');
const outcome = word<Outcome>('won', 'lost');
const mode = word<Exclude<Mode, 'crashed'>>(
  ...(['recording', 'withholding', 'replaying', 'frozen', 'draining', 'live'] as const),
  ...(['cloning', 'arriving', 'halted'] as const),
);
const put = { device, content: label };
const entries = listOf(entry, 0, 1000);
const outputs = listOf<Put>(record({ ordinal: count }, put), 0, 1000);
const packets = listOf(count, 1, 1000);
const link = { net, from: label, to: label };
const logged = { entries };
const position = count;
const none = {};

const core = { sight: 'grey', profile: 'core' } as const;
const seenByAll = { sight: 'black', profile: 'core' } as const;
const inside = { sight: 'white', profile: 'core' } as const;
const control = { sight: 'grey', profile: 'control' } as const;
const migration = { sight: 'grey', profile: 'migration' } as const;
const migrationInside = { sight: 'white', profile: 'migration' } as const;
const disk = { sight: 'grey', profile: 'disk' } as const;

/** Everything that a copy can say. The words are those of the specification's events. */
export const ofCopies: { readonly [D in CopyDid]: Described<D> } = {
  execute: { ...core, required: { position, does: done }, optional: { entries, outputs } },
  interrupt: { ...core, required: { position }, optional: logged },
  deliver: { ...core, required: { position, packets }, optional: { entries, outputs } },
  feed: { ...control, required: { position, kind: operated }, optional: logged },
  release: { ...seenByAll, required: { ordinal: count }, optional: put },
  announce: { ...seenByAll, required: none, optional: none },
  flush: { ...inside, required: { seq: count }, optional: none },
  receive: { ...inside, required: { seq: count }, optional: none },
  acknowledge: { ...core, required: { upTo: count }, optional: none },
  readAck: { ...inside, required: { upTo: count }, optional: { from: label } },
  reconnect: { ...inside, required: { upTo: count }, optional: none },
  replay: { ...inside, required: { position, upTo: count }, optional: none },
  suspect: { ...core, required: none, optional: none },
  testAndSet: { ...core, required: none, optional: { generation: count } },
  learn: { ...inside, required: { outcome }, optional: { generation: count } },
  goLive: { ...core, required: none, optional: { generation: count, position } },
  requestBackup: { ...migrationInside, required: none, optional: none },
  place: { ...migration, required: { destination: label, host: label }, optional: none },
  precopy: { ...migrationInside, required: none, optional: none },
  snapshot: { ...migration, required: none, optional: none },
  arm: { ...migration, required: none, optional: none },
  discard: { ...migrationInside, required: none, optional: none },
  abandon: { ...migrationInside, required: none, optional: none },
  order: { ...control, required: { operation }, optional: logged },
  stop: { ...control, required: none, optional: none },
  migrate: { ...migration, required: { destination: label, host: label }, optional: none },
  quiesce: { ...migration, required: none, optional: logged },
  switchOver: { ...migration, required: none, optional: none },
  takeUp: { ...migration, required: none, optional: none },
  cancel: { ...migration, required: none, optional: none },
  submit: { ...disk, required: { io: count }, optional: none },
  complete: { ...disk, required: { position, io: count }, optional: logged },
  mode: { ...inside, required: { mode }, optional: none },
  digest: { ...inside, required: { position, digest: label }, optional: none },
  heartbeat: { ...inside, required: none, optional: none },
  keepalive: { ...inside, required: none, optional: none },
};

const onHost = { ...seenByAll, required: { host: label }, optional: none };
const ofCopy = { required: { copy: label }, optional: none };
const transfer = { copy: label, io: count };

/** Everything that can happen around the copies. */
export const ofTheWorld: { readonly [D in keyof WorldFacts]: Described<D> } = {
  send: { ...seenByAll, required: { packet: count }, optional: none },
  operate: { sight: 'black', profile: 'control', required: { kind: operated }, optional: none },
  crash: onHost,
  repair: onHost,
  pause: onHost,
  resume: onHost,
  wedge: { ...seenByAll, ...ofCopy },
  cut: { ...seenByAll, required: link, optional: none },
  heal: { ...seenByAll, required: link, optional: none },
  reset: { ...seenByAll, ...ofCopy },
  loseStorage: onHost,
  regainStorage: onHost,
  loseService: { sight: 'black', profile: 'migration', required: none, optional: none },
  regainService: { sight: 'black', profile: 'migration', required: none, optional: none },
  arbitrate: { ...core, required: { copy: label, outcome }, optional: none },
  loseRequest: { ...core, ...ofCopy },
  loseReply: { ...core, ...ofCopy },
  perform: { sight: 'black', profile: 'disk', required: transfer, optional: none },
  failIo: { ...disk, required: { ...transfer, transferred: whole(0, 1) }, optional: none },
  loseIo: { ...disk, required: transfer, optional: none },
};

/** What is known of every word. */
export const vocabulary: { readonly [D in Did]: Described<D> } = { ...ofCopies, ...ofTheWorld };

/** Whether the text is a word of the vocabulary. */
export const isDid = (text: unknown): text is Did =>
  typeof text === 'string' && Object.hasOwn(vocabulary, text);

/** The words, in the order of the table. */
export const dids: readonly Did[] = Object.keys(vocabulary).filter(isDid);

const common = { node: label, n: whole(1, Number.MAX_SAFE_INTEGER) };

/** The codec of the lines with each word. */
export const lineFields: ReadonlyMap<Did, AnyField> = new Map(
  dids.map((did) => {
    const who = Object.hasOwn(ofCopies, did) ? { copy: label } : {};
    const { required, optional } = vocabulary[did];
    return [did, record({ ...common, did: word(did), ...who, ...required }, optional)] as const;
  }),
);

const known = word(...dids);

/** Any line behind the header: its word says which other fields it has. */
export const observed: Codec<Observed> = codecOf('an observation', (value, context) => {
  if (!t.UnknownRecord.is(value)) return t.failure(value, context);
  const { did } = value;
  if (isDid(did)) {
    const line = lineFields.get(did);
    if (line !== undefined) return line.validate(value, context);
  }
  return t.failure(did, t.appendContext(context, 'did', known, did));
});
