import { CopyTeller, type Names } from './copy-teller.ts';
import type { Line, Said } from './line.ts';
import type { Reported } from './reported.ts';
import { toldOfWorld } from './world-teller.ts';

/** The names of a run, besides what its copies hear of each other. */
export type RunNames = Omit<Names, 'passesHeard'>;

/** What the storage does itself: whatever else befalls a run is the world's to tell. */
const byStorage: ReadonlySet<string> = new Set(['arbitrated', 'applied', 'refusedIo']);

type Taken = { readonly by: string; readonly host: string };

/** Destinations that some source has taken on, by name; nobody hears of any other (R31-6). */
const takenOn = (reports: readonly Reported[]): ReadonlyMap<string, Taken> => {
  const taken = new Map<string, Taken>();
  for (const line of reports) {
    if (line.by !== 'copy') continue;
    const { report, copy: by } = line;
    if (report.did === 'cloning' || report.did === 'moving') {
      taken.set(report.copy, { by, host: report.host });
    }
  }
  return taken;
};

/** A run in the words of an observation, line by line, in the order in which it was reported. */
class RunTeller {
  readonly #names: RunNames;
  readonly #taken: ReadonlyMap<string, Taken>;
  readonly #hosts: Map<string, string> = new Map(); // of copies that are known, by name
  readonly #tellers: Map<string, CopyTeller> = new Map();
  readonly #counts: Map<string, number> = new Map();
  readonly #passed: Set<string> = new Set(); // destinations whose first passes were not told yet

  constructor(names: RunNames, taken: ReadonlyMap<string, Taken>) {
    this.#names = names;
    this.#taken = taken;
    for (const [copy, { host }] of taken) this.#hosts.set(copy, host);
  }

  tell(line: Reported): readonly Line[] {
    return line.by === 'copy' ? this.#ofCopy(line) : this.#ofWorld(line);
  }

  #ofCopy({ copy, host, report }: Extract<Reported, { readonly by: 'copy' }>): readonly Line[] {
    if (!this.#isKnown(copy)) return [];
    const source = this.#tellers.get(this.#taken.get(copy)?.by ?? '');
    if (report.did === 'gotImage' && source?.isFollowing === true) {
      // a backup asks for a quiet disk once it has heard of that: it is told where it does (R33-7)
      this.#passed.add(copy);
      return [];
    }
    if (report.did === 'switchedOver') this.#tellerOf(report.copy).takeOver(this.#tellerOf(copy));
    return this.#tellerOf(copy)
      .tell(report)
      .map((said) => this.#placed(host, said));
  }

  #ofWorld({ happening }: Extract<Reported, { readonly by: 'world' }>): readonly Line[] {
    const { what } = happening;
    if (what === 'booted') this.#hosts.set(happening.copy, happening.host);
    if (what === 'crashed') this.#crash(happening.host);
    if ('copy' in happening && !this.#isKnown(happening.copy)) return [];
    // before its first message a connection is none, and nobody misses it (R33-11)
    const isUnused =
      what === 'reset' &&
      this.#tellers.get(happening.copy)?.hasSpokenOn(happening.connection) !== true;
    const node = byStorage.has(what) ? 'storage' : 'world';
    return isUnused ? [] : toldOfWorld(happening).map((said) => this.#placed(node, said));
  }

  /** With the host its copies are gone, and what they were connected to. */
  #crash(host: string): void {
    for (const [copy, at] of this.#hosts) if (at === host) this.#tellers.delete(copy);
  }

  #isKnown(copy: string): boolean {
    return this.#hosts.has(copy);
  }

  #tellerOf(copy: string): CopyTeller {
    const known = this.#tellers.get(copy);
    if (known !== undefined) return known;
    const passesHeard = (destination: string | null): readonly Said[] => {
      if (destination === null || !this.#passed.delete(destination)) return [];
      return [{ did: 'precopy', copy: destination }];
    };
    const made = new CopyTeller(copy, { ...this.#names, passesHeard });
    this.#tellers.set(copy, made);
    return made;
  }

  #placed(host: string, said: Said): Line {
    const { did, copy } = said;
    // what a backup has heard of its destination is told where that is
    const at = did === 'precopy' ? this.#taken.get(`${copy}`)?.host : undefined;
    const node = at ?? host;
    const n = (this.#counts.get(node) ?? 0) + 1;
    this.#counts.set(node, n);
    return { node, n, ...said };
  }
}

/** The lines of a run, in the order in which it was reported: what each node did, and the world. */
export const toldRun = (reports: readonly Reported[], names: RunNames): readonly Line[] => {
  const teller = new RunTeller(names, takenOn(reports));
  return reports.flatMap((line) => teller.tell(line));
};
