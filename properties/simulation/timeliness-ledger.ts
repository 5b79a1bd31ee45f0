import type { EntryKind } from '../../impl/hypervisor/entry.ts';
import type { Followed } from '../../impl/hypervisor/policies.ts';
import type { Put } from '../../impl/hypervisor/report.ts';
import type { Settings } from '../../impl/hypervisor/settings.ts';

/** What a backup said of itself in an ack that may be on its way. */
export type Said = Followed & { readonly sentAtMs: number };

/** A generation's log, seen from both of its ends. */
export type Pair = {
  readonly generation: number;
  logged: number;
  readonly loggedAtMs: number[]; // of each entry, by its number
  readonly kinds: EntryKind[]; // likewise
  readonly sentAtMs: number[]; // its last byte, at the latest
  readonly groupEnds: Set<number>; // go-live points (R21-9)
  received: number;
  completeUpTo: number; // of what is received
  consumed: number;
  told: Followed; // by the newest ack that a primary has read
};

/** One end of a connection, from the hypervisor's side. */
export type End = { room: number; credit: number; roomSinceMs: number; sentUpTo: number };

/** An output that a primary withholds. */
export type Withheld = { readonly put: Put; readonly seq: number; readonly atMs: number };

/** A copy of a pair that watches over the other, until it suspects or is no more. */
export type Member = {
  readonly copy: string;
  readonly host: string;
  readonly role: 'primary' | 'backup';
  readonly pair: Pair;
  readonly sinceMs: number;
  heartbeatAtMs: number; // heard
  trafficAtMs: number;
  progressAtMs: number; // or nothing was outstanding then
  connection: number | null;
  connectedAtMs: number;
  hasLostConnection: boolean;
  isDeaf: boolean; // its log buffer is full: nothing may come (Q13)
  deafSinceMs: number;
  beatAtMs: number; // sent
  saidAtMs: number;
  ackedUpTo: number; // what it has said on this connection
  saidConsumed: number; // likewise
  readonly withheld: Withheld[];
  hasSeenMove: boolean; // a VMotion of either copy was begun
  isOver: boolean; // it suspects the other: it listens to nobody
};

/** How a host has stood still. */
export type Standing = { isPaused: boolean; sinceMs: number; resumedAtMs: number; forMs: number };

/** What can be known of a run from the outside, as the claims about time need it. */
export type Ledger = {
  readonly settings: Settings;
  readonly members: Map<string, Member>; // by copy
  readonly standing: Map<string, Standing>; // by host
  readonly pairs: Map<number, Pair>; // by generation
  readonly ends: Map<string, End>; // by copy and connection
  readonly acks: Map<number, Said[]>; // by connection, on their way
  readonly moving: Set<string>; // copies whose VMotion is under way
  readonly waiting: Map<string, 'quieting' | 'quieted'>; // of them: a switchover waits for that
  readonly hosts: Map<string, string>; // of copies that are there, and not stuck
  readonly completedAtMs: Map<string, number>; // by copy: a disk operation, handed over
  readonly hellos: Map<string, Followed>; // by copy: as they were when it connected
};

export const newLedger = (settings: Settings): Ledger => ({
  settings,
  ...{ members: new Map(), standing: new Map(), pairs: new Map() },
  ...{ ends: new Map(), acks: new Map(), moving: new Set(), hellos: new Map() },
  ...{ waiting: new Map(), completedAtMs: new Map(), hosts: new Map() },
});

const unmoved: Standing = {
  ...{ isPaused: false, sinceMs: Number.NEGATIVE_INFINITY },
  ...{ resumedAtMs: Number.NEGATIVE_INFINITY, forMs: 0 },
};

export const standingOf = ({ standing }: Ledger, host: string): Standing =>
  standing.get(host) ?? unmoved;

/** The log of a generation. */
export const pairOf = ({ pairs }: Ledger, generation: number): Pair => {
  const known = pairs.get(generation);
  if (known !== undefined) return known;
  const pair: Pair = {
    ...{
      generation,
      logged: 0,
      loggedAtMs: [],
      kinds: [],
      sentAtMs: [],
      groupEnds: new Set<number>(),
    },
    ...{ received: 0, completeUpTo: 0, consumed: 0 },
    told: { upTo: 0, consumed: 0, position: 0 },
  };
  pairs.set(generation, pair);
  return pair;
};

/** The end that a copy has of a connection. */
export const endOf = ({ ends }: Ledger, copy: string, connection: number): End => {
  const name = `${copy}/${connection}`;
  const known = ends.get(name);
  if (known !== undefined) return known;
  const end: End = { room: 0, credit: 0, roomSinceMs: 0, sentUpTo: 0 };
  ends.set(name, end);
  return end;
};

/** The end of the logging channel that a member has; `null` while it has none. */
export const channelOf = (ledger: Ledger, { copy, connection }: Member): End | null =>
  connection === null ? null : endOf(ledger, copy, connection);

/** How far the backup is behind in real time, as far as the primary can know (R32-9). */
export const lagOf = ({ pair, sinceMs }: Member, nowMs: number): number => {
  const first = pair.told.consumed + 1;
  if (first > pair.logged) return 0;
  return nowMs - Math.max(sinceMs, pair.loggedAtMs[first] ?? sinceMs);
};

/** Of what is not consumed, how long it took to be logged: so long is it replayed (R32-7). */
export const backlogMs = ({ members }: Ledger): number =>
  Math.max(
    0,
    ...[...members.values()].map(({ pair: { logged, consumed, loggedAtMs } }) => {
      const [first = 0, last = 0] = [loggedAtMs[consumed + 1], loggedAtMs[logged]];
      return first === 0 ? 0 : last - first;
    }),
  );
