import type { Certificate, LassoBundle } from '../counterexamples/bundle.ts';
import { loopOf } from '../counterexamples/endless.ts';
import { stateHash } from '../counterexamples/state-hash.ts';
import type { Event } from '../model/event.ts';
import type { Spec } from '../model/spec.ts';
import type { Course } from '../properties/checker/explore/lasso-text.ts';
import type { Lasso } from '../properties/checker/explore/obligation.ts';
import type { Situation } from '../properties/checker/explore/protocol.ts';
import type { Endless } from '../properties/checker/explore/retaken.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import { narrate } from '../properties/checker/narrate.ts';
import { scriptOf } from './refutation.ts';

/** A lasso as a search tells it: its events, and how many come before it is owed. */
export type Told = Course & { readonly begins: number };

/** A lasso without its states. */
export const toldOf = ({ stem, begins, cycle }: Lasso<Situation, Event>): Told => ({
  stem: stem.map(({ event }) => event),
  begins,
  cycle: cycle.map(({ event }) => event),
});

/** A lasso that was found in a scope, as a bundle. */
export const lassoBundleOf = (
  spec: Spec,
  claim: string,
  { settings, most }: Scope,
  { stem, cycle, begins }: Told,
  certificate: Certificate,
): LassoBundle => {
  const events = [...stem, ...cycle];
  const common = { owedFrom: begins, asksForBackups: most.requestBackup !== 0 };
  return {
    format: 2,
    spec: spec.name,
    claim,
    lasso:
      cycle.length === 0
        ? { kind: 'dead end', ...common }
        : { kind: 'cycle', from: stem.length, ...common },
    end: stateHash(narrate(spec, { settings, events, calm: false }).ended),
    certificate,
    settings,
    script: events.map((event, id) => ({ id, ...event })),
  };
};

/** How many events of a bundle come before those that come again and again. */
export const loopIn = ({ lasso, script }: LassoBundle): number => loopOf(lasso, script.length);

/** The lasso that a bundle holds. */
export const endlessOf = (bundle: LassoBundle): Endless => {
  const { events } = scriptOf(bundle);
  const loop = loopIn(bundle);
  const { owedFrom: begins, asksForBackups } = bundle.lasso;
  const course = { stem: events.slice(0, loop), cycle: events.slice(loop) };
  return { settings: bundle.settings, course, begins, asksForBackups };
};
