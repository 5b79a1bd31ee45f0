import type { EventType } from '../../../model/event.ts';
import { defaultSettings, noFeatures, type Settings } from '../../../model/settings.ts';

/** What an exploration looks at: a part of the protocol that is small enough to be seen whole. */
export type Scope = {
  readonly name: string;
  readonly says: string; // in words
  readonly settings: Settings;
  /** How often events of a kind may happen; what the world does happens only if it is named. */
  readonly most: Readonly<Partial<Record<EventType, number>>>;
  readonly instructions: number; // executed by any guest, at most
  readonly generations: number; // won, at most
  readonly copies: number; // of the VM that there ever are, at most
  readonly packets: number; // sent by clients, at most
};

const small: Settings = {
  ...defaultSettings,
  features: noFeatures,
  hostCount: 3,
  packetGroup: 1,
  primaryCapacity: 2,
  wireCapacity: 2,
  backupCapacity: 2,
};

/** One pair until one of it is left: nobody asks twice, and no other backup is wanted. */
const onePair = { requestBackup: 0, testAndSet: 2, announce: 1, reconnect: 0 } as const;

/** The scopes that have names, the one that is explored if none is asked for first. */
export const scopes: readonly Scope[] = [
  {
    name: 'output',
    says: 'one pair that nothing befalls: an output, an interrupt, and one takeover',
    settings: { ...small, program: ['transmit', 'compute'] },
    most: { ...onePair, interrupt: 1 },
    instructions: 2,
    generations: 1,
    copies: 2,
    packets: 0,
  },
  {
    name: 'outputs',
    says: 'one pair that nothing befalls: two outputs, two interrupts, and one takeover',
    settings: { ...small, program: ['transmit', 'compute', 'transmit'] },
    most: { ...onePair, interrupt: 2 },
    instructions: 3,
    generations: 1,
    copies: 2,
    packets: 0,
  },
  {
    name: 'faults',
    says: 'one pair: an output, a packet, a crash, a lost connection and a cut, and one suspicion',
    settings: { ...small, program: ['compute', 'transmit'] },
    most: {
      ...{ ...onePair, suspect: 1, testAndSet: 1, announce: 0 },
      ...{ interrupt: 0, send: 1, crash: 1, reset: 1, cut: 1 },
    },
    instructions: 2,
    generations: 1,
    copies: 2,
    packets: 1,
  },
  {
    name: 'disk',
    says: 'one pair whose guest writes a block and reads it back; one takeover',
    settings: {
      ...small,
      features: { ...noFeatures, disk: true },
      program: ['write x p', 'touch p', 'read x q'],
    },
    most: { ...onePair, interrupt: 0 },
    instructions: 3,
    generations: 1,
    copies: 2,
    packets: 0,
  },
  {
    name: 'power-off',
    says: 'one pair whose guest has an output, and is powered off; one takeover',
    settings: { ...small, features: { ...noFeatures, control: true }, program: ['transmit'] },
    most: { ...onePair, interrupt: 0, order: 1, crash: 1 },
    instructions: 1,
    generations: 1,
    copies: 2,
    packets: 0,
  },
  {
    name: 'vmotion',
    says: 'one pair whose copies are moved once, with a disk operation on the way; no takeover',
    settings: {
      ...small,
      features: { ...noFeatures, disk: true, vmotion: true },
      program: ['write x p', 'transmit'],
    },
    most: { ...onePair, interrupt: 0, suspect: 0, testAndSet: 0, migrate: 1, reconnect: 1 },
    instructions: 2,
    generations: 0,
    copies: 3,
    packets: 0,
  },
  {
    name: 'generations',
    says: 'a VM that is alone is cloned, its backup takes over, is cloned, and loses its own',
    settings: { ...small, start: 'unprotected', program: ['transmit'] },
    most: {
      ...{ interrupt: 0, requestBackup: 2, place: 2, suspect: 2, testAndSet: 2 },
      ...{ announce: 0, reconnect: 0, crash: 1, abandon: 0, discard: 0 },
    },
    instructions: 1,
    generations: 2,
    copies: 3,
    packets: 0,
  },
];
