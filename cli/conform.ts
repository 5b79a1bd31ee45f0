import { createHash, randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { encodeCase } from '../oracle/conform/case-file.ts';
import type { Finding } from '../oracle/conform/finding.ts';
import type { Episode } from '../oracle/conform/pair-world.ts';
import type { Played } from '../oracle/conform/play.ts';
import { reduced } from '../oracle/conform/reduce.ts';
import type { Script } from '../oracle/conform/script.ts';
import { scripts } from '../oracle/conform/scripts.ts';
import type { Claimed } from '../oracle/header.ts';
import { printStory } from './conform-story.ts';
import { saveText } from './files.ts';
import { counted, many } from './numbers.ts';
import { type ConformOptions, exitCodes } from './options.ts';
import { type Player, playerFor } from './player.ts';
import {
  complain,
  gaugeFor,
  interruptible,
  printCommand,
  printWrapped,
  type Terminal,
  wrapped,
} from './terminal.ts';

type Request = {
  readonly command: readonly string[];
  readonly seed: number;
  readonly scripts: number | null;
  readonly seconds: number | null;
  readonly folder: string;
};

/** A script that refutes the program. */
export type Refuting = { readonly script: Script } & Played & { readonly finding: Finding };

type Campaign = {
  readonly played: number;
  readonly seconds: number;
  readonly refuting: Refuting | null;
  readonly isInterrupted: boolean;
};

const scriptLength = 50;
const secondsByDefault = 30;
const shrinkSeconds = 10;

const nameOf = ({ command }: Pick<Request, 'command'>): string => command.join(' ');

const isOver = ({ scripts: most, seconds }: Request, played: number, passed: number): boolean =>
  (most !== null && played >= most) || (seconds !== null && passed >= seconds);

const campaign = async (
  request: Request,
  claims: Claimed,
  player: Player,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Campaign> => {
  const gauge = await gaugeFor(terminal);
  const scriptOf = scripts(claims, scriptLength);
  const began = performance.now();
  const passed = (): number => (performance.now() - began) / 1000;
  let played = 0;
  let refuting: Refuting | null = null;
  while (refuting === null && !signal.aborted && !isOver(request, played, passed())) {
    const script = scriptOf(request.seed, played);
    if (script === undefined) break;
    const { finding, episodes } = await player.play(script);
    played++;
    gauge.show(`${nameOf(request)}: ${many(played, 'script')}`);
    if (finding !== null) refuting = { script, finding, episodes };
  }
  gauge.clear();
  return { played, refuting, seconds: passed(), isInterrupted: signal.aborted };
};

/** A hang costs all its patience every time, so that it is told as it was found. */
const isCheap = ({ key }: Finding): boolean => key !== 'no answer';

const shrunk = async (found: Refuting, player: Player, signal: AbortSignal): Promise<Refuting> => {
  if (!isCheap(found.finding)) return found;
  const began = performance.now();
  const isLate = (): boolean => signal.aborted || performance.now() - began > 1000 * shrinkSeconds;
  let best = found;
  await reduced(
    found.script,
    async (script) => {
      const { finding, episodes } = await player.play(script);
      const isSame = finding?.key === found.finding.key;
      if (isSame && finding !== null) best = { script, finding, episodes };
      return isSame;
    },
    isLate,
  );
  return best;
};

const linesOf = (episodes: readonly Episode[]) =>
  episodes.flatMap((episode) =>
    episode.kind === 'line' && !episode.isUnheard ? [episode.line] : [],
  );

const save = (request: Request, number: number, { script, finding, episodes }: Refuting) => {
  const { command, seed, folder } = request;
  const { kind, key, cites, sentence } = finding;
  const kept = { kind, key, cites, sentence };
  const one = { format: 3, kind: 'conform', command, seed, number, finding: kept, script } as const;
  const hash = createHash('sha256')
    .update(JSON.stringify([key, script]))
    .digest('hex')
    .slice(0, 8);
  const file = join(folder, `conform-${hash}.json`);
  return { file, complaint: saveText(file, encodeCase(one, linesOf(episodes))) };
};

const verdictText = (
  request: Request,
  { played, seconds, refuting }: Campaign,
  small: Refuting,
): string => {
  const head = small.finding.kind === 'unusable' ? 'stopped' : 'refuted';
  const size = small.script.events.length;
  const from = refuting?.script.events.length ?? 0;
  const shrunkText = size < from ? `; shrunk from ${many(from, 'event')} to ${counted(size)}` : '';
  return (
    `${nameOf(request)}: ${head} by script ${counted(played)} of seed ${request.seed}, ` +
    `after ${seconds.toFixed(1)} s${shrunkText}`
  );
};

const printRefuted = async (
  request: Request,
  done: Campaign,
  player: Player,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> => {
  if (done.refuting === null) return;
  const first = save(request, done.played - 1, done.refuting);
  const small = await shrunk(done.refuting, player, signal);
  const isWhole = small === done.refuting;
  const { file, complaint } = isWhole ? first : save(request, done.played - 1, small);
  if (!isWhole && complaint === null && file !== first.file) rmSync(first.file, { force: true });
  terminal.print();
  printStory(small, terminal);
  terminal.print();
  printWrapped(verdictText(request, done, small), terminal, '  ');
  if (complaint !== null) complain(terminal, complaint.sentence);
  else printCommand(terminal, 'Replay', `lockstep replay ${file} --on ${nameOf(request)}`);
};

const printPassed = (
  request: Request,
  { played, seconds, isInterrupted }: Campaign,
  stimuli: number,
  terminal: Terminal,
): void => {
  const stopped = isInterrupted ? 'interrupted; ' : '';
  const effort = `${counted(stimuli)} stimuli in ${seconds.toFixed(1)} s, seed ${request.seed}`;
  const text =
    `${nameOf(request)}: ${stopped}passed ${many(played, 'script')} of at most ` +
    `${scriptLength} events (${effort}): all that it did the specification allows, and nothing ` +
    'that it owed was left undone';
  for (const line of wrapped(text, terminal.columns, '  ')) {
    terminal.print(played > 0 ? terminal.colours.green(line) : line);
  }
};

const claimsText = (claims: Claimed): string => {
  const said = Object.entries(claims).map(([name, value]) => `${name} ${value}`);
  return said.length === 0 ? "the paper's settings" : said.join(', ');
};

const conforming = async (
  request: Request,
  player: Player,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> => {
  const claims = await player.meet();
  if ('sentence' in claims) {
    complain(terminal, `${nameOf(request)} cannot be judged: ${claims.sentence}.`);
    return exitCodes.badInput;
  }
  const limits = [
    ...(request.scripts === null ? [] : [many(request.scripts, 'script')]),
    ...(request.seconds === null ? [] : [`${request.seconds} s`]),
  ].join(' or ');
  const what = `conform ${nameOf(request)}: ${limits}, seed ${request.seed}, ${claimsText(claims)}`;
  printWrapped(what, terminal, '  ');
  const done = await campaign(request, claims, player, terminal, signal);
  if (done.refuting === null) {
    printPassed(request, done, player.stimuli(), terminal);
    return done.played > 0 ? exitCodes.holds : exitCodes.inconclusive;
  }
  await printRefuted(request, done, player, terminal, signal);
  return exitCodes.refuted;
};

/** `lockstep conform`: 0 if no script refutes the program, 1 if one does, 2 if it is none. */
export const conform = (
  command: readonly string[],
  options: ConformOptions,
  terminal: Terminal,
): Promise<number> =>
  interruptible(async (signal) => {
    const most = options.scripts ?? null;
    const request: Request = {
      command,
      seed: options.seed ?? randomInt(2 ** 31),
      scripts: most,
      seconds: options.time ?? (most === null ? secondsByDefault : null),
      folder: options.out,
    };
    const launch = { command, patienceMs: options.patience };
    const player = playerFor(launch, options.eachHost === true);
    try {
      return await conforming(request, player, terminal, signal);
    } finally {
      player.end();
    }
  });
