import type { HostId } from '../model/ids.ts';
import type { Connection } from '../model/log.ts';
import type { Recording, Replaying, State, Vm } from '../model/state.ts';

/** A copy that can do its work: on a host that runs at some speed, in a VM that is not stuck. */
export const isHealthy = ({ hosts }: State, copy: Vm): boolean => {
  const host = hosts[copy.host];
  const isStuck = 'wedged' in copy && copy.wedged;
  return host.up && !host.paused && host.speed > 0 && !isStuck;
};

export const backupOf = ({ copies }: State, primary: Recording): Replaying | null => {
  const backup = copies[primary.backup];
  return backup?.mode === 'replaying' ? backup : null;
};

export const connectionOf = (state: State, primary: Recording): Connection | undefined =>
  state.connections.find(({ id, open }) => open && id === primary.connection);

export const isLinked = ({ cuts }: State, one: HostId, other: HostId): boolean =>
  !cuts.some(({ from, to }) => (from === one && to === other) || (from === other && to === one));

/** A primary whose backup answers: both healthy, connected, and with networks whole. */
export const isProtected = (state: State, copy: Vm): copy is Recording => {
  if (copy.mode !== 'recording' || !isHealthy(state, copy)) return false;
  const backup = backupOf(state, copy);
  if (backup === null || !isHealthy(state, backup)) return false;
  return connectionOf(state, copy) !== undefined && isLinked(state, copy.host, backup.host);
};

/** A pair in the making, after the cut and before the clone's first message. */
const isStarting = (state: State, copy: Recording): boolean => {
  const backup = state.copies[copy.backup];
  const isWhole = backup !== undefined && isHealthy(state, backup) && isHealthy(state, copy);
  return isWhole && copy.connection === null && isLinked(state, copy.host, backup.host);
};

/** Whether anything keeps a pair from working as it should at this moment. */
export const isDisturbed = (state: State): boolean =>
  state.copies.some(
    (copy) =>
      (copy.mode === 'recording' && !isProtected(state, copy) && !isStarting(state, copy)) ||
      (copy.mode === 'replaying' && !isHealthy(state, copy)),
  );

/** A backup that arbitrates or drains, with nothing in its way. */
export const isReadyToGoLive = (state: State, copy: Vm): boolean => {
  if (copy.mode !== 'frozen' && copy.mode !== 'draining') return false;
  const host = state.hosts[copy.host];
  return isHealthy(state, copy) && host.storage && host.speed === 100;
};

/** A copy that executes on its own and that clients reach. */
export const serves = (state: State, copy: Vm): boolean =>
  (copy.mode === 'live' || isProtected(state, copy)) &&
  isHealthy(state, copy) &&
  state.network.port === copy.host;
