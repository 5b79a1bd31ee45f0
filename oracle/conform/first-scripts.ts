import type { Does, Happening } from './script.ts';
import type { Claims } from './stimulus.ts';

const transmit: Happening = { do: 'execute', host: 'A', does: 'transmit' };
const compute: Happening = { do: 'execute', host: 'A', does: 'compute' };
const readTime: Happening = { do: 'execute', host: 'A', does: 'readTime' };
const stamp: Happening = { do: 'execute', host: 'A', does: 'stamp' };
const interrupt: Happening = { do: 'interrupt', host: 'A' };
const settle: Happening = { do: 'settle' };
const elapse: Happening = { do: 'elapse', ticks: 9 };
const crash = (host: 'A' | 'B'): Happening => ({ do: 'crash', host });

const ofTheCore: readonly (readonly Happening[])[] = [
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

const lose: Happening = { do: 'lose' };

const ofReconnection: readonly (readonly Happening[])[] = [
  [lose, settle],
  [transmit, lose, transmit, settle, stamp, settle],
  [transmit, settle, lose, elapse, transmit, { do: 'carry', net: 'log', to: 'B' }, lose, elapse],
  [lose, { do: 'cut', net: 'log', to: 'A' }, elapse, elapse, stamp],
];

const does = (what: Does): Happening => ({ do: 'execute', host: 'A', does: what });
const key: Happening = { do: 'operate', kind: 'KEY' };
const powerOff: Happening = { do: 'order', host: 'A', operation: 'powerOff' };

const ofControl: readonly (readonly Happening[])[] = [
  [key],
  [{ do: 'operate', kind: 'MOUSE' }, key, settle],
  [{ do: 'order', host: 'A', operation: 'raiseShare' }, settle],
  [{ do: 'send' }, does('reply'), does('post'), does('kick'), settle],
  [powerOff],
  [key, settle, does('shutdown')],
  [transmit, powerOff, settle, elapse],
  [{ do: 'order', host: 'B', operation: 'powerOff' }, settle],
  [crash('B'), transmit, powerOff, elapse],
  [powerOff, crash('A'), elapse],
  [powerOff, { do: 'carry', net: 'log', to: 'B' }, crash('A'), elapse],
  [powerOff, { do: 'carry', net: 'log', to: 'B' }, crash('A'), { do: 'pass', ticks: 9 }],
];

const perform: Happening = { do: 'perform', host: 'A', which: 'newest', blocks: 2 };

const ofTheDisk: readonly (readonly Happening[])[] = [
  [does('read x p')],
  [does('write x p')],
  [does('touch p'), does('write x p'), settle, does('read x q'), settle, does('touch q')],
  [does('read x p'), does('read y q'), perform, perform],
  [does('write x p'), does('write x q'), does('read y p'), settle],
  [does('read xy pq'), { do: 'perform', host: 'A', which: 'oldest', blocks: 1 }],
  [does('write xy pq'), settle, does('write y p'), crash('A'), elapse, does('read y q')],
  [does('write x p'), { do: 'carry', net: 'log', to: 'B' }, crash('A'), elapse],
  [does('write x p'), crash('B'), elapse],
];

/**
 * What comes before the scripts that are drawn: one thing after the other, in the order in which a
 * program is written, so that what it lacks first is told first.
 */
export const firstScripts = (claims: Claims): readonly (readonly Happening[])[] => [
  ...ofTheCore,
  ...(claims.connectionLoss === 'ignored' ? ofReconnection : []),
  ...(claims.profile?.includes('control') === true ? ofControl : []),
  ...(claims.profile?.includes('disk') === true ? ofTheDisk : []),
];
