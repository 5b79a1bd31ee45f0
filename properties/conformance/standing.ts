import type { Mode, Vm } from '../../model/state.ts';

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

/** A copy of the specification, as far as the program can name it too. */
export const standingOf = (copy: Vm): Standing => {
  const guest = 'guest' in copy ? copy.guest : null;
  return {
    mode: copy.mode,
    generation: 'generation' in copy ? copy.generation : null,
    position: guest?.position ?? null,
    logged: 'logged' in copy ? copy.logged : null,
    sent: 'sent' in copy ? copy.sent : null,
    acked: 'acked' in copy ? copy.acked : null,
    received: 'received' in copy ? copy.received : null,
    consumed: 'consumed' in copy ? copy.consumed : null,
    withheldCount: 'withheld' in copy ? copy.withheld.length : null,
    outstandingCount: guest?.pending.length ?? null,
  };
};
