import { createReadStream, realpathSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { type BadInput, badInput, isBadInput } from '../counterexamples/bad-input.ts';
import type { Verdict } from '../oracle/judge.ts';
import { type Concluded, type Judged, type Session, session } from '../oracle/session.ts';
import type { Place } from '../oracle/source.ts';
import { whyText } from '../oracle/why.ts';
import { reasonOf } from './files.ts';
import { counted, many } from './numbers.ts';
import { exitCodes, type ValidateOptions } from './options.ts';
import { requirementText } from './requirement-text.ts';
import {
  complain,
  type Gauge,
  gaugeFor,
  interruptible,
  printWrapped,
  type Terminal,
} from './terminal.ts';

/** A file that is opened when the first of it is read. */
type Input = { readonly name: string; readonly open: () => Readable };

const standardInput = 'the standard input';

const inputOf = (file: string): Input =>
  file === '-'
    ? { name: standardInput, open: () => process.stdin }
    : { name: file, open: () => createReadStream(file) };

type Read = IteratorResult<Uint8Array> | BadInput | 'aborted';

type Source = {
  readonly read: (signal: AbortSignal) => Promise<Read>;
  readonly close: () => void;
};

/** What the work comes to; the signal holds on to nothing of it, however often it is asked. */
const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T | 'aborted'> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => resolve('aborted');
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });

const sourceOf = ({ name, open }: Input): Source => {
  let stream: Readable | null = null;
  let chunks: AsyncIterator<Uint8Array> | null = null;
  return {
    read: async (signal) => {
      try {
        stream ??= open();
        chunks ??= stream[Symbol.asyncIterator]();
        return await unlessAborted(chunks.next(), signal);
      } catch (error) {
        return badInput(name, 'the file', 'readable', reasonOf(error));
      }
    },
    close: () => stream?.destroy(),
  };
};

/** Feeds the session what it wants until it is concluded; `null` if it was interrupted. */
const pumped = async (
  sources: readonly Source[],
  judging: Session,
  gauge: Gauge,
  signal: AbortSignal,
): Promise<Concluded | null> => {
  for (let file = judging.wants(); file !== null; file = judging.wants()) {
    const source = sources[file];
    if (source === undefined || signal.aborted) return null;
    const read = await source.read(signal);
    if (read === 'aborted') return null;
    if ('sentence' in read) return read;
    judging.feed(file, read.done === true ? null : read.value);
    gauge.show(many(judging.lines(), 'line'));
  }
  return judging.concluded();
};

const codeOf = ({ kind }: Verdict): number => {
  if (kind === 'accepted') return exitCodes.holds;
  return kind === 'refused' ? exitCodes.refuted : exitCodes.inconclusive;
};

const placeText = (place: Place | null): string =>
  place === null ? 'a line' : `line ${place.line} of ${place.file}`;

type Done = Judged & { readonly seconds: number };

const toldIn = ({ header }: Done): string =>
  [header.sight, ...(header.profile ?? ['core'])].join(', ');

const printPeople = (done: Done, terminal: Terminal): void => {
  const { verdict, place, why, waiting, placeAt, copies, seconds } = done;
  const { print, colours } = terminal;
  if (verdict.kind === 'accepted') {
    const { lines, events } = verdict;
    const are = lines === 1 ? 'is' : 'are';
    print(`${colours.green('accepted')}: ${many(lines, 'line')} ${are} a run of the specification`);
    const rate = counted(lines / Math.max(seconds, 0.001));
    print(colours.dim(`${toldIn(done)} · ${many(events, 'event')} · ${rate} lines/s`));
  } else if (verdict.kind === 'inconclusive') {
    print(`${colours.yellow('inconclusive')}: at ${placeText(place)}, ${verdict.because}`);
  }
  if (why !== null) {
    const naming = (at: number): string => placeText(placeAt(at));
    print(whyText(why, (copy) => copies[copy] ?? `copy ${copy}`, naming, requirementText));
  }
  if (waiting.length === 0) return;
  printWrapped(`Nor can, there: ${waiting.map(placeText).join(', ')}.`, terminal, '  ');
};

const jsonOf = (done: Done): object => {
  const { verdict, header, place, why, waiting, seconds } = done;
  const { sight, profile = ['core'] } = header;
  const head = { format: 1, verdict: verdict.kind, sight, profile, seconds };
  if (verdict.kind === 'accepted') {
    return { ...head, lines: verdict.lines, events: verdict.events };
  }
  if (verdict.kind === 'inconclusive' || why === null) {
    const because = verdict.kind === 'inconclusive' ? verdict.because : null;
    return { ...head, place, waiting, accepted: verdict.at, because };
  }
  const { requirement, sentence, standing, allowed, accepted, edits, shrunk } = why;
  const { line, breach } = verdict;
  const reason = { requirement, sentence, standing, allowed, edits, shrunk };
  return { ...head, place, waiting, accepted, line, breach, ...reason };
};

const interrupted = (lines: number, { json }: ValidateOptions, { print }: Terminal): number => {
  const known = lines === 0 ? '' : '; none of them was refused';
  const because = `interrupted after ${many(lines, 'line')}${known}`;
  if (json === true) print(JSON.stringify({ format: 1, verdict: 'inconclusive', lines, because }));
  else print(`inconclusive: ${because}`);
  return exitCodes.inconclusive;
};

/** The file itself, by whatever name. */
const realOf = (file: string): string => {
  try {
    return file === '-' ? file : realpathSync(file);
  } catch {
    return file; // why it cannot be read is told when it is
  }
};

const twiceIn = (files: readonly string[]): string | undefined => {
  const real = files.map(realOf);
  return files.find((_, index) => real.indexOf(real[index] ?? '') < index);
};

/** `lockstep validate`: 0 a run of the specification, 1 refused, 2 bad input, 3 inconclusive. */
export const validate = async (
  files: readonly string[],
  options: ValidateOptions,
  terminal: Terminal,
): Promise<number> => {
  const twice = twiceIn(files);
  if (twice !== undefined) {
    const bad = badInput('the command line', 'FILE', 'each file once', `${twice} is there twice`);
    complain(terminal, bad.sentence);
    return exitCodes.badInput;
  }
  const begun = performance.now();
  const inputs = files.map(inputOf);
  const judging = session(inputs.map(({ name }) => name));
  const gauge = await gaugeFor(terminal);
  const sources = inputs.map(sourceOf);
  const concluded = await interruptible((signal) => pumped(sources, judging, gauge, signal));
  gauge.clear();
  for (const { close } of sources) close();
  if (concluded === null) return interrupted(judging.lines(), options, terminal);
  if (isBadInput(concluded)) {
    complain(terminal, concluded.sentence);
    return exitCodes.badInput;
  }
  const seconds = (performance.now() - begun) / 1000;
  if (options.json === true) terminal.print(JSON.stringify(jsonOf({ ...concluded, seconds })));
  else printPeople({ ...concluded, seconds }, terminal);
  return codeOf(concluded.verdict);
};
