import { foldImage } from '../../impl/guest/fold.ts';
import type { FoldSoak } from './plan.ts';
import type { Program } from './program.ts';
import type { Reported } from './reported.ts';
import { type Overseer, overseen, type Soaked } from './timed.ts';
import { ofAnnouncing } from './timeliness-announce.ts';
import { ofCalm } from './timeliness-calm.ts';
import type { Breach, Owing, Timely } from './timeliness-claim.ts';
import { ofDetection } from './timeliness-detector.ts';
import { ofFlush } from './timeliness-flush.ts';
import { backlogMs, newLedger } from './timeliness-ledger.ts';
import { endTurn, noteHappening, noteTurn } from './timeliness-notes.ts';
import { ofOutputs } from './timeliness-output.ts';
import { ofThrottle } from './timeliness-throttle.ts';
import { type Turn, watched } from './timeliness-turn.ts';

/** Every claim about time that the program is held to, in the order in which they are asked. */
export const timely: readonly Timely[] = [
  ...[...ofDetection, ...ofThrottle, ...ofFlush, ...ofOutputs, ...ofAnnouncing, ...ofCalm],
];

/** What a timed run has come to. */
export type Timed = Soaked & {
  readonly breaches: readonly Breach[]; // of each claim the first
  readonly reached: ReadonlyMap<Timely, number>;
  readonly used: ReadonlyMap<Timely, number>; // of each bound that there is, how much was needed
};

/** Puts the program through a soak and holds it to all that is claimed of its time. */
export const judged = (
  program: Program,
  { program: code, plan }: FoldSoak,
  onReported: (reported: Reported) => void,
): Timed => {
  const ledger = newLedger(plan.settings);
  const watches = timely.map((claim) => ({ claim, ...claim.watch(ledger, plan) }));
  const breaches = new Map<Timely, Breach>();
  const note = (claim: Timely, owing: Owing | null): void => {
    if (owing === null || breaches.has(claim)) return;
    breaches.set(claim, { claim, seed: plan.seed, ...owing });
  };
  const pass = (nowMs: number): void => {
    for (const { claim, passing } of watches) note(claim, passing(nowMs));
  };
  const onTurn = (turn: Turn): void => {
    pass(turn.atMs);
    noteTurn(ledger, turn);
    for (const { claim, turn: judge } of watches) note(claim, judge(turn));
    endTurn(ledger, turn);
  };
  const overseer: Overseer = {
    program: watched(program, onTurn),
    onReported: (reported) => {
      if (reported.by === 'world') {
        pass(reported.atMs);
        noteHappening(ledger, reported.happening, reported.atMs);
      }
      onReported(reported);
    },
    lagMs: () => backlogMs(ledger),
    onCalm: (works, sinceMs) => {
      const calms = watches.map(({ claim, calm }) => {
        const found = calm?.(works, sinceMs) ?? { isMet: true, owing: null };
        note(claim, found.owing);
        return found;
      });
      return calms.every(({ isMet, owing }) => isMet || owing !== null);
    },
  };
  const soaked = overseen(overseer, foldImage(code), plan);
  const reached = new Map(watches.map((one) => [one.claim, one.reached()]));
  const bounded = watches.filter((one) => one.used !== undefined);
  const used = new Map(bounded.map((one) => [one.claim, one.used?.() ?? 0]));
  return { ...soaked, breaches: [...breaches.values()], reached, used };
};
