import { type Chooser, oneOf } from '../checker/chooser.ts';
import type { Pending } from './world.ts';

/** How a way from one host to another is at the moment. */
type Sky = {
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly lossPercent: number; // of datagrams
};

/** What a way takes at most where nothing is wrong with it. */
export const clearLegMs: number = 1;

const clear: Sky = { delayMs: 0, jitterMs: clearLegMs, lossPercent: 0 };

const skies: readonly [Sky, ...Sky[]] = [
  clear,
  clear,
  { delayMs: 1, jitterMs: 4, lossPercent: 0 },
  { delayMs: 10, jitterMs: 30, lossPercent: 5 },
  { delayMs: 40, jitterMs: 200, lossPercent: 20 },
  { delayMs: 400, jitterMs: 1200, lossPercent: 50 }, // clogged
];

/** What delays, loses and cuts up whatever is on its way. */
export type Weather = {
  readonly delayMs: (pending: Pending) => number;
  readonly isLost: (pending: Pending) => boolean;
  readonly chunk: (byteCount: number) => number;
  readonly change: () => void; // on one way, whichever
  readonly clearUp: () => void;
};

const local: ReadonlySet<Pending['kind']> = new Set(['read']);
const ofStorage: ReadonlySet<Pending['kind']> = new Set(['request', 'reply', 'io', 'done']);

/** How long the storage client waits for an answer that will not come. */
export const noAnswerMs: number = 400;

/** A disk does what it likes first. */
const seekMaxMs = 6;

/** Weather as the chooser will have it; it changes only when it is told to. */
export const newWeather = (chooser: Chooser, hosts: readonly [string, ...string[]]): Weather => {
  const all = new Map<string, Sky>();
  const places: readonly [string, ...string[]] = [...hosts, 'storage'];
  const skyOf = ({ kind, from, to }: Pending): Sky => {
    const net = kind === 'heartbeat' ? 'heartbeat' : ofStorage.has(kind) ? 'storage' : 'log';
    return all.get(local.has(kind) ? `reader ${to}` : `${net} ${from} ${to}`) ?? clear;
  };
  return {
    delayMs: (pending) => {
      if (pending.kind === 'unreachable') return noAnswerMs;
      const { delayMs, jitterMs } = skyOf(pending);
      const seekMs = pending.kind === 'io' ? chooser.below(seekMaxMs) : 0;
      return delayMs + seekMs + chooser.below(jitterMs + 1);
    },
    isLost: (pending) =>
      pending.kind === 'heartbeat' && chooser.below(100) < skyOf(pending).lossPercent,
    chunk: (byteCount) => (chooser.below(3) > 0 ? byteCount : 1 + chooser.below(byteCount)),
    change: () => {
      const net = oneOf(chooser, ['log', 'log', 'heartbeat', 'storage', 'reader']);
      const to = oneOf(chooser, places);
      const name = net === 'reader' ? `reader ${to}` : `${net} ${oneOf(chooser, places)} ${to}`;
      all.set(name, oneOf(chooser, skies));
    },
    clearUp: () => all.clear(),
  };
};
