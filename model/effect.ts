import type { Output } from './guest.ts';
import type { CopyId, HostId } from './ids.ts';

type From = { readonly copy: CopyId; readonly host: HostId };

/** Everything the outside can observe of a step. */
export type Effect =
  | ({ readonly type: 'transmit' } & From & Output)
  | ({ readonly type: 'announce' } & From);
