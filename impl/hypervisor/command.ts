import type { Io } from '../guest/guest.ts';
import type { HaltReason, Report } from './report.ts';

/**
 * Everything that a hypervisor wants done, in this order; whoever performs it reports back by
 * inputs. Nothing else of it shows.
 */
export type Command =
  // the logging channel
  | { readonly type: 'connect'; readonly host: string }
  | { readonly type: 'send'; readonly connection: number; readonly bytes: Uint8Array }
  /** So many more bytes may be given to it: what it has room for (R32-4). */
  | { readonly type: 'allow'; readonly connection: number; readonly byteCount: number }
  | { readonly type: 'close'; readonly connection: number; readonly because: string }
  // heartbeats
  | {
      readonly type: 'beat';
      readonly host: string; // to
      readonly copy: string; // from
      readonly generation: number;
    }
  // the outside world
  | { readonly type: 'transmit'; readonly bytes: Uint8Array }
  | { readonly type: 'print'; readonly bytes: Uint8Array }
  | { readonly type: 'announce' } // the VM's MAC address is here (R23-13)
  /** The disk operation goes to the shared storage under this tag (R23-20). */
  | { readonly type: 'submit'; readonly io: Io; readonly copy: string; readonly generation: number }
  /** One atomic test-and-set: from this generation to the next, won by this copy (R23-17). */
  | { readonly type: 'testAndSet'; readonly copy: string; readonly generation: number }
  // the clustering service
  | { readonly type: 'askForBackup'; readonly copy: string; readonly generation: number }
  | { readonly type: 'tellService'; readonly copy: string; readonly what: 'live' | 'halted' }
  /** It is over: nothing more will be wanted of it, and nothing more may be given to it. */
  | { readonly type: 'halt'; readonly because: HaltReason }
  | { readonly type: 'report'; readonly report: Report };
