import fc from 'fast-check';
import { type Rules, specification } from '../../../model/paper.ts';
import { defaultClock, type Settings } from '../../../model/settings.ts';
import type { Spec } from '../../../model/spec.ts';
import { claims } from '../../catalogue.ts';
import type { Claim } from '../../property.ts';
import { scripts } from '../arbitrary.ts';
import { judge } from '../judge.ts';
import type { Refutation, Script } from '../script.ts';

/** A wrong protocol to try the shrinking on, and how short its story can get. */
export type Specimen = {
  readonly spec: Spec;
  readonly claims: readonly Claim[];
  readonly settings: Partial<Settings>;
  readonly events: number; // of its shortest story, found breadth first; a calm does not count
  readonly longest: number; // to which some of its scripts shrink
};

const specimen = (
  name: string,
  changed: Partial<Rules>,
  ids: readonly string[],
  settings: Partial<Settings>,
  events: number,
  longest: number = events,
): Specimen => ({
  spec: specification(name, changed),
  claims: claims.filter(({ id }) => ids.includes(id)),
  settings,
  events,
  longest,
});

const untimed: Partial<Settings> = { clock: null };
const timed: Partial<Settings> = { clock: defaultClock };

/** Wrong in one decision each. */
export const specimens: readonly Specimen[] = [
  specimen('outputs leave at once', { outputRule: () => true }, ['S2'], untimed, 2),
  specimen('live before drained', { mayGoLive: () => true }, ['S1'], untimed, 11),
  specimen('reads without room', { hasRoom: () => true }, ['S8'], untimed, 6),
  specimen('everybody wins', { arbitrate: () => 'won' }, ['S12'], untimed, 6),
  specimen('placed anywhere', { isEligible: () => true }, ['S10'], untimed, 2),
  specimen('moved anywhere', { mayReserve: () => true }, ['S10'], untimed, 1),
  specimen('races to the disk', { mustWait: () => false }, ['S7a'], untimed, 3),
  specimen('outputs leave at once, timed', { outputRule: () => true }, ['S2'], timed, 2),
  specimen('nobody looks', { watches: () => false }, ['L2'], timed, 1),
];

/** A script that breaks a claim, and what it breaks. */
export type Failing = { readonly script: Script; readonly refutation: Refutation };

/** The first generated script under a seed that breaks a claim of the specimen. */
export const failing = ({ spec, settings, claims: own }: Specimen, seed: number): Failing => {
  const arbitrary = scripts(spec, { settings });
  for (let more = 0; ; more++) {
    for (const script of fc.sample(arbitrary, { seed: seed + 7919 * more, numRuns: 20 })) {
      const { refutation } = judge(spec, script, { claims: own, witnesses: new Set() });
      if (refutation !== null) return { script, refutation };
    }
  }
};
