import type { Net, Reported } from './reported.ts';

/** What befell a run that its lines do not say by themselves. */
export type Told =
  | 'cut one way'
  | 'cut both ways'
  | 'disk operation cut short'
  | 'disk operation after the crash of its host'
  | 'asked again'
  | 'connection broken while a host is down'; // its kernel says so at once

type Cuts = { readonly net: Net; readonly from: string; readonly to: string };

const nameOf = ({ net, from, to }: Cuts): string => `${net} ${from} ${to}`;

/** All that happened in a run, by the names of its lines, and what only several of them tell. */
export const befallen = (reports: readonly Reported[]): ReadonlySet<string> => {
  const all = new Set<string>();
  const tell = (what: Told): void => void all.add(what);
  const cuts = new Set<string>();
  const hostOf = new Map<string, string>(); // by the copy
  const down = new Set<string>();
  const decided = new Set<string>();
  for (const one of reports) {
    if (one.by === 'copy') {
      all.add(one.report.did);
      continue;
    }
    const it = one.happening;
    all.add(it.what);
    if (it.what === 'booted' || it.what === 'placed') hostOf.set(it.copy, it.host);
    if (it.what === 'crashed') down.add(it.host);
    if (it.what === 'repaired') down.delete(it.host);
    if (it.what === 'healed') cuts.delete(nameOf(it));
    if (it.what === 'cut') {
      cuts.add(nameOf(it));
      const isBoth = cuts.has(nameOf({ net: it.net, from: it.to, to: it.from }));
      tell(isBoth ? 'cut both ways' : 'cut one way');
    }
    if (it.what === 'arbitrated') {
      const asked = `${it.copy} ${it.generation}`;
      if (decided.has(asked)) tell('asked again');
      decided.add(asked);
    }
    const isOrphaned = 'copy' in it && down.has(hostOf.get(it.copy) ?? '');
    if (it.what === 'applied' && !it.isWhole) tell('disk operation cut short');
    if (it.what === 'applied' && isOrphaned) tell('disk operation after the crash of its host');
    if (it.what === 'reset' && down.size > 0) tell('connection broken while a host is down');
  }
  return all;
};
