import type { Instruction } from '../../../model/guest.ts';
import { type Clock, defaultClock, type Settings } from '../../../model/settings.ts';
import { having, type Scope, small as untimed } from './scopes/frame.ts';

/** The usual clock for a guest without timer interrupts, which executes an instruction a tick. */
const clock: Clock = { ...defaultClock, timerEvery: null, speed: 1, stallTimeout: 7 };

const small: Settings = { ...untimed, clock };

/** One pair and no other: time ends where one that is live could ask for a backup. */
const onePair = {
  most: { requestBackup: 0, reconnect: 0 },
  instructions: 100, // ticks bound them
  generations: 1,
  copies: 2,
  packets: 0,
} as const;

/** A pair of which nobody who suspects asks the arbiter, so that time ends there. */
const noTakeover = { ...onePair.most, testAndSet: 0 } as const;

/** A guest that does this once, and then computes for longer than the scope lasts. */
const once = (...first: readonly Instruction[]): readonly Instruction[] => [
  ...first,
  ...Array<Instruction>(30).fill('compute'),
];

const undisturbed: readonly Scope[] = [
  {
    ...onePair,
    name: 'quiet',
    says: 'nine ticks of a pair that nothing befalls, whose guest computes, and one packet',
    settings: { ...small, program: ['compute'] },
    most: { ...onePair.most, tick: 9, send: 1 },
    packets: 1,
  },
  {
    ...onePair,
    name: 'latency',
    says: 'five ticks of a pair that nothing befalls, whose guest computes and has two outputs',
    settings: { ...small, program: once('compute', 'compute', 'compute', 'transmit', 'transmit') },
    most: { ...onePair.most, tick: 5 },
  },
  {
    ...onePair,
    name: 'stamp',
    says: 'six ticks of a pair that nothing befalls, with outputs of two entries each',
    settings: { ...small, backupCapacity: 3, program: ['stamp'] },
    most: { ...onePair.most, tick: 6 },
  },
];

const disturbed: readonly Scope[] = [
  {
    ...onePair,
    name: 'pause',
    says: 'three ticks of a pair with outputs, of which one host stands still for a while',
    settings: { ...small, program: ['transmit', 'compute'] },
    most: { ...noTakeover, tick: 3, pause: 1, resume: 1 },
  },
  {
    ...onePair,
    name: 'reconnect',
    says: 'three ticks of a pair with outputs that loses its connection, which is no evidence',
    settings: { ...small, program: ['transmit', 'compute'] },
    most: { ...noTakeover, tick: 3, reset: 1, reconnect: 1 },
  },
  {
    ...onePair,
    name: 'slow',
    says: 'twelve ticks of a pair whose guest computes and logs little, on a host short of CPU',
    settings: {
      ...small,
      backupCapacity: 1,
      program: once('compute', 'compute', 'compute', 'readTime'),
    },
    most: { ...noTakeover, tick: 12, overcommit: 1 },
  },
  {
    ...onePair,
    name: 'throttle',
    says: 'five ticks of a pair with outputs on a host short of CPU, and a throttle in one step',
    settings: {
      ...small,
      program: ['transmit', 'compute'],
      clock: { ...clock, step: 100, adjustEvery: 2, significantLag: 1 },
    },
    most: { ...noTakeover, tick: 5, overcommit: 1 },
  },
  {
    ...onePair,
    name: 'lag',
    says: 'seven ticks of a pair with an output in each, on a host short of CPU',
    settings: { ...small, wireCapacity: 1, program: ['transmit'] },
    most: { ...noTakeover, tick: 7, overcommit: 1 },
  },
];

const takeovers: readonly Scope[] = [
  {
    ...onePair,
    name: 'outage',
    says: 'eleven ticks of a pair: a crash, a reply of the arbiter lost, and nobody to clone it',
    settings: { ...small, program: ['readTime', 'compute'] },
    most: { ...onePair.most, tick: 11, crash: 1, loseReply: 1, loseService: 1 },
  },
  {
    ...onePair,
    name: 'unprotected',
    says: 'twelve ticks of a pair: a crash, a reply of the arbiter lost, and a new backup',
    settings: { ...small, program: ['compute'] },
    most: { tick: 12, crash: 1, loseReply: 1, requestBackup: 1, place: 1, reconnect: 0 },
    copies: 3,
  },
  {
    ...onePair,
    name: 'evidence',
    says: 'six ticks of a pair with an output: a crash, and a lost connection, which is evidence',
    settings: {
      ...small,
      backupCapacity: 1,
      connectionLoss: 'evidence',
      program: once('transmit'),
      clock: { ...clock, retryEvery: 1 },
    },
    most: { ...onePair.most, tick: 6, crash: 1, reset: 1 },
  },
  {
    ...onePair,
    name: 'drain',
    says: 'five ticks of a pair whose guest computes before its output, and loses its connection',
    settings: {
      ...small,
      backupCapacity: 1,
      connectionLoss: 'evidence',
      program: once('compute', 'compute', 'compute', 'transmit'),
    },
    most: { ...onePair.most, tick: 5, reset: 1 },
  },
];

const migrations: readonly Scope[] = [
  {
    ...onePair,
    name: 'first-backup',
    says: 'four ticks of a VM that is alone, with outputs, and gets its first backup',
    settings: { ...small, start: 'unprotected', program: ['transmit'] },
    most: { tick: 4, requestBackup: 1, place: 1, testAndSet: 0, reconnect: 0 },
    generations: 0,
  },
  {
    ...onePair,
    name: 'move',
    says: 'three ticks of a pair with outputs, one copy of which is moved',
    settings: {
      ...small,
      connectionLoss: 'evidence',
      features: having('vmotion'),
      program: ['transmit', 'compute'],
      clock: { ...clock, switchover: 1 },
    },
    most: { ...noTakeover, tick: 3, migrate: 1, reconnect: 1 },
    generations: 0,
    copies: 3,
  },
];

/** The scopes with time, in which the claims that need a clock are asked (R23-3, R32-8). */
export const timedScopes: readonly Scope[] = [
  ...undisturbed,
  ...disturbed,
  ...takeovers,
  ...migrations,
];
