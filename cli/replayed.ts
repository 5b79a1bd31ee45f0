import { type BadInput, badInput, isBadInput, shown } from '../counterexamples/bad-input.ts';
import type { Bundle } from '../counterexamples/bundle.ts';
import { specificationNamed } from '../counterexamples/catalogue.ts';
import { stateHash } from '../counterexamples/state-hash.ts';
import type { Judgement } from '../properties/checker/judge.ts';
import { narrate, type Story } from '../properties/checker/narrate.ts';
import type { Script } from '../properties/checker/script.ts';
import type { Claim } from '../properties/property.ts';
import { readBundle } from './files.ts';
import { claimNamed, judged, scriptOf } from './refutation.ts';
import { type Specification, specificationOf } from './specification.ts';

/** A bundle from a file with all that it takes to replay it. */
export type Replayed = {
  readonly file: string;
  readonly bundle: Bundle;
  readonly specification: Specification;
  readonly claim: Claim;
  readonly script: Script;
  readonly judgement: Judgement;
  readonly story: Story;
};

/** The specification of a bundle: the one named in it, unless the user names another. */
const specificationFor = async (
  file: string,
  { spec: name }: Bundle,
  asked: string | undefined,
): Promise<Specification | BadInput> => {
  if (asked !== undefined) return specificationOf(asked);
  if (specificationNamed(name) !== null) return specificationOf(name);
  const expected = 'paper or a mutant of the catalogue';
  return badInput(file, 'spec', expected, `is ${shown(name)}; name its module with --spec`);
};

/** Reads a bundle and replays it; what cannot be is told in one sentence. */
export const replayed = async (
  file: string,
  asked: string | undefined,
): Promise<Replayed | BadInput> => {
  const bundle = readBundle(file);
  if (isBadInput(bundle)) return bundle;
  const claim = claimNamed(bundle.claim);
  if (claim === null) {
    const expected = 'the id of a claim in properties/catalogue';
    return badInput(file, 'claim', expected, `is ${shown(bundle.claim)}`);
  }
  const specification = await specificationFor(file, bundle, asked);
  if (isBadInput(specification)) return specification;
  const { spec } = specification;
  const script = scriptOf(bundle);
  const judgement = judged(spec, script, claim);
  const story = narrate(spec, until(script, judgement));
  return { file, bundle, specification, claim, script, judgement, story };
};

/** After the event that breaks the claim there is nothing to tell. */
const until = (script: Script, { refutation }: Judgement): Script =>
  refutation === null ? script : { ...script, events: script.events.slice(0, refutation.at + 1) };

/** Whether what was recorded comes true: the same claim breaks. */
export const stillBreaks = ({ judgement }: Replayed): boolean => judgement.refutation !== null;

/** What did not go as it was recorded, in sentences. */
export const deviations = (replay: Replayed): readonly string[] => {
  const { bundle, judgement, story, claim, specification } = replay;
  const { refutation } = judgement;
  const line = story.firstRefused === null ? undefined : story.lines[story.firstRefused];
  const name = specification.spec.name;
  const refused =
    line === undefined || line.refused === null
      ? []
      : [`event ${line.number}, ${line.event.type}, no longer applies: ${line.refused}`];
  if (refutation === null) return [...refused, `${claim.id} is not broken by these events`];
  const isEarlier = refutation.at !== bundle.at;
  const place = `${claim.id} breaks at event ${refutation.at + 1}, not ${bundle.at + 1}`;
  const isElsewhere = name === bundle.spec && stateHash(judgement.end) !== bundle.end;
  return [
    ...refused,
    ...(isEarlier ? [place] : []),
    ...(isElsewhere ? ['the state at the end is not the one in the file'] : []),
  ];
};
