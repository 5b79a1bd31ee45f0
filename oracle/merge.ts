import type { State } from '../model/state.ts';
import type { Recent } from './judge.ts';
import type { Did, Observed } from './observation.ts';

/** The next lines of one file: as many as are looked at, or all that are left. */
export type Ahead = { readonly lines: readonly Observed[]; readonly at: number };

/** So many lines of each file are looked at. */
const aheadMax = 64;

/** What ends something that others may still be in the middle of: it waits for them. */
const ending: ReadonlySet<Did> = new Set<Did>(['suspect', 'discard', 'abandon', 'cancel']);

/** What strikes without a cause, and what nobody waits for: it comes when nothing else can. */
const striking: ReadonlySet<Did> = new Set<Did>([
  ...(['pause', 'wedge', 'cut', 'reset', 'loseStorage', 'loseService'] as const),
]);

/** What is under way is lost before another can come upon it. */
const losing: ReadonlySet<Did> = new Set<Did>(['loseRequest', 'loseReply', 'failIo', 'loseIo']);

/** Whether the line tells of something that strikes. */
export const isStriking = ({ did }: Observed): boolean => did === 'crash' || striking.has(did);

const asked: ReadonlySet<Did> = new Set<Did>(['send', 'operate']);

/** Whether a copy on the host can still do anything. */
const isInhabited = ({ log }: Recent, { copies }: State, name: string): boolean => {
  const host = log.hosts.get(name);
  return copies.some((copy) => {
    return copy.host === host && copy.mode !== 'halted' && copy.mode !== 'crashed';
  });
};

/** In which turn a line is taken, of several that can be next: causes do not decide it. */
const turnOf = (line: Observed, recent: Recent, state: State): number => {
  if (line.did === 'crash') return isInhabited(recent, state, line.host) ? 3 : 0;
  if (losing.has(line.did)) return -1;
  if (striking.has(line.did)) return 3;
  if (asked.has(line.did)) return 1;
  return ending.has(line.did) ? 2 : 0;
};

/** The first packet that the copy will give to its guest, as far as can be seen. */
const packetAhead = ({ lines, at }: Ahead, copy: string): number | null => {
  for (const line of lines.slice(at, at + aheadMax)) {
    if (line.did === 'deliver' && line.copy === copy) return line.packets[0] ?? null;
  }
  return null;
};

/**
 * The switch learns from a copy where the VM is: packets before the first that it is given were
 * sent before, and went elsewhere (R23-13).
 */
const isTooEarly = (line: Observed, ahead: Ahead, files: readonly Ahead[]): boolean => {
  if (line.did !== 'announce' && line.did !== 'release') return false;
  const next = packetAhead(ahead, line.copy);
  return (
    next !== null &&
    files.some(({ lines, at }) =>
      lines.slice(at, at + aheadMax).some((one) => one.did === 'send' && one.packet < next),
    )
  );
};

/**
 * The files, by their numbers, in the order in which their next lines are tried: whether a line can
 * be next is for the specification to say, and with that causes come first, without a clock.
 */
export const tried = (files: readonly Ahead[], recent: Recent, state: State): readonly number[] => {
  return files
    .flatMap((ahead, file) => {
      const line = ahead.lines[ahead.at];
      if (line === undefined) return [];
      const turn = isTooEarly(line, ahead, files) ? 4 : turnOf(line, recent, state);
      return [{ file, turn }];
    })
    .toSorted((one, other) => one.turn - other.turn)
    .map(({ file }) => file);
};
