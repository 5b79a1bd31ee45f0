import { isAble } from '../model/actions/notation.ts';
import type { CopyId } from '../model/ids.ts';
import type { Request, State, Vm } from '../model/state.ts';
import { type Breach, copyIn, same, take, type Walk } from './candidate.ts';
import type { Observed } from './observation.ts';
import type { OnCopy } from './on-channel.ts';

const withRequests = (state: State, requests: readonly Request[]): State => ({
  ...state,
  storage: { ...state.storage, requests },
});

/** Without the storage a request gets nowhere (R23-18). */
const isCutOff = ({ hosts }: State, copy: Vm | undefined): boolean =>
  (copy?.mode === 'withholding' || copy?.mode === 'frozen') && !hosts[copy.host].storage;

/**
 * A request to the arbiter leaves (R23-17). One that repeats what is under way travels behind that:
 * the answers to both are the same, and either may be lost (R23-21).
 */
export const testAndSet: OnCopy<'testAndSet'> = (walk, id, { generation }) => {
  const copy = copyIn(walk, id);
  const { candidate } = walk;
  const { state } = candidate;
  const own = copy !== undefined && 'generation' in copy ? copy.generation : null;
  const other = generation === undefined ? null : same('generation', generation, own, 'testAndSet');
  if (copy !== undefined && isAble(state, copy) && isCutOff(state, copy)) return other;
  const before = state.storage.requests.filter((request) => request.copy === id);
  const others = state.storage.requests.filter((request) => request.copy !== id);
  if (before.length > 0) walk.candidate = { ...candidate, state: withRequests(state, others) };
  const breach = take(walk, { type: 'testAndSet', copy: id });
  if (before.length > 0) {
    const { candidate: after } = walk;
    const requests = breach === null ? after.state.storage.requests : others;
    const all = [...before, ...requests];
    walk.candidate = { ...after, state: withRequests(after.state, all) };
  }
  return breach ?? other;
};

/** Answers to other contests are thrown away, whether anybody tells of it or not (R23-21). */
const othersRead = (walk: Walk, id: CopyId, generation: number): void => {
  for (;;) {
    const reply = walk.candidate.state.storage.replies.find((one) => one.copy === id);
    if (reply === undefined || reply.generation === generation) return;
    if (take(walk, { type: 'learn', copy: id }) !== null) return;
  }
};

/** The answer of the arbiter arrives (R23-17); which one, if it says what was to be left. */
export const learn: OnCopy<'learn'> = (walk, id, { outcome, generation }) => {
  if (generation !== undefined) othersRead(walk, id, generation);
  const { replies } = walk.candidate.state.storage;
  const reply = replies.find(({ copy }) => copy === id)?.outcome;
  const breach = take(walk, { type: 'learn', copy: id });
  return breach ?? same('outcome', outcome, reply ?? null, 'learn');
};

/** The arbiter decides (R23-17). */
export const arbitrate = (
  walk: Walk,
  id: CopyId,
  { outcome }: Observed<'arbitrate'>,
): Breach | null => {
  const { storage } = walk.candidate.state;
  const request = storage.requests.find(({ copy }) => copy === id);
  const breach = take(walk, { type: 'arbitrate', copy: id });
  if (breach !== null || request === undefined) return breach;
  const { generation, owner } = walk.candidate.state.storage;
  const hasWon = owner === id && generation === request.generation + 1;
  return same('outcome', outcome, hasWon ? 'won' : 'lost', 'arbitrate');
};
