import type { Story, StoryLine } from './narrate.ts';
import { folded, type Passage, routineText } from './telling/routine.ts';
import { widest, wrapped } from './telling/wrap.ts';

/** How a part of the text is shown; it must not change how wide it looks. */
export type Ink = 'number' | 'who' | 'clause' | 'effect' | 'refusal' | 'routine' | 'broken';

/** How to set a story. */
export type Layout = {
  readonly width: number; // columns
  readonly fold: boolean; // whether time that only passes is told in one line
  readonly broken: number | null; // index of the event that breaks the claim: it is marked
  readonly paint: (text: string, ink: Ink) => string;
};

/** Eighty columns without colour. */
export const plainLayout: Layout = {
  width: 80,
  fold: true,
  broken: null,
  paint: (text) => text,
};

type Columns = {
  readonly number: number;
  readonly who: number;
  readonly effect: number; // where the effects begin, at the right
  readonly width: number;
};

type Row = {
  readonly mark: string;
  readonly number: string;
  readonly who: string;
  readonly clause: string;
  readonly effects: readonly string[];
  readonly ink: Ink;
};

const rowOf = (passage: Passage, broken: number | null): Row => {
  const mark = (lines: readonly StoryLine[]): string =>
    lines.some(({ number }) => number - 1 === broken) ? '×' : '';
  if ('folded' in passage) {
    const number = `${passage.folded[0]?.number ?? ''}`;
    const clause = `… ${routineText(passage)}`;
    return { mark: mark(passage.folded), number, who: '', clause, effects: [], ink: 'routine' };
  }
  const { number, who, clause, effects, refused } = passage;
  const ink = refused === null ? 'clause' : 'refusal';
  return { mark: mark([passage]), number: `${number}`, who, clause, effects, ink };
};

/** Effects stand as far right as the longest allows, and leave the clauses half of the width. */
const columnsFor = (rows: readonly Row[], width: number): Columns => {
  const effects = widest(rows.flatMap((row) => row.effects));
  return {
    number: widest(rows.map(({ number }) => number)),
    who: widest(rows.map(({ who }) => who)),
    effect: Math.max(Math.ceil(width / 2), width - effects),
    width,
  };
};

const indent = 2;

/** A row in as many lines as it needs; an effect that finds no room beside it comes below. */
const setRow = (row: Row, columns: Columns, paint: Layout['paint']): readonly string[] => {
  const { number, who, effect: right, width } = columns;
  const left = number + who + (who === 0 ? 3 : 4);
  const [first = '', ...rest] = wrapped(row.clause, Math.max(12, width - left - indent));
  const padding = (from: number, to: number): string => ' '.repeat(Math.max(0, to - from));
  const head = [
    paint(row.mark.padEnd(1), 'broken'),
    paint(row.number.padStart(number), 'number'),
    ...(who === 0 ? [] : [` ${paint(row.who.padEnd(who), 'who')}`]),
  ].join('');
  const lines = [
    `${head}  ${paint(first, row.ink)}`,
    ...rest.map((line) => ' '.repeat(left + indent) + paint(line, row.ink)),
  ];
  const used = rest.length === 0 ? left + widest([first]) : left + indent + widest(rest.slice(-1));
  const effects = row.effects.flatMap((effect) => wrapped(effect, width - right));
  const [beside] = effects;
  if (beside === undefined) return lines;
  const below = effects.map((effect) => ' '.repeat(right) + paint(effect, 'effect'));
  if (used + 2 > right) return [...lines, ...below];
  const last = lines.at(-1) ?? '';
  return [
    ...lines.slice(0, -1),
    last + padding(used, right) + paint(beside, 'effect'),
    ...below.slice(1),
  ];
};

/** A story in numbered columns: who, what it does, and at the right what the world notices. */
export const storyText = (story: Story, layout: Partial<Layout> = {}): string => {
  const { width, fold, broken, paint } = { ...plainLayout, ...layout };
  const rows = (fold ? folded(story.lines) : story.lines).map((line) => rowOf(line, broken));
  const columns = columnsFor(rows, width);
  const lines = rows.flatMap((row) => setRow(row, columns, paint));
  return lines.map((line) => line.trimEnd()).join('\n');
};
