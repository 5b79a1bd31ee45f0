import type { State, Vm } from '../../model/state.ts';

/**
 * How many runs reached each situation, and the first run that did: columns of one table, in the
 * order of the signatures.
 */
export type Census = {
  readonly signatures: readonly number[];
  readonly runs: readonly number[];
  readonly firsts: readonly number[];
};

/** Both counts together; the order of merging makes no difference. */
export const mergeCensus = (one: Census, other: Census): Census => {
  if (one.signatures.length === 0) return other;
  const signatures: number[] = [];
  const runs: number[] = [];
  const firsts: number[] = [];
  let left = 0;
  let right = 0;
  while (left < one.signatures.length || right < other.signatures.length) {
    const from = one.signatures[left] ?? Number.POSITIVE_INFINITY;
    const to = other.signatures[right] ?? Number.POSITIVE_INFINITY;
    const isLeft = from <= to;
    const isRight = to <= from;
    signatures.push(Math.min(from, to));
    runs.push((isLeft ? (one.runs[left] ?? 0) : 0) + (isRight ? (other.runs[right] ?? 0) : 0));
    const never = Number.POSITIVE_INFINITY;
    firsts.push(
      Math.min(
        isLeft ? (one.firsts[left] ?? never) : never,
        isRight ? (other.firsts[right] ?? never) : never,
      ),
    );
    if (isLeft) left++;
    if (isRight) right++;
  }
  return { signatures, runs, firsts };
};

/** The share of the last quarter of the runs that reached a situation not reached before. */
export const newShare = ({ firsts }: Census, runs: number): number => {
  const quarter = Math.ceil(runs / 4);
  const late = new Set(firsts.filter((first) => first >= runs - quarter));
  return quarter === 0 ? 1 : late.size / quarter;
};

/**
 * Good and Turing's estimate of what has not been seen: of all that runs reached, the share that
 * one run only did. So much of what one more run reaches is new.
 */
export const unseenMass = ({ runs }: Census): number => {
  const total = runs.reduce((sum, count) => sum + count, 0);
  return total === 0 ? 1 : runs.filter((count) => count === 1).length / total;
};

/**
 * The same by run: the share of the runs that reached a situation which no other did is the chance
 * that one more reaches a new one. It leaves out each run in its turn, so that on average it is
 * right for a sample that is smaller by one, and a little too high for this one.
 */
export const chanceOfNew = ({ runs: counts, firsts }: Census, runs: number): number => {
  const alone = new Set(firsts.filter((_, index) => counts[index] === 1));
  return runs === 0 ? 1 : alone.size / runs;
};

/**
 * How far off the chance of something new may be: twice the bound of Robbins (1968) on what such
 * an estimate is off by, the root of its mean square, so that one sample in twenty is worse.
 */
export const marginOfChance = (runs: number): number => Math.min(1, 2 / Math.sqrt(runs));

const modes = {
  recording: 1,
  withholding: 2,
  replaying: 3,
  frozen: 4,
  draining: 5,
  live: 6,
  cloning: 7,
  arriving: 8,
} as const;

const fullness = (length: number, capacity: number): number =>
  length === 0 ? 0 : length >= capacity ? 2 : 1;

const mix = (hash: number, value: number): number => {
  const mixed = Math.imul(hash ^ value, 0x5bd1e995);
  return mixed ^ (mixed >>> 15);
};

const flag = (is: boolean, bit: number): number => (is ? 1 << bit : 0);

const ofHost = ({ hosts, cuts, network }: State, { host: id }: Vm): number => {
  const { paused, storage, speed } = hosts[id];
  const isPort = network.port === id;
  let bits = flag(paused, 0) | flag(storage, 1) | flag(speed < 100, 2) | flag(isPort, 3);
  for (const { net, from, to } of cuts) {
    if (from === id) bits |= net === 'log' ? 16 : 32;
    if (to === id) bits |= net === 'log' ? 64 : 128;
  }
  return bits;
};

const ofConnection = ({ connections, settings }: State, id: number | null): number => {
  if (id === null) return 0;
  for (const connection of connections) {
    if (connection.id !== id) continue;
    const { open, entries, acks } = connection;
    const fill = fullness(entries.length, settings.wireCapacity);
    return 1 | flag(open, 1) | (fill << 2) | flag(acks.length > 0, 4);
  }
  return 32;
};

const few = (length: number): number => Math.min(2, length);

const quieting = { none: 0, asked: 1, reached: 2 } as const;

type Serving = Extract<Vm, { readonly devices: object }>;

/** What waits on either side of a guest's devices, and whether its disk is to be quiet. */
const ofDevices = ({ devices, withheld }: Serving): number => {
  const { nic, console, submitted, arrived, settled, quiesce } = devices;
  const waits = flag(withheld.length > 0, 0) | flag(nic.length + console.length > 0, 1);
  const onDisk = flag(submitted.length > 0, 2) | flag(arrived.length > 0, 3);
  return waits | onDisk | flag(settled.length > 0, 4) | (quieting[quiesce] << 5);
};

/** What of a guest, and of what it is given, decides what may happen to it. */
const ofGuest = ({ guest, share }: Extract<Vm, { readonly guest: object }>): number =>
  flag(guest.pending.length > 0, 0) | flag(guest.isOff, 1) | flag(share > 1, 2);

const ofCopy = (state: State, copy: Vm): number => {
  const { settings } = state;
  switch (copy.mode) {
    case 'recording': {
      const { buffer, connection, logged, sent, acked, move } = copy;
      const fill = fullness(buffer.length, settings.primaryCapacity);
      const counters = flag(logged > sent, 2) | flag(sent > acked, 3);
      const rest = (ofConnection(state, connection) << 5) | (ofDevices(copy) << 11);
      return fill | counters | flag(move !== null, 4) | rest;
    }
    case 'withholding':
      return flag(copy.watch.asked >= 0, 0) | (ofDevices(copy) << 1);
    case 'replaying': {
      const fill = fullness(copy.buffer.length, settings.backupCapacity);
      const isBehind = copy.acked < copy.received;
      const moves = flag(copy.move !== null, 3) | flag(copy.asks, 4) | flag(copy.isQuiesced, 5);
      return fill | flag(isBehind, 2) | moves | (ofConnection(state, copy.connection) << 6);
    }
    case 'frozen':
    case 'draining':
      return fullness(copy.buffer.length, settings.backupCapacity);
    case 'live':
      return (
        flag(copy.told, 0) |
        flag(copy.clone !== null, 1) |
        flag(copy.reached, 2) |
        flag(copy.move !== null, 3) |
        (ofDevices(copy) << 4)
      );
    case 'cloning':
      return flag(copy.snapshot !== null, 0);
    case 'arriving':
      return flag(copy.image !== null, 0) | flag(copy.handed !== null, 1);
    default:
      return 0;
  }
};

/**
 * What a situation looks like from afar: modes, generations, how full the buffers are, what is
 * broken and what is under way, without numbers that only grow. Two states of one signature may
 * differ.
 */
export const signatureOf = (state: State): number => {
  const { storage, service, copies } = state;
  const asked = few(storage.requests.length) | (few(storage.replies.length) << 2);
  const isFenced = storage.flights.some((flight) => flight.generation < storage.generation);
  const disk = (few(storage.flights.length) << 6) | flag(isFenced, 8);
  const isTimed = state.settings.clock !== null;
  let hash = mix(
    asked | flag(service.up, 4) | flag(isTimed, 5) | disk,
    Math.min(3, storage.generation),
  );
  for (const copy of copies) {
    if (copy.mode === 'crashed' || copy.mode === 'halted') continue;
    const age = Math.min(2, Math.max(-1, storage.generation - copy.generation)) + 1;
    const isStuck = 'wedged' in copy && copy.wedged;
    const whole = modes[copy.mode] | (age << 4) | flag(isStuck, 6) | (ofHost(state, copy) << 7);
    const guest = 'guest' in copy ? ofGuest(copy) : 0;
    hash = mix(mix(mix(hash, whole), ofCopy(state, copy)), guest);
  }
  return hash >>> 0;
};

/** A census in the making. */
export type Surveyor = {
  /** Notes that a run has reached a situation; true if it is the first to do so. */
  readonly note: (signature: number, run: number) => boolean;
  readonly visits: (signature: number) => number;
  readonly census: () => Census;
};

type Seen = { runs: number; readonly first: number; last: number; visits: number };

export const surveyor = (): Surveyor => {
  const seen = new Map<number, Seen>();
  return {
    note: (signature, run) => {
      const known = seen.get(signature);
      if (known === undefined) {
        seen.set(signature, { runs: 1, first: run, last: run, visits: 1 });
        return true;
      }
      known.visits++;
      if (known.last !== run) known.runs++;
      known.last = run;
      return false;
    },
    visits: (signature) => seen.get(signature)?.visits ?? 0,
    census: () => {
      const signatures = [...Uint32Array.from(seen.keys()).sort()];
      return {
        signatures,
        runs: signatures.map((signature) => seen.get(signature)?.runs ?? 0),
        firsts: signatures.map((signature) => seen.get(signature)?.first ?? 0),
      };
    },
  };
};
