import { type Features, noFeatures, type Settings } from '../../../model/settings.ts';
import { type Scope, small } from './scopes/frame.ts';

const running = (
  program: Settings['program'],
  features: Partial<Features> = {},
  start: Settings['start'] = 'protected',
): Settings => ({ ...small, program, features: { ...noFeatures, ...features }, start });

/** The guest need not be interrupted, nor execute anything: what is owed is owed without. */
const quiet = { interrupt: 0 } as const;

/** The same, and nobody asks for a backup: one pair, until one of it is left. */
const onePair = { ...quiet, requestBackup: 0 } as const;

const least = { instructions: 1, generations: 2, copies: 2, packets: 0 } as const;

/**
 * The scopes in which lassos are looked for. Only what the world does is counted: what the protocol
 * may do without end is what a lasso is made of. Copies and generations are those of a moment: a VM
 * may be cloned and taken over again and again.
 */
export const livenessScopes: readonly Scope[] = [
  {
    name: 'left-alone',
    says: 'one pair with an output: one host crashes and one VM is stuck',
    settings: running(['transmit']),
    most: { ...onePair, crash: 1, wedge: 1 },
    ...least,
  },
  {
    name: 'lost-storage',
    says: 'one pair with an output: a crash, and a host loses the storage, and a reply is lost',
    settings: running(['transmit']),
    most: { ...onePair, crash: 1, loseStorage: 1, loseReply: 1 },
    ...least,
  },
  {
    name: 'cut-network',
    says: 'one pair with an output: a crash, and a network is cut in one direction',
    settings: running(['transmit']),
    most: { ...onePair, crash: 1, cut: 1 },
    ...least,
  },
  {
    name: 'starved',
    says: 'one pair with an output: a host gives it no CPU time, and a connection is lost',
    settings: running(['transmit']),
    most: { ...onePair, overcommit: 1, reset: 1 },
    ...least,
  },
  {
    name: 'pending-write',
    says: 'one pair whose guest writes a block: one host crashes',
    settings: running(['write x p'], { disk: true }),
    most: { ...onePair, crash: 1 },
    ...least,
  },
  {
    name: 'pending-reads',
    says: 'one pair whose guest reads a block twice: one host crashes',
    settings: running(['read x p'], { disk: true }),
    most: { ...onePair, crash: 1 },
    ...least,
    instructions: 2,
  },
  {
    name: 'cloned-slowly',
    says: 'a VM that is alone is cloned: one host stands still',
    settings: running(['compute'], {}, 'unprotected'),
    most: { ...quiet, pause: 1 },
    ...least,
    instructions: 0,
  },
  {
    name: 'cloned-apart',
    says: 'a VM that is alone is cloned: a network is cut in one direction',
    settings: running(['compute'], {}, 'unprotected'),
    most: { ...quiet, cut: 1 },
    ...least,
    instructions: 0,
  },
  {
    name: 'cloned-in-vain',
    says: 'a VM that is alone is cloned, while what is left of earlier clones is there',
    settings: running(['compute'], {}, 'unprotected'),
    most: quiet,
    ...least,
    instructions: 0,
    generations: 1,
    copies: 3,
  },
  {
    name: 'protected-again',
    says: 'a pair, one after the other: one host crashes',
    settings: running(['compute']),
    most: { ...quiet, crash: 1 },
    ...least,
    instructions: 0,
  },
  {
    name: 'output-again',
    says: 'a pair with an output, one after the other: one host crashes',
    settings: running(['transmit']),
    most: { ...quiet, crash: 1 },
    ...least,
  },
  {
    name: 'read-again',
    says: 'a pair whose guest reads a block, one after the other',
    settings: running(['read x p'], { disk: true }),
    most: quiet,
    ...least,
  },
  {
    name: 'powered-off',
    says: 'one pair with an output, and one order: one host crashes',
    settings: running(['transmit'], { control: true }),
    most: { ...onePair, order: 1, crash: 1 },
    ...least,
  },
  {
    name: 'shut-down',
    says: 'one pair whose guest shuts itself down once a key is pressed: one host crashes',
    settings: running(['shutdown'], { console: true }),
    most: { ...onePair, operate: 1, crash: 1 },
    ...least,
  },
  {
    name: 'moved-alone',
    says: 'a VM that is alone is moved: one host crashes',
    settings: running(['compute'], { vmotion: true }, 'unprotected'),
    most: { ...onePair, migrate: 1, crash: 1 },
    ...least,
    instructions: 0,
  },
  {
    name: 'moved',
    says: 'one pair of which a copy is moved: one host crashes',
    settings: running(['compute'], { vmotion: true }),
    most: { ...onePair, migrate: 1, crash: 1 },
    ...least,
    instructions: 0,
    copies: 3,
  },
  {
    name: 'moved-with-disk',
    says: 'one pair whose guest reads a block and of which a copy is moved; nobody suspects',
    settings: running(['read x p'], { disk: true, vmotion: true }),
    most: { ...onePair, suspect: 0, migrate: 1 },
    ...least,
    copies: 3,
  },
];
