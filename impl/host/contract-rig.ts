import { assert } from '../assert.ts';
import type { Input } from '../hypervisor/input.ts';
import type { ChannelPort } from './channel.ts';
import type { HeartbeatPort } from './heartbeats.ts';
import type { NetworkPort } from './network.ts';
import type { ServicePort } from './service-client.ts';
import type { StoragePort } from './storage-client.ts';

/** A host as its surroundings see it: what it may do, and what has happened to it, in order. */
export type Bench = {
  readonly name: string;
  readonly copy: string; // on it
  readonly channel: ChannelPort;
  readonly heartbeats: HeartbeatPort;
  readonly network: NetworkPort;
  readonly storage: StoragePort;
  readonly service: ServicePort;
  readonly nowMs: () => number; // by its clock
  readonly inputs: readonly Input[];
};

/** What can go wrong between hosts, and with one of them. */
export type Faults = {
  /** In one direction nothing gets through on that network; connections stay. */
  readonly cut: (net: 'log' | 'heartbeat', from: Bench, to: Bench) => void;
  readonly heal: (net: 'log' | 'heartbeat', from: Bench, to: Bench) => void;
  /** All connections between hosts break, with whatever is on their way. */
  readonly reset: () => void;
  /** Until it is reached again, the host's requests do not get to the storage. */
  readonly loseStorage: (bench: Bench) => void;
  /** Until it is reached again, what the storage answers does not get to the host. */
  readonly loseAnswers: (bench: Bench) => void;
  readonly regainStorage: (bench: Bench) => void;
  readonly setService: (isUp: boolean) => Promise<void>;
  /** The host is gone; what it had sent is still on its way, also behind a cut. */
  readonly crash: (bench: Bench) => void;
  /** Each heartbeat of one host to another arrives twice from now on, and each after its next. */
  readonly shuffle: (from: Bench, to: Bench) => void;
};

/** Faults of which one of the two worlds knows nothing. */
export type RareFaults = {
  /** The host stands still; nothing is lost. */
  readonly pause: (bench: Bench) => void;
  readonly resume: (bench: Bench) => void;
  /** Somebody without a key sends what a friend would, to wherever the host listens. */
  readonly intrude: (bench: Bench) => Promise<void>;
};

/** Three hosts, two of them with a copy, and all around them; real, or a simulation of that. */
export type Rig = {
  readonly one: Bench;
  readonly other: Bench; // the arbiter's first generation belongs to the copy of neither
  readonly free: string; // a third host
  readonly client: { readonly send: (text: string) => void; readonly heard: readonly string[] };
  readonly operator: { readonly type: (text: string) => void; readonly seen: () => string };
  /** Lets the world go on until it is so. Rejects if that does not come. */
  readonly until: (what: string, isSo: () => boolean) => Promise<void>;
  /** How many disk operations the storage has done or refused. */
  readonly handled: () => number;
  readonly faults: Faults & Partial<RareFaults>;
};

/** What everybody who writes a port has to keep, and everybody who uses one may rely on. */
export type Expectation = {
  readonly sentence: string;
  readonly needs?: keyof RareFaults;
  readonly check: (rig: Rig) => Promise<void>;
};

type Kind = Input['type'];
type Of<T extends Kind> = Extract<Input, { readonly type: T }>;

/** What it got of one kind. */
export const ofType = <T extends Kind>({ inputs }: Bench, type: T): readonly Of<T>[] =>
  inputs.filter((input): input is Of<T> => input.type === type);

/** Waits for the first of a kind. */
export const firstOf = async <T extends Kind>(rig: Rig, bench: Bench, type: T): Promise<Of<T>> => {
  await rig.until(`${bench.name} gets ${type}`, () => ofType(bench, type).length > 0);
  const [first] = ofType(bench, type);
  assert(first !== undefined, `${bench.name} has got ${type}`);
  return first;
};

/** A text as bytes. */
export const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);
