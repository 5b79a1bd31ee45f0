import type { LassoBundle } from '../counterexamples/bundle.ts';
import { paper } from '../model/paper.ts';
import { endlessText } from '../properties/checker/explore/lasso-text.ts';
import { narrate } from '../properties/checker/narrate.ts';
import type { Claim } from '../properties/property.ts';
import { owedText, paperOnLasso } from './lasso-again.ts';
import { loopIn } from './lasso-bundle.ts';
import { headLines, paintWith, scriptOf } from './refutation.ts';
import { optionFor, type Specification } from './specification.ts';
import { printCommand, printWrapped, type Terminal } from './terminal.ts';

/** A lasso with all that is to be told of it. */
export type LassoCase = {
  readonly specification: Specification;
  readonly bundle: LassoBundle;
  readonly claim: Claim;
  readonly file: string | null; // null: it could not be saved
  readonly why: string; // how short it is, or where it is from, in a sentence
};

/** A lasso as people read it: the claim, the story, since when it is owed, and the paper. */
export const printLassoCase = (found: LassoCase, terminal: Terminal): void => {
  const { specification, bundle, claim, file, why } = found;
  const { print } = terminal;
  const { spec, file: module } = specification;
  print(headLines(bundle, claim, terminal).join('\n'));
  print();
  const layout = { width: terminal.columns, paint: paintWith(terminal) };
  print(endlessText(narrate(spec, scriptOf(bundle)), loopIn(bundle), layout));
  print();
  printWrapped(`${owedText(bundle)} ${why}`, terminal, '  ');
  if (spec.name !== paper.name) printWrapped(paperOnLasso(bundle).text, terminal, '  ');
  if (file === null) return;
  const option = module === null ? '' : optionFor(specification);
  printCommand(terminal, 'again', `npx lockstep replay ${file}${option}`);
};

/** The same as data, for a document. */
export const lassoJson = ({
  specification,
  bundle,
  claim,
  file,
}: Omit<LassoCase, 'why'>): object => {
  const { spec } = specification;
  const story = endlessText(narrate(spec, scriptOf(bundle)), loopIn(bundle)).split('\n');
  const says = spec.name === paper.name ? null : paperOnLasso(bundle).says;
  return { claim: claim.id, file, certificate: bundle.certificate, story, paper: says, bundle };
};
