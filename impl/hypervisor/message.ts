import type { LogEntry } from './entry.ts';

/**
 * What travels on the logging channel, framed. Numbers are whole and not negative; a frame that
 * does not decode is a lost peer.
 */
export type Message =
  /** First on any connection, from whoever opened it: what it is for and what it holds (R33-11). */
  | {
      readonly type: 'hello';
      readonly purpose: 'follow' | 'clone' | 'arrive'; // as backup; as destination
      readonly copy: string; // who speaks
      readonly generation: number;
      readonly received: number; // gap-free up to here: counts as an acknowledgment
      readonly consumed: number;
      readonly position: number;
      readonly wantsQuiet: boolean;
    }
  | { readonly type: 'entry'; readonly entry: LogEntry } // primary to backup
  /** Backup to primary: it holds 1..upTo of this generation (R22-6), and the lag data (R32-9). */
  | {
      readonly type: 'ack';
      readonly generation: number;
      readonly upTo: number;
      readonly consumed: number;
      readonly position: number;
      readonly wantsQuiet: boolean; // it asks for a quiet disk, to be moved (R33-7)
    }
  | { readonly type: 'keepalive' } // both ways; log traffic, but no entry (Q9)
  /** Source to destination: a part of an image or of the VM at the cut; the last one says so. */
  | {
      readonly type: 'part';
      readonly of: 'image' | 'snapshot' | 'handover';
      readonly bytes: Uint8Array;
      readonly isLast: boolean;
    }
  /** Destination to source: it has all of that. */
  | {
      readonly type: 'got';
      readonly of: 'image' | 'snapshot' | 'handover' | 'go';
      readonly offer: number; // which handover it has, or may go on with; else 0
    }
  /** Source to destination: the VM of this offer is its own from here on (R23-21). */
  | {
      readonly type: 'go';
      readonly offer: number;
      readonly consumed: number; // by the backup of a primary, as far as that is known; else 0
    }
  | { readonly type: 'moved'; readonly host: string } // primary to backup: reconnect there (R33-6)
  | { readonly type: 'cancel' }; // either way: there is, or will be, nothing to be had here

/** No frame is longer; a longer one is a lost peer. */
export const frameBytesMax: number = 1 << 20;
