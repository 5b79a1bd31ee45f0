import { connectionOf } from '../../model/actions/notation.ts';
import type { Mode, State, Vm } from '../../model/state.ts';

/** What both sides can say of a copy between two steps; `null` where it has no such thing. */
export type Standing = {
  readonly mode: Mode;
  readonly generation: number | null;
  readonly position: number | null;
  readonly logged: number | null;
  readonly sent: number | null;
  readonly acked: number | null;
  readonly received: number | null;
  readonly consumed: number | null;
  readonly withheldCount: number | null;
  readonly outstandingCount: number | null;
};

/** What was sent counts while the connection is open: after that it gets nowhere. */
const sentBy = (state: State, copy: Vm): number | null =>
  copy.mode === 'recording' && connectionOf(state, copy.connection)?.open === true
    ? copy.sent
    : null;

/** A copy of the specification, as far as the program can name it too. */
export const standingOf = (state: State, copy: Vm): Standing => {
  const guest = 'guest' in copy ? copy.guest : null;
  return {
    mode: copy.mode,
    generation: 'generation' in copy ? copy.generation : null,
    position: guest?.position ?? null,
    logged: 'logged' in copy ? copy.logged : null,
    sent: sentBy(state, copy),
    acked: 'logged' in copy ? copy.acked : null, // a backup's own count is what it has said
    received: 'received' in copy ? copy.received : null,
    consumed: 'consumed' in copy ? copy.consumed : null,
    withheldCount: 'withheld' in copy ? copy.withheld.length : null,
    outstandingCount: guest?.pending.length ?? null,
  };
};
