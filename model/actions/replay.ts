import {
  completed,
  type Guest,
  interrupted,
  needsOf,
  needsOfReceiving,
  type Output,
  operated,
  type Ran,
  received,
  run,
} from '../guest.ts';
import { completeUpTo, type EntryKind, type LogEntry } from '../log.ts';
import type { Action, Refusal, Step } from '../spec.ts';
import type { Draining, Frozen, Replaying, State } from '../state.ts';
import { halted, inMode, moved, readClock, remember, spend } from './notation.ts';
import type { LoggedNeeds } from './record.ts';

/** Whether a backup may run at all (R21-8). */
export type MayRunOn = (copy: Following) => boolean;

/**
 * With an entry in hand, and no further than to its position: where that is passed the entry no
 * longer fits. Without one an event may be due at the very next instruction (R32-5).
 */
export const entryInHand: MayRunOn = ({ buffer }) => buffer.length > 0;

/** Where an entry is applied, given the position that it carries (R21-4). */
export type DueAt = (entry: LogEntry, guest: Guest) => boolean;

/** At the very instruction. */
export const exactlyThere: DueAt = (entry, guest) => entry.position === guest.position;

/** Whether the next group may be replayed (R21-9). */
export type MayApply = (buffer: readonly LogEntry[]) => boolean;

/** Once its go-live point has arrived. */
export const wholeGroup: MayApply = (buffer) => buffer.some(({ last }) => last);

/** The decisions about replay (section 2.1 of the paper). */
export type ReplayRules = {
  readonly loggedNeeds: LoggedNeeds;
  readonly mayRunOn: MayRunOn;
  readonly dueAt: DueAt;
  readonly mayApply: MayApply;
};

type Following = Replaying | Frozen | Draining;

type Applied = Ran & {
  readonly used: number; // entries consumed
};

/** An entry that does not fit the guest: the backup has diverged and is unfit (R21-11). */
const diverged = (state: State, copy: Following): Step => moved(state, halted(copy, 'diverged'));

const fits = (group: readonly LogEntry[], kinds: readonly EntryKind[]): boolean =>
  group.length === kinds.length && kinds.every((kind, index) => group[index]?.kind === kind);

/** One instruction, its non-deterministic result taken from the log (R21-3). */
const instruction = (
  rules: ReplayRules,
  state: State,
  copy: Following,
  group: readonly LogEntry[],
): Applied | null => {
  const { program } = state.settings;
  const needs = rules.loggedNeeds(needsOf(program, copy.guest));
  if (!fits(group, needs)) return null;
  const logged = group.find(({ kind }) => kind === 'ND');
  // only a protocol that does not log the value comes to its own clock (nd-op-not-logged)
  const time = logged?.value ?? readClock(state, copy.host);
  return { ...run(program, copy.guest, time), used: needs.length };
};

/** A group of packets, and what leaves with it: all of it at once, as it was logged (R35-2). */
const packets = (
  rules: ReplayRules,
  copy: Following,
  group: readonly LogEntry[],
): Applied | null => {
  const given = group.filter(({ kind }) => kind === 'RX');
  const needs = rules.loggedNeeds(needsOfReceiving(copy.guest));
  if (!fits(group, [...given.map(({ kind }) => kind), ...needs])) return null;
  const ran = received(
    copy.guest,
    given.map(({ value }) => value),
  );
  return { ...ran, used: group.length };
};

/** The entries up to the first go-live point; all of them where it has not arrived (R21-9). */
const firstGroup = (buffer: readonly LogEntry[]): readonly LogEntry[] => {
  const end = buffer.findIndex(({ last }) => last);
  return end < 0 ? buffer : buffer.slice(0, end + 1);
};

const only = (guest: Guest | null): Applied | null =>
  guest === null ? null : { guest, outputs: [], used: 1 };

/** What the log says happens next, or `null` where log and guest disagree. */
const apply = (rules: ReplayRules, state: State, copy: Following): Applied | null => {
  const { buffer, guest } = copy;
  const [entry] = buffer;
  if (entry === undefined || !rules.dueAt(entry, guest)) {
    const passed = entry !== undefined && entry.position < guest.position;
    return passed ? null : instruction(rules, state, copy, []);
  }
  const { kind, value, completion } = entry;
  const group = firstGroup(buffer);
  switch (kind) {
    case 'TIMER':
      return only(interrupted(guest));
    case 'RX':
      return packets(rules, copy, group);
    case 'KEY':
    case 'MOUSE':
      return only(operated(guest, { kind, number: value }));
    case 'DONE':
      return only(completion === null ? null : completed(guest, completion));
    case 'SHARE':
    case 'QUIESCE':
      return only(guest);
    case 'OFF':
      return value === 0 ? only({ ...guest, isOff: true }) : instruction(rules, state, copy, group);
    case 'ND':
    case 'OUT':
      return instruction(rules, state, copy, group);
  }
};

/** The outputs of the entry consumed last are remembered only where they may be emitted (V7). */
const remembered = (state: State, { outputs, used }: Applied): readonly Output[] =>
  state.settings.goLiveOutput === 'emitLast' && used > 0 ? outputs : [];

/** Control entries change what is no part of the guest (R33-3, R33-7). */
const controlled = (copy: Following, entry: LogEntry | undefined, guest: Guest): Following => {
  const share = entry?.kind === 'SHARE' ? entry.value : copy.share;
  if (copy.mode !== 'replaying') return { ...copy, guest, share };
  const isStillQuiet = copy.isQuiesced && guest.issued === copy.guest.issued;
  return { ...copy, guest, share, isQuiesced: entry?.kind === 'QUIESCE' || isStillQuiet };
};

const consuming = (state: State, copy: Following, applied: Applied): Following => {
  const { guest, used } = applied;
  const last = copy.buffer[used - 1];
  const after = controlled(copy, last, guest);
  if (last === undefined) return after;
  const wasFull = copy.buffer.length >= state.settings.backupCapacity;
  return {
    ...after,
    buffer: copy.buffer.slice(used),
    consumed: last.seq,
    lastOutputs: remembered(state, applied),
    // with room again the backup reads again: the silence until now was its own doing (Q13)
    watch: remember(state, copy.watch, 'progressed', ...(wasFull ? ['channelHeard' as const] : [])),
  };
};

const arbitratesFirst = 'it arbitrates before it drains its log';

/**
 * The backup replays: it runs to the position of the next entry, or applies the entries due there.
 * Its outputs are dropped (R20-5); with no entry in hand it does not run at all (R32-5).
 */
export const replay = (rules: ReplayRules): Action<'replay'> =>
  inMode('replay', ['replaying', 'frozen', 'draining'], (state, copy): Step | Refusal => {
    const drainsFirst = state.settings.arbitration === 'drainThenTestAndSet';
    if (copy.mode === 'frozen' && !drainsFirst) return arbitratesFirst;
    if (copy.guest.isOff) return 'the guest is powered off';
    if (!rules.mayRunOn(copy)) return 'no entry is in hand: the backup stops';
    if (copy.buffer.length > 0 && !rules.mayApply(copy.buffer)) {
      return 'the rest of the group has not arrived';
    }
    const applied = apply(rules, state, copy);
    if (applied === null) return diverged(state, copy);
    const isInstruction = applied.guest.position !== copy.guest.position;
    const watch = isInstruction ? spend(state, copy.watch) : copy.watch;
    if (watch === null) return 'its share of the CPU is used up until the next tick';
    return moved(state, consuming(state, { ...copy, watch }, applied));
  });

/** Every entry of the complete groups it holds has been consumed (R23-10). */
export const isDrained = ({ buffer, consumed }: Following): boolean =>
  completeUpTo(buffer, consumed) === consumed;
