import { Command } from 'commander';
import { badOption, formats, oneOfWords, type ReplayOptions, wholeNumber } from './options.ts';
import { terminal } from './terminal.ts';

type Ended = (code: number) => void;

const replayHelp = `
The story has a lane per host and per channel. An event that does not apply any
more, after an edit of the protocol, is named and left out. A story that goes on
for ever, or stops, is judged anew: whether all that is fair is done in it.

For other tools, \`itf\` is the Informal Trace Format in JSON, which Apalache and
Quint read, and \`tla\` a module of TLA+ whose \`Trace\` is the sequence of states.
Both have a variable for each part of the state, and the event that led there.

A case of conform is played again, by as many processes as it was found with.
A command with options of its own stands behind \`--on --\`, at the end.

Exit code: 0 the claim still breaks as the file says, 1 it does not,
2 bad usage or input, 3 it was interrupted.

Examples:
  lockstep replay FILE --format tla
  lockstep replay FILE --diff
  lockstep replay FILE --on python3 pair.py
  lockstep replay FILE --patience 60000 --on -- python3 -u pair.py`;

/** The options of a program of somebody else's, for the commands that start one. */
const asked = {
  patience: wholeNumber('--patience', 10, 600_000),
  memory: wholeNumber('--memory', 50, 1e6),
};

type Given = Omit<ReplayOptions, 'on'> & { readonly on?: readonly string[] | true };

/** Behind `--on --` the command is what is left on the line. */
const withCommand = ({ on, ...rest }: Given, words: readonly string[]): ReplayOptions => {
  if (on === true) {
    if (words.length > 0) return { ...rest, on: words };
    throw badOption('--on', 'followed by a command', undefined);
  }
  if (words.length > 0) throw badOption('a command', 'behind --on --', words[0]);
  return on === undefined ? rest : { ...rest, on };
};

/** The command that tells a counterexample. */
export const replay = (ended: Ended): Command =>
  new Command('replay')
    .summary('tell a counterexample, and what the paper says to it')
    .description('Tell a counterexample, and what the paper says to the same events.')
    .argument('<file>', 'a counterexample, such as those in .lockstep/failures')
    .argument('[command...]', 'behind --on --')
    .option('--format <format>', formats.join(', '), oneOfWords('--format', formats), 'lanes')
    .option('--diff', 'what each step changes in the state')
    .option('--step', 'walk through it by keys')
    .option('--spec <name-or-file>', 'replay under this one instead of the one in the file')
    .option('--on [command...]', 'the program to which a case of conform is put; the last option')
    .option('--each-host', 'with --on: one process for each host')
    .option('--patience <ms>', 'with --on: how long it may take to answer (5000)', asked.patience)
    .option('--memory <MB>', 'with --on: how much memory it may take (1024)', asked.memory)
    .addHelpText('after', replayHelp)
    .action(async (file: string, words: readonly string[], given: Given) => {
      const options = withCommand(given, words);
      const verb = await import('./replay.ts');
      ended(await verb.replay(file, options, terminal()));
    });
