import type { Completion, Operated } from '../guest/guest.ts';

/** What an administrator orders (R33-1 to R33-4). */
export type Order =
  | { readonly operation: 'powerOff' }
  | { readonly operation: 'setShare'; readonly share: number }; // of the CPU; above 0

/**
 * Everything that can happen to a hypervisor. Time is no input: it comes along with each, in
 * milliseconds of its host's own clock, which never goes back.
 */
export type Input =
  /** The CPU is the guest's for so many instructions; `reading` answers reads of the clock. */
  | { readonly type: 'run'; readonly instructionCount: number; readonly reading: number }
  /** A deadline that the hypervisor named may have come. */
  | { readonly type: 'wake' }
  // the logging channel
  | { readonly type: 'connected'; readonly connection: number; readonly host: string }
  | { readonly type: 'refused'; readonly host: string } // nobody listens there
  /** An attempt to connect has come to nothing: it is not known whether anybody is there. */
  | { readonly type: 'unanswered'; readonly host: string }
  | { readonly type: 'accepted'; readonly connection: number; readonly host: string }
  /** Bytes in order, never more than were allowed; frames may be cut or joined anywhere. */
  | { readonly type: 'bytes'; readonly connection: number; readonly bytes: Uint8Array }
  /** So many more bytes may be sent on the connection; none may when it begins. */
  | { readonly type: 'room'; readonly connection: number; readonly byteCount: number }
  | { readonly type: 'closed'; readonly connection: number }
  // heartbeats
  | { readonly type: 'heartbeat'; readonly copy: string; readonly generation: number }
  // the guest's devices
  | { readonly type: 'timer' } // the virtual timer fires
  | { readonly type: 'packets'; readonly packets: readonly Uint8Array[] } // one group, or less
  | { readonly type: 'operated'; readonly input: Operated }
  | { readonly type: 'ioDone'; readonly completion: Completion; readonly generation: number }
  /** The fence has refused the operation: the generation is over, as the arbiter will say. */
  | { readonly type: 'ioRefused'; readonly io: number; readonly generation: number }
  // the arbiter
  | {
      readonly type: 'decided';
      readonly generation: number; // that was to be left
      readonly outcome: 'won' | 'lost' | 'unreachable'; // the last: nobody knows (R23-21)
    }
  // the clustering service
  | { readonly type: 'placed'; readonly copy: string; readonly host: string } // a backup's clone
  | { readonly type: 'notPlaced' } // no host will do; it asks again later
  | { readonly type: 'migrate'; readonly copy: string; readonly host: string } // to there (R33-4)
  | { readonly type: 'order'; readonly order: Order };
