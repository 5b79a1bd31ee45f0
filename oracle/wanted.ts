import { holderOf } from '../model/actions/notation.ts';
import type { Event } from '../model/event.ts';
import type { CopyId } from '../model/ids.ts';
import type { Connection } from '../model/log.ts';
import type { Recording, Replaying, State, Vm } from '../model/state.ts';
import type { Candidate } from './candidate.ts';
import type { Observed } from './observation.ts';

/** What can have happened unseen, as the first thing of all that a line may have waited for. */
type Wanted = readonly Event[];

const nothing: Wanted = [];

const own = <T extends Event['type']>(type: T, { id }: Vm): Event =>
  // the events named here have the copy as their only value
  ({ type, copy: id }) as unknown as Event;

const primaryOf = (state: State, copy: Replaying): Recording | null => {
  const primary = holderOf(state, copy.primary);
  return primary?.mode === 'recording' ? primary : null;
};

const backupOf = (state: State, copy: Recording): Vm | undefined => holderOf(state, copy.backup);

const wireOf = ({ connections }: State, { connection }: Replaying): Connection | undefined =>
  connections.find(({ id }) => id === connection);

/** Something more comes to the backup. */
const towardEntries = (state: State, copy: Replaying): Wanted => {
  const wire = wireOf(state, copy);
  if (wire === undefined) return nothing;
  if (!wire.open && wire.entries.length === 0) return [own('reconnect', copy)];
  if (wire.entries.length > 0) return [own('receive', copy), own('replay', copy)];
  const primary = primaryOf(state, copy);
  if (primary === null) return nothing;
  return primary.connection === wire.id
    ? [own('flush', primary)]
    : [{ type: 'readAck', copy: primary.id, connection: wire.id }];
};

const towardAck = (state: State, copy: Replaying, upTo: number): Wanted => {
  if (state.settings.ackPoint === 'replayed' && copy.consumed < upTo && copy.buffer.length > 0) {
    return [own('replay', copy), ...towardEntries(state, copy)];
  }
  return copy.received < upTo ? towardEntries(state, copy) : nothing;
};

/** An acknowledgment of so much comes to the primary. */
const towardAcked = (state: State, copy: Recording, upTo: number): Wanted => {
  const waiting = state.connections.filter(
    ({ primary, acks }) => primary === copy.line && acks.length > 0,
  );
  if (waiting.length > 0) {
    return waiting.map(({ id }) => ({ type: 'readAck', copy: copy.id, connection: id }));
  }
  const backup = backupOf(state, copy);
  if (backup?.mode === 'cloning') return [own('arm', backup)];
  if (backup?.mode !== 'replaying') return nothing;
  const again = wireOf(state, backup)?.open === false ? [own('reconnect', backup)] : nothing;
  return [...towardAck(state, backup, upTo), own('acknowledge', backup), ...again];
};

/** A copy that serves or follows is on its way to serve alone. */
const towardLive = (state: State, copy: Vm): Wanted => {
  const { requests, replies } = state.storage;
  switch (copy.mode) {
    case 'recording':
    case 'replaying':
      return [own('suspect', copy)];
    case 'withholding':
    case 'frozen':
      if (replies.some((one) => one.copy === copy.id)) return [own('learn', copy)];
      if (requests.some((one) => one.copy === copy.id)) return [own('arbitrate', copy)];
      return [own('testAndSet', copy), own('replay', copy)];
    case 'draining':
      return [own('replay', copy), own('goLive', copy)];
    case 'arriving':
      return [own('takeUp', copy)];
    default:
      return nothing;
  }
};

const towardRelease = (state: State, copy: Vm, ordinal: number): Wanted => {
  if (!('withheld' in copy)) return towardLive(state, copy);
  const [output] = copy.withheld;
  if (output === undefined)
    return [{ type: 'deliver', copy: copy.id, count: 1 }, own('execute', copy)];
  if (output.ordinal < ordinal) return [own('release', copy), ...towardHeld(state, copy, output)];
  return towardHeld(state, copy, output);
};

const towardHeld = (state: State, copy: Vm, { needs }: { readonly needs: number }): Wanted => {
  if (copy.mode === 'recording') {
    return [...towardAcked(state, copy, needs), ...towardLive(state, copy)];
  }
  return towardLive(state, copy);
};

const towardMode = (state: State, copy: Vm, mode: Vm['mode']): Wanted => {
  if (copy.mode === 'cloning' && mode === 'replaying') return [own('arm', copy)];
  if (copy.mode === 'live' && mode === 'recording') return [own('snapshot', copy)];
  return towardLive(state, copy);
};

const towardPosition = (state: State, copy: Vm): Wanted => {
  if (copy.mode === 'replaying') return [own('replay', copy), ...towardEntries(state, copy)];
  return towardLive(state, copy);
};

const destinationOf = (state: State, copy: Vm): Vm | undefined => {
  const clone = 'clone' in copy ? copy.clone : null;
  const to = clone ?? ('move' in copy ? copy.move : null);
  return to === null ? undefined : state.copies[to];
};

const towardCopied = (state: State, copy: Vm): Wanted => {
  const to = destinationOf(state, copy);
  const passes = to === undefined ? nothing : [own('precopy', to)];
  if (copy.mode === 'recording') return [...passes, ...towardAcked(state, copy, copy.logged)];
  return copy.mode === 'replaying' ? [...passes, ...towardEntries(state, copy)] : passes;
};

/** The channel has room again once the backup reads, and that once it has consumed something. */
const towardRoom = (state: State, copy: Recording): Wanted => {
  const backup = backupOf(state, copy);
  return backup?.mode === 'replaying' ? [own('receive', backup), own('replay', backup)] : nothing;
};

/** The copy uses a connection again. */
const towardChannel = (state: State, copy: Vm): Wanted => {
  if (copy.mode === 'replaying') return [own('reconnect', copy)];
  if (copy.mode !== 'recording') return nothing;
  const backup = backupOf(state, copy);
  const again = backup?.mode === 'replaying' ? [own('reconnect', backup)] : nothing;
  return [...towardAcked(state, copy, 0), ...again];
};

/** What a line of the copy can have waited for, likelier first; none of it may be possible. */
export const wanted = (state: State, copy: Vm, line: Observed): Wanted => {
  switch (line.did) {
    case 'receive':
      return copy.mode === 'replaying' ? towardEntries(state, copy) : nothing;
    case 'acknowledge':
    case 'reconnect':
      return copy.mode === 'replaying' ? towardAck(state, copy, line.upTo) : towardCloned(copy);
    case 'replay':
      if (copy.mode === 'replaying')
        return [...towardEntries(state, copy), ...towardLive(state, copy)];
      return towardLive(state, copy);
    case 'flush':
      if (copy.mode !== 'recording') return nothing;
      return [own('flush', copy), ...towardRoom(state, copy), ...towardAcked(state, copy, 0)];
    case 'reset':
      return towardChannel(state, copy);
    case 'readAck':
      return copy.mode === 'recording' ? towardAcked(state, copy, line.upTo) : nothing;
    case 'release':
      return towardRelease(state, copy, line.ordinal);
    case 'submit':
      return 'withheld' in copy && copy.withheld[0] !== undefined
        ? towardHeld(state, copy, copy.withheld[0])
        : nothing;
    case 'mode':
      return towardMode(state, copy, line.mode);
    case 'digest':
      return towardPosition(state, copy);
    case 'place':
      return [own('requestBackup', copy)];
    case 'snapshot':
    case 'quiesce':
    case 'switchOver':
      return towardCopied(state, copy);
    case 'arm':
    case 'takeUp':
      return [own('precopy', copy)];
    case 'execute':
    case 'interrupt':
    case 'deliver':
    case 'feed':
    case 'complete':
    case 'order':
      return copy.mode === 'recording' && line.entries !== undefined && line.entries.length > 0
        ? towardAcked(state, copy, copy.logged)
        : towardLive(state, copy);
    default:
      return towardLive(state, copy);
  }
};

const towardCloned = (copy: Vm): Wanted => (copy.mode === 'cloning' ? [own('arm', copy)] : nothing);

/** Lines after which something can no longer happen that was possible before. */
const closing: ReadonlySet<Observed['did']> = new Set<Observed['did']>([
  ...(['suspect', 'learn', 'stop', 'crash', 'pause', 'wedge', 'reset', 'cut'] as const),
  ...(['switchOver', 'loseStorage', 'discard', 'abandon', 'cancel'] as const),
]);

/** The same, where what has been said of a quiet disk matters, or who has won. */
const closingMore: ReadonlySet<Observed['did']> = new Set<Observed['did']>([
  ...(['migrate', 'submit', 'reconnect', 'loseService', 'loseReply'] as const),
]);

const isMoving = (copy: Vm): boolean => 'move' in copy && copy.move !== null;

/** Whether what has not happened by then may never happen. */
export const closes = (line: Observed): boolean => closing.has(line.did);

/** The same, for those who look for all that can have happened. */
export const closesMore = (line: Observed, [first]: readonly Candidate[]): boolean =>
  closing.has(line.did) ||
  closingMore.has(line.did) ||
  (line.did === 'acknowledge' && (first?.state.copies.some(isMoving) ?? false));

const followerSteps = ['receive', 'acknowledge', 'reconnect', 'replay'] as const;

/** What moves on a logging channel or in its backup, of every pair. */
export const channelSteps = (state: State): Wanted =>
  state.copies.flatMap((copy): Wanted => {
    if (copy.mode === 'replaying') {
      return followerSteps.map((type) => own(type, copy));
    }
    if (copy.mode === 'withholding' || copy.mode === 'frozen') return [own('learn', copy)];
    if (copy.mode !== 'recording') return nothing;
    const acks = state.connections.filter(
      ({ primary, acks: waiting }) => primary === copy.line && waiting.length > 0,
    );
    const reads: Wanted = acks.map(({ id }) => ({
      type: 'readAck',
      copy: copy.id,
      connection: id,
    }));
    return [own('flush', copy), ...reads];
  });

/** The copy whose line it is, or which it is about. */
export const subjectOf = (
  copies: ReadonlyMap<string, CopyId>,
  state: State,
  line: Observed,
): Vm | undefined => {
  const id = 'copy' in line ? copies.get(line.copy) : undefined;
  return id === undefined ? undefined : state.copies[id];
};
