import { Command } from 'commander';
import { failuresFolder } from './failures.ts';
import {
  type ConformOptions,
  type InitOptions,
  languages,
  memoryByDefault,
  oneOfWords,
  patienceByDefault,
  seconds,
  wholeNumber,
} from './options.ts';
import { terminal } from './terminal.ts';

type Ended = (code: number) => void;

const conformHelp = `
The command is started and spoken to over its standard input and output: lines
of JSON, each answered at once. docs/guide/07-your-own-program.md has all of
them. The harness owns time, messages, storage, guest and crashes, so the same
seed is the same script, and what refutes a program is made small and saved.

Exit code: 0 no script refuted it, 1 one did, or it failed in one, 2 it cannot
be asked, or bad usage, 3 no script came to a takeover.

Examples:
  lockstep conform -- python3 docs/adapters/python/pair.py
  lockstep conform --seed 7 --scripts 500 --each-host -- ./my-pair`;

/** The command that puts somebody else's program to the test. */
export const conform = (ended: Ended): Command =>
  new Command('conform')
    .summary('play with a program of yours, in any language')
    .description('Play with a program of yours, in any language, and judge what it does.')
    .usage('[options] -- <command...>')
    .argument('<command...>', 'how it is started, behind --')
    .option('--seed <n>', 'what the scripts depend on', wholeNumber('--seed', 0, 2 ** 31 - 1))
    .option('--scripts <n>', 'stop after so many', wholeNumber('--scripts', 1, 1e9))
    .option('--time <s>', 'stop after so many seconds (30)', seconds('--time', 86_400))
    .option(
      '--patience <ms>',
      'how long it may take to answer',
      wholeNumber('--patience', 10, 600_000),
      patienceByDefault,
    )
    .option(
      '--memory <MB>',
      'how much memory it may take',
      wholeNumber('--memory', 50, 1e6),
      memoryByDefault,
    )
    .option('--each-host', 'one process for each host, instead of one for the pair')
    .option('--out <dir>', 'where what refutes it is saved', failuresFolder)
    .option('--json', 'one JSON document instead of the report')
    .addHelpText('after', conformHelp)
    .action(async (command: readonly string[], options: ConformOptions) => {
      const verb = await import('./conform.ts');
      ended(await verb.conform(command, options, terminal()));
    });

const initHelp = `
Exit code: 0 written, 2 bad usage or input.

Example:
  lockstep init --lang python my-pair`;

/** The command that begins such a program. */
export const init = (ended: Ended): Command =>
  new Command('init')
    .summary('begin a program of yours for conform')
    .description('Begin a program of yours: a library, a stub that runs, and the next steps.')
    .argument('<dir>', 'the folder; it is made')
    .requiredOption('--lang <language>', 'ts, python or c', oneOfWords('--lang', languages))
    .addHelpText('after', initHelp)
    .action(async (folder: string, options: InitOptions) => {
      const verb = await import('./init.ts');
      ended(verb.init(folder, options, terminal()));
    });
