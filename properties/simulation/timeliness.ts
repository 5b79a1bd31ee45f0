import { foldImage } from '../../impl/guest/fold.ts';
import type { FoldSoak } from './plan.ts';
import type { Program } from './program.ts';
import type { Reported } from './reported.ts';
import { type Soaked, soak } from './timed.ts';
import type { Breach, Owing, Timely } from './timeliness-claim.ts';
import { ofDetection } from './timeliness-detector.ts';
import { newLedger } from './timeliness-ledger.ts';
import { endTurn, noteHappening, noteTurn } from './timeliness-notes.ts';
import { ofOutputs } from './timeliness-output.ts';
import { ofThrottle } from './timeliness-throttle.ts';
import { type Turn, watched } from './timeliness-turn.ts';

/** Every claim about time that the program is held to, in the order in which they are asked. */
export const timely: readonly Timely[] = [...ofDetection, ...ofThrottle, ...ofOutputs];

/** What a timed run has come to. */
export type Timed = Soaked & {
  readonly breach: Breach | null; // the first
  readonly reached: ReadonlyMap<Timely, number>;
};

/** Puts the program through a soak and holds it to all that is claimed of its time. */
export const judged = (
  program: Program,
  { program: code, plan }: FoldSoak,
  onReported: (reported: Reported) => void,
): Timed => {
  const ledger = newLedger(plan.settings);
  const isFair = plan.strikeEveryMs === 0;
  const watches = timely.map((claim) => ({ claim, ...claim.watch(ledger, isFair) }));
  let breach: Breach | null = null;
  const note = (claim: Timely, owing: Owing | null): void => {
    if (owing !== null) breach ??= { claim, seed: plan.seed, ...owing };
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
  const soaked = soak(watched(program, onTurn), foldImage(code), plan, (reported) => {
    if (reported.by === 'world') {
      pass(reported.atMs);
      noteHappening(ledger, reported.happening, reported.atMs);
    }
    onReported(reported);
  });
  return { ...soaked, breach, reached: new Map(watches.map((one) => [one.claim, one.reached()])) };
};
