import type { BadInput } from '../counterexamples/bad-input.ts';
import type { Bundle } from '../counterexamples/bundle.ts';
import { stateHash } from '../counterexamples/state-hash.ts';
import type { Image } from '../impl/guest/guest.ts';
import { keyValueImage } from '../impl/guest/key-value.ts';
import type { Event } from '../model/event.ts';
import { paper } from '../model/paper.ts';
import type { Script } from '../properties/checker/script.ts';
import { failureFile } from './failures.ts';
import { saveBundle } from './files.ts';
import type { guestNames } from './options.ts';

/** What the program is tried with. */
export type GuestName = (typeof guestNames)[number];

/** What stands in a bundle for the name of a specification where the program was refuted. */
export const programNames: Readonly<Record<GuestName, string>> = {
  fold: 'program',
  'key-value': 'program-with-key-value',
};

/** The image that is run; the fold machine runs the program of each script. */
export const guestImages: Readonly<Record<GuestName, Image | null>> = {
  fold: null,
  'key-value': keyValueImage,
};

/** That every run of the program is one of the specification, as the id of a claim. */
export const conformance = 'I1';

const tick: Event = { type: 'tick' };

/** A script that refutes the program, as a bundle: the story is the program's own to tell. */
export const findingBundle = ({ settings, events }: Script, guest: GuestName): Bundle => {
  const script = (events.length === 0 ? [tick] : events).map((event, id) => ({ id, ...event }));
  return {
    format: 1,
    spec: programNames[guest],
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
  guest: GuestName = 'fold',
): { readonly file: string | null; readonly complaint: BadInput | null } => {
  const bundle = findingBundle(script, guest);
  const file = failureFile(bundle);
  const complaint = saveBundle(file, bundle);
  return { file: complaint === null ? file : null, complaint };
};
