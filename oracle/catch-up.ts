import type { Event } from '../model/event.ts';
import type { CopyId } from '../model/ids.ts';
import type { Connection } from '../model/log.ts';
import type { Vm } from '../model/state.ts';
import { type Breach, type Candidate, copyIn, type Log, take, walkFrom } from './candidate.ts';
import type { Hidden } from './hidden.ts';
import { replayOne } from './on-execution.ts';

/** So much may be under way unseen at each stage; what is older has moved on (R35-5, R32-3). */
const slack = 64;

type Stage = {
  readonly did: 'flush' | 'receive' | 'readAck' | 'replay';
  readonly waiting: (copy: Vm, channel: Connection | undefined) => number;
};

const stages: readonly Stage[] = [
  {
    did: 'flush',
    waiting: (copy) => (copy.mode === 'recording' ? copy.logged - copy.sent : 0),
  },
  {
    did: 'receive',
    waiting: (copy, channel) => (copy.mode === 'replaying' ? (channel?.entries.length ?? 0) : 0),
  },
  {
    did: 'readAck',
    waiting: (copy, channel) => (copy.mode === 'recording' ? (channel?.acks.length ?? 0) : 0),
  },
  {
    did: 'replay',
    waiting: (copy) => (copy.mode === 'replaying' ? copy.received - copy.consumed : 0),
  },
];

const channelOf = ({ state }: Candidate, copy: Vm): Connection | undefined =>
  'connection' in copy ? state.connections.find(({ id }) => id === copy.connection) : undefined;

const eventOf = (did: Stage['did'], id: CopyId, channel: Connection | undefined): Event | null => {
  if (did !== 'readAck') return { type: did, copy: id };
  return channel === undefined ? null : { type: did, copy: id, connection: channel.id };
};

/** One more step of a stage, unless nothing can be done or not so much is waiting. */
const moved = (log: Log, candidate: Candidate, id: CopyId, stage: Stage): Candidate | null => {
  const walk = walkFrom(log, candidate);
  const copy = copyIn(walk, id);
  if (copy === undefined) return null;
  const channel = channelOf(candidate, copy);
  if (stage.waiting(copy, channel) <= slack) return null;
  const event = eventOf(stage.did, id, channel);
  if (event === null) return null;
  const breach: Breach | null = event.type === 'replay' ? replayOne(walk, id) : take(walk, event);
  const isGone = copyIn(walk, id)?.mode === 'halted';
  return breach === null && !isGone ? walk.candidate : null;
};

/**
 * What nobody sees is not put off for ever: of a long log without the words of the channel only so
 * much is kept as can be under way.
 */
export const caughtUp = (log: Log, { kinds }: Hidden, candidate: Candidate): Candidate => {
  let now = candidate;
  for (const { id } of candidate.state.copies) {
    for (const stage of stages.filter(({ did }) => kinds.has(did))) {
      for (let next = moved(log, now, id, stage); next !== null; ) {
        now = next;
        next = moved(log, now, id, stage);
      }
    }
  }
  return now;
};
