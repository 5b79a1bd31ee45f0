import type { BadInput } from '../counterexamples/bad-input.ts';
import type { Bundle, Certificate } from '../counterexamples/bundle.ts';
import { narrate } from '../properties/checker/narrate.ts';
import { storyText } from '../properties/checker/story-text.ts';
import { printCase } from './case.ts';
import type { Exploration, Outcome } from './exploration.ts';
import { keepShortest } from './failures.ts';
import { bundleOf, claimNamed, scriptOf } from './refutation.ts';
import type { Terminal } from './terminal.ts';

const bundlesOf = (
  { specification, scope }: Exploration,
  { explored }: Outcome,
): readonly Bundle[] =>
  explored.refuted.flatMap(({ id, events }, index) => {
    const claim = claimNamed(id);
    if (claim === null) return [];
    const script = { settings: scope.settings, events, calm: false };
    const states = explored.progress.distinct;
    const isFirst = explored.refuted.findIndex((one) => one.id === id) === index;
    const certificate: Certificate = isFirst
      ? { kind: 'globally shortest', scope: scope.name, states }
      : { kind: 'not minimized', tried: 0 };
    const refutation = { claim: id, at: events.length - 1 };
    return [bundleOf(specification.spec, claim, script, refutation, certificate)];
  });

/** Tells and saves what an exploration has refuted; what could not be saved is given back. */
export const printStories = (
  exploration: Exploration,
  outcome: Outcome,
  terminal: Terminal,
): readonly BadInput[] => {
  const { print } = terminal;
  const { specification, scope } = exploration;
  const complaints: BadInput[] = [];
  for (const bundle of bundlesOf(exploration, outcome)) {
    const { file, complaint } = keepShortest(bundle);
    if (complaint !== null) complaints.push(complaint);
    const claim = claimNamed(bundle.claim);
    if (claim === null) continue;
    const isShortest = bundle.certificate.kind === 'globally shortest';
    const why = isShortest
      ? `No shorter story within scope ${scope.name} breaks it: all were tried.`
      : 'Another cause of the same: a shortest story with these faults in this phase.';
    print();
    printCase(
      { specification, bundle, claim, script: scriptOf(bundle), at: bundle.at, file, why },
      terminal,
    );
  }
  return complaints;
};

/** The same as data. */
export const storiesJson = (
  exploration: Exploration,
  outcome: Outcome,
): { readonly refutations: readonly object[]; readonly complaints: readonly BadInput[] } => {
  const { spec } = exploration.specification;
  const complaints: BadInput[] = [];
  const refutations = bundlesOf(exploration, outcome).map((bundle) => {
    const { file, complaint } = keepShortest(bundle);
    if (complaint !== null) complaints.push(complaint);
    const story = storyText(narrate(spec, scriptOf(bundle)), { broken: bundle.at });
    return { claim: bundle.claim, file, story: story.split('\n'), bundle };
  });
  return { refutations, complaints };
};
