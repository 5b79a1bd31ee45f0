import { contested, having, onePair, oneSuspicion, type Scope, small, still } from './frame.ts';

const features = having('control');

/** What an administrator orders: power-off and shares of the CPU (R33-1 to R33-3). */
export const controlScopes: readonly Scope[] = [
  {
    name: 'power-off',
    says:
      'a pair with two outputs, an interrupt and an order, to power off for one; one side may ' +
      'suspect',
    settings: { ...small, features, program: ['transmit'] },
    most: { ...oneSuspicion, interrupt: 1, order: 1 },
    instructions: 2,
    ...onePair,
  },
  {
    name: 'contested-power-off',
    says:
      'a pair with an output and an order, to power off for one; a host crashes, and both sides ' +
      'may suspect',
    settings: { ...small, features, program: ['transmit'] },
    most: { ...contested, order: 1, crash: 1 },
    instructions: 1,
    ...onePair,
  },
  {
    name: 'orders',
    says: 'a pair with an output, an interrupt and two orders; nobody suspects',
    settings: { ...small, features, program: ['transmit'] },
    most: { ...still, interrupt: 1, order: 2 },
    instructions: 1,
    ...onePair,
  },
  {
    name: 'orders-and-reads',
    says: 'a pair whose guest reads a block, with an order; the read may fail; nobody suspects',
    settings: { ...small, features: having('control', 'disk'), program: ['read x p'] },
    most: { ...still, order: 1, failIo: 1 },
    instructions: 1,
    ...onePair,
  },
  {
    name: 'order-alone',
    says: 'a VM without a backup, with two outputs and an order',
    settings: { ...small, features, start: 'unprotected', program: ['transmit'] },
    most: { ...still, order: 1 },
    instructions: 2,
    ...onePair,
  },
];
