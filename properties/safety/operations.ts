import { sameGuest } from '../../model/guest.ts';
import type { LogEntry } from '../../model/log.ts';
import type { Arriving, Recording, Replaying, State, Vm } from '../../model/state.ts';
import { isToldOff } from '../health.ts';
import type { EveryStep, Sight, Sometimes } from '../property.ts';

const executions: ReadonlySet<string> = new Set([
  'execute',
  'interrupt',
  'deliver',
  'feed',
  'complete',
]);

const isOn = (copy: Vm | undefined): boolean =>
  copy !== undefined && 'guest' in copy && !copy.guest.isOff;

/** Of a pair that is over a copy may still run, unheard; of the newest one none may. */
const isOfNewest = ({ past }: Sight, copy: Vm): boolean =>
  past.winner === null ? past.pair.includes(copy.line) : past.winner === copy.line;

/** A guest executes though it is off, or one goes on or begins though the VM is off. */
const runsOn = (sight: Sight): boolean => {
  const { event, before, after, past } = sight;
  if (!('copy' in event)) return false;
  const was = before.copies[event.copy];
  const is = after.copies[event.copy];
  if (was === is || was === undefined || is === undefined) return false;
  const executes = executions.has(event.type);
  if (executes && !isOn(was)) return true;
  const begins = is.mode === 'live' && was.mode !== 'live' && isOn(is);
  return past.isOff && (begins || (executes && isOfNewest(sight, is)));
};

const isTold = (copy: Vm | undefined): boolean => copy !== undefined && isToldOff(copy);

/** A copy stops as if it were powered off, though neither its guest nor its log says so. */
const stopsUnasked = ({ event, before, after }: Sight): boolean => {
  if (!('copy' in event)) return false;
  const was = before.copies[event.copy];
  const is = after.copies[event.copy];
  if (was === is || is?.mode !== 'halted' || is.because !== 'off') return false;
  return isOn(was) && !isTold(was);
};

/**
 * A backup that knows of the power-off wants to go live: its primary would find a new one (R33-2f).
 */
const contends = ({ event, before }: Sight): boolean =>
  event.type === 'testAndSet' && isTold(before.copies[event.copy]);

export const powerOffFinal: EveryStep = {
  id: 'S9',
  kind: 'everyStep',
  needs: 'nothing',
  claim:
    'once the backup is told of a power-off, or a VM that is off has won, no copy serves again',
  cites: ['R33-2', 'R23-16'],
  holds: (sight) => !stopsUnasked(sight) && !contends(sight) && !runsOn(sight),
};

type Movable = NonNullable<Arriving['handed']>;

const isSameLog = (one: readonly LogEntry[], other: readonly LogEntry[]): boolean =>
  one.length === other.length &&
  one.every((entry, index) => {
    const there = other[index];
    return there?.seq === entry.seq && there.kind === entry.kind && there.value === entry.value;
  });

const sameLog = (one: Recording | Replaying, other: Movable): boolean => {
  if (one.mode === 'recording') {
    return other.mode === 'recording' && other.logged === one.logged && one.acked === one.logged;
  }
  return (
    other.mode === 'replaying' &&
    other.received === one.received &&
    other.consumed === one.consumed &&
    other.acked === one.acked &&
    isSameLog(one.buffer, other.buffer) &&
    one.lastOutputs.length === other.lastOutputs.length
  );
};

/** Keys that the guest has not taken go along; packets are lost like any other (R22-12). */
const sameKeys = (one: Movable, other: Movable): boolean => {
  const keys = 'devices' in one ? one.devices.console : [];
  const there = 'devices' in other ? other.devices.console : [];
  return keys.length === there.length;
};

/** The whole replica goes along: its guest, what it withholds, its log and its numbers (R33-10). */
const isWhole = (source: Movable, handed: Movable): boolean => {
  const isSame =
    sameGuest(source.guest, handed.guest) &&
    source.share === handed.share &&
    source.generation === handed.generation;
  if (source.mode === 'live') return isSame && handed.mode === 'live' && sameKeys(source, handed);
  return isSame && sameKeys(source, handed) && sameLog(source, handed);
};

const isWithheld = (copy: Movable): boolean => 'withheld' in copy && copy.withheld.length > 0;

const isInFlight = ({ storage }: State, { id }: Vm): boolean =>
  storage.flights.some(({ copy, generation }) => copy === id && generation >= storage.generation);

export const quiescedSwitch: EveryStep = {
  id: 'S11',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'at a switchover no disk operation is outstanding, and the whole replica goes along',
  cites: ['R33-5', 'R33-6', 'R33-7', 'R33-10'],
  holds: ({ event, before, after }) => {
    if (event.type !== 'switchOver') return true;
    const source = before.copies[event.copy];
    if (source === undefined || !('move' in source)) return true;
    const to = source.move === null ? undefined : after.copies[source.move];
    const handed = to?.mode === 'arriving' ? to.handed : null;
    const isQuiet = source.guest.pending.length === 0 && !isInFlight(before, source);
    return isQuiet && !isWithheld(source) && handed !== null && isWhole(source, handed);
  },
};

export const clientView: EveryStep = {
  id: 'S15',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'a client sees one server: an output never changes, and only a takeover repeats it',
  cites: ['R20-10', 'R22-2', 'R22-11'],
  holds: ({ history: { network, console } }) =>
    !network.isContradicted &&
    !network.isRepeated &&
    !console.isContradicted &&
    !console.isRepeated,
};

export const stopsThoughCutOff: Sometimes = {
  id: 'W9',
  kind: 'sometimes',
  guards: ['S9'],
  claim: 'a backup that holds a power-off suspects its primary, and stops instead of going live',
  cites: ['R33-2'],
  holds: ({ event, after }) => {
    if (event.type !== 'suspect') return false;
    const copy = after.copies[event.copy];
    return copy?.mode === 'halted' && copy.because === 'off';
  },
};

export const overruledPowerOff: Sometimes = {
  id: 'W9a',
  kind: 'sometimes',
  guards: ['S9'],
  claim: 'a primary that is powered off wins the arbiter over a backup that was not told',
  cites: ['R33-2'],
  holds: ({ event, after, past }) => {
    if (event.type !== 'learn') return false;
    const copy = after.copies[event.copy];
    const isUntold = after.copies.some(
      (other) => past.pair.includes(other.line) && 'consumed' in other && !isToldOff(other),
    );
    return copy?.mode === 'live' && copy.guest.isOff && isUntold;
  },
};

const switchedOver = ({ event, before }: Sight): Vm | undefined =>
  event.type === 'switchOver' ? before.copies[event.copy] : undefined;

export const backupSwitches: Sometimes = {
  id: 'W11',
  kind: 'sometimes',
  guards: ['S11'],
  claim: 'a backup that holds entries is moved, its guest having used the disk',
  cites: ['R33-7', 'R33-10'],
  holds: (sight) => {
    const copy = switchedOver(sight);
    return copy?.mode === 'replaying' && copy.buffer.length > 0 && copy.guest.issued > 0;
  },
};

export const primarySwitches: Sometimes = {
  id: 'W11a',
  kind: 'sometimes',
  guards: ['S11'],
  claim: 'a primary is moved that has used its disk',
  cites: ['R33-6'],
  holds: (sight) => {
    const copy = switchedOver(sight);
    return copy?.mode === 'recording' && copy.guest.issued > 0;
  },
};

export const seesATakeover: Sometimes = {
  id: 'W16',
  kind: 'sometimes',
  guards: ['S15', 'L2'],
  claim: 'clients hear from a copy that took over, after they have heard from its primary',
  cites: ['R22-2'],
  holds: ({ event, before, effects, past }) => {
    if (event.type !== 'release' || effects.length === 0) return false;
    const line = before.copies[event.copy]?.line;
    const { shown } = past.network;
    const others = shown.some((numbers, from) => numbers.length > 0 && from !== line);
    return line !== undefined && others && (shown[line] ?? []).length === 0;
  },
};

export const repeatsAfterTakeover: Sometimes = {
  id: 'W16a',
  kind: 'sometimes',
  guards: ['S15'],
  claim: 'a copy that took over sends a packet that its primary has sent',
  cites: ['R22-11'],
  holds: ({ before, effects, past }) =>
    effects.some((effect) => {
      const line = effect.type === 'transmit' ? before.copies[effect.copy]?.line : undefined;
      return (
        effect.type === 'transmit' &&
        past.takeovers.some((one) => one.line === line) &&
        past.network.shown.some((sent, from) => from !== line && sent.includes(effect.number))
      );
    }),
};
