import { compareAndSwap } from '../../model/actions/arbitration.ts';
import { isCut, isLinked } from '../../model/actions/notation.ts';
import type { Operation } from '../../model/event.ts';
import type { State, Vm } from '../../model/state.ts';
import type { Header } from '../header.ts';
import { type Judge, judge } from '../judge.ts';
import type { Observed } from '../observation.ts';
import { type Finding, refusedLine, unusable } from './finding.ts';
import type { PairHost, Script } from './script.ts';
import type { Carried, Reset, Room, Said, Stimulus } from './stimulus.ts';

/** Periods in virtual milliseconds: three seconds of silence are a failure (Q11). */
export const periods: Pick<Reset, 'timeout' | 'heartbeatEvery' | 'retryEvery'> = {
  timeout: 3000,
  heartbeatEvery: 500,
  retryEvery: 1000,
};

/** The hosts of the pair, in the order of the specification's. */
export const pairHosts: readonly PairHost[] = ['A', 'B'];

/** What a script begins with. */
export const resetFor = ({ settings }: Script): Reset => ({
  do: 'reset',
  settings,
  hosts: pairHosts,
  primary: { copy: 'p', host: 'A' },
  backup: { copy: 'b', host: 'B' },
  ...periods,
});

/** By what the lines of a script are judged. */
export const headerFor = (script: Script): Header => {
  const { hosts, primary, backup, settings } = resetFor(script);
  const common = { lockstep: 'observation', version: 1, sight: 'white' } as const;
  const profile = script.profile ?? ['core'];
  return { ...common, hosts, primary, backup, profile, settings };
};

/** The name of the copy that runs on the host. */
export const copyOn = (host: PairHost): string => (host === 'A' ? 'p' : 'b');

/** The other host of the pair. */
export const otherThan = (host: PairHost): PairHost => (host === 'A' ? 'B' : 'A');

/** A message, and how many entries or acknowledgments are in it: those said since the last one. */
export type Sent = Carried & {
  readonly lines: number;
  readonly begins: boolean; // the first of its connection
};

/** Something on its way to a host; the end of the connection comes last. */
export type UnderWay = Sent | 'lost';

type Queues = { [H in PairHost]: UnderWay[] };

/** Since when a connection can be there, and when the host was told so last. */
export type Offer = { readonly since: number; readonly last: number };

/** What the harness remembers of a host. */
export type HostNotes = {
  heardHeartbeat: number; // when
  heardLog: number;
  saidHeartbeat: number;
  saidLog: number; // a message on the logging channel, or its connection is new
  resumed: number; // a pause of its own is no silence of its peer
  connected: number; // a new connection begins with a message
  silentTicks: number; // in a row, during which its peer was silent for too long
  isLost: boolean; // it was told that the connection is gone
  isJoined: boolean; // its end is of the present connection
  offered: Offer | null; // a connection that it could have, and has not opened
  hasAnnounced: boolean;
  readonly orders: Operation[]; // given, and not obeyed yet
  stalled: Extract<Stimulus, { readonly do: 'execute' }> | null; // its guest goes on with that
  begins: boolean; // nothing was sent on its connection yet
  unsent: number; // entries or acknowledgments that travel with its next message
  repliesGiven: number; // and not learned yet
  position: number; // instructions that its guest was told to execute, or has replayed
};

/** What has come to a host from outside, for the devices of its VM. */
export type Arrival = Extract<
  Stimulus,
  { readonly do: 'packet' | 'operated' | 'completed'; readonly host: string }
>;

/** A disk operation that a copy has submitted, and what a write puts on each block. */
type Flight = { readonly host: PairHost; readonly io: number; readonly data: readonly unknown[] };

/** The shared disk: what was written last on each block, as the program gave it. */
export type Disk = {
  readonly blocks: unknown[];
  flights: readonly Flight[];
  readonly waiting: { [H in PairHost]: Said[] }; // submitted, while the storage is away
};

/** Of what a copy hears nothing that could be evidence, and when it came last. */
export type Silence = { readonly [N in 'heartbeat' | 'log']: number | null };

/** A step of the story: what the harness told, or what was recorded. */
export type Episode =
  | { readonly kind: 'told'; readonly stimulus: Stimulus; readonly silence: Silence | null }
  | { readonly kind: 'line'; readonly line: Observed; readonly isUnheard: boolean };

/** Everything around a program, as a script goes on. The only thing here that changes. */
export type World = {
  readonly judge: Judge;
  readonly room: Room;
  readonly episodes: Episode[];
  readonly log: Queues;
  readonly heartbeat: Queues;
  readonly arrivals: { [H in PairHost]: Arrival[] }; // while nobody could be told
  readonly disk: Disk;
  readonly notes: { readonly [H in PairHost]: HostNotes };
  readonly counts: Map<string, number>;
  now: number;
  reading: number;
  isOpen: boolean; // the connection of the logging channel
  finding: Finding | null;
};

const blank = (): HostNotes => ({
  heardHeartbeat: 0,
  heardLog: 0,
  saidHeartbeat: 0,
  saidLog: 0,
  resumed: 0,
  connected: 0,
  silentTicks: 0,
  isLost: false,
  isJoined: true,
  offered: null,
  hasAnnounced: false,
  orders: [],
  stalled: null,
  begins: false,
  unsent: 0,
  repliesGiven: 0,
  position: 0,
});

/** Nothing has happened yet. */
export const worldFor = (script: Script): World => ({
  judge: judge(headerFor(script)),
  room: script.room ?? 'entries',
  episodes: [],
  log: { A: [], B: [] },
  heartbeat: { A: [], B: [] },
  arrivals: { A: [], B: [] },
  disk: { blocks: [], flights: [], waiting: { A: [], B: [] } },
  notes: { A: blank(), B: blank() },
  counts: new Map(),
  now: 0,
  reading: 0,
  isOpen: true,
  finding: null,
});

/** The state of the specification to which all lines so far lead. */
export const stateOf = ({ judge }: World): State => judge.state();

/** The copy on the host, as the specification has it. */
export const vmOn = (world: World, host: PairHost): Vm => {
  const copy = stateOf(world).copies[host === 'A' ? 0 : 1];
  if (copy === undefined) throw new Error('the specification has a copy for each host of a pair');
  return copy;
};

/** Whether what is told to the host gets there now. */
export const isAwake = (world: World, host: PairHost): boolean => {
  const { up, paused } = stateOf(world).hosts[host];
  return up && !paused;
};

/** Whether the network carries to the host now. */
export const carriesTo = (world: World, net: 'log' | 'heartbeat', to: PairHost): boolean =>
  !isCut(stateOf(world), net, otherThan(to), to);

/** Whether the two hosts could have a connection of the logging channel now. */
export const isLinkedTo = (world: World, to: PairHost): boolean =>
  isLinked(stateOf(world), otherThan(to), to);

type Unnumbered<L> = L extends unknown ? Omit<L, 'node' | 'n'> : never;

const numbered = (world: World, node: string, rest: Unnumbered<Observed>): Observed => {
  const n = (world.counts.get(node) ?? 0) + 1;
  world.counts.set(node, n);
  // a union without two fields, and these fields: TypeScript does not put it together again
  return { ...rest, node, n } as Observed;
};

/** A line is recorded and judged. */
export const record = (world: World, node: string, rest: Unnumbered<Observed>): void => {
  if (world.finding !== null) return;
  const line = numbered(world, node, rest);
  world.episodes.push({ kind: 'line', line, isUnheard: false });
  const verdict = world.judge.feed(line);
  if (verdict === null) return;
  world.finding =
    verdict.kind === 'refused'
      ? refusedLine(verdict)
      : unusable('inconclusive', `the judge cannot tell: ${verdict.because}`);
};

/** A line that reaches nobody, since its way is gone, is told in the story and not judged. */
export const unheard = (world: World, node: string, rest: Unnumbered<Observed>): void => {
  const line = { ...rest, node, n: (world.counts.get(node) ?? 0) + 1 } as Observed;
  world.episodes.push({ kind: 'line', line, isUnheard: true });
};

/** Something happens to the world. */
export const befall = (world: World, what: Unnumbered<Observed>): void =>
  record(world, 'world', what);

/** The storage performs the test-and-set of the copy on the host (R23-17). */
export const arbitrate = (world: World, host: PairHost): void => {
  const { storage } = stateOf(world);
  const { id } = vmOn(world, host);
  const request = storage.requests.find(({ copy }) => copy === id);
  if (request === undefined) return;
  const outcome = compareAndSwap(storage, request);
  befall(world, { did: 'arbitrate', copy: copyOn(host), outcome });
};

/** How many entries or acknowledgments have arrived at the host and are not read. */
export const unread = (world: World, to: PairHost): number => {
  const wire = to === 'A' ? 'acks' : 'entries';
  const { connections } = stateOf(world);
  const onWire = connections.reduce((sum, one) => sum + one[wire].length, 0);
  const coming = world.log[to].reduce((sum, one) => sum + (one === 'lost' ? 0 : one.lines), 0);
  return onWire - coming - world.notes[otherThan(to)].unsent;
};
