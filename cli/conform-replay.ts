import { isBadInput } from '../counterexamples/bad-input.ts';
import {
  type ConformCase,
  claimsToBeCase,
  decodeCase,
  linesOf,
} from '../oracle/conform/case-file.ts';
import { headerFor } from '../oracle/conform/pair-world.ts';
import type { Played } from '../oracle/conform/play.ts';
import { commandText } from './command-text.ts';
import { printStory } from './conform-story.ts';
import { readText } from './files.ts';
import { exitCodes, memoryByDefault, patienceByDefault, type ReplayOptions } from './options.ts';
import { playerFor } from './player.ts';
import { complain, interruptible, printWrapped, type Terminal } from './terminal.ts';

/** Whether a file is a counterexample of `lockstep conform`, right or damaged. */
export const isConformCase = (file: string): boolean => {
  const text = readText(file);
  return typeof text === 'string' && claimsToBeCase(text);
};

/** One word with spaces in it is a command line. */
const wordsOf = (on: readonly string[]): readonly string[] =>
  on.length === 1 ? (on[0] ?? '').trim().split(/\s+/) : on;

type Replayed = Played & {
  readonly file: string;
  readonly one: ConformCase;
  readonly command: readonly string[];
  readonly isEachHost: boolean;
};

const isSame = ({ finding, one }: Replayed): boolean => finding?.key === one.finding.key;

const printPeople = (replayed: Replayed, terminal: Terminal): void => {
  const { finding, command, isEachHost } = replayed;
  const name = `${commandText(command)}${isEachHost ? ', a process for each host' : ''}`;
  if (finding === null) {
    printWrapped(`${name}: not refuted by this script (any more)`, terminal, '  ');
    return;
  }
  printStory(replayed, terminal);
  terminal.print();
  const how = isSame(replayed) ? 'refuted, as the file says' : 'refuted, but for another reason';
  printWrapped(`${name}: ${how}`, terminal, '  ');
};

const jsonOf = (replayed: Replayed): string => {
  const { file, one, command, isEachHost, finding, episodes } = replayed;
  const whole = {
    format: 1,
    on: command,
    file,
    eachHost: isEachHost,
    recorded: one.finding,
    finding,
    same: isSame(replayed),
    header: headerFor(one.script),
    log: linesOf(episodes),
  };
  return JSON.stringify(whole, null, 2);
};

/**
 * `lockstep replay --on`: 0 if the program is refuted as the file says, 1 if it is not, 3 if it was
 * interrupted.
 */
export const replayConform = (
  file: string,
  options: ReplayOptions,
  terminal: Terminal,
): Promise<number> =>
  interruptible(async (signal) => {
    const text = readText(file);
    const one = typeof text === 'string' ? decodeCase(text, file) : text;
    if (isBadInput(one)) {
      complain(terminal, one.sentence);
      return exitCodes.badInput;
    }
    const { on, patience = patienceByDefault, memory = memoryByDefault } = options;
    const command = on === undefined ? one.command : wordsOf(on);
    const isEachHost = one.eachHost || options.eachHost === true;
    const launch = { command, patienceMs: patience, memoryMb: memory };
    const player = playerFor(launch, isEachHost);
    const played = await player.play(one.script, signal);
    player.end();
    if (played === null) {
      printWrapped(`${commandText(command)}: interrupted before the end`, terminal, '  ');
      return exitCodes.inconclusive;
    }
    const replayed = { ...played, file, one, command, isEachHost };
    if (options.format === 'json') terminal.print(jsonOf(replayed));
    else printPeople(replayed, terminal);
    return isSame(replayed) ? exitCodes.holds : exitCodes.refuted;
  });
