import { holderOf } from '../../model/actions/notation.ts';
import { sameGuest } from '../../model/guest.ts';
import type { HostId } from '../../model/ids.ts';
import type { State, Vm } from '../../model/state.ts';
import { pairWith } from '../history.ts';
import type { EveryStep, Sometimes } from '../property.ts';

/** Where a line's VM is, and where it is headed for (R33-4). */
const placesOf = ({ copies }: State, line: number): readonly HostId[] =>
  copies
    .filter(({ mode }) => mode !== 'halted' && mode !== 'crashed')
    .filter(
      ({ line: own, mode, id }) => own === line || (mode === 'arriving' && isFor(copies, id, line)),
    )
    .map(({ host }) => host);

/** A destination that its source has given up discards itself; it is not headed for any more. */
const isFor = (copies: readonly Vm[], id: number, line: number): boolean => {
  const to = copies[id];
  if (to?.mode !== 'arriving') return false;
  const source = copies[to.source];
  const isExpected = source !== undefined && 'move' in source && source.move === to.id;
  return source?.line === line && (isExpected || to.handed !== null);
};

/** The other copy of a pair; one that has won has no part in it any more. */
const peerOf = (state: State, copy: Vm): number | null => {
  if (copy.mode === 'live') return copy.clone;
  const backup = copy.mode === 'recording' ? holderOf(state, copy.backup) : undefined;
  const isGone = backup === undefined || !('generation' in backup);
  const isPaired = copy.mode === 'recording' && !isGone && backup.generation === copy.generation;
  return isPaired ? copy.backup : null;
};

const isApart = (state: State, copy: Vm): boolean => {
  const peer = peerOf(state, copy);
  if (peer === null) return true;
  const places = placesOf(state, copy.line);
  return !placesOf(state, peer).some((host) => places.includes(host));
};

/** A copy is headed for a host on which it could serve. */
const isWellPlaced = ({ hosts, copies }: State): boolean => {
  const host = hosts[copies.at(-1)?.host ?? 'A'];
  return host.up && host.storage;
};

export const antiAffinity: EveryStep = {
  id: 'S10',
  kind: 'everyStep',
  needs: 'nothing',
  claim:
    'the copies of a pair are never on one host, nor is one headed there or where it is no use',
  cites: ['R20-1', 'R31-6', 'R33-4'],
  holds: ({ event, after }) => {
    const isPlacing = event.type === 'place' || event.type === 'migrate';
    if (!isPlacing && event.type !== 'arm' && event.type !== 'takeUp') return true;
    return (
      after.copies.every((copy) => isApart(after, copy)) && (!isPlacing || isWellPlaced(after))
    );
  },
};

export const cloneExact: EveryStep = {
  id: 'S13',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'a clone starts in the state that its source was in when its log began',
  cites: ['R31-3', 'R31-4'],
  holds: ({ event, before, after, history }) => {
    if (!('copy' in event) || before.copies[event.copy]?.mode !== 'cloning') return true;
    const copy = after.copies[event.copy];
    if (copy === undefined || !('guest' in copy)) return true;
    const pair = pairWith(history, copy.line);
    return pair !== undefined && sameGuest(copy.guest, pair.cut);
  },
};

export const inputOnce: EveryStep = {
  id: 'S14',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'along one execution no input is applied twice, and none is invented',
  cites: ['R22-12', 'R20-4'],
  holds: ({ history }) => !history.invented,
};

export const clonedWhileRunning: Sometimes = {
  id: 'W13',
  kind: 'sometimes',
  guards: ['S13', 'S10'],
  claim: 'a clone starts after its source has run on since the first copy',
  cites: ['R31-2', 'R31-3'],
  holds: ({ event, before }) => {
    if (event.type !== 'arm') return false;
    const copy = before.copies[event.copy];
    return copy?.mode === 'cloning' && copy.snapshot?.guest.position !== copy.image?.position;
  },
};

export const secondGeneration: Sometimes = {
  id: 'W10',
  kind: 'sometimes',
  guards: ['S3', 'S12'],
  claim: 'a backup that was cloned after a failover takes over in its turn',
  cites: ['R23-19', 'R31-1'],
  holds: ({ event, after }) => {
    if (event.type !== 'goLive') return false;
    const copy = after.copies[event.copy];
    return copy?.mode === 'live' && copy.generation >= 2;
  },
};

export const inputAcrossFailover: Sometimes = {
  id: 'W14',
  kind: 'sometimes',
  guards: ['S14'],
  claim: 'a copy that has replayed packets and taken over receives its first one from a client',
  cites: ['R22-12'],
  holds: ({ event, before, past }) => {
    if (event.type !== 'deliver') return false;
    const copy = before.copies[event.copy];
    const takeover = past.takeovers.find(({ line }) => line === copy?.line);
    return (takeover?.newest ?? -1) >= 0 && past.newest[event.copy] === takeover?.newest;
  },
};

export const bothMove: Sometimes = {
  id: 'W13a',
  kind: 'sometimes',
  guards: ['S10'],
  claim: 'both copies of a pair are being moved at once',
  cites: ['R33-4'],
  holds: ({ event, after }) =>
    event.type === 'migrate' &&
    after.copies.some((copy) => {
      const backup = copy.mode === 'recording' ? holderOf(after, copy.backup) : undefined;
      const isMoving = copy.mode === 'recording' && copy.move !== null;
      return isMoving && backup?.mode === 'replaying' && backup.move !== null;
    }),
};
