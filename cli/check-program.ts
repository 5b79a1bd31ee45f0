import { randomInt } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type BadInput, badInput, isBadInput } from '../counterexamples/bad-input.ts';
import { witnesses } from '../properties/catalogue.ts';
import {
  type ProgramCheck,
  type ProgramSuite,
  type ProgramVerdict,
  programCheck,
  type ShrunkProgram,
  shrinkProgram,
} from '../properties/conformance/check-impl.ts';
import { shrunkFor } from '../properties/conformance/refute.ts';
import { causeOf, programWith } from '../properties/conformance/trial.ts';
import { programOf, type WrongProgram } from '../properties/conformance/wrong/wrong-program.ts';
import { wrongNamed } from '../properties/conformance/wrong-policies.ts';
import type { EveryStep } from '../properties/property.ts';
import { timely } from '../properties/simulation/timeliness.ts';
import { failuresOf } from './failures.ts';
import { type GuestName, guestImage, programNamed, saveFinding } from './finding.ts';
import { counted, many } from './numbers.ts';
import { type CheckOptions, exitCodes } from './options.ts';
import { findingLines, stillRefutes } from './program-case.ts';
import { noWrongProgram } from './program-mutants.ts';
import { complain, gaugeFor, printCommand, printWrapped, type Terminal } from './terminal.ts';
import { saveTimed, stillLate } from './timed-case.ts';
import { scriptsPerTimed, type TimedRuns, timedRuns } from './timed-runs.ts';
import { claimsNamed } from './words.ts';

type Request = {
  readonly guest: GuestName;
  readonly suite: ProgramSuite;
  readonly seed: number;
  readonly runs: number | null;
  readonly seconds: number | null;
  readonly wrong: WrongProgram | null; // instead of the right one
};

const secondsByDefault = 30;

const shrinkSeconds = 5;

const requestOf = (options: CheckOptions, fixed: ProgramSuite['fixed']): Request | BadInput => {
  if (options.spec !== 'paper') {
    const expected = 'paper, for that is what the program is written to';
    return badInput('the command line', '--spec', expected, `is ${options.spec}`);
  }
  const claims = claimsNamed(options.property);
  if ('sentence' in claims) return claims;
  const { seed = randomInt(2 ** 31), runs = null, mutant = null, guest = 'fold' } = options;
  const wrong = mutant === null ? null : wrongNamed(mutant);
  if (mutant !== null && wrong === null) return noWrongProgram('--mutant', mutant);
  const suite: ProgramSuite = {
    program: wrong === null ? programWith() : programOf(wrong),
    seed: `${seed}`,
    fixed: { ...wrong?.fixed, ...fixed },
    strategies: ['swarm', 'pct'],
    claims: claims.filter((claim): claim is EveryStep => claim.kind === 'everyStep'),
    image: guestImage(guest),
  };
  const seconds = options.time ?? (runs === null ? secondsByDefault : null);
  return { guest, suite, seed, runs, seconds, wrong };
};

type Ended = {
  readonly verdict: ProgramVerdict;
  readonly timed: TimedRuns;
  readonly seconds: number;
  readonly because: 'runs' | 'time' | 'refuted' | 'interrupted';
};

const breatheEveryMs = 100;

const whyOver = (
  { runs, seconds }: Request,
  check: ProgramCheck,
  passedMs: number,
  signal: AbortSignal,
): Ended['because'] | null => {
  if (signal.aborted) return 'interrupted';
  if (seconds !== null && passedMs >= 1000 * seconds) return 'time';
  return runs !== null && check.verdict().runs >= runs ? 'runs' : null;
};

/** One run after the other; the thread is let go now and then, for signals and the screen. */
const run = async (request: Request, terminal: Terminal, signal: AbortSignal): Promise<Ended> => {
  const gauge = await gaugeFor(terminal);
  const check = programCheck(request.suite, witnesses);
  const timed = timedRuns(request.seed);
  const began = performance.now();
  const passedMs = (): number => performance.now() - began;
  const ended = (because: Ended['because']): Ended => {
    gauge.clear();
    return {
      verdict: check.verdict(),
      timed: timed.verdict(),
      seconds: passedMs() / 1000,
      because,
    };
  };
  for (let breathedAt = 0; ; ) {
    const why = whyOver(request, check, passedMs(), signal);
    if (why !== null) return ended(why);
    const { runs: scripted } = check.verdict();
    const isTimed = request.wrong === null && scripted >= scriptsPerTimed * timed.verdict().runs;
    if (isTimed ? !timed.next() : !check.next()) return ended('refuted');
    if (passedMs() - breathedAt < breatheEveryMs) continue;
    breathedAt = passedMs();
    const { runs, lines } = check.verdict();
    gauge.show(`the program: ${many(runs, 'run')}, ${many(lines, 'line')} of report`);
    await setImmediate();
  }
};

/** A finding made small and saved. */
type Kept = Pick<ShrunkProgram, 'script' | 'finding'> & {
  readonly file: string | null;
  readonly complaint: BadInput | null;
};

const kept = ({ suite, guest, wrong }: Request, { first }: ProgramVerdict): Kept | null => {
  if (first === null) return null;
  const began = performance.now();
  const isOver = (): boolean => performance.now() - began > 1000 * shrinkSeconds;
  const shrunk =
    wrong === null
      ? shrinkProgram(suite.program, first, isOver, suite.claims, suite.image)
      : shrunkFor(wrong, first, isOver);
  return { ...shrunk, ...saveFinding(shrunk.script, { guest, mutant: wrong?.name ?? null }) };
};

const printStart = (request: Request, terminal: Terminal): void => {
  const { guest, suite, seed, runs, seconds, wrong } = request;
  const limits = [
    ...(runs === null ? [] : [many(runs, 'run')]),
    ...(seconds === null ? [] : [`${seconds} s`]),
  ];
  const how = `${limits.join(' or ')}, seed ${seed}`;
  const claims = many(suite.claims.length, 'claim');
  const program = wrong === null ? 'the program' : `the wrong program ${wrong.name}`;
  const what = guest === 'fold' ? program : `${program}, with ${guest},`;
  printWrapped(`checking ${what} against paper: ${claims}, ${how}`, terminal, '  ');
  if (wrong !== null) printWrapped(`${wrong.mistake} (${wrong.cites.join(', ')})`, terminal, '  ');
};

const printRefuted = (found: Kept, { verdict, seconds }: Ended, terminal: Terminal): void => {
  const { print } = terminal;
  print();
  print(findingLines(found.script, found.finding, terminal).join('\n'));
  print();
  const run = verdict.first === null ? '' : ` by run ${counted(verdict.first.run + 1)}`;
  const from = many(verdict.first?.script.events.length ?? 0, 'event');
  printWrapped(
    `the program: refuted${run}, after ${seconds.toFixed(1)} s; shrunk from ${from} to ` +
      `${many(found.script.events.length, 'event')}`,
    terminal,
    '  ',
  );
  if (found.file !== null) printCommand(terminal, 'Replay', `lockstep replay ${found.file}`);
};

/** A timed run that is late, or early, and where its report is. */
const printLate = (finding: string, file: string | null, terminal: Terminal): void => {
  const { print, colours } = terminal;
  print();
  print(colours.bold(colours.red('the program is refuted: in virtual time it breaks a claim')));
  print(finding);
  if (file !== null) printWrapped(`the program: refuted; its report is ${file}`, terminal, '  ');
};

const printTimed = ({ runs, lines, reached }: TimedRuns, terminal: Terminal): void => {
  if (runs === 0) return;
  printWrapped(
    `In virtual time: ${many(runs, 'run')} with ${many(lines, 'line')} of report, held to ` +
      `${many(timely.length, 'claim')} about time; ${reached} of their cases were reached.`,
    terminal,
  );
};

const printHolds = ({ verdict, timed, because, seconds }: Ended, terminal: Terminal): void => {
  const { runs, lines, events, unseen } = verdict;
  const seen = witnesses.length - unseen.length;
  const stopped = because === 'interrupted' ? `interrupted after ${counted(seconds)} s; ` : '';
  printWrapped(
    `Sampled, not exhausted: ${many(runs, 'run')} with ${many(lines, 'line')} of report, which ` +
      `are ${many(events, 'event')} of the specification; ${seen} of ${witnesses.length} cases ` +
      'were reached.',
    terminal,
  );
  printTimed(timed, terminal);
  const text =
    runs === 0
      ? `the program: ${stopped}inconclusive, for want of a run`
      : `the program: ${stopped}every run is one of paper, and every claim held`;
  printWrapped(terminal.colours.green(text), terminal, '  ');
};

const asJson = (
  { guest, seed, suite, wrong }: Request,
  ended: Ended,
  found: Kept | null,
  file: string | null,
): string => {
  const { verdict, seconds, because, timed } = ended;
  const { first: late, ...counts } = timed;
  const lateness = late === null ? null : { seed: late.seed, finding: late.finding, file };
  const { first, unseen, overall: _, ...sums } = verdict;
  const refutation =
    found === null
      ? null
      : {
          run: first?.run ?? null,
          file: found.file,
          cause: causeOf(found.finding),
          events: found.script.events.length,
          script: found.script,
        };
  const cases = { seen: witnesses.length - unseen.length, unseen: unseen.map(({ id }) => id) };
  const of = { guest, mutant: wrong?.name ?? null };
  const whole = { format: 1, on: 'impl', ...of, seed, fixed: suite.fixed, seconds, because };
  const inTime = { ...counts, claims: timely.length, lateness };
  const judged = { verdict: overall(ended), cases, refutation, timed: inTime };
  return JSON.stringify({ ...whole, ...sums, ...judged }, null, 2);
};

/** Cases about time are none here, so that all that is asked of the runs is that there are some. */
const overall = ({ verdict, timed }: Ended): 'holds' | 'refuted' | 'inconclusive' => {
  const { first, runs } = verdict;
  if (first !== null || timed.first !== null) return 'refuted';
  return runs > 0 ? 'holds' : 'inconclusive';
};

/** Replays what earlier checks have saved of the program: the first that refutes it still. */
const printKnown = ({ guest }: Request, terminal: Terminal): boolean => {
  for (const failure of failuresOf(programNamed({ guest })).known) {
    const finding = stillRefutes(failure.bundle);
    if (finding === null) continue;
    terminal.print(findingLines(finding.script, finding.finding, terminal).join('\n'));
    printWrapped(`the program: refuted, still, by ${failure.file}`, terminal, '  ');
    return true;
  }
  const late = stillLate();
  if (late !== null) printLate(late.finding, late.file, terminal);
  return late !== null;
};

/** `lockstep check --on impl`: 0 if no run left the specification, 1 if one did. */
export const checkProgram = async (
  options: CheckOptions,
  fixed: ProgramSuite['fixed'],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> => {
  const request = requestOf(options, fixed);
  if (isBadInput(request)) {
    complain(terminal, request.sentence);
    return exitCodes.badInput;
  }
  const isJson = options.json === true;
  if (!isJson) {
    printStart(request, terminal);
    if (request.wrong === null && printKnown(request, terminal)) return exitCodes.refuted;
  }
  const ended = await run(request, terminal, signal);
  const found = kept(request, ended.verdict);
  if (found?.complaint) complain(terminal, found.complaint.sentence);
  const late = ended.timed.first;
  const file = late === null ? null : saveTimed(late);
  if (isJson) terminal.print(asJson(request, ended, found, file));
  else if (late?.finding) printLate(late.finding, file, terminal);
  else if (found !== null) printRefuted(found, ended, terminal);
  else printHolds(ended, terminal);
  return exitCodes[overall(ended)];
};
