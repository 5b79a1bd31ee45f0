import { createHash, randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ConformCase, encodeCase, linesOf } from '../oracle/conform/case-file.ts';
import type { Finding } from '../oracle/conform/finding.ts';
import { nothingReached, reachedIn } from '../oracle/conform/reached.ts';
import { reduced } from '../oracle/conform/reduce.ts';
import { scripts } from '../oracle/conform/scripts.ts';
import type { Claims } from '../oracle/conform/stimulus.ts';
import { commandText } from './command-text.ts';
import {
  type Campaign,
  conformJson,
  hasPassed,
  type Kept,
  printPassed,
  printRefuted,
  printStart,
  type Refuting,
  type Request,
  scriptLength,
  unaskedJson,
} from './conform-report.ts';
import { saveText } from './files.ts';
import { many } from './numbers.ts';
import { type ConformOptions, exitCodes, memoryByDefault } from './options.ts';
import { type Player, playerFor } from './player.ts';
import { complain, gaugeFor, interruptible, type Terminal } from './terminal.ts';

const secondsByDefault = 30;
const shrinkSeconds = 10;

/** Time is looked at between scripts; one that is under way then may take one answer more. */
const deadline = (seconds: number, { patienceMs }: Request, signal: AbortSignal): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(1000 * seconds + patienceMs)]);

const campaign = async (
  request: Request,
  claims: Claims,
  player: Player,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Campaign> => {
  const { scripts: most, seconds, seed } = request;
  const gauge = await gaugeFor(terminal);
  const scriptOf = scripts(claims, scriptLength);
  const isGivenUp = seconds === null ? signal : deadline(seconds, request, signal);
  const began = performance.now();
  const passed = (): number => (performance.now() - began) / 1000;
  const isOver = (played: number): boolean =>
    signal.aborted || played === most || (seconds !== null && passed() >= seconds);
  let played = 0;
  let refuting: Refuting | null = null;
  let reached = nothingReached;
  while (!isOver(played)) {
    const script = scriptOf(seed, played);
    const result = script === undefined ? null : await player.play(script, isGivenUp);
    if (result === null || script === undefined) break;
    const { finding, episodes } = result;
    if (finding !== null) {
      refuting = { script, finding, episodes };
      break;
    }
    played++;
    reached = reachedIn(reached, episodes);
    gauge.show(`${commandText(request.command)}: ${many(played, 'script')}`);
  }
  gauge.clear();
  const stimuli = player.stimuli();
  return { played, stimuli, reached, refuting, seconds: passed(), isInterrupted: signal.aborted };
};

/** These cost all their patience every time, so that they are told as they were found. */
const dear: ReadonlySet<string> = new Set(['no answer', 'closed', 'memory']);

const shrunk = async (
  found: Refuting,
  player: Player,
  isGivenUp: AbortSignal,
): Promise<Refuting> => {
  const began = performance.now();
  const isLate = (): boolean =>
    isGivenUp.aborted || performance.now() - began > 1000 * shrinkSeconds;
  let best = found;
  await reduced(
    found.script,
    async (script) => {
      const result = await player.play(script, isGivenUp);
      if (result === null || result.finding?.key !== found.finding.key) return false;
      best = { script, finding: result.finding, episodes: result.episodes };
      return true;
    },
    isLate,
  );
  return best;
};

/** Whether processes that have just been started are refuted by the script for the same reason. */
const repeats = async (
  { script, finding }: Refuting,
  player: Player,
  isGivenUp: AbortSignal,
): Promise<boolean | null> => {
  player.end();
  const result = await player.play(script, isGivenUp);
  return result === null ? null : result.finding?.key === finding.key;
};

const save = (request: Request, number: number, refuting: Refuting): Omit<Kept, 'repeats'> => {
  const { command, seed, folder, isEachHost } = request;
  const { script, finding, episodes } = refuting;
  const { kind, key, cites, sentence } = finding;
  const kept = { kind, key, cites, sentence };
  const head = { format: 4, kind: 'conform', command, eachHost: isEachHost } as const;
  const one: ConformCase = { ...head, seed, number, finding: kept, script };
  const hash = createHash('sha256')
    .update(JSON.stringify([command, isEachHost, key, script]))
    .digest('hex')
    .slice(0, 8);
  const file = join(folder, `conform-${hash}.json`);
  const complaint = saveText(file, encodeCase(one, linesOf(episodes)));
  return { small: refuting, file, complaint: complaint?.sentence ?? null };
};

/** What was found is saved at once, and again when it is smaller: an interruption costs nothing. */
const kept = async (
  request: Request,
  found: Refuting,
  number: number,
  player: Player,
  signal: AbortSignal,
): Promise<Kept> => {
  const first = save(request, number, found);
  const isGivenUp = deadline(2 * shrinkSeconds, request, signal);
  const isAlone = await repeats(found, player, isGivenUp);
  if (isAlone !== true || dear.has(found.finding.key)) return { ...first, repeats: isAlone };
  const small = await shrunk(found, player, isGivenUp);
  if (small === found || (await repeats(small, player, isGivenUp)) === false) {
    return { ...first, repeats: true };
  }
  const second = save(request, number, small);
  const isMoved = second.complaint === null && second.file !== first.file;
  if (isMoved) rmSync(first.file, { force: true });
  return { ...second, repeats: true };
};

const unasked = (
  request: Request,
  finding: Finding,
  isJson: boolean,
  terminal: Terminal,
  signal: AbortSignal,
): number => {
  const name = commandText(request.command);
  if (isJson) terminal.print(unaskedJson(request, signal.aborted ? null : finding));
  else if (signal.aborted)
    terminal.print(`${name}: inconclusive: interrupted before it was played`);
  else complain(terminal, `${name} cannot be judged: ${finding.sentence}.`);
  return signal.aborted ? exitCodes.inconclusive : exitCodes.badInput;
};

const conforming = async (
  request: Request,
  isJson: boolean,
  player: Player,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> => {
  const claims = await player.meet();
  if ('sentence' in claims) return unasked(request, claims, isJson, terminal, signal);
  if (!isJson) printStart(request, claims, terminal);
  const done = await campaign(request, claims, player, terminal, signal);
  const { refuting, played } = done;
  if (refuting === null) {
    if (isJson) terminal.print(conformJson(request, claims, done, null));
    else printPassed(request, done, terminal);
    return hasPassed(done) ? exitCodes.holds : exitCodes.inconclusive;
  }
  const refutation = await kept(request, refuting, played, player, signal);
  if (isJson) terminal.print(conformJson(request, claims, done, refutation));
  else printRefuted(request, done, refutation, terminal);
  return exitCodes.refuted;
};

/** `lockstep conform`: 0 if no script refutes the program, 1 if one does, 2 if it is none. */
export const conform = (
  command: readonly string[],
  options: ConformOptions,
  terminal: Terminal,
): Promise<number> =>
  interruptible(async (signal) => {
    const {
      patience: patienceMs,
      memory: memoryMb = memoryByDefault,
      scripts: most = null,
    } = options;
    const request: Request = {
      command,
      seed: options.seed ?? randomInt(2 ** 31),
      scripts: most,
      seconds: options.time ?? (most === null ? secondsByDefault : null),
      patienceMs,
      memoryMb,
      isEachHost: options.eachHost === true,
      folder: options.out,
    };
    const player = playerFor({ command, patienceMs, memoryMb }, request.isEachHost);
    signal.addEventListener('abort', player.end);
    try {
      return await conforming(request, options.json === true, player, terminal, signal);
    } finally {
      player.end();
    }
  });
