import { type Chooser, oneOf } from '../checker/chooser.ts';
import type { Pending } from './world.ts';

/** How a way from one host to another is at the moment. */
type Sky = {
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly lossPercent: number; // of datagrams
  readonly doublePercent: number; // likewise
};

/** What a way takes at most where nothing is wrong with it. */
export const clearLegMs: number = 1;

const clear: Sky = { delayMs: 0, jitterMs: clearLegMs, lossPercent: 0, doublePercent: 0 };

const skies: readonly [Sky, ...Sky[]] = [
  clear,
  clear,
  { delayMs: 1, jitterMs: 4, lossPercent: 0, doublePercent: 0 },
  { delayMs: 10, jitterMs: 30, lossPercent: 5, doublePercent: 20 },
  { delayMs: 40, jitterMs: 200, lossPercent: 20, doublePercent: 5 },
  { delayMs: 400, jitterMs: 1200, lossPercent: 50, doublePercent: 0 }, // clogged
];

/** What weather can do to whatever is on its way, by the words of a witness. */
export type Bout =
  | 'late bytes'
  | 'clogged bytes'
  | 'slow reader'
  | 'slow storage'
  | 'late heartbeat'
  | 'lost heartbeat'
  | 'doubled heartbeat'
  | 'bytes in parts';

/** What delays, loses and cuts up whatever is on its way. */
export type Weather = {
  readonly delayMs: (pending: Pending) => number;
  readonly isLost: (pending: Pending) => boolean;
  /** Of datagrams: it arrives again. */
  readonly isDoubled: (pending: Pending) => boolean;
  readonly chunk: (byteCount: number) => number;
  /** All that it has done so far. */
  readonly bouts: ReadonlySet<Bout>;
  readonly change: () => void; // on one way, whichever
  readonly clearUp: () => void;
};

const local: ReadonlySet<Pending['kind']> = new Set(['read']);
const ofStorage: ReadonlySet<Pending['kind']> = new Set(['request', 'reply', 'io', 'done']);

const boutOf = (kind: Pending['kind'], delayMs: number): Bout => {
  if (kind === 'heartbeat') return 'late heartbeat';
  if (local.has(kind)) return 'slow reader';
  if (ofStorage.has(kind)) return 'slow storage';
  return delayMs < 400 ? 'late bytes' : 'clogged bytes';
};

/** How long the storage client waits for an answer that will not come. */
export const noAnswerMs: number = 400;

/** A disk does what it likes first. */
export const seekMaxMs: number = 6;

/** Weather as the chooser will have it; it changes only when it is told to. */
export const newWeather = (chooser: Chooser, hosts: readonly [string, ...string[]]): Weather => {
  const all = new Map<string, Sky>();
  const bouts = new Set<Bout>();
  const skyOf = ({ kind, from, to }: Pending): Sky => {
    const net = kind === 'heartbeat' ? 'heartbeat' : ofStorage.has(kind) ? 'storage' : 'log';
    return all.get(local.has(kind) ? `reader ${to}` : `${net} ${from} ${to}`) ?? clear;
  };
  const chance = (pending: Pending, what: 'lossPercent' | 'doublePercent', bout: Bout): boolean => {
    const isSo = pending.kind === 'heartbeat' && chooser.below(100) < skyOf(pending)[what];
    if (isSo) bouts.add(bout);
    return isSo;
  };
  return {
    bouts,
    delayMs: (pending) => {
      if (pending.kind === 'unreachable') return noAnswerMs;
      const { delayMs, jitterMs } = skyOf(pending);
      if (delayMs >= 10) bouts.add(boutOf(pending.kind, delayMs));
      const seekMs = pending.kind === 'io' ? chooser.below(seekMaxMs) : 0;
      return delayMs + seekMs + chooser.below(jitterMs + 1);
    },
    isLost: (pending) => chance(pending, 'lossPercent', 'lost heartbeat'),
    isDoubled: (pending) => chance(pending, 'doublePercent', 'doubled heartbeat'),
    chunk: (byteCount) => {
      const count = chooser.below(3) > 0 ? byteCount : 1 + chooser.below(byteCount);
      if (count < byteCount) bouts.add('bytes in parts');
      return count;
    },
    change: () => {
      const [one, other] = [oneOf(chooser, hosts), oneOf(chooser, hosts)];
      const way = oneOf(chooser, [
        ...[`log ${one} ${other}`, `log ${one} ${other}`, `heartbeat ${one} ${other}`],
        ...[`storage ${one} storage`, `storage storage ${one}`, `reader ${one}`],
      ] as const);
      all.set(way, oneOf(chooser, skies));
    },
    clearUp: () => all.clear(),
  };
};
