import { type Position, position } from './ids.ts';

/**
 * What one instruction of the guest's program does. `reply` transmits only if a request is
 * waiting, so its log entries depend on the guest's state; `stamp` reads the time and transmits
 * it, so one instruction generates two entries (R21-9).
 */
export type Instruction = 'compute' | 'readTime' | 'transmit' | 'reply' | 'stamp';

/**
 * The smallest deterministic machine that can diverge: one word of memory into which everything
 * the guest does or suffers is folded in order, so that an event at another instruction, a missing
 * one or another reading of the clock leaves another word (R21-1). It has one processor (R20-8) and
 * does not know that it is replicated (R20-10).
 */
export type Guest = {
  readonly position: Position;
  readonly word: number;
  readonly requests: number; // received and not yet replied to
  readonly sent: number; // outputs produced; the ordinal of the next one
};

/** What the guest hands to its network card: its ordinal in this execution and its content. */
export type Output = { readonly ordinal: number; readonly content: number };

/** The guest after one instruction, and what that instruction put out. */
export type Ran = { readonly guest: Guest; readonly output: Output | null };

/**
 * What of an instruction is not a function of the guest's state, be it a reading of the clock or
 * the undefined side effect of a complex instruction (R21-3, R21-5), or leaves it (R22-3).
 */
export type Need = 'ND' | 'OUT';

export const booted: Guest = { position: position(0), word: 1, requests: 0, sent: 0 };

/** Invertible in `word` and not commutative in what is folded, so order and place both matter. */
const fold = (word: number, operand: number): number => (31 * word + operand + 1) % 9973;

export const instructionAt = (program: readonly Instruction[], guest: Guest): Instruction =>
  program[guest.position % program.length] ?? 'compute';

const nothing: readonly Need[] = [];
const value: readonly Need[] = ['ND'];
const marker: readonly Need[] = ['OUT'];
const valueAndMarker: readonly Need[] = ['ND', 'OUT'];

/** The entries that the guest's next instruction must generate, in order. */
export const needsOf = (program: readonly Instruction[], guest: Guest): readonly Need[] => {
  switch (instructionAt(program, guest)) {
    case 'compute':
      return nothing;
    case 'readTime':
      return value;
    case 'transmit':
      return marker;
    case 'reply':
      return guest.requests > 0 ? marker : nothing;
    case 'stamp':
      return valueAndMarker;
  }
};

/** One instruction. `time` is what a read of the clock returns; others do not look at it. */
export const run = (program: readonly Instruction[], guest: Guest, time: number): Ran => {
  const needs = needsOf(program, guest);
  const word = fold(guest.word, needs.includes('ND') ? time : 0);
  const next = position(guest.position + 1);
  if (!needs.includes('OUT')) return { guest: { ...guest, position: next, word }, output: null };
  const requests = Math.max(0, guest.requests - 1);
  return {
    guest: { position: next, word, requests, sent: guest.sent + 1 },
    output: { ordinal: guest.sent, content: word },
  };
};

/** The timer interrupt's handler ran; an interrupt itself counts no instruction (R21-4). */
export const interrupted = (guest: Guest): Guest => ({ ...guest, word: fold(guest.word, 5000) });

/** A packet was handed to the guest, at an instruction boundary. */
export const received = (guest: Guest, packet: number): Guest => ({
  ...guest,
  word: fold(guest.word, 6000 + packet),
  requests: guest.requests + 1,
});

/** Equal exactly when the two guests are in the same state (R21-1). */
export const sameGuest = (one: Guest, other: Guest): boolean =>
  one.position === other.position &&
  one.word === other.word &&
  one.requests === other.requests &&
  one.sent === other.sent;
