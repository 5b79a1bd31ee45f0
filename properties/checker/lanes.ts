import { match } from 'ts-pattern';
import { hostIds } from '../../model/ids.ts';
import type { Connection } from '../../model/log.ts';
import type { State, Vm } from '../../model/state.ts';
import type { Story, StoryLine } from './narrate.ts';
import { type Cell, cellOf, type LaneId } from './telling/cells.ts';
import { blockName, nameOf } from './telling/names.ts';
import { refrain } from './telling/refrain.ts';
import { folded, type Passage, routineText } from './telling/routine.ts';
import { inColumn, widest } from './telling/wrap.ts';

/** How to draw a diagram. */
export type Drawing = {
  readonly width: number; // columns
  readonly fold: boolean; // whether time that only passes is drawn in one line
  readonly loop: number | null; // of a lasso, how many events come before those that come again
};

const plainDrawing: Drawing = { width: 80, fold: true, loop: null };

/** One line of the diagram: what stands in the lanes, or a text across all of them. */
type Row = {
  readonly number: string;
  readonly cells: readonly Cell[]; // at most one for each lane
  readonly across: string | null;
  readonly state: State; // after the event: it decides how the other lanes go on
};

const laneIds: readonly LaneId[] = [...hostIds, 'channel', 'storage', 'world'];

const inLane =
  (lane: LaneId) =>
  (text: string): Cell => ({ lane, text });

/** What a copy is doing; of one that has stopped because it has moved, or is off, just that. */
const modeOf = (copy: Vm): string =>
  copy.mode === 'halted' && (copy.because === 'moved' || copy.because === 'off')
    ? copy.because
    : copy.mode;

/** The copies that have begun to do something else; a new one is named. */
const marks = (before: State | null, after: State): readonly Cell[] =>
  after.copies
    .filter(({ id, mode }) => {
      const was = before?.copies[id]?.mode;
      return mode !== was && was !== 'halted';
    })
    .map((copy) => {
      const name = before?.copies[copy.id] === undefined ? `${nameOf(copy)} ` : '';
      return { lane: copy.host, text: `=${name}${modeOf(copy)}` };
    });

const onWire = ({ entries, acks }: Connection): readonly string[] => [
  ...entries.map(({ seq }) => `e${seq}`),
  ...acks.map(({ upTo }) => `a${upTo}`),
];

const wires = ({ connections }: State): string => connections.flatMap(onWire).join(' ');

/** What is on the wires after the step, if it is something else than before. */
const wireCells = ({ before, after }: StoryLine): readonly Cell[] => {
  const text = wires(after);
  return text === wires(before) ? [] : [inLane('channel')(text === '' ? '-' : text)];
};

const noticedText = ({ noticed, effects }: StoryLine): readonly string[] =>
  noticed.flatMap((effect, index) => {
    const [, remark] = effects[index]?.split(', ') ?? [];
    const text = match(effect)
      .with({ type: 'announce' }, ({ host }) => `VM on ${host}`)
      .with({ type: 'transmit' }, ({ ordinal, content }) => `out ${ordinal} = ${content}`)
      .with({ type: 'print' }, ({ ordinal, content }) => `print ${ordinal} = ${content}`)
      .with({ type: 'submit' }, ({ output }) =>
        output === null ? 'read' : `disk ${output.ordinal} = ${output.content}`,
      )
      .with({ type: 'write' }, ({ blocks, data }) =>
        blocks.map((block, at) => `${blockName(block)} = ${data[at]}`).join(' '),
      )
      .exhaustive();
    return remark === undefined ? [text] : [text, `  ${remark}`];
  });

/** Cells in as few rows as hold at most one of them in each lane. */
const stacked = (cells: readonly Cell[]): readonly (readonly Cell[])[] => {
  const rows: Cell[][] = [];
  for (const cell of cells) {
    const free = rows.find((row) => row.every(({ lane }) => lane !== cell.lane));
    if (free === undefined) rows.push([cell]);
    else free.push(cell);
  }
  return rows;
};

const rowsOf = (passage: Passage): readonly Row[] => {
  if ('folded' in passage) {
    const [first] = passage.folded;
    const last = passage.folded.at(-1);
    if (first === undefined || last === undefined) return [];
    const across = `  … ${routineText(passage)}`;
    return [{ number: `${first.number}`, cells: [], across, state: last.after }];
  }
  const event = cellOf(passage);
  const beside = [...wireCells(passage), ...noticedText(passage).map(inLane('world'))];
  const rows = stacked([event, ...beside.filter(({ lane }) => lane !== event.lane)]);
  const changes = stacked(marks(passage.before, passage.after));
  const below = [...rows.slice(1), ...changes].map((cells) => ({ number: '', cells }));
  return [{ number: `${passage.number}`, cells: rows[0] ?? [] }, ...below].map((row) => ({
    ...row,
    across: null,
    state: passage.after,
  }));
};

const isRunning = ({ mode }: Vm): boolean => mode !== 'halted' && mode !== 'crashed';

/** How a lane goes on where nothing happens in it. */
const restOf = (lane: LaneId, { hosts, copies, connections }: State): string =>
  match(lane)
    .with('world', () => '')
    .with('storage', () => '|')
    .with('channel', () => (connections.some(({ open }) => open) ? '|' : ''))
    .otherwise((host) => {
      if (!hosts[host].up) return 'x';
      const isUsed = copies.some((copy) => copy.host === host && isRunning(copy));
      if (!isUsed) return '';
      return hosts[host].paused ? ':' : '|';
    });

/** What comes once, and what comes again and again, with a line between them. */
const rowsAround = ({ begun, lines }: Story, { fold, loop }: Drawing): readonly Row[] => {
  const rows = (from: number, to?: number): readonly Row[] => {
    const part = lines.slice(from, to);
    return (fold ? folded(part) : part).flatMap(rowsOf);
  };
  if (loop === null) return rows(0);
  const state = lines[loop - 1]?.after ?? begun;
  const across = `  ${refrain(loop, lines.length)}`;
  return [...rows(0, loop), { number: '', cells: [], across, state }, ...rows(loop)];
};

type Column = { readonly lane: LaneId; readonly width: number };

const total = (columns: readonly Column[], gutter: number): number =>
  columns.reduce((sum, column) => sum + column.width + gutter, 0);

/** Each lane as wide as what stands in it; the widest give way where that is too much. */
const fitting = (columns: readonly Column[], width: number): readonly Column[] => {
  const most = Math.max(...columns.map((column) => column.width));
  if (total(columns, 1) <= width || most <= 1) return columns;
  const first = columns.findIndex((column) => column.width === most);
  return fitting(
    columns.map((column, at) => (at === first ? { ...column, width: most - 1 } : column)),
    width,
  );
};

const columnsFor = (rows: readonly Row[], width: number): readonly Column[] => {
  const cells = rows.flatMap((row) => row.cells);
  const columns = laneIds.map((lane) => {
    const texts = cells.filter((cell) => cell.lane === lane).map(({ text }) => text);
    return { lane, width: texts.length === 0 ? 0 : widest([lane, ...texts]) };
  });
  return fitting(
    columns.filter((column) => column.width > 0),
    width,
  );
};

const inLanes = (columns: readonly Column[], width: number, text: (lane: LaneId) => string) => {
  const gutter = ' '.repeat(total(columns, 2) <= width ? 2 : 1);
  return columns.map((column) => gutter + inColumn(text(column.lane), column.width)).join('');
};

/**
 * A diagram in which time goes down: a lane for each host, one for what is on the wires, one for
 * the arbiter, and at the right what the world does and notices.
 */
export const lanes = (story: Story, drawing: Partial<Drawing> = {}): string => {
  const whole = { ...plainDrawing, ...drawing };
  const { width } = whole;
  const opening = stacked(marks(null, story.begun)).map((cells) => ({
    number: '',
    cells,
    across: null,
    state: story.begun,
  }));
  const rows: readonly Row[] = [...opening, ...rowsAround(story, whole)];
  const left = widest(rows.map(({ number }) => number)) + 1;
  const columns = columnsFor(rows, width - left);
  const across = (text: (lane: LaneId) => string): string => inLanes(columns, width - left, text);
  const lines = rows.map((row) => {
    const own = (lane: LaneId) => row.cells.find((cell) => cell.lane === lane)?.text;
    const body = row.across ?? across((lane) => own(lane) ?? restOf(lane, row.state));
    return inColumn(row.number.padStart(left) + body, width);
  });
  const heading = ' '.repeat(left) + across((lane) => lane);
  return [heading, ...lines].map((line) => line.trimEnd()).join('\n');
};
