// A pair that has hardly begun: `lockstep conform -- node pair.ts` says what it owes next.

import { type Copy, type Make, serve } from '../lockstep.ts';

/** One copy of the VM: the primary on one host, its backup on the other. */
const pair: Make = (_reset, say, isPrimary): Copy => {
  let position = 0; // instructions executed before
  return {
    execute: (does) => {
      if (isPrimary) say('execute', { position: position++, does, entries: [] });
    },
    interrupt: () => undefined,
    packet: () => undefined,
    replay: () => undefined,
    message: () => undefined,
    lost: () => undefined,
    tick: () => {
      say('heartbeat');
      say('keepalive');
    },
    reply: () => undefined,
  };
};

serve(pair);
