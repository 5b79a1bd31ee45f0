import { holderOf } from '../../../model/actions/notation.ts';
import type { EventType } from '../../../model/event.ts';
import type { Line } from '../../../model/ids.ts';
import type { Vm } from '../../../model/state.ts';
import { isHealthy } from '../../health.ts';
import {
  failover,
  noStuckOutput,
  replayProgress,
  reprotect,
  throttleSettles,
} from '../../liveness/liveness.ts';
import { diskAnswers, powerOffEnds, quiesceEnds } from '../../liveness/operations.ts';
import type { AfterCalm, Rest } from '../../property.ts';
import { lagFalls } from '../../timing/timing.ts';
import type { Obligation } from './obligation.ts';
import type { Situation } from './protocol.ts';

/** A calm that begins and ends here: what a claim says of the present, were it to last. */
const present = ({ state, history }: Situation): Rest => ({
  begun: state,
  past: history,
  history,
  state,
  course: [],
  isOver: true,
});

const isOwing =
  ({ excuse, holds }: AfterCalm) =>
  (situation: Situation): boolean => {
    const rest = present(situation);
    return excuse(rest) === null && !holds(rest);
  };

/** A claim about calms, as an obligation; it needs kinds of events that a scope may leave out. */
export type Owed = Obligation<Situation> & { readonly needs: readonly EventType[] };

/**
 * Owed in every situation in which the claim would be broken if the present lasted. It is broken
 * where such situations follow each other for ever: that it is always something else that is owed,
 * and each in turn is met, takes ever new failures, and those pardon.
 */
const lasting = (claim: AfterCalm, needs: readonly EventType[] = []): Owed => {
  const begins = isOwing(claim);
  return { id: claim.id, needs, begins, ends: (situation) => !begins(situation) };
};

/** Who may serve: the winner or, while nobody has won, the newest pair (R23-19). */
const isNewest = ({ history: { pair, winner } }: Situation, line: Line): boolean =>
  winner === null ? pair.includes(line) : line === winner;

const couldServe = (situation: Situation, copy: Vm): boolean => {
  const { state } = situation;
  if (!isHealthy(state, copy)) return false;
  if ('guest' in copy) return isNewest(situation, copy.line);
  return copy.mode === 'arriving' && copy.handed !== null && isNewest(situation, copy.handed.line);
};

/** The arbiter has been won for a copy that had failed before (Q26). */
const hasFallen = ({ state, history: { winner } }: Situation): boolean => {
  const copy = winner === null ? undefined : holderOf(state, winner);
  return copy !== undefined && !isHealthy(state, copy);
};

/**
 * From a situation on in which the VM could be saved, it has to be: that it is lost later, although
 * nothing has happened to it, is no excuse.
 */
const saved: Owed = {
  id: failover.id,
  needs: [],
  begins: isOwing(failover),
  ends: (situation) => {
    const rest = present(situation);
    if (failover.holds(rest)) return true;
    const isLeft = situation.state.copies.some((copy) => couldServe(situation, copy));
    const isExcused = isLeft || hasFallen(situation);
    return isExcused && failover.excuse(rest) !== null;
  },
};

/** The claims about calms, as what has to follow whenever the world disturbs no more. */
export const obligations: readonly Owed[] = [
  lasting(noStuckOutput),
  saved,
  lasting(diskAnswers),
  lasting(reprotect, ['requestBackup']),
  lasting(replayProgress),
  lasting(quiesceEnds),
  lasting(powerOffEnds),
];

/** Claims about calms that mean nothing without time: they are about how long, or how much. */
export const needClock: readonly AfterCalm[] = [throttleSettles, lagFalls];
