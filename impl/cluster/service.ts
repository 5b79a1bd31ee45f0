import type { ServiceCommand, ServiceInput, ServiceSettings } from './protocol.ts';

type Host = {
  freePercent: number;
  reachesStorage: boolean;
  heardAtMs: number;
  copies: ReadonlySet<string>;
};

type Copy = {
  readonly host: string;
  partner: string | null; // the other of its pair
  alsoKnownAs: string | null; // the destination that takes its place once it has moved
};

type Making = {
  readonly source: string;
  readonly host: string;
  readonly purpose: 'clone' | 'arrive';
  readonly sinceMs: number;
};

/**
 * The clustering service: it knows the hosts and what is on them, and picks where a backup is
 * cloned to or a copy moved (R31-6, R33-4). A host is checked and reserved in one step, so that two
 * copies of a pair never meet. It is no part of the protocol's safety but for that (R33-4).
 */
export class ClusteringService {
  readonly #settings: ServiceSettings;
  readonly #nameOf: (count: number) => string;
  readonly #hosts = new Map<string, Host>();
  readonly #copies = new Map<string, Copy>();
  readonly #making = new Map<string, Making>(); // by the destination: hosts that are reserved
  readonly #tried = new Map<string, Set<string>>(); // by the source: hosts that came to nothing
  #madeCount = 0;

  /** `nameOf` gives a copy the name that no other copy ever has (R23-21). */
  constructor(settings: ServiceSettings, nameOf: (count: number) => string) {
    this.#settings = settings;
    this.#nameOf = nameOf;
  }

  /** Time never goes back from one input to the next. The commands are done in this order. */
  handle(input: ServiceInput, nowMs: number): readonly ServiceCommand[] {
    const commands = this.#expire(nowMs);
    switch (input.type) {
      case 'heartbeat':
        return [...commands, ...this.#heard(input, nowMs)];
      case 'askForBackup':
        return [...commands, ...this.#asked(input.copy, input.host, nowMs)];
      case 'told':
        this.#told(input.copy, input.what);
        return commands;
      case 'made':
        return [...commands, ...this.#made(input.copy)];
      case 'notMade':
        return [...commands, ...this.#notMade(input.copy, nowMs)];
      case 'migrate':
        return [...commands, ...this.#migrate(input.copy, input.host, nowMs)];
      case 'wake':
        return commands;
    }
  }

  /** When the next `wake` is due; `null` if time alone changes nothing. */
  nextDeadlineMs(): number | null {
    const since = [...this.#making.values()].map(({ sinceMs }) => sinceMs);
    return since.length === 0 ? null : Math.min(...since) + this.#settings.makeTimeoutMs;
  }

  #expire(nowMs: number): readonly ServiceCommand[] {
    const { hostTimeoutMs, makeTimeoutMs } = this.#settings;
    for (const [name, host] of this.#hosts) {
      if (nowMs - host.heardAtMs > hostTimeoutMs) this.#lose(name);
    }
    const late = [...this.#making].filter(([, { sinceMs }]) => nowMs - sinceMs >= makeTimeoutMs);
    return late.flatMap(([copy]) => this.#notMade(copy, nowMs));
  }

  #lose(name: string): void {
    this.#hosts.delete(name);
    for (const [copy, { host }] of this.#copies) if (host === name) this.#forget(copy);
  }

  #forget(name: string): void {
    const copy = this.#copies.get(name);
    if (copy === undefined) return;
    this.#copies.delete(name);
    this.#tried.delete(name);
    const heir = copy.alsoKnownAs === null ? undefined : this.#copies.get(copy.alsoKnownAs);
    const partner = copy.partner === null ? undefined : this.#copies.get(copy.partner);
    if (heir !== undefined) heir.partner = copy.partner;
    if (partner?.partner === name) partner.partner = heir === undefined ? null : copy.alsoKnownAs;
    for (const one of this.#copies.values()) if (one.alsoKnownAs === name) one.alsoKnownAs = null;
  }

  /** What a host says that it has counts: a copy that it does not name is not there any more. */
  #heard(
    input: Extract<ServiceInput, { readonly type: 'heartbeat' }>,
    nowMs: number,
  ): readonly ServiceCommand[] {
    const { host, freePercent, reachesStorage } = input;
    const copies = new Set(input.copies);
    this.#hosts.set(host, { freePercent, reachesStorage, heardAtMs: nowMs, copies });
    for (const [name, copy] of this.#copies) {
      if (copy.host === host && !copies.has(name)) this.#forget(name);
    }
    for (const name of copies) this.#meet(name, host);
    return [];
  }

  #meet(name: string, host: string): Copy {
    const known = this.#copies.get(name);
    if (known !== undefined) return known;
    const copy: Copy = { host, partner: null, alsoKnownAs: null };
    this.#copies.set(name, copy);
    return copy;
  }

  #asked(source: string, host: string, nowMs: number): readonly ServiceCommand[] {
    const copy = this.#meet(source, host);
    const isUnderWay = [...this.#making.values()].some((making) => making.source === source);
    if (isUnderWay || copy.alsoKnownAs !== null) return [];
    if (copy.partner !== null) this.#remember(source, this.#copies.get(copy.partner)?.host);
    copy.partner = null; // it asks because that came to nothing
    return this.#make(source, copy, this.#best(copy, this.#tried.get(source)), 'clone', nowMs);
  }

  #remember(source: string, host: string | undefined): void {
    if (host === undefined) return;
    this.#tried.set(source, (this.#tried.get(source) ?? new Set()).add(host));
  }

  #isEligible(name: string, copy: Copy): boolean {
    const host = this.#hosts.get(name);
    if (host === undefined || !host.reachesStorage || host.copies.size > 0) return false;
    const isTaken = [...this.#copies.values()].some((one) => one.host === name);
    const isReserved = [...this.#making.values()].some((making) => making.host === name);
    return name !== copy.host && !isTaken && !isReserved;
  }

  /** Of the hosts that may have it the one with most to spare; rather one not tried yet. */
  #best(copy: Copy, tried: Set<string> = new Set()): string | null {
    const names = [...this.#hosts.keys()].filter((name) => this.#isEligible(name, copy)).sort();
    const fresh = names.filter((name) => !tried.has(name));
    if (fresh.length === 0) tried.clear();
    const free = (name: string): number => this.#hosts.get(name)?.freePercent ?? 0;
    const ranked = fresh.length > 0 ? fresh : names;
    return ranked.toSorted((one, other) => free(other) - free(one))[0] ?? null;
  }

  #make(
    source: string,
    { host: sourceHost }: Copy,
    host: string | null,
    purpose: 'clone' | 'arrive',
    nowMs: number,
  ): readonly ServiceCommand[] {
    if (host === null) return [{ type: 'notPlaced', source }];
    const copy = this.#nameOf(++this.#madeCount);
    this.#making.set(copy, { source, host, purpose, sinceMs: nowMs });
    return [{ type: 'make', copy, host, source, sourceHost, purpose }];
  }

  #made(name: string): readonly ServiceCommand[] {
    const making = this.#making.get(name);
    if (making === undefined) return [];
    this.#making.delete(name);
    const { source, host, purpose } = making;
    const copy = this.#meet(name, host);
    const of = this.#copies.get(source);
    if (of === undefined) return [];
    if (purpose === 'clone') {
      of.partner = name;
      copy.partner = source;
      return [{ type: 'placed', source, copy: name, host }];
    }
    of.alsoKnownAs = name;
    return [{ type: 'move', source, copy: name, host }];
  }

  #notMade(name: string, nowMs: number): readonly ServiceCommand[] {
    const making = this.#making.get(name);
    if (making === undefined) return [];
    this.#making.delete(name);
    const { source, host, purpose } = making;
    const copy = this.#copies.get(source);
    if (copy === undefined) return [];
    if (purpose === 'arrive') {
      return [{ type: 'refuseMove', copy: source, because: `host ${host} does not take it` }];
    }
    this.#remember(source, host);
    const tried = this.#tried.get(source);
    const next = this.#best(copy, tried);
    // with all of them tried it is for the source to ask again: else one ask could go on for ever
    const isFresh = tried === undefined || tried.size > 0;
    return this.#make(source, copy, isFresh ? next : null, purpose, nowMs);
  }

  #told(name: string, what: 'live' | 'halted'): void {
    if (what === 'halted') this.#forget(name);
    const copy = this.#copies.get(name);
    if (copy === undefined || copy.partner === null) return;
    const partner = this.#copies.get(copy.partner);
    if (partner?.partner === name) partner.partner = null;
    copy.partner = null;
  }

  #migrate(name: string, to: string | null, nowMs: number): readonly ServiceCommand[] {
    const copy = this.#copies.get(name);
    const refuse = (because: string): readonly ServiceCommand[] => [
      { type: 'refuseMove', copy: name, because },
    ];
    if (copy === undefined) return refuse('no such copy is known');
    if (copy.alsoKnownAs !== null) return refuse('it is being moved already');
    const isUnderWay = [...this.#making.values()].some((making) => making.source === name);
    if (isUnderWay) return refuse('a destination is being made for it already');
    const host = to ?? this.#best(copy);
    if (host === null || !this.#isEligible(host, copy))
      return refuse('no such host is free for it');
    return this.#make(name, copy, host, 'arrive', nowMs);
  }
}
