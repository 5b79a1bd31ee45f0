import { connectionOf } from '../model/actions/notation.ts';
import type { State, Vm } from '../model/state.ts';
import type { Candidate, Log } from './candidate.ts';
import type { Recent } from './judge.ts';
import type { Did, Observed } from './observation.ts';

/**
 * Left movers: lines that, where they are possible, may as well come now as after any lines of
 * other files. Whatever those do, they would do it behind such a line too, and to the same state;
 * so no other order has to be tried (Lipton 1975; a persistent set of one, Godefroid 1996).
 *
 * What only undoes a fault hinders nobody; what a copy does to itself and to its own end of a
 * channel nobody else does. A fault, an end, and what two can do to the same thing are no movers.
 */
const always: ReadonlySet<Did> = new Set<Did>([
  ...(['execute', 'interrupt', 'deliver', 'feed', 'complete', 'order'] as const),
  ...(['receive', 'replay', 'submit', 'quiesce', 'snapshot', 'arm'] as const),
  ...(['mode', 'digest', 'heartbeat', 'keepalive'] as const),
  ...(['repair', 'resume', 'heal', 'regainStorage', 'regainService'] as const),
]);

/** What one storage does, in an order that its file gives. */
const ofStorage: ReadonlySet<Did> = new Set<Did>([
  ...(['arbitrate', 'loseRequest', 'loseReply', 'perform', 'failIo', 'loseIo'] as const),
]);

/** What can end in a connection with a first message on it (R33-11). */
const connecting: ReadonlySet<Did> = new Set<Did>(['reconnect', 'arm', 'takeUp']);

/** From here on a copy can be reached that could not, or the other way round. */
const turning: ReadonlySet<Did> = new Set<Did>(['goLive', 'takeUp', 'switchOver']);

/** Whether the switch learns from the line where the VM is (R23-13). */
const isTeaching = (line: Observed): boolean =>
  line.did === 'announce' || (line.did === 'release' && (line.device ?? 'network') === 'network');

/** Whether it may matter for lines of other files that this one is to come. */
export const isWatched = (line: Observed): boolean =>
  isTeaching(line) || ofStorage.has(line.did) || connecting.has(line.did) || turning.has(line.did);

/** Whether there is such a line, as far as can be seen, among those that other files still have. */
export type Sees = (isSuch: (line: Observed) => boolean) => boolean;

const copyOf = (log: Log, state: State, name: string): Vm | undefined => {
  const id = log.copies.get(name);
  return id === undefined ? undefined : state.copies[id];
};

/** Whether the switch would learn from the line that the VM is elsewhere. */
const isMoving = (log: Log, state: State, line: Observed): boolean =>
  isTeaching(line) && 'copy' in line && copyOf(log, state, line.copy)?.host !== state.network.port;

/** Whether lines that went first may not have done so, had this one been in sight. */
export const isTurning = (line: Observed, { log }: Recent, state: State): boolean =>
  turning.has(line.did) ||
  connecting.has(line.did) ||
  line.did === 'loseReply' ||
  isMoving(log, state, line);

/** What gets nowhere now may have got there earlier or later. */
const getsThere = (
  did: 'flush' | 'testAndSet' | 'requestBackup',
  state: State,
  copy: Vm | undefined,
): boolean => {
  if (did === 'requestBackup') return state.service.up;
  if (copy === undefined) return false;
  if (did === 'testAndSet') return state.hosts[copy.host].storage;
  return 'connection' in copy && connectionOf(state, copy.connection)?.open === true;
};

const newestIn = (candidates: readonly Candidate[]): number =>
  Math.max(...candidates.map(({ state }) => state.connections.at(-1)?.id ?? -1));

/** How the line would change what the specification has, in each way that is left. */
export type Change = {
  readonly before: readonly Candidate[];
  readonly after: readonly Candidate[];
};

const clonesIn = (candidates: readonly Candidate[]): number =>
  Math.min(
    ...candidates.map(({ state }) => state.copies.filter(({ mode }) => mode === 'cloning').length),
  );

/** Whether the line, which is possible, may go first whatever the others have. */
export const goesFirst = (
  line: Observed,
  { log, hidden }: Recent,
  { before, after }: Change,
  sees: Sees,
): boolean => {
  const state = before[0]?.state;
  if (state === undefined) return false;
  // a connection that nobody saw may be what made it possible, instead of a line that is to come
  if (hidden.kinds.has('reconnect') && newestIn(after) > newestIn(before)) return false;
  // that a clone was given up unseen, which may still arm
  if (hidden.kinds.has('abandon') && clonesIn(after) < clonesIn(before)) return false;
  const { did } = line;
  const losesReply = (one: Observed): boolean =>
    one.did === 'loseReply' && 'copy' in line && one.copy === line.copy;
  // an answer that nobody sees arrive may be what made it possible
  if (hidden.kinds.has('learn') && sees(losesReply)) return false;
  if (always.has(did)) return true;
  if (ofStorage.has(did)) return !sees((one) => ofStorage.has(one.did));
  const copy = 'copy' in line ? copyOf(log, state, line.copy) : undefined;
  switch (did) {
    case 'flush':
    case 'testAndSet':
    case 'requestBackup':
      return getsThere(did, state, copy);
    case 'release':
    case 'announce':
      if (!isTeaching(line)) return true;
      return copy?.host === state.network.port && !sees((one) => isMoving(log, state, one));
    case 'send':
    case 'operate':
      return !sees((one) => turning.has(one.did) || isMoving(log, state, one));
    case 'acknowledge':
      return copy !== undefined && 'move' in copy && copy.move === null;
    case 'reconnect':
      return !state.settings.features.vmotion;
    case 'readAck':
      return !sees(
        (one) => connecting.has(one.did) && (!('upTo' in one) || one.upTo === line.upTo),
      );
    case 'learn':
      return !sees(losesReply);
    case 'goLive':
      return copy?.host !== state.network.port;
    case 'precopy':
      return copy?.mode === 'cloning';
    default:
      return false;
  }
};
