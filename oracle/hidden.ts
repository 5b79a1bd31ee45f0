import type { EventType } from '../model/event.ts';
import { paper } from '../model/paper.ts';
import { eventTypes } from '../model/spec.ts';
import { helpful } from './at-once.ts';
import { profilesOf } from './begun.ts';
import type { Breach, Candidate } from './candidate.ts';
import type { Header } from './header.ts';
import { type Did, dids, isDid, type Sight, vocabulary } from './observation.ts';

/** Which kinds of lines an observation may lack, and what follows for those who look for them. */
export type Hidden = {
  readonly kinds: ReadonlySet<Did>;
  readonly none: boolean;
  /** Some of it is without end, or without a name: not every way can be looked for. */
  readonly isBlind: boolean;
  /** Nothing that copies do inside can be seen: what only that would show does not matter. */
  readonly isOutside: boolean;
  readonly atOnce: ReadonlySet<Did>;
  readonly tried: readonly EventType[]; // what a search has to look for
};

/** The ways in which a line can come about, and why it cannot where there is none. */
export type Ways = {
  readonly candidates: readonly Candidate[];
  readonly breach: Breach | null;
  readonly isCut: boolean; // there may be others
  readonly tries: number; // of unseen steps
};

const depth: Readonly<Record<Sight, number>> = { black: 0, grey: 1, white: 2 };

/** Lines that state something and change nothing: they are never missed. */
const statements: ReadonlySet<Did> = new Set<Did>(['mode', 'digest', 'heartbeat', 'keepalive']);

/** Unseen, they can have happened any number of times, or have begun a copy without a name. */
const endless: readonly Did[] = [
  ...(['execute', 'interrupt', 'deliver', 'feed', 'complete', 'send', 'operate'] as const),
  ...(['place', 'migrate'] as const),
];

/** What cannot be seen there, and what its header says that it hides. */
export const hiddenIn = (header: Header): Hidden => {
  const { sight, hides = [] } = header;
  const profiles = profilesOf(header);
  const beyond = dids.filter((did) => {
    const { sight: needed, profile } = vocabulary[did];
    return depth[needed] > depth[sight] && profiles.has(profile);
  });
  const kinds = new Set([...beyond, ...hides].filter((did) => !statements.has(did)));
  const atOnce = new Set(beyond.filter((did) => helpful.has(did)));
  const isTried = (type: EventType): boolean =>
    isDid(type) && kinds.has(type) && !(atOnce.has(type) && helpful.get(type) === 'always');
  return {
    kinds,
    none: kinds.size === 0,
    isBlind: endless.some((did) => kinds.has(did)),
    isOutside: sight !== 'white',
    atOnce,
    tried: eventTypes(paper).filter(isTried),
  };
};
