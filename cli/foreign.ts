import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { TextDecoder } from 'node:util';
import { shortened } from '../counterexamples/bad-input.ts';
import { type Finding, unusable } from '../oracle/conform/finding.ts';
import type { Claims, Said, Stimulus } from '../oracle/conform/stimulus.ts';
import { type Fault, heard, nameOf, type Question, type Script } from './hearing.ts';
import { lastWords } from './last-words.ts';
import { counted } from './numbers.ts';
import { endFamily, type Leader, marked, memoryOf, watchOver } from './process-group.ts';
import { startFault } from './start-fault.ts';

/** How a program is started, how long it may think, and how much memory it may take. */
export type Launch = {
  readonly command: readonly string[];
  readonly patienceMs: number;
  readonly memoryMb: number;
};

/** What came back for a stimulus: what was said, or why that cannot be had. */
export type Answer =
  | { readonly kind: 'said'; readonly said: readonly Said[]; readonly claims: Claims }
  | { readonly kind: 'cannotReset' }
  | { readonly kind: 'failed'; readonly finding: Finding };

/** A program that runs as a process and is spoken to in lines. */
export type Foreign = {
  readonly ask: (stimulus: Stimulus) => Promise<Answer>;
  readonly end: () => void;
};

const longestLine = 65_536;
const complaintLength = 4096;
const graceMs = 1000; // from the end of its output to its own
const betweenLooksMs = 100; // at its memory
const lookingShare = 20; // of the time that a look takes

type Pending = Question & {
  readonly settle: (answer: Answer) => void;
  readonly timer: NodeJS.Timeout;
};

type Line = {
  readonly child: ChildProcessWithoutNullStreams;
  readonly leader: Leader | null; // null: it could not be started
  readonly launch: Launch;
  readonly who: string;
  readonly decoder: TextDecoder;
  readonly script: Script;
  readonly timers: Set<NodeJS.Timeout>;
  pending: Pending | null;
  rest: string;
  complaint: string;
  gone: Answer | null;
  ids: number;
  resets: number;
  memory: number; // megabytes, when last looked at
  memoryAtReset: number;
};

const failed = ({ who }: Line, { key, does }: Fault): Answer => ({
  kind: 'failed',
  finding: unusable(key, `${who} ${does}`),
});

const whenTold = ({ pending }: Line): string =>
  pending === null ? '' : ` when told ${nameOf(pending.stimulus)}`;

const settle = (line: Line, answer: Answer): void => {
  const { pending } = line;
  if (pending === null) return;
  clearTimeout(pending.timer);
  line.pending = null;
  pending.settle(answer);
};

/** Whoever still holds its pipes holds up nobody. */
const end = ({ child, leader, timers }: Line): void => {
  for (const timer of timers) clearTimeout(timer);
  if (leader !== null) endFamily(leader);
  child.stdin.destroy();
  child.stdout.destroy();
  child.stderr.destroy();
};

const giveUp = (line: Line, fault: Fault): void => {
  if (line.gone !== null) return;
  line.gone = failed(line, fault);
  settle(line, line.gone);
  end(line);
};

const later = (line: Line, ms: number, act: () => void): void => {
  if (line.gone !== null) return;
  const timer = setTimeout(() => {
    line.timers.delete(timer);
    act();
  }, ms);
  line.timers.add(timer);
};

const hear = (line: Line, text: string): void => {
  if (line.gone !== null || text.trim() === '') return;
  const { pending } = line;
  const what = heard(pending, text, line.script);
  if (what === 'more') return;
  if (what === 'cannotReset') settle(line, { kind: 'cannotReset' });
  else if (what === 'done') {
    settle(line, { kind: 'said', said: pending?.said ?? [], claims: pending?.claims ?? {} });
  } else giveUp(line, what);
};

const decoded = ({ decoder }: Line, data: Uint8Array): string | null => {
  try {
    return decoder.decode(data, { stream: true });
  } catch {
    return null;
  }
};

const read = (line: Line, data: Uint8Array): void => {
  const text = decoded(line, data);
  if (text === null) {
    giveUp(line, { key: 'garbled', does: `says bytes that are no UTF-8${whenTold(line)}` });
    return;
  }
  const parts = (line.rest + text).split('\n');
  const rest = parts.pop() ?? '';
  line.rest = rest.slice(0, longestLine);
  const isLong = (part: string): boolean => part.length > longestLine;
  for (const part of parts) {
    if (isLong(part)) break;
    hear(line, part);
  }
  if (![...parts, rest].some(isLong)) return;
  giveUp(line, { key: 'long line', does: `says a line of more than ${longestLine} characters` });
};

/** An end is told when all that was said before has been heard. */
const listen = (line: Line): void => {
  const { child, leader, launch } = line;
  let how = '';
  const isOver = (): void => {
    const does = `${how}${whenTold(line)}${lastWords(line.complaint)}`;
    giveUp(line, { key: 'ended', does });
  };
  const closes = (what: string): void =>
    later(line, graceMs, () => {
      giveUp(line, { key: 'closed', does: `has closed its standard ${what} and goes on` });
    });
  child.stdout.on('data', (data: Uint8Array) => read(line, data));
  child.stdout.on('end', () => closes('output'));
  child.stderr.setEncoding('utf8').on('data', (data: string) => {
    line.complaint = (line.complaint + data).slice(-complaintLength);
  });
  child.stdin.on('error', () => closes('input'));
  child.on('error', (error) => giveUp(line, startFault(launch.command, error)));
  child.on('exit', (code, signal) => {
    how = signal === null ? `ends with exit code ${code ?? 0}` : `is ended by ${signal}`;
    if (leader !== null) endFamily(leader);
    later(line, graceMs, isOver); // should somebody else hold its pipes
  });
  child.on('close', isOver);
};

/** From time to time, so that it costs little: what it takes, and whether that is too much. */
const look = (line: Line): void => {
  const { launch, leader, resets } = line;
  const { memoryMb } = launch;
  const began = performance.now();
  line.memory = leader === null ? 0 : memoryOf(leader, memoryMb);
  const took = performance.now() - began;
  later(line, Math.max(betweenLooksMs, lookingShare * took), () => look(line));
  if (line.memory <= memoryMb) return;
  const before =
    resets < 2
      ? ''
      : `, in script ${counted(resets)} since it was started ` +
        `(${counted(line.memoryAtReset)} MB when that began)`;
  const does =
    `takes ${counted(line.memory)} MB of memory with all that it has started` +
    `${whenTold(line)}, and may take ${counted(memoryMb)} MB${before}`;
  giveUp(line, { key: 'memory', does });
};

const silenceOf = (line: Line, told: string): string => {
  const { rest, launch } = line;
  const silence = `does not answer ${told} within ${launch.patienceMs} ms`;
  const begun = `: it has said ${shortened(JSON.stringify(rest))} and no end of the line`;
  return rest.trim() === '' ? silence : `${silence}${begun}`;
};

const asked = (line: Line, stimulus: Stimulus): Promise<Answer> =>
  new Promise((resolve) => {
    if (line.gone !== null) {
      resolve(line.gone);
      return;
    }
    if (stimulus.do === 'reset') {
      Object.assign(line.script, { lines: 0, size: 0 });
      line.resets++;
      line.memoryAtReset = line.memory;
    }
    const id = ++line.ids;
    const timer = setTimeout(() => {
      giveUp(line, { key: 'no answer', does: silenceOf(line, nameOf(stimulus)) });
    }, line.launch.patienceMs);
    line.pending = { id, stimulus, said: [], claims: null, size: 0, settle: resolve, timer };
    line.child.stdin.write(`${JSON.stringify({ ...stimulus, id })}\n`);
  });

let processes = 0;

const started = (launch: Launch, who: string): Line => {
  const [file = '', ...args] = launch.command;
  // a group of its own: Ctrl-C is for the harness, and all that the program starts ends with it
  const mark = `${process.pid}.${++processes}`;
  const child = spawn(file, args, { stdio: 'pipe', detached: true, env: marked(mark) });
  return {
    child,
    leader: child.pid === undefined ? null : { pid: child.pid, mark },
    launch,
    who,
    decoder: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }),
    script: { lines: 0, size: 0 },
    timers: new Set(),
    pending: null,
    rest: '',
    complaint: '',
    gone: null,
    ids: 0,
    resets: 0,
    memory: 0,
    memoryAtReset: 0,
  };
};

/** Starts the program, which sentences call `who`. It is asked one thing at a time. */
export const foreign = (launch: Launch, who: string): Foreign => {
  try {
    const line = started(launch, who);
    listen(line);
    if (line.leader !== null) watchOver(line.leader);
    look(line);
    return {
      ask: (stimulus) => asked(line, stimulus),
      end: () => giveUp(line, { key: 'ended', does: 'was ended' }),
    };
  } catch (error) {
    const { key, does } = startFault(launch.command, error);
    const finding = unusable(key, `${who} ${does}`);
    return { ask: async () => ({ kind: 'failed', finding }), end: () => undefined };
  }
};
