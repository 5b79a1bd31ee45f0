import { holderOf } from '../../../model/actions/notation.ts';
import type { Io } from '../../../model/disk.ts';
import type { Output } from '../../../model/guest.ts';
import type { HostId, Line } from '../../../model/ids.ts';
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

/** The name of the copy that stands for a line: of the last one to which the VM was handed over. */
export const holderIn = (state: State, line: Line): string =>
  nameIn(state, holderOf(state, line)?.id ?? line);

const valueText = ({ kind, value, completion }: LogEntry): string => {
  switch (kind) {
    case 'ND':
    case 'RX':
    case 'KEY':
    case 'MOUSE':
    case 'SHARE':
      return `=${value}`;
    case 'DONE':
      return completion === null ? '' : `=${completion.io} (${doneText(completion.transferred)})`;
    case 'TIMER':
    case 'OUT':
    case 'OFF':
    case 'QUIESCE':
      return '';
  }
};

const doneText = (transferred: number): string =>
  transferred === 0 ? 'error' : counted(transferred, 'block');

/** `e3@7 OUT`, `e4@9 ND=12`, `e5@9 DONE=3 (1 block)`: number, position, and what it says. */
export const entryText = (entry: LogEntry): string =>
  `e${entry.seq}@${entry.position} ${entry.kind}${valueText(entry)}`;

/** `A`, `A and B`, `A, B and C`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

export const entriesText = (entries: readonly LogEntry[]): string => listed(entries.map(entryText));

const insideText = ({ device, number, content }: Output): string => {
  if (device === 'network') return `content ${content}`;
  return `${device === 'disk' ? 'write' : 'byte'} ${number}, content ${content}`;
};

const numberText = (output: Output): string => `${output.ordinal} (${insideText(output)})`;

/** `output 2 (content 4711)`; of another device than the network, with its number there. */
export const outputText = (output: Output): string => `output ${numberText(output)}`;

/** `outputs 2 (content 4711) and 3 (content 12)`. */
export const outputsText = (outputs: readonly Output[]): string =>
  `output${outputs.length === 1 ? '' : 's'} ${listed(outputs.map(numberText))}`;

const blockNames = ['x', 'y'] as const;

/** The name of a block of the virtual disk, as the instructions have it. */
export const blockName = (block: number): string => blockNames[block] ?? `${block}`;

/** `write 3 (block x)`, `read 4 (blocks x and y)`. */
export const ioText = ({ kind, number, blocks }: Io): string =>
  `${kind} ${number} (block${blocks.length > 1 ? 's' : ''} ${listed(blocks.map(blockName))})`;

/** `1 output`, `2 outputs`, `3 log entries`. */
export const counted = (count: number, noun: string): string =>
  count === 1 ? `1 ${noun}` : `${count} ${noun.replace(/y$/, 'ie')}s`;
