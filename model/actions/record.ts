import type { Need } from '../guest.ts';
import { type Guest, interrupted, needsOf, type Output, received, run } from '../guest.ts';
import { type Position, type Seq, seq } from '../ids.ts';
import type { EntryKind, LogEntry } from '../log.ts';
import type { Action, Refusal, Step } from '../spec.ts';
import type { Live, Recording, State, Withheld, Withholding } from '../state.ts';
import { inMode, isDue, moved, present, readClock, remember, spend } from './notation.ts';

/** Which entries an instruction generates, given what of it cannot be computed (R21-3, R22-3). */
export type LoggedNeeds = (needs: readonly Need[]) => readonly Need[];

/** Every need is logged: each non-deterministic result, and the place of each output. */
export const everyNeed: LoggedNeeds = (needs) => needs;

/** The log buffer with a group in it; `null` makes the guest stop until there is room (R32-6). */
export type Admit = (
  buffer: readonly LogEntry[],
  group: readonly LogEntry[],
  capacity: number,
) => readonly LogEntry[] | null;

/** A full buffer stops the primary; nothing is overwritten or dropped (R32-4, R32-13). */
export const stallWhenFull: Admit = (buffer, group, capacity) =>
  buffer.length + group.length <= capacity ? [...buffer, ...group] : null;

/** The instruction position that an entry carries (R21-4). */
export type LoggedPosition = (guest: Guest) => Position;

/** The exact instruction. */
export const exactPosition: LoggedPosition = (guest) => guest.position;

/** Which entry's acknowledgment an output waits for, of those logged with it (R22-8). */
export type MarkerOf = (logged: Seq) => Seq;

/** Its own output entry, the last one logged when the output is produced. */
export const ownMarker: MarkerOf = (logged) => logged;

/** Whether a recording guest may go on while outputs are withheld (R22-7). */
export type MayRun = (copy: Recording | Withholding) => boolean;

/** The rule withholds outputs, it does not stop the VM. */
export const runsOn: MayRun = () => true;

/** Whether a packet that was given to the guest is gone from the network card (R22-12). */
export type Take = (nic: readonly number[]) => readonly number[];

export const takeOnce: Take = ([, ...rest]) => rest;

export type RecordRules = {
  readonly loggedNeeds: LoggedNeeds;
  readonly admit: Admit;
  readonly loggedPosition: LoggedPosition;
  readonly markerOf: MarkerOf;
  readonly mayRun: MayRun;
  readonly take: Take;
};

type Logging = Recording | Withholding;

/** Entries of one guest instruction or event: consecutive, the last one marked (R21-7, R21-9). */
const groupOf = (
  state: State,
  copy: Logging,
  kinds: readonly EntryKind[],
  value: number,
  at: Position,
): readonly LogEntry[] =>
  kinds.map((kind, index) => ({
    seq: seq(copy.logged + 1 + index),
    position: at,
    kind,
    value: kind === 'OUT' || kind === 'TIMER' ? 0 : value,
    last: index === kinds.length - 1,
    at: present(state),
  }));

const stamped = (state: State, copy: Recording, count: number): Recording['throttle'] =>
  state.settings.clock === null || count === 0
    ? copy.throttle
    : {
        ...copy.throttle,
        stamps: [...copy.throttle.stamps, ...Array<number>(count).fill(state.now)],
      };

/** The entries are in the buffer before the guest shows any effect of them (R21-10). */
const logging = (
  rules: RecordRules,
  state: State,
  copy: Logging,
  kinds: readonly EntryKind[],
  value: number,
): Logging | null => {
  if (kinds.length === 0) return copy;
  const group = groupOf(state, copy, kinds, value, rules.loggedPosition(copy.guest));
  const buffer = rules.admit(copy.buffer, group, state.settings.primaryCapacity);
  if (buffer === null) return null;
  const logged = buffer.at(-1)?.seq ?? copy.logged;
  return copy.mode === 'recording'
    ? {
        ...copy,
        buffer,
        logged,
        throttle: stamped(state, copy, buffer.length - copy.buffer.length),
      }
    : { ...copy, buffer, logged };
};

const withheldBehind = (
  copy: Logging | Live,
  output: Output | null,
  needs: Seq,
  since: number,
): readonly Withheld[] =>
  output === null ? copy.withheld : [...copy.withheld, { ...output, needs, since }];

const full = 'the log buffer is full: the primary stops';
const spent = 'its share of the CPU is used up until the next tick';

const executeLive = (state: State, copy: Live): Step | Refusal => {
  const watch = spend(state, copy.watch);
  if (watch === null) return spent;
  const { guest, output } = run(state.settings.program, copy.guest, readClock(state, copy.host));
  const withheld = withheldBehind(copy, output, seq(0), present(state));
  return moved(state, { ...copy, guest, withheld, watch });
};

/** An event is due and cannot be logged: the guest does not run past its place (R32-6, R21-4). */
const isHeldUp = (rules: RecordRules, state: State, copy: Logging): boolean => {
  if (state.settings.clock === null) return false;
  const isTimerDue = isDue(state, copy.watch.timer, ({ timerEvery }) => timerEvery);
  const isDueNow = isTimerDue || copy.nic.length > 0;
  return isDueNow && logging(rules, state, copy, ['TIMER'], 0) === null;
};

/**
 * The guest executes one instruction. A recording one logs what cannot be computed and where it
 * puts something out (R21-2, R21-3, R22-3); its output is withheld and it runs on (R22-7), even
 * while the test-and-set is undecided (R23-9).
 */
export const execute = (rules: RecordRules): Action<'execute'> =>
  inMode('execute', ['recording', 'withholding', 'live'], (state, copy) => {
    if (copy.mode === 'live') return executeLive(state, copy);
    if (!rules.mayRun(copy)) return 'it waits for an acknowledgment';
    if (isHeldUp(rules, state, copy)) return full;
    const watch = spend(state, copy.watch);
    if (watch === null) return spent;
    const { program } = state.settings;
    const time = readClock(state, copy.host);
    const needs = rules.loggedNeeds(needsOf(program, copy.guest));
    const recorded = logging(rules, state, copy, needs, time);
    if (recorded === null) return full;
    const { guest, output } = run(program, copy.guest, time);
    const marker = rules.markerOf(recorded.logged);
    const withheld = withheldBehind(copy, output, marker, present(state));
    return moved(state, { ...recorded, guest, withheld, watch });
  });

/** The timer interrupt strikes between two instructions, and is logged there (R21-4, R21-6). */
export const interrupt = (rules: RecordRules): Action<'interrupt'> =>
  inMode('interrupt', ['recording', 'withholding', 'live'], (state, copy) => {
    if (!isDue(state, copy.watch.timer, (clock) => clock.timerEvery)) return 'no timer is due';
    const watch = remember(state, copy.watch, 'timer');
    const guest = interrupted(copy.guest);
    if (copy.mode === 'live') return moved(state, { ...copy, guest, watch });
    const recorded = logging(rules, state, copy, ['TIMER'], 0);
    return recorded === null ? full : moved(state, { ...recorded, guest, watch });
  });

/** The oldest packet of the network card is given to the guest, and is logged (R20-3). */
export const deliver = (rules: RecordRules): Action<'deliver'> =>
  inMode('deliver', ['recording', 'withholding', 'live'], (state, copy) => {
    const [packet] = copy.nic;
    if (packet === undefined) return 'no packet has arrived';
    const nic = rules.take(copy.nic);
    const guest = received(copy.guest, packet);
    const watch = remember(state, copy.watch, 'reached');
    const given = { guest, nic, watch };
    if (copy.mode === 'live') return moved(state, { ...copy, ...given, reached: true });
    const recorded = logging(rules, state, copy, ['RX'], packet);
    if (recorded === null) return full;
    return recorded.mode === 'recording'
      ? moved(state, { ...recorded, ...given, reached: true })
      : moved(state, { ...recorded, ...given });
  });
