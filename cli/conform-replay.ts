import { isBadInput } from '../counterexamples/bad-input.ts';
import { claimsToBeCase, decodeCase } from '../oracle/conform/case-file.ts';
import { printStory } from './conform-story.ts';
import { readText } from './files.ts';
import { exitCodes } from './options.ts';
import { playerFor } from './player.ts';
import { complain, printWrapped, type Terminal } from './terminal.ts';

/** Whether a file is a counterexample of `lockstep conform`, right or damaged. */
export const isConformCase = (file: string): boolean => {
  const text = readText(file);
  return typeof text === 'string' && claimsToBeCase(text);
};

const patienceMs = 5000;

/** One word with spaces in it is a command line. */
const wordsOf = (on: readonly string[]): readonly string[] =>
  on.length === 1 ? (on[0] ?? '').trim().split(/\s+/) : on;

/** `lockstep replay --on`: 0 if the program is refuted as the file says, 1 if it is not. */
export const replayConform = async (
  file: string,
  on: readonly string[] | null,
  terminal: Terminal,
): Promise<number> => {
  const text = readText(file);
  const read = typeof text === 'string' ? decodeCase(text, file) : text;
  if (isBadInput(read)) {
    complain(terminal, read.sentence);
    return exitCodes.badInput;
  }
  const command = on === null ? read.command : wordsOf(on);
  const player = playerFor({ command, patienceMs }, false);
  try {
    const played = await player.play(read.script);
    printStory(played, terminal);
    const { finding } = played;
    const name = command.join(' ');
    terminal.print();
    if (finding === null) {
      printWrapped(`${name}: not refuted by this script (any more)`, terminal, '  ');
      return exitCodes.refuted;
    }
    const isSame = finding.key === read.finding.key;
    const how = isSame ? 'refuted, as the file says' : 'refuted, but for another reason';
    printWrapped(`${name}: ${how}`, terminal, '  ');
    return isSame ? exitCodes.holds : exitCodes.refuted;
  } finally {
    player.end();
  }
};
