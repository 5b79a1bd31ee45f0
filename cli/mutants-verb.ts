import { Command, Option } from 'commander';
import {
  type MutantsOptions,
  oneOfWords,
  repeated,
  seconds,
  twoSides,
  wholeNumber,
} from './options.ts';
import { terminal } from './terminal.ts';

type Ended = (code: number) => void;

const mutantsHelp = `
With --on impl these are programs, each with one wrong decision or part, and are
refuted by scripts and soaks, unless only claims about time could tell.

Exit code: 0 every mutant is killed and every benign change survives, 1 not so,
2 bad usage or input, 3 interrupted before the end.`;

/** The command that makes the kill matrices. */
export const mutants = (ended: Ended): Command =>
  new Command('mutants')
    .summary('check every wrong protocol, or program: the kill matrix')
    .description('Check every wrong protocol of the catalogue, and print the kill matrix.')
    .option('--on <side>', 'spec, or impl (wrong programs)', oneOfWords('--on', twoSides), 'spec')
    .addOption(
      new Option('--only <name>', 'only this mutant; may be repeated')
        .argParser(repeated)
        .default([], 'all'),
    )
    .option('--seed <n>', 'what the runs depend on', wholeNumber('--seed', 0, 2 ** 31 - 1), 1)
    .option('--time <s>', 'seconds for each mutant', seconds('--time', 86_400), 10)
    .option('--json', 'one JSON document instead of the table')
    .option('--write', 'regenerate counterexamples/ (in a checkout only)')
    .addHelpText('after', mutantsHelp)
    .action(async (options: MutantsOptions) => {
      const verb = await import('./mutants.ts');
      ended(await verb.mutants(options, terminal()));
    });
