import type { EventType } from '../../../../model/event.ts';
import {
  defaultSettings,
  type Features,
  noFeatures,
  type Settings,
} from '../../../../model/settings.ts';
import type { Omission } from '../omissions.ts';

/** How often events of a kind may happen at most. */
export type Most = Readonly<Partial<Record<EventType, number>>>;

/** What an exploration looks at: a part of the protocol that is small enough to be seen whole. */
export type Scope = {
  readonly name: string;
  readonly says: string; // in words
  readonly settings: Settings;
  /** What the world does happens only if it is named. */
  readonly most: Most;
  readonly instructions: number; // executed by any guest, at most
  readonly generations: number; // won, at most
  readonly copies: number; // of the VM that there ever are, at most
  readonly packets: number; // sent by clients, at most
  readonly omits?: readonly Omission[]; // nothing, unless it is said
};

/** Untimed, three hosts, packets one by one, two entries in each log buffer and on the channel. */
export const small: Settings = {
  ...defaultSettings,
  features: noFeatures,
  hostCount: 3,
  packetGroup: 1,
  primaryCapacity: 2,
  wireCapacity: 2,
  backupCapacity: 2,
};

/** What of its service a run has besides the core protocol. */
export const having = (...names: readonly (keyof Features)[]): Features => ({
  ...noFeatures,
  ...Object.fromEntries(names.map((name) => [name, true])),
});

/** What an untimed protocol may do at any moment, and for ever, it does not do. */
export const still: Most = {
  interrupt: 0,
  suspect: 0,
  testAndSet: 0,
  announce: 0,
  requestBackup: 0,
  reconnect: 0,
};

/** One side suspects the other, and asks the arbiter. */
export const oneSuspicion: Most = { ...still, suspect: 1, testAndSet: 1 };

/** Both sides may suspect and ask the arbiter; whoever is live announces itself at will. */
export const contested: Most = { interrupt: 0, testAndSet: 2, requestBackup: 0, reconnect: 0 };

type Reach = Pick<Scope, 'generations' | 'copies' | 'packets'>;

/** The two copies with which a run begins, until one of them has won the arbiter. */
export const onePair: Reach = { generations: 1, copies: 2, packets: 0 };

/** Nobody wins the arbiter, and a third copy comes into being. */
export const oneMove: Reach = { generations: 0, copies: 3, packets: 0 };
