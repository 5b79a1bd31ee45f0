import type { BadInput } from '../counterexamples/bad-input.ts';
import type { Bundle } from '../counterexamples/bundle.ts';
import { stateHash } from '../counterexamples/state-hash.ts';
import type { Event } from '../model/event.ts';
import { paper } from '../model/paper.ts';
import type { Script } from '../properties/checker/script.ts';
import { failureFile } from './failures.ts';
import { saveBundle } from './files.ts';

/** What stands in a bundle for the name of a specification where the program was refuted. */
export const programName = 'program';

/** That every run of the program is one of the specification, as the id of a claim. */
export const conformance = 'I1';

const tick: Event = { type: 'tick' };

/** Likewise where a wrong program was. */
export const programNamed = (mutant: string | null): string =>
  mutant === null ? programName : `${programName} ${mutant}`;

/** A script that refutes the program, as a bundle: the story is the program's own to tell. */
export const findingBundle = (
  { settings, events }: Script,
  mutant: string | null = null,
): Bundle => {
  const script = (events.length === 0 ? [tick] : events).map((event, id) => ({ id, ...event }));
  return {
    format: 1,
    spec: programNamed(mutant),
    claim: conformance,
    at: script.length - 1,
    calm: false,
    end: stateHash(paper.init(settings)),
    certificate: { kind: 'not minimized', tried: 0 },
    settings,
    script,
  };
};

/** Saves it where the next check looks first. */
export const saveFinding = (
  script: Script,
  mutant: string | null = null,
): { readonly file: string | null; readonly complaint: BadInput | null } => {
  const bundle = findingBundle(script, mutant);
  const file = failureFile(bundle);
  const complaint = saveBundle(file, bundle);
  return { file: complaint === null ? file : null, complaint };
};
