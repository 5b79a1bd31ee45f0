import { holderOf } from '../../../model/actions/notation.ts';
import {
  type ConnectionId,
  type CopyId,
  connectionId,
  copyId,
  type Generation,
  generation,
  type Line,
  lineFrom,
} from '../../../model/ids.ts';
import type { Connection } from '../../../model/log.ts';
import type { State, Storage, Vm } from '../../../model/state.ts';
import type { History } from '../../history.ts';
import type { Situation } from './protocol.ts';

/** What a history says that claims about calms ask for. */
export type Remembered = Pick<History, 'pair' | 'winner' | 'poweredOff'>;

/** A situation as it is told apart from others, and the names that things have in it. */
export type Brief = {
  readonly state: State;
  readonly seen: Remembered;
  readonly left: readonly number[];
};

/** New names: by what is there, in the old order. */
export type Names = {
  readonly copy: (id: CopyId) => CopyId;
  readonly connection: (id: ConnectionId) => ConnectionId;
  readonly size: { readonly copies: number; readonly generations: number };
};

type Renaming = Names & {
  readonly kept: readonly Vm[];
  readonly connections: readonly Connection[];
  readonly line: (line: Line) => Line;
  readonly generation: (generation: Generation) => Generation;
  readonly isSame: boolean; // every name is the old one
};

/** The lines that a copy names, its own among them. */
const linesOf = (copy: Vm): readonly Line[] => {
  switch (copy.mode) {
    case 'recording':
      return [copy.line, copy.backup];
    case 'replaying':
      return [copy.line, copy.primary];
    case 'cloning':
      return [copy.line, copy.source];
    case 'arriving':
      return [copy.line, ...(copy.handed === null ? [] : linesOf(copy.handed))];
    default:
      return [copy.line];
  }
};

/** The copies that a copy names. */
const copiesOf = (copy: Vm): readonly CopyId[] => {
  const named = [
    'move' in copy ? copy.move : null,
    'clone' in copy ? copy.clone : null,
    copy.mode === 'arriving' ? copy.source : null,
  ];
  return named.flatMap((id) => (id === null ? [] : [id]));
};

const isOver = ({ mode }: Vm): boolean => mode === 'halted' || mode === 'crashed';

/** Whether a copy that is over says in which generation that was: nothing depends on it. */
const isDated = (copy: Vm): boolean => copy.mode === 'halted' && copy.generation !== 0;

/** Who may serve: the winner or, while nobody has won, the newest pair (R23-19). */
const newestIn = ({ pair, winner }: History): readonly Line[] =>
  winner === null ? pair : [winner];

/** Whether nobody reads from a connection any more, nor ever will. */
const isUseless = (state: State, { id, open, primary, acks }: Connection): boolean => {
  if (open || state.copies.some((copy) => 'connection' in copy && copy.connection === id)) {
    return false;
  }
  const reader = holderOf(state, primary);
  return acks.length === 0 || reader === undefined || isOver(reader);
};

const connectionsIn = (state: State): readonly Connection[] => {
  const { connections } = state;
  const kept = connections.filter((one) => !isUseless(state, one));
  return kept.length === connections.length ? connections : kept;
};

/** The copies that are not over, and those that something still names. */
const keptIn = (
  { state, history }: Situation,
  connections: readonly Connection[],
): readonly Vm[] => {
  const { copies, storage } = state;
  if (!copies.some(isOver)) return copies;
  const kept = new Set<Vm>(copies.filter((copy) => !isOver(copy)));
  const keep = (copy: Vm | undefined): void => void (copy !== undefined && kept.add(copy));
  const keepLine = (line: Line): void => keep(holderOf(state, line));
  for (const { copy } of [...storage.requests, ...storage.replies, ...storage.flights]) {
    keep(copies[copy]);
  }
  for (const { primary, backup } of connections) for (const one of [primary, backup]) keepLine(one);
  for (const line of newestIn(history)) keepLine(line);
  for (const copy of kept) {
    for (const line of linesOf(copy)) keepLine(line);
    for (const id of copiesOf(copy)) keep(copies[id]);
  }
  return kept.size === copies.length ? copies : copies.filter((copy) => kept.has(copy));
};

/** Numbers in ascending order, each once: its place is its new name. There are few. */
const ordered = (numbers: readonly number[]): readonly number[] => {
  const sorted: number[] = [];
  for (const number of numbers) {
    const place = sorted.findIndex((one) => one >= number);
    if (place < 0) sorted.push(number);
    else if (sorted[place] !== number) sorted.splice(place, 0, number);
  }
  return sorted;
};

/** Whether each is its own place: they go from 0 on without a gap. */
const areSame = (sorted: readonly number[]): boolean => (sorted.at(-1) ?? -1) === sorted.length - 1;

const generationsIn = (
  { storage }: State,
  kept: readonly Vm[],
  connections: readonly Connection[],
): readonly number[] => [
  storage.generation,
  ...[...storage.requests, ...storage.replies, ...storage.flights].map((one) => one.generation),
  ...connections.map((one) => one.generation),
  ...kept.flatMap((copy) => (!isOver(copy) && 'generation' in copy ? [copy.generation] : [])),
];

const renaming = (situation: Situation): Renaming => {
  const { state } = situation;
  const live = connectionsIn(state);
  const kept = keptIn(situation, live);
  const copies = kept.map(({ id }) => id);
  const lines = ordered(kept.flatMap(linesOf));
  const named = kept.flatMap((copy) => ('connection' in copy ? (copy.connection ?? []) : []));
  const connections = ordered([...live.map(({ id }) => id), ...named]);
  const generations = generationsIn(state, kept, live);
  const first = Math.min(...generations);
  const isWhole = kept === state.copies && live === state.connections && !kept.some(isDated);
  return {
    kept,
    connections: live,
    copy: (id) => copyId(copies.indexOf(id)),
    line: (line) => lineFrom(copyId(lines.indexOf(line))),
    connection: (id) => connectionId(connections.indexOf(id)),
    generation: (one) => generation(one - first),
    size: { copies: kept.length, generations: Math.max(...generations) - first },
    isSame: first === 0 && isWhole && areSame(lines) && areSame(connections),
  };
};

let last: { readonly of: Situation; readonly renaming: Renaming } | null = null;

/** Each situation is asked about more than once in a row. */
const renamingOf = (situation: Situation): Renaming => {
  if (last?.of !== situation) last = { of: situation, renaming: renaming(situation) };
  return last.renaming;
};

const ofCopy = (names: Renaming, copy: Vm): Vm => {
  const own = { id: names.copy(copy.id), line: names.line(copy.line) };
  const nullable = <T, U>(of: (value: T) => U, value: T | null): U | null =>
    value === null ? null : of(value);
  if (copy.mode === 'crashed') return { ...copy, ...own };
  if (copy.mode === 'halted') return { ...copy, ...own, generation: generation(0) };
  const known = { ...own, generation: names.generation(copy.generation) };
  switch (copy.mode) {
    case 'recording': {
      const connection = nullable(names.connection, copy.connection);
      const move = nullable(names.copy, copy.move);
      return { ...copy, ...known, backup: names.line(copy.backup), connection, move };
    }
    case 'replaying': {
      const connection = names.connection(copy.connection);
      const move = nullable(names.copy, copy.move);
      return { ...copy, ...known, primary: names.line(copy.primary), connection, move };
    }
    case 'live': {
      const clone = nullable(names.copy, copy.clone);
      return { ...copy, ...known, clone, move: nullable(names.copy, copy.move) };
    }
    case 'cloning':
      return { ...copy, ...known, source: names.line(copy.source) };
    case 'arriving': {
      const vm = copy.handed === null ? null : ofCopy(names, copy.handed);
      const isVm = vm?.mode === 'recording' || vm?.mode === 'replaying' || vm?.mode === 'live';
      return { ...copy, ...known, source: names.copy(copy.source), handed: isVm ? vm : null };
    }
    default:
      return { ...copy, ...known };
  }
};

const ofStorage = (names: Renaming, storage: Storage): Storage => {
  const named = <T extends { readonly copy: CopyId; readonly generation: Generation }>(
    one: T,
  ): T => ({
    ...one,
    copy: names.copy(one.copy),
    generation: names.generation(one.generation),
  });
  const { owner } = storage;
  const isKnown = owner !== null && names.kept.some(({ id }) => id === owner);
  return {
    ...storage,
    generation: names.generation(storage.generation),
    owner: isKnown ? names.copy(owner) : null,
    requests: storage.requests.map(named),
    replies: storage.replies.map(named),
    flights: storage.flights.map(named),
  };
};

const ofConnection = (names: Renaming, connection: Connection): Connection => ({
  ...connection,
  id: names.connection(connection.id),
  generation: names.generation(connection.generation),
  primary: names.line(connection.primary),
  backup: names.line(connection.backup),
});

const ofHistory = (
  { line, kept }: Renaming,
  { pair, winner, poweredOff }: History,
): Remembered => ({
  pair: winner === null ? pair.map(line) : [], // only the winner counts then
  winner: winner === null ? null : line(winner),
  poweredOff: poweredOff.filter((off) => kept.some((copy) => copy.line === off)).map(line),
});

/** The names that are used for what is there, and how much of it is there. */
export const namesIn = (situation: Situation): Names => renamingOf(situation);

/**
 * A situation without the copies that are over and that nothing names any more, the others numbered
 * anew; generations count from the oldest that is still of use. What can happen next is the same,
 * but for names. So a VM that is cloned in vain again and again comes back to where it was.
 */
export const briefly = (situation: Situation): Brief => {
  const { state, history, left } = situation;
  const names = renamingOf(situation);
  if (names.isSame) {
    const { pair, winner, poweredOff } = history;
    return { state, seen: { pair: winner === null ? pair : [], winner, poweredOff }, left };
  }
  const copies = names.kept.map((copy) => ofCopy(names, copy));
  const connections = names.connections.map((one) => ofConnection(names, one));
  const storage = ofStorage(names, state.storage);
  return {
    state: { ...state, copies, connections, storage },
    seen: ofHistory(names, history),
    left,
  };
};
