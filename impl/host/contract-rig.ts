import { assert } from '../assert.ts';
import type { Input } from '../hypervisor/input.ts';
import type { ChannelPort } from './channel.ts';
import type { HeartbeatPort } from './heartbeats.ts';
import type { NetworkPort } from './network.ts';
import type { StoragePort } from './storage-client.ts';

/** A host as its surroundings see it: what it may do, and what has happened to it, in order. */
export type Bench = {
  readonly name: string;
  readonly channel: ChannelPort;
  readonly heartbeats: HeartbeatPort;
  readonly network: NetworkPort;
  readonly storage: StoragePort;
  readonly inputs: readonly Input[];
};

/** Two hosts with a network, a client, an operator and a storage; real, or a simulation of that. */
export type Rig = {
  readonly one: Bench;
  readonly other: Bench;
  /** The first generation belongs to a copy of this name. */
  readonly booted: string;
  readonly client: { readonly send: (text: string) => void; readonly heard: readonly string[] };
  readonly operator: { readonly type: (text: string) => void; readonly seen: () => string };
  /** Lets the world go on until it is so. Rejects if that does not come. */
  readonly until: (what: string, isSo: () => boolean) => Promise<void>;
};

/** What everybody who writes a port has to keep, and everybody who uses one may rely on. */
export type Expectation = {
  readonly sentence: string;
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
