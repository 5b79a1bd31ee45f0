import type { Told } from '../host/journal.ts';
import { happeningIn } from './happening.ts';
import type { Line } from './line.ts';
import { toldRun } from './observation.ts';
import type { Reported } from './reported.ts';

/** What the gateway has passed on, and to which host; `null`: to all, as long as it knew none. */
export type Passed = {
  readonly atMs: number;
  readonly what: 'packet' | 'key';
  readonly host: string | null;
  readonly digest: number;
};

/** What is known of a run of real processes once it is over. All is on one machine: one clock. */
export type RealRun = {
  readonly hosts: readonly string[];
  readonly told: readonly Told[]; // by all processes, to whoever started them
  readonly reports: readonly Reported[]; // of what the copies on the hosts did
  readonly passed: readonly Passed[];
  /** What the guest does at a position, if its program is known. */
  readonly does: ((position: number) => string) | null;
};

type OfCopy = Extract<Reported, { readonly by: 'copy' }>;

const isOfCopy = (line: Reported): line is OfCopy => line.by === 'copy';

const unsent = Number.MAX_SAFE_INTEGER;
const bootShare = 100;

const justAfterMs = 0.0005; // less than lies between two lines of one process

/** A host that ended has crashed right after what it did last; once it listens again it is back. */
const endsAndRepairs = ({ hosts, told, reports }: RealRun): readonly Reported[] => {
  const isDown = new Set<string>();
  return told.flatMap(({ by: host, event, atMs }): readonly Reported[] => {
    if (!hosts.includes(host)) return [];
    if (event === 'ended') {
      isDown.add(host);
      const isBefore = (line: Reported): boolean =>
        isOfCopy(line) && line.host === host && line.atMs <= atMs;
      const lastMs = reports.findLast(isBefore)?.atMs ?? atMs;
      return [{ by: 'world', atMs: lastMs + justAfterMs, happening: { what: 'crashed', host } }];
    }
    if (event !== 'listening' || !isDown.delete(host)) return [];
    return [{ by: 'world', atMs, happening: { what: 'repaired', host } }];
  });
};

/**
 * The packets that some guest was given, in that order, by copy; `null` is one that nobody sent.
 * One that no guest was given was lost on its way: nobody can tell that from one that was never
 * sent (R22-12).
 */
const deliveredOf = (
  passed: readonly Passed[],
  reports: readonly Reported[],
): ReadonlyMap<string, readonly (Passed | null)[]> => {
  const left = new Set(passed.filter(({ what }) => what === 'packet'));
  const taken = ({ host, atMs }: OfCopy, digest: number): Passed | null => {
    for (const one of left) {
      const isIts = one.digest === digest && (one.host === null || one.host === host);
      if (!isIts || one.atMs > atMs) continue;
      left.delete(one);
      return one;
    }
    return null;
  };
  const found = new Map<string, (Passed | null)[]>();
  for (const line of reports) {
    if (!isOfCopy(line) || line.report.did !== 'delivered') continue;
    const given = found.get(line.copy) ?? [];
    for (const digest of line.report.digests) given.push(taken(line, digest));
    found.set(line.copy, given);
  }
  return found;
};

type Packets = {
  /** The number of the packet that a copy is given next, as clients have sent them. */
  readonly next: (copy: string) => number;
  readonly sent: readonly Reported[];
};

const packetsOf = (passed: readonly Passed[], reports: readonly Reported[]): Packets => {
  const found = deliveredOf(passed, reports);
  const arrived = new Set([...found.values()].flat());
  const sent = passed.filter((one) => arrived.has(one));
  const numbers = new Map<Passed | null, number>(sent.map((one, number) => [one, number]));
  const given = new Map<string, number>();
  return {
    next: (copy) => {
      const count = given.get(copy) ?? 0;
      given.set(copy, count + 1);
      return numbers.get(found.get(copy)?.[count] ?? null) ?? unsent;
    },
    sent: sent.map(({ atMs, host }, packet) => ({
      by: 'world',
      atMs,
      happening: { what: 'sent', packet, host: host ?? '' },
    })),
  };
};

const keysOf = (passed: readonly Passed[]): readonly Reported[] =>
  passed
    .filter(({ what }) => what === 'key')
    .map(({ atMs }, number) => ({
      by: 'world',
      atMs,
      happening: { what: 'operated', kind: 'KEY', number },
    }));

/** The lines of a run of real processes, in the order of the machine's clock. */
export const toldOf = (run: RealRun): readonly Line[] => {
  const { told, reports, passed, does } = run;
  const inOrder = reports.toSorted((one, other) => one.atMs - other.atMs);
  const packets = packetsOf(passed, inOrder);
  const befallen = told.flatMap((one): readonly Reported[] => {
    const happening = happeningIn(one);
    return happening === null ? [] : [{ by: 'world', atMs: one.atMs, happening }];
  });
  const all = [...befallen, ...packets.sent, ...keysOf(passed), ...endsAndRepairs(run), ...inOrder];
  return toldRun(
    all.toSorted((one, other) => one.atMs - other.atMs),
    { packet: packets.next, does, share: bootShare },
  );
};
