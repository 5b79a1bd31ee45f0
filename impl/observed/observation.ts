import { CopyTeller, type Names } from './copy-teller.ts';
import type { Line, Said } from './line.ts';
import type { Reported } from './reported.ts';
import { toldOfWorld } from './world-teller.ts';

/** Copies that some source has taken for its destination; nobody hears of any other (R31-6). */
const takenOn = (reports: readonly Reported[]): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const line of reports) {
    if (line.by === 'world') {
      if (line.happening.what === 'booted') names.add(line.happening.copy);
    } else if (line.report.did === 'cloning' || line.report.did === 'moving') {
      names.add(line.report.copy);
    }
  }
  return names;
};

/** The lines of a run, in the order in which it was reported: what each node did, and the world. */
export const toldRun = (reports: readonly Reported[], names: Names): readonly Line[] => {
  const known = takenOn(reports);
  const tellers = new Map<string, CopyTeller>();
  const counts = new Map<string, number>();
  const tellerOf = (copy: string): CopyTeller => {
    const teller = tellers.get(copy) ?? new CopyTeller(copy, names);
    tellers.set(copy, teller);
    return teller;
  };
  // before its first message a connection is none, and nobody misses it (R33-11)
  const hasSpoken = ({ copy, connection }: { copy: string; connection: number }): boolean =>
    tellers.get(copy)?.hasSpokenOn(connection) === true;
  const placed = (node: string, said: Said): Line => {
    const n = (counts.get(node) ?? 0) + 1;
    counts.set(node, n);
    return { node, n, ...said };
  };
  return reports.flatMap((line) => {
    const isIdle =
      line.by === 'world' && line.happening.what === 'reset' && !hasSpoken(line.happening);
    const said =
      line.by === 'world'
        ? isIdle
          ? []
          : toldOfWorld(line.happening)
        : known.has(line.copy)
          ? tellerOf(line.copy).tell(line.report)
          : [];
    const node = line.by === 'world' ? 'world' : line.host;
    return said
      .filter(({ copy }) => copy === undefined || known.has(`${copy}`))
      .map((one) => placed(node, one));
  });
};
