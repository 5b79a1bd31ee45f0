import type { Played } from '../oracle/conform/play.ts';
import { storyLines } from '../oracle/conform/story.ts';
import { many } from './numbers.ts';
import { requirementText } from './requirement-text.ts';
import { printWrapped, type Terminal, wrapped } from './terminal.ts';

const storyMost = 60;

/** The story of a refutation, and the rule it breaks. */
export const printStory = ({ finding, episodes }: Played, terminal: Terminal): void => {
  if (finding === null) return;
  const { print, colours, columns } = terminal;
  const lines = storyLines(episodes);
  const left = Math.max(0, lines.length - storyMost);
  if (left > 0) print(colours.dim(`   … ${many(left, 'line')} before`));
  for (const line of lines.slice(left)) {
    for (const text of wrapped(line, columns, '        ')) print(text);
  }
  print();
  for (const text of wrapped(`${finding.sentence}.`, columns, '  ')) {
    print(colours.bold(colours.red(text)));
  }
  for (const id of finding.cites) {
    printWrapped(`${id}: ${requirementText(id) ?? ''}`, terminal, '  ');
  }
};
