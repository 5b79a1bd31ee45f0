import pico from 'picocolors';

/** Colours for people; every function returns its text unchanged where there is no terminal. */
export type Colours = ReturnType<typeof pico.createColors>;

/** Where a command writes, and what it may expect to be at the other end. */
export type Terminal = {
  readonly print: (text?: string) => void; // lines of the result, to the standard output
  readonly tell: (text: string) => void; // lines beside the result, to the standard error
  readonly colours: Colours;
  readonly columns: number;
  readonly isScreen: boolean; // whether somebody watches while it runs
};

const widest = 80;
const narrowest = 40;

/** Colours are for a terminal that can show them and a user who has not declined them. */
export const mayColour = (isTerminal: boolean, environment: NodeJS.ProcessEnv): boolean => {
  const { NO_COLOR: declined = '', TERM: kind } = environment;
  return isTerminal && declined === '' && kind !== 'dumb';
};

/** A text meant for a terminal as one that a file, a pipe or a test can hold. */
export const withoutControls = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  text.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '').replace(/[^\P{Cc}\n]/gu, '');

/** The number of columns that a text takes, colours apart. */
export const widthOf = (text: string): number => Array.from(withoutControls(text)).length;

/** A text in lines of at most `width` columns; the second and later ones are indented. */
export const wrapped = (text: string, width: number, indent = ''): readonly string[] => {
  const [margin = ''] = /^ */.exec(text) ?? [];
  const [first = '', ...words] = text.slice(margin.length).split(' ');
  const lines: string[] = [];
  let line = margin + first;
  for (const word of words) {
    if (widthOf(`${line} ${word}`) <= width) line = `${line} ${word}`;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
};

/** A reader that has gone away, as in `lockstep check | head`, is no error of ours. */
const isGone = (error: Error): boolean => 'code' in error && error.code === 'EPIPE';

const quiet = (stream: NodeJS.WriteStream): void => {
  if (stream.listenerCount('error') > 0) return;
  stream.on('error', (error) => {
    if (!isGone(error)) throw error;
  });
};

/** The terminal of this process. */
export const terminal = (): Terminal => {
  const { stdout, stderr, env } = process;
  const { TERM: kind } = env;
  quiet(stdout);
  quiet(stderr);
  const isTerminal = stdout.isTTY === true;
  const columns = isTerminal && stdout.columns > 0 ? stdout.columns : widest;
  return {
    print: (text = '') => void stdout.write(`${text}\n`),
    tell: (text) => void stderr.write(`${text}\n`),
    colours: pico.createColors(mayColour(isTerminal, env)),
    columns: Math.max(narrowest, Math.min(widest, columns)),
    isScreen: stderr.isTTY === true && kind !== 'dumb',
  };
};

/** A terminal that is none: what is printed is kept, plain and 80 columns wide. */
export const collecting = (): { readonly terminal: Terminal; readonly text: () => string } => {
  const lines: string[] = [];
  const terminal: Terminal = {
    print: (text = '') => void lines.push(text),
    tell: (text) => void lines.push(text),
    colours: pico.createColors(false),
    columns: widest,
    isScreen: false,
  };
  return { terminal, text: () => lines.map((line) => `${line}\n`).join('') };
};

/** A text in as many lines as it takes, all but the first indented. */
export const printWrapped = (text: string, { print, columns }: Terminal, indent = ''): void => {
  for (const line of wrapped(text, columns, indent)) print(line);
};

/** A command to be copied: in one piece, and where possible on one line. */
export const printCommand = (
  { print, colours, columns }: Terminal,
  what: string,
  command: string,
): void => {
  const isShort = what.length + 2 + command.length <= columns;
  print(`${what}:${isShort ? ' ' : '\n'}${colours.bold(command)}`);
};

/** What is wrong with an input, in one sentence. */
export const complain = ({ tell }: Terminal, sentence: string): void =>
  tell(`lockstep: ${sentence.replace(/^In /, 'in ')}`);

/** Something that is rewritten in place while a command works. */
export type Gauge = {
  readonly show: (text: string, share?: number) => void; // a share from 0 to 1 is drawn as a bar
  readonly clear: () => void;
};

const barWidth = 12;

/** A line at the bottom of the screen, gone when it is cleared; without a screen there is none. */
export const gaugeFor = async ({ isScreen, columns }: Terminal): Promise<Gauge> => {
  if (!isScreen) return { show: () => undefined, clear: () => undefined };
  const { default: progress } = await import('cli-progress');
  const line = (bar: string, text: string): string =>
    Array.from(`${bar}${bar === '' ? '' : '  '}${text}`)
      .slice(0, columns - 1)
      .join('');
  const drawn = (share: number): string => {
    const done = Math.round(Math.max(0, Math.min(1, share)) * barWidth);
    return `${'█'.repeat(done)}${'░'.repeat(barWidth - done)}`;
  };
  const bar = new progress.SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    gracefulExit: false, // Ctrl-C is ours
    linewrap: false,
    fps: 10,
    format: (_options, _params, { share, text }: { share: number | null; text: string }) =>
      line(share === null ? '' : drawn(share), text),
  });
  let isStarted = false;
  return {
    show: (text, share) => {
      const payload = { text, share: share ?? null };
      if (isStarted) bar.update(0, payload);
      else bar.start(1, 0, payload);
      isStarted = true;
    },
    clear: () => {
      if (isStarted) bar.stop();
      isStarted = false;
    },
  };
};

const afterwards = 1000; // a launcher passes on a signal that the keyboard has sent already

/**
 * A signal that is aborted by the first Ctrl-C, so that a command can end with what it has. The
 * next one, if it comes a second later or more, ends the process.
 */
export const interruptible = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const controller = new AbortController();
  let first = 0;
  const onSignal = (): void => {
    if (!controller.signal.aborted) {
      first = Date.now();
      controller.abort();
    } else if (Date.now() - first >= afterwards) {
      // the cursor, should a progress bar have hidden it
      if (process.stderr.isTTY) process.stderr.write('\u001b[?25h\n');
      process.exit(130);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
};
