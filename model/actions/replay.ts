import { type Guest, interrupted, needsOf, type Output, received, run } from '../guest.ts';
import { completeUpTo, type LogEntry } from '../log.ts';
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

export type ReplayRules = {
  readonly loggedNeeds: LoggedNeeds;
  readonly mayRunOn: MayRunOn;
  readonly dueAt: DueAt;
  readonly mayApply: MayApply;
};

type Following = Replaying | Frozen | Draining;

type Applied = {
  readonly guest: Guest;
  readonly output: Output | null;
  readonly used: number; // entries consumed
};

/** An entry that does not fit the guest: the backup has diverged and is unfit (R21-11). */
const diverged = (state: State, copy: Following): Step => moved(state, halted(copy, 'diverged'));

/** One instruction, its non-deterministic result taken from the log (R21-3). */
const instruction = (
  rules: ReplayRules,
  state: State,
  copy: Following,
  group: readonly LogEntry[],
): Applied | null => {
  const { program } = state.settings;
  const needs = rules.loggedNeeds(needsOf(program, copy.guest));
  const fits = needs.every((need, index) => group[index]?.kind === need);
  if (!fits) return null;
  const logged = group.slice(0, needs.length).find(({ kind }) => kind === 'ND');
  // only a protocol that does not log the value comes to its own clock (nd-op-not-logged)
  const time = logged?.value ?? readClock(state, copy.host);
  return { ...run(program, copy.guest, time), used: needs.length };
};

/** What the log says happens next, or `null` where log and guest disagree. */
const apply = (rules: ReplayRules, state: State, copy: Following): Applied | null => {
  const [entry] = copy.buffer;
  if (entry === undefined || !rules.dueAt(entry, copy.guest)) {
    const passed = entry !== undefined && entry.position < copy.guest.position;
    return passed ? null : instruction(rules, state, copy, []);
  }
  if (entry.kind === 'TIMER') return { guest: interrupted(copy.guest), output: null, used: 1 };
  if (entry.kind === 'RX') {
    return { guest: received(copy.guest, entry.value), output: null, used: 1 };
  }
  return instruction(rules, state, copy, copy.buffer);
};

/** The output of the entry consumed last is remembered only where it may be emitted (V7). */
const remembered = (state: State, { output, used }: Applied): Output | null =>
  state.settings.goLiveOutput === 'emitLast' && used > 0 ? output : null;

const consuming = (state: State, copy: Following, applied: Applied): Following => {
  const { guest, used } = applied;
  const last = copy.buffer[used - 1];
  if (last === undefined) return { ...copy, guest };
  const wasFull = copy.buffer.length >= state.settings.backupCapacity;
  return {
    ...copy,
    guest,
    buffer: copy.buffer.slice(used),
    consumed: last.seq,
    lastOutput: remembered(state, applied),
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
