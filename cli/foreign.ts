import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { shortened } from '../counterexamples/bad-input.ts';
import { type Finding, unusable } from '../oracle/conform/finding.ts';
import { type Said, type Stimulus, spokenIn } from '../oracle/conform/stimulus.ts';
import type { Claimed } from '../oracle/header.ts';

/** How a program is started and how long it may think. */
export type Launch = { readonly command: readonly string[]; readonly patienceMs: number };

/** What came back for a stimulus: what was said, or why that cannot be had. */
export type Answer =
  | { readonly kind: 'said'; readonly said: readonly Said[]; readonly claims: Claimed }
  | { readonly kind: 'cannotReset' }
  | { readonly kind: 'failed'; readonly finding: Finding };

/** A program that runs as a process and is spoken to in lines. */
export type Foreign = {
  readonly ask: (stimulus: Stimulus) => Promise<Answer>;
  readonly end: () => void;
};

const longestLine = 65_536;
const mostLines = 10_000; // in one answer
const mostText = 4_194_304; // characters, likewise
const complaintLength = 400;

const failed = (key: string, sentence: string): Answer => ({
  kind: 'failed',
  finding: unusable(key, sentence),
});

const exitText = (code: number | null, signal: string | null): string =>
  signal === null ? `ends with exit code ${code ?? 0}` : `is ended by ${signal}`;

const lastLine = (text: string): string => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const last = lines.at(-1)?.trim() ?? '';
  return last === '' ? '' : `; its last words: ${JSON.stringify(last.slice(0, 200))}`;
};

type Pending = {
  readonly id: number;
  readonly does: string;
  readonly said: Said[];
  claims: Claimed;
  size: number;
  readonly settle: (answer: Answer) => void;
  timer: NodeJS.Timeout;
};

type Line = {
  child: ChildProcessWithoutNullStreams;
  pending: Pending | null;
  rest: string;
  complaint: string;
  gone: Answer | null;
  ids: number;
};

const settle = (line: Line, answer: Answer): void => {
  const { pending } = line;
  if (pending === null) return;
  clearTimeout(pending.timer);
  line.pending = null;
  pending.settle(answer);
};

const kill = ({ pid }: ChildProcessWithoutNullStreams): void => {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended already
  }
};

const giveUp = (line: Line, answer: Answer): void => {
  line.gone ??= answer;
  settle(line, answer);
  kill(line.child);
};

const hear = (line: Line, text: string): void => {
  if (line.gone !== null || text.trim() === '') return;
  const { pending } = line;
  if (pending === null) {
    giveUp(line, failed('late', `it speaks although it was told nothing: ${shortened(text)}`));
    return;
  }
  pending.size += text.length;
  if (pending.size > mostText) {
    const sentence = `it answers ${pending.does} with more than ${mostText} characters`;
    giveUp(line, failed('too much', sentence));
    return;
  }
  const spoken = spokenIn(text);
  if (spoken.kind === 'garbled') giveUp(line, failed('garbled', spoken.sentence));
  else if (spoken.kind === 'cannotReset') settle(line, { kind: 'cannotReset' });
  else if (spoken.kind === 'hello') pending.claims = spoken.settings;
  else if (spoken.kind === 'said') {
    pending.said.push(spoken);
    if (pending.said.length > mostLines) {
      const sentence = `it answers ${pending.does} with more than ${mostLines} lines`;
      giveUp(line, failed('too many lines', sentence));
    }
  } else if (spoken.id === pending.id) {
    settle(line, { kind: 'said', said: pending.said, claims: pending.claims });
  } else {
    const sentence = `it says done to ${spoken.id}, and it was asked ${pending.id}`;
    giveUp(line, failed('another id', sentence));
  }
};

const read = (line: Line, data: string): void => {
  const parts = (line.rest + data).split('\n');
  line.rest = parts.pop() ?? '';
  for (const part of [...parts, line.rest]) {
    if (part.length <= longestLine) continue;
    line.rest = '';
    giveUp(line, failed('long line', `it says a line of more than ${longestLine} characters`));
  }
  for (const part of parts) hear(line, part);
};

const listen = (line: Line, command: readonly string[]): void => {
  const { child } = line;
  const name = command.join(' ');
  child.stdout.setEncoding('utf8').on('data', (data: string) => read(line, data));
  child.stderr.setEncoding('utf8').on('data', (data: string) => {
    line.complaint = (line.complaint + data).slice(-complaintLength);
  });
  // a program that has gone is noticed by its end, not by what cannot be written to it
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => {
    const code = 'code' in error ? String(error.code) : error.name;
    const why = code === 'ENOENT' ? 'there is no such command' : `it fails with ${code}`;
    giveUp(line, failed('no start', `${name} cannot be started: ${why}`));
  });
  child.on('close', (code, signal) => {
    const asked = line.pending === null ? '' : ` when told ${line.pending.does}`;
    const sentence = `it ${exitText(code, signal)}${asked}${lastLine(line.complaint)}`;
    giveUp(line, failed('ended', sentence));
  });
};

const textOf = (stimulus: Stimulus): string => {
  const host = 'host' in stimulus ? ` on ${stimulus.host}` : '';
  return `${stimulus.do}${host}`;
};

/** Starts the program. It is asked one thing at a time. */
export const foreign = ({ command, patienceMs }: Launch): Foreign => {
  const [file = '', ...args] = command;
  // a group of its own: Ctrl-C is for the harness, and all that the program starts ends with it
  const child = spawn(file, args, { stdio: 'pipe', detached: true });
  const line: Line = { child, pending: null, rest: '', complaint: '', gone: null, ids: 0 };
  listen(line, command);
  return {
    ask: (stimulus) =>
      new Promise((resolve) => {
        if (line.gone !== null) {
          resolve(line.gone);
          return;
        }
        const id = ++line.ids;
        const does = textOf(stimulus);
        const timer = setTimeout(() => {
          const sentence = `it does not answer ${does} within ${patienceMs} ms`;
          giveUp(line, failed('no answer', sentence));
        }, patienceMs);
        line.pending = { id, does, said: [], claims: {}, size: 0, settle: resolve, timer };
        child.stdin.write(`${JSON.stringify({ ...stimulus, id })}\n`);
      }),
    end: () => {
      line.gone ??= failed('ended', 'it was ended');
      kill(child);
    },
  };
};
