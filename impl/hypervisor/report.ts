import type { Need } from '../guest/guest.ts';
import type { EntryKind } from './entry.ts';

/** An output by its place: its number among all outputs of the execution, and on its device. */
export type Put = {
  readonly device: 'network' | 'console' | 'disk';
  readonly ordinal: number; // from 0
  readonly number: number; // from 0; of a disk write that of its operation
  readonly digest: number; // of its bytes
};

/**
 * What a hypervisor says that it did, one step each, in the order in which it did them: the link
 * between the program and its specification. Whoever passes it on adds host, copy and time.
 */
export type Report =
  // recording, or serving alone
  | { readonly did: 'ran'; readonly to: number } // instructions that did not trap
  | {
      readonly did: 'performed'; // an instruction that trapped
      readonly position: number; // before it
      readonly needs: readonly Need[];
      readonly reading: number | null; // with ND
      readonly outputs: readonly Put[];
    }
  | { readonly did: 'interrupted'; readonly position: number }
  | {
      readonly did: 'delivered'; // packets, with one interrupt
      readonly position: number;
      readonly digests: readonly number[];
      readonly outputs: readonly Put[];
    }
  | { readonly did: 'fed'; readonly position: number; readonly kind: 'KEY' | 'MOUSE' }
  | {
      readonly did: 'completed';
      readonly position: number;
      readonly io: number;
      readonly transferredCount: number;
    }
  | { readonly did: 'logged'; readonly seq: number; readonly kind: EntryKind } // before its effect
  | { readonly did: 'stalled' } // the log buffer is full; once each time (R32-6)
  // the logging channel
  | {
      readonly did: 'connected';
      readonly connection: number;
      readonly generation: number;
      readonly backup: string; // the copy whose first message begins it
    }
  | { readonly did: 'entrySent'; readonly connection: number; readonly seq: number }
  | {
      readonly did: 'entryReceived'; // complete, and in the log buffer; or dropped as held already
      readonly connection: number;
      readonly seq: number;
      readonly isDuplicate: boolean;
    }
  | {
      readonly did: 'ackSent';
      readonly connection: number;
      readonly upTo: number;
      readonly isNews: boolean; // something is new to the peer; else it keeps the channel alive
      readonly isHello: boolean;
      readonly wantsQuiet: boolean; // it asks for a quiet disk, to be moved (R33-7)
    }
  | {
      readonly did: 'ackRead';
      readonly connection: number;
      readonly upTo: number;
      readonly isNews: boolean; // as its sender said
      readonly isOurs: boolean; // of this generation and connection; else ignored (R22-6)
    }
  | { readonly did: 'disconnected'; readonly connection: number; readonly because: string }
  // replay
  | { readonly did: 'replayed'; readonly to: number } // instructions that needed no entry
  | {
      readonly did: 'consumed'; // a group
      readonly upTo: number;
      readonly position: number; // after it
      readonly outputs: readonly Put[]; // dropped (R20-5)
    }
  | { readonly did: 'digested'; readonly position: number; readonly digest: number } // the guest
  | { readonly did: 'diverged'; readonly seq: number; readonly because: string }
  // output commit
  | { readonly did: 'released'; readonly output: Put }
  // detection and arbitration
  | {
      readonly did: 'suspected';
      readonly evidence: 'heartbeats' | 'log traffic' | 'stall' | 'connection';
      readonly received: number; // of a backup: where its log is frozen (R23-11)
    }
  | { readonly did: 'asked'; readonly generation: number } // the arbiter
  | {
      readonly did: 'learned';
      readonly generation: number;
      readonly outcome: 'won' | 'lost' | 'unreachable';
    }
  | { readonly did: 'wentLive'; readonly generation: number; readonly position: number }
  | { readonly did: 'announced' }
  // protection
  | { readonly did: 'askedForBackup' }
  | { readonly did: 'cloning'; readonly copy: string; readonly host: string }
  | { readonly did: 'gotImage' } // the destination: a first pass
  | {
      readonly did: 'cut'; // the source (R31-3)
      readonly copy: string;
      readonly position: number;
      readonly passCount: number; // before it
      readonly pageCount: number; // that are sent with it
    }
  | { readonly did: 'armed'; readonly generation: number; readonly position: number }
  | { readonly did: 'abandoned'; readonly copy: string } // the source gives its clone up
  // flow control
  | { readonly did: 'limited'; readonly limitPercent: number; readonly lagMs: number }
  // control operations and VMotion
  | { readonly did: 'ordered'; readonly operation: 'powerOff' | 'setShare'; readonly share: number }
  | { readonly did: 'stopped' } // powered off, for good
  | { readonly did: 'moving'; readonly copy: string; readonly host: string }
  | { readonly did: 'quieting' } // it begins no disk operation, to be moved itself (R33-5)
  | { readonly did: 'quieted'; readonly position: number } // no disk operation is outstanding
  /** The destination: it has the VM of this offer, and waits to be told to go on. */
  | { readonly did: 'gotAll'; readonly offer: number }
  | {
      readonly did: 'switchedOver'; // the source, with the VM of this offer
      readonly copy: string;
      readonly position: number;
      readonly offer: number; // from 1
    }
  | { readonly did: 'tookUp'; readonly position: number } // the destination
  | { readonly did: 'cancelled'; readonly copy: string }
  // disk
  | { readonly did: 'submitted'; readonly io: number; readonly generation: number }
  | { readonly did: 'halted'; readonly because: HaltReason };

/** Why a copy has stopped itself, for good (R23-22). */
export type HaltReason = 'lost' | 'diverged' | 'discarded' | 'moved' | 'off';
