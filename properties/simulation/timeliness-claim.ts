import type { Soak } from './timed.ts';
import type { Clockwork } from './timed-world.ts';
import type { Ledger } from './timeliness-ledger.ts';
import type { Turn } from './timeliness-turn.ts';

/** What is wrong: the value that is owed, and the one that there is. */
export type Owing = {
  readonly copy: string;
  readonly atMs: number;
  readonly owed: string;
  readonly found: string;
};

/** A claim as it looks at one run; it keeps what it needs to know of the past. */
export type Watch = {
  /** Time has come to here and nothing has happened yet: what should have, by now? */
  readonly passing: (nowMs: number) => Owing | null;
  /** A turn is over, and the ledger has it. */
  readonly turn: (turn: Turn) => Owing | null;
  /** How often the case has come that the claim is about. */
  readonly reached: () => number;
  /** Since the faults have stopped: is what should be back there, and is it too late by now? */
  readonly calm?: (works: Clockwork, sinceMs: number) => Calm;
  /** Of its bound, how much was needed: 1 is all of it. */
  readonly used?: () => number;
};

/** How a claim about the calm stands. */
export type Calm = { readonly isMet: boolean; readonly owing: Owing | null };

/** A claim about when the program does things, on runs in virtual time. */
export type Timely = {
  readonly name: string;
  readonly answersTo: string; // the claim of the specification that says the same in ticks
  readonly claim: string;
  readonly cites: readonly string[];
  readonly reachedWhen: string;
  readonly watch: (ledger: Ledger, plan: Soak) => Watch;
};

/** A claim that a run breaks. */
export type Breach = Owing & { readonly claim: Timely; readonly seed: string };

/** Nothing. */
export const silent = (): null => null;

/** What a watch finds as time passes, and in a turn; `reach` counts that its case has come. */
type Looks = {
  readonly passing: (nowMs: number, reach: () => void) => Owing | null;
  readonly turn: (turn: Turn, reach: () => void) => Owing | null;
};

/** A watch that counts how often its case has come. */
export const counting = ({ passing, turn }: Looks): Watch => {
  let reached = 0;
  const reach = (): void => {
    reached += 1;
  };
  return {
    passing: (nowMs) => passing(nowMs, reach),
    turn: (now) => turn(now, reach),
    reached: () => reached,
  };
};

/** The same of one that looks at turns only. */
export const perTurn = (turn: Looks['turn']): Watch => counting({ passing: silent, turn });

/** Halves of milliseconds are added up: what is nearer than this is the same instant. */
export const sameMs = 0.001;

/** A time for people. */
export const msText = (ms: number): string => `${Math.round(ms * 1000) / 1000} ms`;

/** A breach as a paragraph that explains itself. */
export const breachText = ({ claim, seed, copy, atMs, owed, found }: Breach): string =>
  [
    `The program is late, or early: ${claim.claim}`,
    `(${claim.cites.join(', ')}; ${claim.name}, in the specification ${claim.answersTo}).`,
    `In the timed run of seed ${seed}, at ${msText(atMs)}, of copy ${copy}:`,
    `  owed:  ${owed}`,
    `  found: ${found}`,
  ].join('\n');

/** Nothing goes wrong, and the backup has the CPU that it needs. */
export const isFair = ({ strikeEveryMs, burden }: Soak): boolean =>
  strikeEveryMs === 0 && burden?.speedPercent !== 0;
