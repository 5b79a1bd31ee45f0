import type { HostId } from '../../../model/ids.ts';
import type { LogEntry } from '../../../model/log.ts';
import type { State } from '../../../model/state.ts';

/** A copy by its host and its id: `A0`, `B1`. No two copies share a name. */
export const nameOf = ({ host, id }: { readonly host: HostId; readonly id: number }): string =>
  `${host}${id}`;

/** The name of a copy of which only the id is known; there may be none. */
export const nameIn = ({ copies }: State, id: number): string => {
  const copy = copies[id];
  return copy === undefined ? `copy ${id}` : nameOf(copy);
};

/** `e3@7 OUT`, `e4@9 ND=12`: sequence number, instruction position, kind and value. */
export const entryText = ({ seq, position, kind, value }: LogEntry): string =>
  `e${seq}@${position} ${kind}${kind === 'ND' || kind === 'RX' ? `=${value}` : ''}`;

/** `A`, `A and B`, `A, B and C`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

export const entriesText = (entries: readonly LogEntry[]): string => listed(entries.map(entryText));

/** `output 2 (content 4711)`. */
export const outputText = ({
  ordinal,
  content,
}: {
  readonly ordinal: number;
  readonly content: number;
}): string => `output ${ordinal} (content ${content})`;

/** `1 output`, `2 outputs`, `3 log entries`. */
export const counted = (count: number, noun: string): string =>
  count === 1 ? `1 ${noun}` : `${count} ${noun.replace(/y$/, 'ie')}s`;
