import { holderOf } from '../model/actions/notation.ts';
import type { HostId, Line } from '../model/ids.ts';
import type { Connection } from '../model/log.ts';
import type { Arriving, Cut, Recording, Replaying, State, Vm } from '../model/state.ts';

/** A copy on a host that runs, in a VM that is not stuck. */
export const isHealthy = ({ hosts }: State, copy: Vm): boolean => {
  const host = hosts[copy.host];
  const isStuck = 'wedged' in copy && copy.wedged;
  return host.up && !host.paused && !isStuck;
};

/** A backup that knows of a power-off: it has replayed it, or holds it (R33-2d). */
export const isToldOff = (copy: Vm): boolean =>
  'consumed' in copy && (copy.guest.isOff || copy.buffer.some(({ kind }) => kind === 'OFF'));

/** Whether the copy gets any CPU time at all. */
export const isFed = ({ hosts }: State, copy: Vm): boolean => hosts[copy.host].speed > 0;

/** The backup of a primary, if it replays. */
export const backupOf = (state: State, primary: Recording): Replaying | null => {
  const backup = holderOf(state, primary.backup);
  return backup?.mode === 'replaying' ? backup : null;
};

export const connectionOf = (state: State, primary: Recording): Connection | undefined =>
  state.connections.find(({ id, open }) => open && id === primary.connection);

const isWhole = ({ cuts }: State, net: Cut['net'], one: HostId, other: HostId): boolean =>
  !cuts.some(
    (cut) =>
      cut.net === net &&
      ((cut.from === one && cut.to === other) || (cut.from === other && cut.to === one)),
  );

/** Whether both networks between two hosts are whole in both directions. */
export const isLinked = (state: State, one: HostId, other: HostId): boolean =>
  isWhole(state, 'log', one, other) && isWhole(state, 'heartbeat', one, other);

/** A primary whose backup answers: both run, on a connection that carries messages both ways. */
export const isAnswered = (state: State, copy: Vm): copy is Recording => {
  if (copy.mode !== 'recording' || !isHealthy(state, copy)) return false;
  const backup = backupOf(state, copy);
  if (backup === null || !isHealthy(state, backup)) return false;
  const isConnected = connectionOf(state, copy) !== undefined;
  return isConnected && isWhole(state, 'log', copy.host, backup.host);
};

/** A pair that nothing disturbs. */
export const isProtected = (state: State, copy: Vm): copy is Recording => {
  if (!isAnswered(state, copy)) return false;
  const backup = backupOf(state, copy);
  return backup !== null && isWhole(state, 'heartbeat', copy.host, backup.host);
};

/** A pair in the making, after the cut and before the clone has connected. */
const isStarting = (state: State, copy: Recording): boolean => {
  const backup = holderOf(state, copy.backup);
  const isMade = backup?.mode === 'cloning' && isHealthy(state, backup);
  return isMade && isHealthy(state, copy) && isLinked(state, copy.host, backup.host);
};

/** The destination that a line's VM is on its way to, from the switchover until it runs there. */
export const inTransit = ({ copies }: State, line: Line): Arriving | null => {
  const to = copies.find((copy) => copy.mode === 'arriving' && copy.handed?.line === line);
  return to?.mode === 'arriving' ? to : null;
};

const isFollowing = (state: State, copy: Replaying): boolean => {
  const primary = holderOf(state, copy.primary);
  const isRecorded = primary?.mode === 'recording' && primary.backup === copy.line;
  return isRecorded && isHealthy(state, copy) && isFed(state, copy);
};

/**
 * Whether anything keeps a pair from working as it should at this moment; a switchover does, and
 * the silence of a fault may come on top of it (R23-5).
 */
export const isDisturbed = (state: State): boolean =>
  state.copies.some((copy) => {
    if (copy.mode === 'replaying') return !isFollowing(state, copy);
    return copy.mode === 'recording' && !isProtected(state, copy) && !isStarting(state, copy);
  });

/** A backup that arbitrates or drains, with nothing in its way. */
export const isReadyToGoLive = (state: State, copy: Vm): boolean => {
  if (copy.mode !== 'frozen' && copy.mode !== 'draining') return false;
  const host = state.hosts[copy.host];
  return isHealthy(state, copy) && host.storage && host.speed === 100;
};

/** A copy that executes on its own and that clients reach. */
export const serves = (state: State, copy: Vm): boolean =>
  (copy.mode === 'live' || isAnswered(state, copy)) &&
  isHealthy(state, copy) &&
  state.network.port === copy.host;

/** True lag in ticks: the age of the oldest entry that the backup has not consumed. */
export const lagOf = (state: State, primary: Recording): number => {
  const backup = backupOf(state, primary);
  if (backup === null) return 0;
  const connection = state.connections.find(({ id }) => id === primary.connection);
  const waiting = [backup.buffer[0], connection?.entries[0], primary.buffer[0]];
  const oldest = waiting.find((entry) => entry !== undefined && entry.seq > backup.consumed);
  return oldest === undefined ? 0 : state.now - oldest.at;
};

/** One of a pair that runs, while the other one has crashed. */
export const isBereft = (state: State, copy: Vm): boolean => {
  if (copy.mode !== 'recording' && copy.mode !== 'replaying') return false;
  const line = copy.mode === 'recording' ? copy.backup : copy.primary;
  const peer = holderOf(state, line);
  const host = state.hosts[copy.host];
  return peer?.mode === 'crashed' && host.up && !host.paused && !copy.wedged;
};
