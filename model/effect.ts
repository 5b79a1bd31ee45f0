import type { Output } from './guest.ts';
import type { CopyId, Generation, HostId } from './ids.ts';

type From = { readonly copy: CopyId; readonly host: HostId };

/** A disk operation leaves its host for the shared storage; of a write, with what is written. */
export type Submit = From & {
  readonly io: number;
  readonly generation: Generation;
  readonly output: Output | null; // `null` for a read, which has no outside effect (Q22)
};

/** Everything the outside can observe of a step; the shared disk is outside the VM (R41-1). */
export type Effect =
  | ({ readonly type: 'transmit' } & From & Output)
  | ({ readonly type: 'print' } & From & Output)
  | ({ readonly type: 'submit' } & Submit)
  | {
      readonly type: 'write'; // blocks of the shared disk change
      readonly copy: CopyId;
      readonly io: number;
      readonly blocks: readonly number[];
      readonly data: readonly number[];
    }
  | ({ readonly type: 'announce' } & From);
