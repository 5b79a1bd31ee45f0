import type { Bundle } from '../counterexamples/bundle.ts';
import { claims } from '../properties/catalogue.ts';
import { attribution } from '../properties/checker/attribution.ts';
import { narrate, type Story } from '../properties/checker/narrate.ts';
import type { Script } from '../properties/checker/script.ts';
import type { Claim } from '../properties/property.ts';
import { tableText } from './columns.ts';
import { headLines, paperSays, paperText, storyLines } from './refutation.ts';
import { optionFor, type Specification } from './specification.ts';
import { printCommand, printWrapped, type Terminal } from './terminal.ts';

/** Each fault of a story and what happens without it. */
const faultLines = (found: Case, story: Story, terminal: Terminal): readonly string[] => {
  const { specification, script, claim, at } = found;
  const refutation = { claim: claim.id, at };
  const faults = attribution(specification.spec, script, refutation, claims);
  if (faults.length === 0) return ['No fault is needed.'];
  const rows = faults.map(({ index, without }) => {
    const line = story.lines[index];
    return [`${index + 1}`, `${line?.who ?? ''} ${line?.clause ?? ''}`.trim(), without];
  });
  const columns = [
    { head: '', width: 3, align: 'right' },
    { head: 'fault', width: terminal.columns - 3 - 2 - 2 - 28 },
    { head: 'without it', width: 28 },
  ] as const;
  return [tableText(columns, rows, terminal.colours), ''];
};

/** A refutation with all that is to be told of it. */
export type Case = {
  readonly specification: Specification;
  readonly bundle: Bundle;
  readonly claim: Claim;
  readonly script: Script;
  readonly at: number;
  readonly file: string | null;
  readonly why: string; // how minimal it is, in a sentence
};

/** A refutation as people read it: the claim, the story, what the faults did, and the paper. */
export const printCase = (found: Case, terminal: Terminal): void => {
  const { specification, bundle, claim, script, at, file, why } = found;
  const { print } = terminal;
  const { spec } = specification;
  const story = narrate(spec, script);
  print(headLines(bundle, claim, terminal).join('\n'));
  print();
  print(storyLines(story, script, at, claim, terminal));
  print();
  for (const line of faultLines(found, story, terminal)) print(line);
  printWrapped(why, terminal, '  ');
  if (spec.name !== 'paper') {
    printWrapped(paperText(script, paperSays(script, claim)), terminal, '  ');
  }
  const { file: module } = specification;
  const option = module === null ? '' : optionFor(specification);
  if (file === null) return;
  printCommand(terminal, 'again', `npx lockstep replay ${file}${option}`);
  if (bundle.certificate.kind !== 'not minimized') return;
  printCommand(terminal, 'shorter', `npx lockstep shrink ${file}${option}`);
};
