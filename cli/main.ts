import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { conform, init } from './conform-verb.ts';
import { mutants } from './mutants-verb.ts';
import {
  type CheckOptions,
  type DoctorOptions,
  type ExploreOptions,
  type ExtremeOptions,
  exitCodes,
  guestNamed,
  oneOfWords,
  repeated,
  type ShrinkOptions,
  seconds,
  sides,
  wholeNumber,
} from './options.ts';
import { oracleVerbs } from './oracle-verbs.ts';
import { programVerbs } from './program-verbs.ts';
import { replay } from './replay-verb.ts';
import { complain, terminal } from './terminal.ts';

type Ended = (code: number) => void;

const day = 86_400;
const seed = wholeNumber('--seed', 0, 2 ** 31 - 1);

const several = (flags: string, description: string, unless = 'all'): Option =>
  new Option(flags, description).argParser(repeated).default([], unless);

const checkHelp = `
Every claim is put to every step of random interleavings with faults. A claim
that breaks is told as a story, shrunk, and saved in .lockstep/failures; the
next check of the same specification tries those first. With --on impl they
drive the program, in a simulated world; what it reports has to be a run of the
paper that breaks no claim.

Exit code: 0 every claim held and every case it needs was reached (with --on
impl: no run left the paper), 1 refuted, 2 bad usage or input, 3 inconclusive.

Examples:
  lockstep check --spec ./my-variant.ts --property S1 --time 5
  lockstep check --on impl --guest key-value --seed 7 --runs 1000 --json
  lockstep check --on impl --mutant ack-of-a-partial-frame`;

const check = (ended: Ended): Command =>
  new Command('check')
    .summary('look for a run that breaks a claim (about 30 s)')
    .description('Look for a run of the specification that breaks a claim, for about 30 s.')
    .option('--spec <name-or-file>', 'the paper, a mutant, or a module exporting `spec`', 'paper')
    .option('--seed <n>', 'what the runs depend on (drawn if absent)', seed)
    .option('--runs <n>', 'stop after this many runs', wholeNumber('--runs', 1, 1e12))
    .option('--time <s>', 'stop after so many seconds (30 unless --runs)', seconds('--time', day))
    .option('--workers <n>', 'threads (all cores, at most 4)', wholeNumber('--workers', 1, 64))
    .addOption(several('--property <id>', 'only this claim, such as S1; may be repeated'))
    .addOption(several('--strategy <name>', 'only swarm, pct or novelty; may be repeated'))
    .addOption(several('--without <what>', 'no console, control, disk or vmotion', 'none'))
    .option('--on <side>', 'spec, impl (the program) or both', oneOfWords('--on', sides), 'spec')
    .option('--guest <name>', 'of the program: fold (the default), key-value or riscv', guestNamed)
    .option('--mutant <name>', 'with --on impl: this wrong program instead')
    .option('--json', 'one JSON document instead of the report')
    .addHelpText('after', checkHelp)
    .action(async (options: CheckOptions) => {
      const verb = await import('./check.ts');
      ended(await verb.check(options, terminal()));
    });

const exploreHelp = `
Every interleaving within a scope, breadth first: what is found is a shortest
story, and what is not found is not there. Scopes are small on purpose; --list
describes them. Claims about what comes in the end (L1 to L5, L7) are asked by
name, or in a scope made for them: fair cycles and dead ends break them.

Exit code: 0 the scope is exhausted and no claim breaks, 1 a claim is refuted,
2 bad usage or input, 3 a bound was met, it was interrupted, or no case of what
was asked occurs in the scope.

Examples:
  lockstep explore
  lockstep explore --scope disk --workers 2
  lockstep explore --spec release-off-by-one --property S1
  lockstep explore --spec tells-once --property L3 --scope protected-again`;

const explore = (ended: Ended): Command =>
  new Command('explore')
    .summary('see every interleaving within a scope')
    .description('See every interleaving within a scope: the shortest story, or a proof.')
    .option('--spec <name-or-file>', 'the paper, a mutant, or a module exporting `spec`', 'paper')
    .option('--scope <name>', 'what is looked at', 'outputs')
    .addOption(several('--property <id>', 'only this claim, such as S1; may be repeated'))
    .option('--depth <n>', 'at most so many levels', wholeNumber('--depth', 1, 1e6))
    .option('--memory <MB>', 'at most so much memory', wholeNumber('--memory', 50, 1e6), 3000)
    .option('--workers <n>', 'threads; the result is the same', wholeNumber('--workers', 1, 64))
    .option('--all', 'go on after a refutation: a shortest story of each claim and cause')
    .option('--list', 'the scopes there are, and nothing else')
    .option('--json', 'one JSON document instead of the report')
    .addHelpText('after', exploreHelp)
    .action(async (options: ExploreOptions) => {
      const verb = await import('./explore.ts');
      ended(await verb.exploreScope(options, terminal()));
    });

const extremeHelp = `
  lag           how far the backup trails its primary, in ticks
  backlog       entries that are logged and not consumed
  withheld      outputs that the Output Rule holds back at once
  unprotected   ticks on end without a backup that answers
  outage        ticks on end in which no copy serves clients

The greatest value that can be reached in a scope, the shortest story that leads
there, and the formula that it must not exceed. To tell a bound from what grows
with the scope, the next larger scopes are seen as well.

Exit code: 0 every scope is exhausted and the formula holds, 1 it is exceeded,
2 bad usage or input, 3 a bound was met or it was interrupted.

Examples:
  lockstep extreme lag
  lockstep extreme lag --spec unbounded-backup-read
  lockstep extreme backlog --scope outputs --larger 0`;

const extreme = (ended: Ended): Command =>
  new Command('extreme')
    .summary('find the worst that can be reached in a scope')
    .description('Find the worst that can be reached in a scope, and the shortest story to it.')
    .argument('<what>', 'lag, backlog, withheld, unprotected or outage')
    .option('--spec <name-or-file>', 'the paper, a mutant, or a module exporting `spec`', 'paper')
    .option('--scope <name>', 'where it is looked for (one made for it)')
    .option('--larger <n>', 'so many larger scopes as well', wholeNumber('--larger', 0, 100), 2)
    .option('--memory <MB>', 'at most so much memory', wholeNumber('--memory', 50, 1e6), 3000)
    .option('--json', 'one JSON document instead of the report')
    .addHelpText('after', extremeHelp)
    .action(async (what: string, options: ExtremeOptions) => {
      const verb = await import('./extreme.ts');
      ended(await verb.measureExtreme(what, options, terminal()));
    });

const shrinkHelp = `
A lasso is not shrunk: explore has made it as short as it can.

Exit code: 0 done, 1 nothing in the file breaks its claim, 2 bad usage or input.`;

const shrink = (ended: Ended): Command =>
  new Command('shrink')
    .summary('look for a smaller counterexample')
    .description('Look for a smaller counterexample that breaks the same claim.')
    .argument('<file>', 'a counterexample')
    .option('--time <s>', 'stop after so many seconds', seconds('--time', day), 30)
    .option('--out <file>', 'write what was found there')
    .option('--spec <name-or-file>', 'shrink under this one instead of the one in the file')
    .addHelpText('after', shrinkHelp)
    .action(async (file: string, options: ShrinkOptions) => {
      const verb = await import('./shrink.ts');
      ended(await verb.shrink(file, options, terminal()));
    });

const doctorHelp = `
Exit code: 0 the runs are the same, 1 they differ, 2 bad usage or input.`;

const doctor = (ended: Ended): Command =>
  new Command('doctor')
    .summary('run a seed twice: the first event that differs')
    .description('Run the same seed twice and name the first event that differs.')
    .option('--spec <name-or-file>', 'the paper, a mutant, or a module exporting `spec`', 'paper')
    .option('--seed <n>', 'what the runs depend on (drawn if absent)', seed)
    .option('--runs <n>', 'how many runs to compare', wholeNumber('--runs', 1, 1e6), 300)
    .addHelpText('after', doctorHelp)
    .action(async (options: DoctorOptions) => {
      const verb = await import('./doctor.ts');
      ended(await verb.doctor(options, terminal()));
    });

const about = `The fault-tolerance protocol of VMware's paper as an executable specification,
a harness that tries to refute it, and a program that is held against it.`;

const start = `
To begin with:
  lockstep check                             does the paper's protocol hold?
  lockstep check --spec release-off-by-one   a mutant: wrong in one decision
  lockstep explore                           every interleaving of a small scope
  lockstep run                               the program itself, on three hosts

Exit codes: 0 holds, 1 refuted, 2 bad usage or input, 3 inconclusive.`;

const version = (): string => {
  // the source is one folder below the package, its build two
  for (const manifest of ['../package.json', '../../package.json']) {
    try {
      const text = readFileSync(new URL(manifest, import.meta.url), 'utf8');
      return /"version": "([^"]*)"/.exec(text)?.[1] ?? 'unknown';
    } catch {
      // the other place
    }
  }
  return 'unknown';
};

/** Commander's own complaints, as one sentence. */
const oneSentence = (complaint: string): string => {
  const [problem = '', guess = ''] = complaint
    .replace(/^error: /, '')
    .trim()
    .split('\n');
  const hint = /Did you mean (.*)\?\)$/.exec(guess)?.[1];
  const ended = problem.replace(/\.$/, '');
  return hint === undefined ? `${ended}.` : `${ended}; did you mean ${hint}?`;
};

/** Options of a program stand behind `--`: what is meant for it is not complained of as ours. */
const behind = (name: string, complaint: string): string =>
  name === 'conform' && /(?:unknown option|missing required argument) .*\.$/.test(complaint)
    ? `${complaint.replace(/\.$/, '')} (the command and its options stand behind --).`
    : complaint;

const program = (verbs: readonly Command[]): Command => {
  const root = new Command('lockstep')
    .description(about)
    .usage('<command> [options]')
    .version(version(), '-V, --version', 'the version of Lockstep')
    .addHelpText('after', start);
  for (const verb of verbs) root.addCommand(verb);
  for (const command of [root, ...verbs]) {
    command
      .exitOverride()
      .helpOption('-h, --help', 'this text')
      .allowExcessArguments(false)
      .configureHelp({ helpWidth: 80 })
      .configureOutput({
        outputError: (text, write) =>
          write(`lockstep: ${behind(command.name(), oneSentence(text))}\n`),
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      });
  }
  root.helpCommand('help [command]', 'help for a command');
  return root;
};

/** What a complaint of Commander's, or one of our own options, ends with. */
const codeOf = (error: CommanderError): number => {
  if (error.code === 'lockstep.badOption') complain(terminal(), error.message);
  return error.exitCode === 0 ? exitCodes.holds : exitCodes.badInput;
};

/** Runs one command; the number is the exit code. */
export const main = async (argv: readonly string[]): Promise<number> => {
  let code: number = exitCodes.holds;
  const ended: Ended = (value) => {
    code = value;
  };
  const specified = [check, explore, extreme, replay, shrink, mutants, doctor];
  const own = specified.map((verb) => verb(ended));
  const verbs = [
    ...own,
    conform(ended),
    init(ended),
    ...oracleVerbs(ended),
    ...programVerbs(ended),
  ];
  try {
    await program(verbs).parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return codeOf(error);
    throw error;
  }
};
