import type { Input } from './input.ts';
import type { Mode, Status } from './status.ts';

/** What a role shows of itself; who and where it is, is known. */
export type Look = Omit<Status, 'copy' | 'host'>;

/** What a copy does in a group of modes: it serves, follows, receives a VM, or nothing any more. */
export type Role = {
  readonly mode: Mode;
  readonly handle: (input: Input) => void;
  /** At the end of each turn: what is due is done; who handles the next input, it or another. */
  readonly settle: () => Role;
  readonly nextDeadlineMs: () => number | null;
  readonly wantsCpu: () => boolean;
  /** Of the guest that it executes, if it does: `Hypervisor.alarmMs` says what it means. */
  readonly alarmMs?: () => number | null | undefined;
  readonly limitPercent: () => number;
  readonly look: () => Look;
};

/** What there is to see where there is nothing. */
export const blank: Look = {
  mode: 'halted',
  generation: 0,
  position: 0,
  isOff: false,
  isStalled: false,
  peer: null,
  logged: 0,
  sent: 0,
  acked: 0,
  received: 0,
  consumed: 0,
  bufferedBytes: 0,
  withheldCount: 0,
  outstandingCount: 0,
  lagMs: 0,
  throttlePercent: 100,
  share: 100,
};

/** The earliest of some deadlines, of which `null` never comes. */
export const earliest = (...deadlines: readonly (number | null)[]): number | null => {
  let first: number | null = null;
  for (const deadline of deadlines) {
    if (deadline !== null && (first === null || deadline < first)) first = deadline;
  }
  return first;
};
