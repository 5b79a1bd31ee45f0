/** What a copy is in the middle of; the paper's words where it has one. */
export type Mode =
  | 'live' // alone: nothing is recorded and nothing withheld (R31-7)
  | 'recording' // primary, from the cut on
  | 'withholding' // primary that suspects its backup, until arbitration is decided (R23-8)
  | 'cloning' // destination of a clone, until it is armed
  | 'arriving' // destination of a VMotion, until it has all of it
  | 'replaying' // backup
  | 'frozen' // backup that suspects its primary (R23-11)
  | 'draining' // the same once it has won (R23-10)
  | 'halted'; // for good

/** A look inside for people and for the simulation; nothing depends on it. */
export type Status = {
  readonly copy: string;
  readonly host: string;
  readonly mode: Mode;
  readonly generation: number;
  readonly position: number; // of the guest
  readonly isOff: boolean; // the guest
  readonly isStalled: boolean; // for room in the log (R32-6); a backup for an entry (R32-5)
  readonly peer: string | null; // the copy it is paired with
  // of the primary's log
  readonly logged: number;
  readonly sent: number;
  readonly acked: number;
  // of the backup's
  readonly received: number;
  readonly consumed: number;
  readonly bufferedBytes: number; // in the log buffer of this side
  readonly withheldCount: number;
  readonly outstandingCount: number; // disk operations
  readonly lagMs: number;
  readonly throttlePercent: number; // the CPU limit of R32-10
  readonly share: number; // of the host's CPU, in percent (R33-3)
};
