import { type BadInput, badInput, isBadInput, shown } from '../counterexamples/bad-input.ts';
import {
  type Bundle,
  type Counterexample,
  isLasso,
  type LassoBundle,
} from '../counterexamples/bundle.ts';
import { specificationNamed } from '../counterexamples/catalogue.ts';
import { stateHash } from '../counterexamples/state-hash.ts';
import { paper } from '../model/paper.ts';
import type { Judgement } from '../properties/checker/judge.ts';
import { narrate, type Story } from '../properties/checker/narrate.ts';
import type { Script } from '../properties/checker/script.ts';
import type { Claim } from '../properties/property.ts';
import { readBundle } from './files.ts';
import { type Again, flawText, lassoAgain, type Paper, paperOnLasso } from './lasso-again.ts';
import { loopIn } from './lasso-bundle.ts';
import { calmText, claimNamed, judged, paperSays, paperText, scriptOf } from './refutation.ts';
import { type Specification, specificationOf } from './specification.ts';

type Common = {
  readonly file: string;
  readonly specification: Specification;
  readonly claim: Claim;
  readonly script: Script;
  readonly story: Story;
};

/** A bundle from a file with all that it takes to replay it. */
export type ReplayedRun = Common & {
  readonly kind: 'run';
  readonly bundle: Bundle;
  readonly judgement: Judgement;
};

/** The same of a lasso. */
type ReplayedLasso = Common & {
  readonly kind: 'lasso';
  readonly bundle: LassoBundle;
  readonly again: Again;
};

export type Replayed = ReplayedRun | ReplayedLasso;

/** The specification of a bundle: the one named in it, unless the user names another. */
const specificationFor = async (
  file: string,
  { spec: name }: Counterexample,
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
  const common = { file, specification, claim, script };
  if (isLasso(bundle)) {
    const again = lassoAgain(spec, bundle);
    return { ...common, kind: 'lasso', bundle, again, story: again.story };
  }
  const judgement = judged(spec, script, claim);
  const story = narrate(spec, until(script, judgement));
  return { ...common, kind: 'run', bundle, judgement, story };
};

/** After the event that breaks the claim there is nothing to tell. */
const until = (script: Script, { refutation }: Judgement): Script =>
  refutation === null ? script : { ...script, events: script.events.slice(0, refutation.at + 1) };

/** Whether what was recorded comes true: the same claim breaks. */
export const stillBreaks = (replay: Replayed): boolean =>
  replay.kind === 'run' ? replay.judgement.refutation !== null : replay.again.flaw === null;

/** Of a lasso, if it is one, how many events come before those that come again and again. */
export const loopIfAny = (replay: Replayed): number | null =>
  replay.kind === 'lasso' && stillBreaks(replay) ? loopIn(replay.bundle) : null;

/** What comes after the last event that is told, where that is what breaks the claim. */
export const endingOf = (replay: Replayed): string | null => {
  const { script, claim, story } = replay;
  if (replay.kind === 'run') {
    const { judgement, bundle } = replay;
    return calmText(script, judgement.refutation?.at ?? bundle.at, claim);
  }
  const loop = loopIfAny(replay);
  if (loop === null) return null;
  const { length } = story.lines;
  if (loop === length) return 'then nothing more has to happen';
  return `then ${loop + 1 === length ? 'this event' : `events ${loop + 1} to ${length}`} for ever`;
};

const refusedIn = ({ story }: Replayed): readonly string[] => {
  const line = story.firstRefused === null ? undefined : story.lines[story.firstRefused];
  return line === undefined || line.refused === null
    ? []
    : [`event ${line.number}, ${line.event.type}, no longer applies: ${line.refused}`];
};

const isElsewhere = ({ specification, bundle }: Replayed, end: Story['ended']): boolean =>
  specification.spec.name === bundle.spec && stateHash(end) !== bundle.end;

const elsewhere = 'the state at the end is not the one in the file';

const lassoDeviations = (replay: ReplayedLasso): readonly string[] => {
  const { claim, again, specification, story } = replay;
  const { flaw } = again;
  if (flaw === null) return isElsewhere(replay, story.ended) ? [elsewhere] : [];
  const refused = refusedIn(replay);
  const { name } = specification.spec;
  const who = name === paper.name ? 'the paper' : name;
  const why = refused.length > 0 ? refused : [flawText(who, again, flaw)];
  return [...why, `${claim.id} is not broken by these events`];
};

/** What did not go as it was recorded, in sentences. */
export const deviations = (replay: Replayed): readonly string[] => {
  if (replay.kind === 'lasso') return lassoDeviations(replay);
  const { bundle, judgement, claim } = replay;
  const { refutation } = judgement;
  const refused = refusedIn(replay);
  if (refutation === null) return [...refused, `${claim.id} is not broken by these events`];
  const isEarlier = refutation.at !== bundle.at;
  const place = `${claim.id} breaks at event ${refutation.at + 1}, not ${bundle.at + 1}`;
  return [
    ...refused,
    ...(isEarlier ? [place] : []),
    ...(isElsewhere(replay, judgement.end) ? [elsewhere] : []),
  ];
};

/** What the paper makes of the same events; `null` where it is the paper that is replayed. */
export const paperOf = (replay: Replayed): Paper | null => {
  const { specification, script, claim } = replay;
  if (specification.spec.name === paper.name) return null;
  if (replay.kind === 'lasso') return paperOnLasso(replay.bundle);
  const says = paperSays(script, claim);
  return { text: paperText(script, says), says };
};
