import { having, oneMove, oneSuspicion, type Scope, small, still } from './frame.ts';

const twoMoves = { ...oneMove, copies: 4 };

const ofPairs: readonly Scope[] = [
  {
    name: 'vmotion',
    says:
      'a pair of which one copy is moved, whose guest writes a block and transmits; nobody ' +
      'suspects',
    settings: {
      ...small,
      features: having('disk', 'vmotion'),
      program: ['write x p', 'transmit'],
    },
    most: { ...still, migrate: 1, reconnect: 1 },
    instructions: 2,
    ...oneMove,
  },
  {
    name: 'vmotion-faults',
    says:
      'a pair of which one copy is moved, with an output; a host crashes, and one loses the ' +
      'storage; nobody suspects',
    settings: { ...small, features: having('vmotion'), program: ['transmit'] },
    most: { ...still, migrate: 1, reconnect: 1, crash: 1, loseStorage: 1 },
    instructions: 1,
    ...oneMove,
  },
  {
    name: 'vmotion-takeover',
    says:
      'a pair of which one copy is moved, with an output, before or after one side has suspected ' +
      'and won',
    settings: { ...small, features: having('vmotion'), program: ['transmit'] },
    most: { ...oneSuspicion, migrate: 1 },
    instructions: 1,
    ...oneMove,
    generations: 1,
  },
  {
    name: 'two-vmotions',
    says:
      'a pair on four hosts of which both copies are moved, or one twice; its guest executes ' +
      'nothing; nobody suspects',
    settings: { ...small, features: having('vmotion'), hostCount: 4, program: ['compute'] },
    most: { ...still, migrate: 2, reconnect: 1 },
    instructions: 0,
    ...twoMoves,
  },
  {
    name: 'vmotion-again',
    says:
      'a pair whose guest writes a block, and of which a copy is moved again after the first ' +
      'VMotion was given up or is over; no backup reconnects, nobody suspects',
    settings: { ...small, features: having('disk', 'vmotion'), program: ['write x p'] },
    most: { ...still, migrate: 2 },
    instructions: 1,
    ...twoMoves,
  },
];

const unfinished = { discard: 0, cancel: 0 };

const withMore: readonly Scope[] = [
  {
    name: 'vmotion-orders',
    says:
      'a pair whose guest writes a block, and of which one copy is moved, with an order; nobody ' +
      'suspects',
    settings: {
      ...small,
      features: having('control', 'disk', 'vmotion'),
      program: ['write x p'],
    },
    most: { ...still, migrate: 1, reconnect: 1, order: 1 },
    instructions: 1,
    ...oneMove,
  },
  {
    name: 'vmotion-takeover-writes',
    says: 'the same as vmotion-takeover, and the guest writes a block; no VMotion is cancelled',
    settings: {
      ...small,
      features: having('disk', 'vmotion'),
      program: ['write x p', 'transmit'],
    },
    most: { ...oneSuspicion, ...unfinished, migrate: 1 },
    instructions: 2,
    ...oneMove,
    generations: 1,
  },
];

const alone = { ...still, migrate: 1, requestBackup: 1, place: 1 };

const ofVms: readonly Scope[] = [
  {
    name: 'vmotion-alone',
    says:
      'a VM without a backup, with an output, that is moved, given an order, and asks for a ' +
      'backup, but is not cloned to the end',
    settings: {
      ...small,
      features: having('control', 'vmotion'),
      start: 'unprotected',
      program: ['transmit'],
    },
    most: { ...alone, snapshot: 0, order: 1 },
    instructions: 1,
    ...oneMove,
  },
  {
    name: 'vmotion-reads',
    says: 'a VM without a backup that is moved while its guest reads a block',
    settings: {
      ...small,
      features: having('disk', 'vmotion'),
      start: 'unprotected',
      program: ['read x p'],
    },
    most: { ...still, migrate: 1 },
    instructions: 1,
    ...oneMove,
  },
  {
    name: 'vmotion-clone',
    says: 'a VM with an output that is moved or cloned, in either order, and not both at once',
    settings: {
      ...small,
      features: having('vmotion'),
      start: 'unprotected',
      program: ['transmit'],
    },
    most: { ...alone, reconnect: 1 },
    instructions: 1,
    ...twoMoves,
  },
  {
    name: 'vmotions-and-clone',
    says:
      'a VM on four hosts, whose guest computes, is cloned, and both copies are headed ' +
      'elsewhere; a host crashes, and one loses the storage; nothing is given up, and no VMotion ' +
      'comes to its end',
    settings: {
      ...small,
      features: having('vmotion'),
      hostCount: 4,
      start: 'unprotected',
      program: ['compute'],
    },
    most: {
      ...{ ...alone, ...unfinished, abandon: 0, switchOver: 0 },
      ...{ migrate: 2, crash: 1, loseStorage: 1 },
    },
    instructions: 1,
    ...twoMoves,
  },
];

/** Copies that are moved (R33-4 to R33-11). */
export const vmotionScopes: readonly Scope[] = [...ofPairs, ...withMore, ...ofVms];
