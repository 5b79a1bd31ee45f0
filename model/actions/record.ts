import type { Completion } from '../disk.ts';
import {
  type Guest,
  interrupted,
  issuesNext,
  type Need,
  needsOf,
  type Output,
  operated,
  run,
} from '../guest.ts';
import { type Position, type Seq, seq } from '../ids.ts';
import type { EntryKind, LogEntry } from '../log.ts';
import type { Action, Refusal, Step } from '../spec.ts';
import type { Live, Recording, State, Withheld, Withholding } from '../state.ts';
import {
  inMode,
  isDue,
  moved,
  present,
  readClock,
  remember,
  spend,
  withDevices,
} from './notation.ts';

/** Which entries an instruction generates, given what of it cannot be computed (R21-3, R22-3). */
export type LoggedNeeds = (needs: readonly Need[]) => readonly Need[];

/**
 * Every need is logged: each result that cannot be computed, each output's place, the end (Q17).
 */
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

/** What is logged of a key or a movement of the mouse (R20-3). */
export type OperatorEntries = (input: Entry) => readonly Entry[];

/** All of it: what an operator does is input like any other. */
export const everyInput: OperatorEntries = (input) => [input];

/** The decisions about what a running guest logs (sections 2.1 and 2.2 of the paper). */
export type RecordRules = {
  readonly loggedNeeds: LoggedNeeds;
  readonly operatorEntries: OperatorEntries;
  readonly admit: Admit;
  readonly loggedPosition: LoggedPosition;
  readonly markerOf: MarkerOf;
  readonly mayRun: MayRun;
};

/** A copy that logs: it has, or had, a backup. */
export type Logging = Recording | Withholding;

/** What of a group is not the same in all its entries. */
export type Entry = {
  readonly kind: EntryKind;
  readonly value?: number;
  readonly completion?: Completion;
};

/** Entries of one guest instruction or event: consecutive, the last one marked (R21-7, R21-9). */
const groupOf = (
  state: State,
  copy: Logging,
  entries: readonly Entry[],
  at: Position,
): readonly LogEntry[] =>
  entries.map(({ kind, value = 0, completion = null }, index) => ({
    seq: seq(copy.logged + 1 + index),
    position: at,
    kind,
    value,
    completion,
    last: index === entries.length - 1,
    at: present(state),
  }));

const stamped = (state: State, copy: Recording, count: number): Recording['throttle'] =>
  state.settings.clock === null || count === 0
    ? copy.throttle
    : {
        ...copy.throttle,
        stamps: [...copy.throttle.stamps, ...Array<number>(count).fill(state.now)],
      };

/**
 * The copy with a group in its log buffer, or `null` where there is no room: the entries are there
 * before the guest shows any effect of them (R21-10).
 */
export const logging = (
  rules: RecordRules,
  state: State,
  copy: Logging,
  entries: readonly Entry[],
): Logging | null => {
  if (entries.length === 0) return copy;
  const group = groupOf(state, copy, entries, rules.loggedPosition(copy.guest));
  const buffer = rules.admit(copy.buffer, group, state.settings.primaryCapacity);
  if (buffer === null) return null;
  const logged = buffer.at(-1)?.seq ?? copy.logged;
  if (copy.mode !== 'recording') return { ...copy, buffer, logged };
  const throttle = stamped(state, copy, buffer.length - copy.buffer.length);
  return { ...copy, buffer, logged, throttle };
};

/** New outputs join those that are withheld, in the order produced (R22-8). */
export const withheldBehind = (
  { withheld }: Logging | Live,
  outputs: readonly Output[],
  needs: Seq,
): readonly Withheld[] =>
  outputs.length === 0
    ? withheld
    : [...withheld, ...outputs.map((output) => ({ ...output, needs }))];

/** Why a primary with a full log buffer stands still (R32-6). */
export const full = 'the log buffer is full: the primary stops';

/** Why nothing happens in a VM that is powered off (R33-2). */
export const off = 'the guest is powered off';
const spent = 'its share of the CPU is used up until the next tick';

/** What the hypervisor logs for an instruction (R21-3, R22-3, Q17). */
const entriesFor = (needs: readonly Need[], time: number): readonly Entry[] =>
  needs.map((kind) => ({ kind, value: kind === 'ND' ? time : kind === 'OFF' ? 1 : 0 }));

const executeLive = (state: State, copy: Live): Step | Refusal => {
  const watch = spend(state, copy.watch);
  if (watch === null) return spent;
  const { guest, outputs } = run(state.settings.program, copy.guest, readClock(state, copy.host));
  const withheld = withheldBehind(copy, outputs, seq(0));
  return moved(state, { ...copy, guest, withheld, watch });
};

/** An event is due and cannot be logged: the guest does not run past its place (R32-6, R21-4). */
const isHeldUp = (rules: RecordRules, state: State, copy: Logging): boolean => {
  if (state.settings.clock === null) return false;
  const { nic, console, arrived } = copy.devices;
  const isTimerDue = isDue(state, copy.watch.timer, ({ timerEvery }) => timerEvery);
  const isDueNow = isTimerDue || nic.length + console.length + arrived.length > 0;
  return isDueNow && logging(rules, state, copy, [{ kind: 'TIMER' }]) === null;
};

/**
 * The guest executes one instruction. A recording one logs what cannot be computed and where it
 * puts something out (R21-2, R21-3, R22-3); its output is withheld and it runs on (R22-7), even
 * while the test-and-set is undecided (R23-9). While its disk is quiesced it issues nothing
 * (R33-7).
 */
export const execute = (rules: RecordRules): Action<'execute'> =>
  inMode('execute', ['recording', 'withholding', 'live'], (state, copy) => {
    const { program } = state.settings;
    if (copy.guest.isOff) return off;
    if (copy.devices.quiesce !== 'none' && issuesNext(program, copy.guest)) {
      return 'its disk is quiesced';
    }
    if (copy.mode === 'live') return executeLive(state, copy);
    if (!rules.mayRun(copy)) return 'it waits for an acknowledgment';
    if (isHeldUp(rules, state, copy)) return full;
    const watch = spend(state, copy.watch);
    if (watch === null) return spent;
    const time = readClock(state, copy.host);
    const needs = rules.loggedNeeds(needsOf(program, copy.guest));
    const recorded = logging(rules, state, copy, entriesFor(needs, time));
    if (recorded === null) return full;
    const { guest, outputs } = run(program, copy.guest, time);
    const marker = rules.markerOf(recorded.logged);
    const withheld = withheldBehind(copy, outputs, marker);
    return moved(state, { ...recorded, guest, withheld, watch });
  });

/** The timer interrupt strikes between two instructions, and is logged there (R21-4, R21-6). */
export const interrupt = (rules: RecordRules): Action<'interrupt'> =>
  inMode('interrupt', ['recording', 'withholding', 'live'], (state, copy) => {
    if (copy.guest.isOff) return off;
    if (!isDue(state, copy.watch.timer, (clock) => clock.timerEvery)) return 'no timer is due';
    const watch = remember(state, copy.watch, 'timer');
    const guest = interrupted(copy.guest);
    if (copy.mode === 'live') return moved(state, { ...copy, guest, watch });
    const recorded = logging(rules, state, copy, [{ kind: 'TIMER' }]);
    return recorded === null ? full : moved(state, { ...recorded, guest, watch });
  });

/** What the operator did is given to the guest, and is logged like any other input (R20-3). */
export const feed = (rules: RecordRules): Action<'feed'> =>
  inMode('feed', ['recording', 'withholding', 'live'], (state, copy) => {
    if (copy.guest.isOff) return off;
    const [input, ...console] = copy.devices.console;
    if (input === undefined) return 'nobody has pressed a key or moved the mouse';
    const guest = operated(copy.guest, input);
    const fed = withDevices(copy, { console });
    if (fed.mode === 'live') return moved(state, { ...fed, guest });
    const entries = rules.operatorEntries({ kind: input.kind, value: input.number });
    const recorded = logging(rules, state, fed, entries);
    return recorded === null ? full : moved(state, { ...recorded, guest });
  });
