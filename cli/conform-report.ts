import type { Finding } from '../oracle/conform/finding.ts';
import type { Played } from '../oracle/conform/play.ts';
import { nothingReached, type Reached } from '../oracle/conform/reached.ts';
import type { Script } from '../oracle/conform/script.ts';
import type { Claims } from '../oracle/conform/stimulus.ts';
import { storyLines } from '../oracle/conform/story.ts';
import { commandText, onText } from './command-text.ts';
import { printStory } from './conform-story.ts';
import { counted, many } from './numbers.ts';
import { memoryByDefault, patienceByDefault } from './options.ts';
import { complain, printCommand, printWrapped, type Terminal, wrapped } from './terminal.ts';

/** What `lockstep conform` was asked to do, in full. */
export type Request = {
  readonly command: readonly string[];
  readonly seed: number;
  readonly scripts: number | null;
  readonly seconds: number | null;
  readonly patienceMs: number;
  readonly memoryMb: number;
  readonly isEachHost: boolean;
  readonly folder: string;
};

/** A script that refutes the program. */
export type Refuting = { readonly script: Script } & Played & { readonly finding: Finding };

/** What came of the scripts until one refuted the program or there was a reason to stop. */
export type Campaign = {
  readonly played: number; // to their end
  readonly stimuli: number;
  readonly reached: Reached;
  readonly seconds: number;
  readonly refuting: Refuting | null;
  readonly isInterrupted: boolean;
};

/** What is kept of a refutation. */
export type Kept = {
  readonly small: Refuting;
  readonly repeats: boolean | null; // by a process that has just been started; null: not tried
  readonly file: string;
  readonly complaint: string | null; // why there is no such file
};

/** The most events of a script that is drawn. */
export const scriptLength = 50;

const named = ({ command }: Request): string => commandText(command);

const claimsText = (claims: Claims): string => {
  const said = Object.entries(claims).map(([name, value]) => `${name} ${value}`);
  return said.length === 0 ? "the paper's settings" : said.join(', ');
};

/** What is about to be done: with the seed, all that it takes to do it again. */
export const printStart = (request: Request, claims: Claims, terminal: Terminal): void => {
  const { scripts, seconds, seed, isEachHost } = request;
  const limits = [
    ...(scripts === null ? [] : [many(scripts, 'script')]),
    ...(seconds === null ? [] : [`${seconds} s`]),
  ].join(' or ');
  const processes = isEachHost ? 'a process for each host, ' : '';
  const how = `${limits}, ${processes}seed ${seed}, ${claimsText(claims)}`;
  printWrapped(`conform ${named(request)}: ${how}`, terminal, '  ');
};

/** Whether what no script has refuted was put to the test: without a takeover it was not. */
export const hasPassed = ({ refuting, reached }: Campaign): boolean =>
  refuting === null && reached.takeovers > 0;

const reachedText = ({ takeovers, survivals, losses, digests }: Reached): string => {
  const led =
    `The scripts led to ${many(takeovers, 'takeover')} by a backup, ` +
    `${many(survivals, 'arbitration')} won by a primary and ` +
    `${counted(losses)} lost by either`;
  return digests > 0
    ? `${led}; ${many(digests, 'state')} of the guest were compared.`
    : `${led}. No digest was said: a wrong replay shows only in what is put out after a takeover.`;
};

const untested = ({ played, isInterrupted }: Campaign): string => {
  const why = isInterrupted ? 'interrupted' : played > 0 ? 'too few scripts' : 'it takes too long';
  return played > 0
    ? `inconclusive: ${why}, and none of the ${many(played, 'script')} came to a takeover`
    : `inconclusive: ${why}, and no script was played to its end`;
};

/** No script has refuted the program. */
export const printPassed = (request: Request, done: Campaign, terminal: Terminal): void => {
  const { played, stimuli, seconds, isInterrupted, reached } = done;
  if (!hasPassed(done)) {
    printWrapped(`${named(request)}: ${untested(done)}`, terminal, '  ');
    return;
  }
  const stopped = isInterrupted ? 'interrupted; ' : '';
  const effort = `${counted(stimuli)} stimuli in ${seconds.toFixed(1)} s, seed ${request.seed}`;
  const text =
    `${named(request)}: ${stopped}passed ${many(played, 'script')} of at most ` +
    `${scriptLength} events (${effort}): all that it did the specification allows, and nothing ` +
    'that it owed was left undone';
  for (const line of wrapped(text, terminal.columns, '  ')) {
    terminal.print(terminal.colours.green(line));
  }
  printWrapped(reachedText(reached), terminal, '  ');
};

/** The options without which the same command line would do something else. */
const optionsOf = ({ isEachHost, patienceMs, memoryMb }: Request): readonly string[] => [
  ...(isEachHost ? ['--each-host'] : []),
  ...(patienceMs === patienceByDefault ? [] : ['--patience', `${patienceMs}`]),
  ...(memoryMb === memoryByDefault ? [] : ['--memory', `${memoryMb}`]),
];

const printAgain = (request: Request, { repeats, file }: Kept, number: number, to: Terminal) => {
  const { command, seed } = request;
  const options = optionsOf(request);
  if (repeats !== false) {
    const words = ['lockstep', 'replay', commandText([file]), ...options, onText(command)];
    printCommand(to, 'Replay', words.join(' '));
    return;
  }
  const text =
    'A process that has just been started does otherwise in this script: something of earlier ' +
    'scripts is left in this one, or what the program does depends on more than its lines.';
  printWrapped(text, to);
  const limits = ['--seed', `${seed}`, '--scripts', `${number}`, ...options];
  printCommand(to, 'Again', `lockstep conform ${limits.join(' ')} -- ${commandText(command)}`);
};

/** A script has refuted the program. */
export const printRefuted = (
  request: Request,
  { played, seconds, refuting }: Campaign,
  kept: Kept,
  terminal: Terminal,
): void => {
  const { small, complaint } = kept;
  const number = played + 1;
  const head = small.finding.kind === 'unusable' ? 'unusable in' : 'refuted by';
  const size = small.script.events.length;
  const from = refuting?.script.events.length ?? 0;
  const shrunk = size < from ? `; shrunk from ${many(from, 'event')} to ${counted(size)}` : '';
  const where = `script ${counted(number)} of seed ${request.seed}`;
  terminal.print();
  printStory(small, terminal);
  terminal.print();
  const text = `${named(request)}: ${head} ${where}, after ${seconds.toFixed(1)} s${shrunk}`;
  printWrapped(text, terminal, '  ');
  if (complaint !== null) complain(terminal, complaint);
  else printAgain(request, kept, number, terminal);
};

const refutationJson = (done: Campaign, { small, repeats, file, complaint }: Kept): object => {
  const { script, finding, episodes } = small;
  return {
    script: done.played + 1,
    ...finding,
    events: script.events.length,
    shrunkFrom: done.refuting?.script.events.length ?? null,
    repeats,
    file: complaint === null ? file : null,
    complaint,
    settings: script.settings,
    happenings: script.events,
    story: storyLines(episodes),
  };
};

const verdictOf = (done: Campaign, kept: Kept | null): string => {
  if (kept !== null) return kept.small.finding.kind === 'unusable' ? 'unusable' : 'refuted';
  return hasPassed(done) ? 'passed' : 'inconclusive';
};

const headJson = ({ command, isEachHost, seed }: Request): object => ({
  command,
  eachHost: isEachHost,
  seed,
});

/** All of it as one JSON document. */
export const conformJson = (
  request: Request,
  claims: Claims,
  done: Campaign,
  kept: Kept | null,
): string => {
  const { played, stimuli, reached, seconds, isInterrupted } = done;
  const whole = {
    format: 1,
    verdict: verdictOf(done, kept),
    ...headJson(request),
    claims,
    scripts: played,
    stimuli,
    reached,
    seconds,
    interrupted: isInterrupted,
    refutation: kept === null ? null : refutationJson(done, kept),
  };
  return JSON.stringify(whole, null, 2);
};

/** The same for a program that does not get as far as to be played with. */
export const unaskedJson = (request: Request, finding: Finding | null): string => {
  const verdict = finding === null ? 'inconclusive' : 'unusable';
  const none = {
    scripts: 0,
    stimuli: 0,
    reached: nothingReached,
    seconds: 0,
    interrupted: finding === null,
  };
  const refutation = finding === null ? null : { script: null, ...finding, file: null };
  const whole = { format: 1, verdict, ...headJson(request), claims: null, ...none, refutation };
  return JSON.stringify(whole, null, 2);
};
