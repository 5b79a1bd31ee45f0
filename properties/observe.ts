import type { Effect } from '../model/effect.ts';
import type { Event } from '../model/event.ts';
import { copyId, generation, lineFrom } from '../model/ids.ts';
import type { State, Vm } from '../model/state.ts';
import { isBereft, isDisturbed, isReadyToGoLive } from './health.ts';
import type { History } from './history.ts';
import { diskCompleted, diskInherited, diskShown, emptyDisk } from './observed/disk.ts';
import { fed } from './observed/inputs.ts';
import {
  acknowledged,
  canStillEmit,
  cut,
  pairOf,
  received,
  recorded,
  replayed,
  shown,
} from './observed/pair.ts';
import { unseen, viewed } from './observed/view.ts';

/** What the observers know before the first step. */
export const beginning = (state: State): History => ({
  pairs: state.copies.flatMap((copy) =>
    copy.mode === 'recording' ? [pairOf(copy.line, copy.backup, copy.guest)] : [],
  ),
  gone: { line: lineFrom(copyId(0)), generation: generation(0), prefix: 0, newest: -1 },
  takeovers: [],
  pair: state.copies.map(({ line }) => line),
  winner: null,
  winners: [null],
  lostConnections: [],
  newest: state.copies.map(() => -1),
  operated: state.copies.map(() => -1),
  invented: false,
  poweredOff: [],
  isOff: false,
  disk: emptyDisk(state),
  network: unseen,
  console: unseen,
  disturbedFor: 0,
  quietFor: 0,
  bereft: state.copies.map(() => 0),
  waits: state.copies.map(() => 0),
});

const goneLive = (history: History, copy: Vm, after: State): History => {
  if (copy.mode !== 'live') return history;
  const { line, generation, guest } = copy;
  const newest = history.newest[copy.id] ?? -1;
  const gone = { line, generation, prefix: guest.sent, newest };
  const takeovers = [...history.takeovers, gone];
  const pairs = history.pairs.filter((pair) => canStillEmit(after, pair));
  return { ...history, gone, takeovers, pairs };
};

const isOffIn = (copy: Vm | undefined): boolean =>
  copy !== undefined && 'guest' in copy && copy.guest.isOff;

const won = (history: History, before: State, after: State): History => {
  const winners = [...history.winners];
  const { generation: newest, owner } = after.storage;
  const isNew = newest !== before.storage.generation || owner !== before.storage.owner;
  if (isNew) winners[newest] = owner;
  const told = after.storage.replies.length > before.storage.replies.length;
  const reply = after.storage.replies.at(-1);
  if (told && reply?.outcome === 'won') winners[reply.generation + 1] = reply.copy;
  if (!isNew) return { ...history, winners };
  const winner = owner === null ? undefined : after.copies[owner];
  const isOff = history.isOff || isOffIn(winner);
  return { ...history, winners, winner: winner?.line ?? null, isOff };
};

/** The backup has read the power-off entry into its log buffer (R33-2d). */
const told = (history: History, after: Vm): History => {
  const isTold = after.mode === 'replaying' && after.buffer.at(-1)?.kind === 'OFF';
  return isTold ? { ...history, isOff: true } : history;
};

/** A clone begins at the cut; the destination of a VMotion where its source has ended. */
const inherited = (history: History, from: number, to: number): History => ({
  ...history,
  newest: history.newest.with(to, history.newest[from] ?? -1),
  operated: history.operated.with(to, history.operated[from] ?? -1),
  disk: diskInherited(history.disk, from, to),
});

const switchedOff = (history: History, before: Vm, after: Vm): History =>
  !isOffIn(before) && isOffIn(after)
    ? { ...history, poweredOff: [...history.poweredOff, after.line] }
    : history;

const executed = (history: History, event: Event, state: State, before: Vm, after: Vm): History => {
  const completed = diskCompleted(history, event, before, after);
  const given = fed(completed, event, state, before, after);
  return recorded(switchedOff(given, before, after), before, after);
};

/** The destination's first message tells the primary what it holds (R33-11). */
const takenUp = (history: History, before: Vm, after: Vm): History => {
  if (before.mode !== 'arriving') return history;
  const moved = inherited(history, before.source, after.id);
  return after.mode === 'replaying' ? acknowledged(moved, after) : moved;
};

const ofCopy = (history: History, event: Event, state: State, before: Vm, after: Vm): History => {
  switch (event.type) {
    case 'execute':
    case 'interrupt':
    case 'deliver':
    case 'feed':
    case 'complete':
    case 'order':
    case 'quiesce':
      return executed(history, event, state, before, after);
    case 'replay': {
      const completed = diskCompleted(history, event, before, after);
      return replayed(fed(completed, event, state, before, after), before, after);
    }
    case 'receive':
      return after.mode === 'replaying' ? told(received(history, before, after), after) : history;
    case 'snapshot':
      return after.mode === 'recording'
        ? inherited(cut(history, after), before.id, after.backup)
        : history;
    case 'acknowledge':
    case 'reconnect':
      return after.mode === 'replaying' ? acknowledged(history, after) : history;
    case 'takeUp':
      return takenUp(history, before, after);
    case 'stop':
      return { ...history, isOff: true };
    default:
      return history;
  }
};

/** A pair that was disturbed needs a few ticks to recover, or the next fault finds it weakened. */
const weakenedFor = 4;

const aged = (history: History, before: State): History => {
  if (before.settings.clock === null) return history;
  const quietFor = isDisturbed(before) ? 0 : history.quietFor + 1;
  const waits = before.copies.map((copy, id) =>
    isReadyToGoLive(before, copy) ? (history.waits[id] ?? 0) + 1 : 0,
  );
  const bereft = before.copies.map((copy, id) =>
    isBereft(before, copy) ? (history.bereft[id] ?? 0) + 1 : 0,
  );
  const disturbedFor = quietFor >= weakenedFor ? 0 : history.disturbedFor + 1;
  return { ...history, quietFor, waits, bereft, disturbedFor };
};

/** One copy more: a clone, or the destination of a VMotion. */
const grown = (history: History): History => ({
  ...history,
  newest: [...history.newest, -1],
  operated: [...history.operated, -1],
  waits: [...history.waits, 0],
  bereft: [...history.bereft, 0],
  disk: { ...history.disk, believed: [...history.disk.believed, history.disk.written] },
});

const seen = (history: History, effects: readonly Effect[], before: State): History =>
  effects.length === 0
    ? history
    : viewed(diskShown(shown(history, effects, before), effects, before), effects, before);

const enders: ReadonlySet<string> = new Set(['reset', 'suspect', 'stop']);

/** A connection that was open is not any more, and nobody has planned it. */
const parted = (history: History, before: State, event: Event, after: State): History => {
  if (!enders.has(event.type)) return history;
  const lost = after.connections.filter(
    ({ id, open }) => !open && before.connections.some((one) => one.id === id && one.open),
  );
  const ids = lost.map(({ id }) => id);
  return { ...history, lostConnections: [...history.lostConnections, ...ids] };
};

const steps = (history: History, before: State, event: Event, after: State): History => {
  switch (event.type) {
    case 'arbitrate':
      return won(history, before, after);
    case 'tick':
      return aged(history, before);
    case 'suspect':
      return { ...history, bereft: history.bereft.with(event.copy, 0) };
    case 'loseRequest':
    case 'loseReply':
      return { ...history, waits: history.waits.with(event.copy, 0) };
    case 'place':
    case 'migrate':
      return grown(history);
  }
  if (!('copy' in event)) return history;
  const was = before.copies[event.copy];
  const is = after.copies[event.copy];
  if (was === undefined || is === undefined || was === is) return history;
  const own = ofCopy(history, event, before, was, is);
  const isPromoted = was.mode !== 'live' && was.mode !== 'arriving' && is.mode === 'live';
  return isPromoted ? goneLive(own, is, after) : own;
};

/** The history with one step more in it. */
export const observe = (
  history: History,
  before: State,
  event: Event,
  after: State,
  effects: readonly Effect[],
): History =>
  seen(parted(steps(history, before, event, after), before, event, after), effects, before);
