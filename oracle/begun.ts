import { type Complaint, complaint } from '../counterexamples/complaint.ts';
import type { Header } from './header.ts';
import {
  type Did,
  dids,
  type Observed,
  type Profile,
  type Sight,
  vocabulary,
} from './observation.ts';

const sights: readonly Sight[] = ['black', 'grey', 'white'];

/** The parts of the protocol that an observation is about: the core, and those it names. */
export const profilesOf = ({ profile }: Header): ReadonlySet<Profile> =>
  new Set(['core', ...(profile ?? [])]);

const isSeen = (did: Did, sight: Sight): boolean =>
  sights.indexOf(vocabulary[did].sight) <= sights.indexOf(sight);

/** The words with which an observation can say something, by its header. */
export const wordsOf = (header: Header): readonly Did[] => {
  const profiles = profilesOf(header);
  return dids.filter((did) => profiles.has(vocabulary[did].profile) && isSeen(did, header.sight));
};

const disks: RegExp = /^(?:read|write) /;

/** What does not go together in a header whose fields are each as they should be. */
export const misfitInHeader = (header: Header): Complaint | null => {
  const { hosts, primary, backup, settings, program = [] } = header;
  if (new Set(hosts).size < hosts.length) {
    return complaint('hosts', 'a list without duplicates', hosts);
  }
  for (const [place, begun] of Object.entries({ primary, backup })) {
    if (begun !== null && !hosts.includes(begun.host)) {
      return complaint(`${place}.host`, 'one of the hosts', begun.host);
    }
  }
  if (backup !== null && backup.host === primary.host) {
    return complaint('backup.host', "another host than the primary's (R20-1)", backup.host);
  }
  if (backup !== null && backup.copy === primary.copy) {
    return complaint('backup.copy', "another name than the primary's", backup.copy);
  }
  const issues = program.find((instruction) => disks.test(instruction));
  if (issues !== undefined && !profilesOf(header).has('disk')) {
    return complaint('profile', `one with "disk", for the program has "${issues}"`, header.profile);
  }
  const group = Math.max(
    program.includes('stamp') ? 2 : 1,
    (settings?.packetGroup ?? 1) + (program.includes('post') ? 1 : 0),
  );
  for (const place of ['primaryCapacity', 'backupCapacity'] as const) {
    const capacity = settings?.[place];
    if (capacity !== undefined && capacity < group) {
      const expected = `at least ${group}, the entries of the largest group`;
      return complaint(`settings.${place}`, expected, capacity);
    }
  }
  return null;
};

/** Why this header's observation has no such word. */
const unspoken = (did: Did, header: Header): Complaint => {
  const { profile, sight } = vocabulary[did];
  const profiles = profilesOf(header);
  if (!profiles.has(profile)) {
    const expected = `a word of the profiles in the header: ${[...profiles].join(', ')}`;
    return { place: 'did', expected, found: `is "${did}" of the profile ${profile}` };
  }
  const expected = `a word within the sight in the header, ${header.sight}`;
  return { place: 'did', expected, found: `is "${did}", which needs ${sight}` };
};

/** What a line says that the header rules out, where each of its fields is as it should be. */
export const misfitsUnder = (header: Header): ((line: Observed) => Complaint | null) => {
  const words: ReadonlySet<Did> = new Set(wordsOf(header));
  const hosts: ReadonlySet<string> = new Set(header.hosts);
  const strange = (place: string, host: string): Complaint | null =>
    hosts.has(host) ? null : complaint(place, `one of the hosts ${header.hosts.join(', ')}`, host);
  return (line) => {
    if (!words.has(line.did)) return unspoken(line.did, header);
    if ('host' in line) return strange('host', line.host);
    if (!('net' in line)) return null;
    const { from, to } = line;
    if (from === to) return complaint('to', 'another host than the one it leads from', to);
    return strange('from', from) ?? strange('to', to);
  };
};

/** The copies that are known so far. */
export type Roster = {
  readonly misfit: (line: Observed) => Complaint | null;
  readonly took: (line: Observed) => void;
  readonly known: () => ReadonlySet<string>;
  /** No others are known than these, which were known before. */
  readonly returnTo: (known: ReadonlySet<string>) => void;
};

/** Copies that are known, by the header and by what was placed since; each is placed once. */
export const roster = (header: Header): Roster => {
  const begun = [header.primary, header.backup].flatMap((one) => one?.copy ?? []);
  let known: ReadonlySet<string> = new Set(begun);
  const meet = (name: string): void => {
    if (!known.has(name)) known = new Set([...known, name]);
  };
  const words = wordsOf(header).filter((did) => !(header.hides ?? []).includes(did));
  const placing: readonly Did[] = ['place', 'migrate'];
  const isWhole =
    !profilesOf(header).has('migration') || placing.every((did) => words.includes(did));
  return {
    misfit: (line) => {
      if (isWhole && 'copy' in line && !known.has(line.copy)) {
        return complaint('copy', 'a copy that was placed before', line.copy);
      }
      if (!('destination' in line) || !known.has(line.destination)) return null;
      return complaint('destination', 'the name of a new copy', line.destination);
    },
    took: (line) => {
      if ('copy' in line) meet(line.copy);
      if ('destination' in line) meet(line.destination);
    },
    known: () => known,
    returnTo: (before) => {
      known = before;
    },
  };
};
