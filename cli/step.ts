import { emitKeypressEvents, type Key } from 'node:readline';
import { badInput } from '../counterexamples/bad-input.ts';
import { differences } from '../properties/checker/differences.ts';
import type { StoryLine } from '../properties/checker/narrate.ts';
import { exitCodes } from './options.ts';
import { endingOf, paperOf, type Replayed, stillBreaks } from './replayed.ts';
import { type Colours, complain, type Terminal, widthOf, wrapped } from './terminal.ts';

/** Where a walk through a story stands: 0 is before the first event. */
export type Place = { readonly at: number; readonly isOver: boolean };

/** What a key does to the place, in a story of so many events. */
export const pressed = ({ at }: Place, key: string, count: number): Place => {
  const to = (next: number): Place => ({ at: Math.max(0, Math.min(count, next)), isOver: false });
  switch (key) {
    case 'right':
    case 'down':
    case 'space':
    case 'return':
    case 'j':
    case 'l':
      return to(at + 1);
    case 'left':
    case 'up':
    case 'backspace':
    case 'h':
    case 'k':
      return to(at - 1);
    case 'pagedown':
      return to(at + 10);
    case 'pageup':
      return to(at - 10);
    case 'home':
    case 'g':
      return to(0);
    case 'end':
    case 'G':
      return to(count);
    case 'q':
    case 'escape':
    case 'ctrl-c':
    case 'ctrl-d':
      return { at, isOver: true };
    default:
      return to(at);
  }
};

export type Size = { readonly columns: number; readonly rows: number };

const clipped = (text: string, columns: number): string => {
  const characters = Array.from(text);
  return characters.length <= columns ? text : `${characters.slice(0, columns - 1).join('')}…`;
};

const rowOf = ({ number, who, clause }: StoryLine, columns: number, mark: string): string =>
  clipped(`${mark} ${`${number}`.padStart(3)}  ${who.padEnd(3)} ${clause}`, columns);

/** The events around the present one: what is past above it, what is to come dimmed below. */
const listing = (
  lines: readonly StoryLine[],
  at: number,
  rows: number,
  columns: number,
  colours: Colours,
): readonly string[] => {
  const from = Math.max(0, Math.min(at - Math.ceil(rows / 2), lines.length - rows));
  return lines.slice(from, from + rows).map((line) => {
    const text = rowOf(line, columns, line.number === at ? '>' : ' ');
    if (line.number === at) return colours.bold(text);
    return line.number > at ? colours.dim(text) : text;
  });
};

const fitted = (text: string, columns: number): readonly string[] =>
  wrapped(text, columns).map((line) => clipped(line, columns));

/** What the present event is and does. */
const detail = (replay: Replayed, at: number, { columns, rows }: Size, colours: Colours) => {
  const { story, claim } = replay;
  const line = story.lines[at - 1];
  if (line === undefined) return fitted('Before the first event.', columns);
  const changes = differences(line.before, line.after);
  const isLast = at === story.lines.length && stillBreaks(replay);
  const ending = endingOf(replay);
  const broken = isLast
    ? fitted(
        `${claim.id} is broken: ${claim.claim}${ending === null ? '' : `; ${ending}`}`,
        columns,
      )
    : [];
  const says = isLast ? paperOf(replay) : null;
  const paper = says === null ? [] : fitted(says.text, columns);
  const body = [
    ...fitted(`${line.who} ${line.clause}`.trim(), columns),
    ...line.effects.map((effect) => colours.yellow(clipped(`  ${effect}`, columns))),
    ...changes.map((change) => colours.dim(clipped(`  ${change}`, columns))),
  ];
  const room = rows - broken.length - paper.length;
  const shown = body.length <= room ? body : [...body.slice(0, room - 1), '  …'];
  return [...shown, ...broken.map((text) => colours.red(text)), ...paper];
};

const keysLine = 'right, space: on   left: back   home, end   q: quit';

/** The whole screen at a place: never more lines than it has, nor longer ones. */
export const screenAt = (
  replay: Replayed,
  { at }: Place,
  size: Size,
  colours: Colours,
): readonly string[] => {
  const { story, claim, specification } = replay;
  const { columns, rows } = size;
  const title = `${claim.id} under ${specification.spec.name}`;
  const where = `event ${at} of ${story.lines.length}`;
  const gap = ' '.repeat(Math.max(1, columns - widthOf(title) - widthOf(where)));
  const free = Math.max(4, rows - 3); // the title, the rule and the keys take one each
  const upper = Math.max(2, Math.min(story.lines.length, Math.floor(free / 2)));
  const lower = { columns, rows: free - upper };
  const top = listing(story.lines, at, upper, columns, colours);
  const bottom = detail(replay, at, lower, colours).slice(0, lower.rows);
  const filling = Array.from({ length: free - top.length - bottom.length }, () => '');
  return [
    clipped(`${title}${gap}${where}`, columns),
    ...top,
    colours.dim('-'.repeat(columns)),
    ...bottom,
    ...filling,
    colours.dim(clipped(keysLine, columns)),
  ].slice(0, rows);
};

const alternate = '\u001b[?1049h\u001b[?25l';
const original = '\u001b[?25h\u001b[?1049l';
const home = '\u001b[H';
const restOfLine = '\u001b[K';
const restOfScreen = '\u001b[J';

const nameOf = (text: string | undefined, { name, ctrl, shift }: Key): string => {
  if (ctrl === true) return `ctrl-${name ?? ''}`;
  if (shift === true && name?.length === 1) return name.toUpperCase();
  return name ?? text ?? '';
};

type Leave = (error: unknown) => void;

/** The keyboard, key by key, and the screen, until `leave`; both are then as they were. */
const takeOver = (onKey: (key: string) => void, redraw: () => void, leave: Leave): (() => void) => {
  const { stdin, stdout } = process;
  const guarded = (action: () => void) => (): void => {
    try {
      action();
    } catch (error) {
      leave(error);
    }
  };
  const onPress = (text: string | undefined, key: Key): void =>
    guarded(() => onKey(nameOf(text, key)))();
  const onResize = guarded(redraw);
  const onSignal = (): void => onKey('q');
  const giveBack = (): void => {
    stdin.setRawMode(false);
    stdout.write(original);
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.resume();
  stdout.write(alternate);
  stdin.on('keypress', onPress);
  stdout.on('resize', onResize);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  process.on('exit', giveBack);
  return () => {
    stdin.off('keypress', onPress);
    stdout.off('resize', onResize);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
    process.off('exit', giveBack);
    giveBack();
    stdin.pause();
  };
};

const sizeNow = (): Size => ({
  columns: Math.max(20, process.stdout.columns || 80),
  rows: Math.max(8, process.stdout.rows || 24),
});

/** `lockstep replay --step`: a walk through a story by keys; the terminal is left as it was. */
export const walk = async (replay: Replayed, terminal: Terminal): Promise<number> => {
  const { stdin, stdout } = process;
  if (stdin.isTTY !== true || stdout.isTTY !== true) {
    const expected = 'given at a terminal, with a keyboard and a screen';
    const found = 'the input or the output is none';
    complain(terminal, badInput('the command line', '--step', expected, found).sentence);
    return exitCodes.badInput;
  }
  let place: Place = { at: 0, isOver: false };
  const draw = (): void => {
    const lines = screenAt(replay, place, sizeNow(), terminal.colours);
    const text = lines.map((line) => line + restOfLine).join('\r\n');
    stdout.write(home + text + restOfScreen);
  };
  let giveBack = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const onKey = (key: string): void => {
        place = pressed(place, key, replay.story.lines.length);
        if (place.isOver) resolve();
        else draw();
      };
      giveBack = takeOver(onKey, draw, reject);
      draw();
    });
  } finally {
    giveBack();
  }
  return stillBreaks(replay) ? exitCodes.holds : exitCodes.refuted;
};
