import Table from 'cli-table3';
import type { Colours } from './terminal.ts';

/** A column: its heading, its width, and the side on which its cells stand. */
export type Column = {
  readonly head: string;
  readonly width: number;
  readonly align?: 'left' | 'right';
};

const bare = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
} as const;

/** Rows under headings (if there are any) in the widths given; long cells are wrapped. */
export const tableText = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  colours: Colours,
  gap = 2,
): string => {
  const heads = columns.map(({ head }) => head);
  const table = new Table({
    head: heads.every((head) => head === '') ? [] : heads.map((head) => colours.dim(head)),
    colWidths: columns.map(({ width }) => width),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: { ...bare, middle: ' '.repeat(gap) },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    wordWrap: true,
  });
  table.push(...rows.map((row) => [...row]));
  const lines = table.toString().split('\n');
  return lines.map((line) => line.trimEnd()).join('\n');
};
