import type { Happening } from './script.ts';

const transmit: Happening = { do: 'execute', host: 'A', does: 'transmit' };
const compute: Happening = { do: 'execute', host: 'A', does: 'compute' };
const readTime: Happening = { do: 'execute', host: 'A', does: 'readTime' };
const stamp: Happening = { do: 'execute', host: 'A', does: 'stamp' };
const interrupt: Happening = { do: 'interrupt', host: 'A' };
const settle: Happening = { do: 'settle' };
const elapse: Happening = { do: 'elapse', ticks: 9 };
const crash = (host: 'A' | 'B'): Happening => ({ do: 'crash', host });

/**
 * What comes before the scripts that are drawn: one thing after the other, in the order in which a
 * program is written, so that what it lacks first is told first.
 */
export const firstScripts: readonly (readonly Happening[])[] = [
  // the log
  [compute],
  [readTime],
  [transmit],
  [stamp],
  [interrupt],
  [{ do: 'send' }],
  // replay
  [transmit, compute, stamp, settle, interrupt, readTime, settle],
  // nothing is wrong, for longer than the timeout
  [elapse],
  [transmit, settle, elapse, stamp, settle],
  // the backup fails
  [crash('B'), elapse],
  [transmit, crash('B'), elapse, stamp],
  // the primary fails
  [crash('A'), elapse],
  [transmit, settle, stamp, settle, crash('A'), elapse, transmit],
  // both live and lose each other
  [transmit, { do: 'lose' }, elapse, stamp],
  [{ do: 'cut', net: 'log', to: 'A' }, transmit, elapse, stamp],
  [{ do: 'cut', net: 'heartbeat', to: 'B' }, elapse, transmit],
  // the storage is away, or does not answer
  [
    { do: 'loseStorage', host: 'A' },
    crash('B'),
    elapse,
    elapse,
    { do: 'regainStorage', host: 'A' },
  ],
];
