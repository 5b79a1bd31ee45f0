import type { Event, EventType } from '../../model/event.ts';
import type { CopyId } from '../../model/ids.ts';
import { paper } from '../../model/paper.ts';
import { enabled, isRefusal, step } from '../../model/spec.ts';
import type { State, Vm } from '../../model/state.ts';
import { cited } from '../../properties/conformance/cited.ts';

/** What a copy owes when everything has arrived and nothing is in its way. */
export type Owed = {
  readonly copy: Vm;
  readonly event: EventType;
  readonly cites: readonly string[];
  readonly because: string;
};

/** In the order of cause and effect: the first that is not done is the one to tell. */
const clauses: readonly (readonly [EventType, readonly string[], string])[] = [
  ['deliver', ['R20-3', 'R35-2'], 'packets wait in its network card and there is room to log them'],
  ['feed', ['R20-3', 'R20-2'], 'a key or a movement waits, and there is room to log it'],
  ['complete', ['R34-3', 'R34-10'], 'a completion waits, and there is room to log it'],
  ['reconnect', ['R33-11', 'R23-5'], 'its connection is lost, which is no evidence'],
  [
    'flush',
    ['R35-5', 'R32-2'],
    'an entry is in its log buffer, and may not wait there for a later one',
  ],
  ['receive', ['R32-2'], 'entries have arrived and its log buffer has room'],
  ['acknowledge', ['R32-3', 'R22-5'], 'it holds entries and has not said so'],
  ['readAck', ['R22-6', 'R21-12'], 'an acknowledgment has arrived'],
  ['replay', ['R21-9', 'R23-10'], 'it holds a whole group of entries and has CPU time'],
  ['learn', ['R23-17'], 'the storage has answered its test-and-set'],
  [
    'testAndSet',
    ['R23-17', 'R23-21'],
    'it suspects its peer, and no request of it is on its way to the storage',
  ],
  ['goLive', ['R23-10', 'R23-14'], 'it has won the test-and-set and replayed all that it held'],
  ['release', ['R22-8', 'R23-8'], 'nothing holds back the oldest output that it withholds'],
  ['submit', ['R34-7', 'R34-11'], 'a disk operation is outstanding that races with none before it'],
  ['stop', ['R33-2'], 'it is powered off, and its backup is told or gone'],
];

const isIts = (copy: Vm, event: Event): boolean => 'copy' in event && event.copy === copy.id;

const isAble = ({ hosts }: State, { host }: Vm): boolean => hosts[host].up && !hosts[host].paused;

/** Its peer answers no more, or has closed the channel: there is evidence, given time. */
const isAlone = (state: State, copy: Vm): boolean => {
  if (copy.mode !== 'recording' && copy.mode !== 'replaying') return false;
  const peer = state.copies.find(({ id }) => id !== copy.id);
  const isPeer = peer?.mode === 'recording' || peer?.mode === 'replaying';
  const isOpen = state.connections.find(({ id }) => id === copy.connection)?.open === true;
  return !isPeer || !isOpen;
};

/** An answer to what it had asked again changes nothing for a copy that knows. */
const isDecided = ({ mode }: Vm): boolean => mode !== 'withholding' && mode !== 'frozen';

/** A write leaves for the queue of its disk, of which no line tells (R34-11). */
const withWritesReleased = (state: State, id: CopyId): State => {
  const copy = state.copies[id];
  if (copy === undefined || !('withheld' in copy)) return state;
  if (copy.withheld[0]?.device !== 'disk') return state;
  const outcome = step(paper, state, { type: 'release', copy: id });
  return isRefusal(outcome) ? state : withWritesReleased(outcome.state, id);
};

const owedBy = (before: State, copy: Vm, hasAnnounced: (copy: Vm) => boolean): Owed | null => {
  const state = withWritesReleased(before, copy.id);
  const evidence = 'its peer is gone or the logging channel is lost, for longer than the timeout';
  for (const [event, cites, because] of clauses) {
    const isOpen = enabled(paper, state, event).some((one) => isIts(copy, one));
    if (isOpen && !(event === 'learn' && isDecided(copy))) return { copy, event, cites, because };
  }
  if (isAlone(state, copy)) {
    return { copy, event: 'suspect', cites: ['R23-2', 'R23-3'], because: evidence };
  }
  const isUnannounced = copy.mode === 'live' && !copy.reached && !hasAnnounced(copy);
  if (!isUnannounced) return null;
  const because = 'it serves from another host: the switches have to learn that';
  return { copy, event: 'announce', cites: cited.announce, because };
};

/** The first thing that some copy owes now; `null` where the pair is at rest. */
export const owed = (state: State, hasAnnounced: (copy: Vm) => boolean): Owed | null => {
  for (const copy of state.copies) {
    const found = isAble(state, copy) ? owedBy(state, copy, hasAnnounced) : null;
    if (found !== null) return found;
  }
  return null;
};
