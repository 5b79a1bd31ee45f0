import type { BadInput } from '../counterexamples/bad-input.ts';
import type { Bundle } from '../counterexamples/bundle.ts';
import { stateHash } from '../counterexamples/state-hash.ts';
import type { Image } from '../impl/guest/guest.ts';
import { keyValueImage } from '../impl/guest/key-value.ts';
import { builtImage, type Machine } from '../impl/host/software.ts';
import type { Event } from '../model/event.ts';
import { paper } from '../model/paper.ts';
import type { Script } from '../properties/checker/script.ts';
import { riscvBlockCount } from '../properties/simulation/clients.ts';
import { failureFile } from './failures.ts';
import { saveBundle } from './files.ts';
import { badOption, type guestNames } from './options.ts';

/** What the program is tried with. */
export type GuestName = (typeof guestNames)[number];

/** Software for the RISC-V machine with which the program is tried: all of it answers clients. */
export type RiscvGuest = 'devices' | 'echo' | 'key-value';

/** As little memory as each can do with, for it is cloned again and again. */
const riscvGuests: Readonly<Record<RiscvGuest, Machine>> = {
  devices: { memoryBytes: 256 << 10, sectorCount: riscvBlockCount },
  echo: { memoryBytes: 256 << 10, sectorCount: riscvBlockCount },
  'key-value': { memoryBytes: 5 << 20, sectorCount: riscvBlockCount },
};

/** The machine with that software. */
export const riscvTried = (what: RiscvGuest): Image => {
  const image = builtImage(what, riscvGuests[what]);
  if (typeof image === 'string') throw badOption('--guest', 'software that is there', image);
  return image;
};

/** The image that is run; the fold machine, which is `null`, runs the program of each script. */
export const guestImage = (guest: GuestName): Image | null => {
  switch (guest) {
    case 'fold':
      return null;
    case 'key-value':
      return keyValueImage;
    case 'riscv':
      return riscvTried('devices');
  }
};

/** That every run of the program is one of the specification, as the id of a claim. */
export const conformance = 'I1';

const tick: Event = { type: 'tick' };

/** What was tried: the program or a wrong one, with a guest; unless it is said, the usual. */
export type Tried = { readonly guest?: GuestName; readonly mutant?: string | null };

/** What stands in a bundle for the name of a specification where the program was refuted. */
export const programNamed = ({ guest = 'fold', mutant = null }: Tried): string => {
  const program = guest === 'fold' ? 'program' : `program-with-${guest}`;
  return mutant === null ? program : `${program} ${mutant}`;
};

/** A script that refutes the program, as a bundle: the story is the program's own to tell. */
export const findingBundle = ({ settings, events }: Script, of: Tried = {}): Bundle => {
  const script = (events.length === 0 ? [tick] : events).map((event, id) => ({ id, ...event }));
  return {
    format: 1,
    spec: programNamed(of),
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
  of: Tried = {},
): { readonly file: string | null; readonly complaint: BadInput | null } => {
  const bundle = findingBundle(script, of);
  const file = failureFile(bundle);
  const complaint = saveBundle(file, bundle);
  return { file: complaint === null ? file : null, complaint };
};
