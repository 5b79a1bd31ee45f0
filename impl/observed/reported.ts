import type { Report } from '../hypervisor/report.ts';

/** The two networks between hosts. */
export type Net = 'log' | 'heartbeat';

/** What befell a run of the program, in the simulated world or around real processes. */
export type Happening =
  /** The VM boots here, unprotected, in generation 0: the first thing in every run. */
  | { readonly what: 'booted'; readonly copy: string; readonly host: string }
  /** A client's packet is on its way; at `host` it waits in the NIC, unless nobody serves there. */
  | { readonly what: 'sent'; readonly packet: number; readonly host: string }
  | { readonly what: 'operated'; readonly kind: 'KEY' | 'MOUSE'; readonly number: number }
  | { readonly what: 'crashed'; readonly host: string } // all that is volatile is gone
  | { readonly what: 'repaired'; readonly host: string } // up again, empty
  | { readonly what: 'paused'; readonly host: string }
  | { readonly what: 'resumed'; readonly host: string }
  | { readonly what: 'cut'; readonly net: Net; readonly from: string; readonly to: string }
  | { readonly what: 'healed'; readonly net: Net; readonly from: string; readonly to: string }
  | { readonly what: 'wedged'; readonly copy: string } // the VM is stuck, its host lives (R23-3)
  | { readonly what: 'skewed'; readonly host: string; readonly by: number } // the guest's clock
  | { readonly what: 'overcommitted'; readonly host: string; readonly speedPercent: number }
  | { readonly what: 'reset'; readonly copy: string; readonly connection: number } // both ends know
  // the shared storage
  | { readonly what: 'storageLost'; readonly host: string }
  | { readonly what: 'storageRegained'; readonly host: string }
  | { readonly what: 'requestLost'; readonly copy: string }
  | { readonly what: 'replyLost'; readonly copy: string }
  | {
      readonly what: 'arbitrated'; // the storage has decided: linearization point (R23-17)
      readonly copy: string;
      readonly generation: number; // that was to be left
      readonly outcome: 'won' | 'lost';
    }
  | {
      readonly what: 'applied'; // the storage has done a disk operation
      readonly copy: string;
      readonly generation: number;
      readonly io: number;
      readonly transferredCount: number; // blocks
      readonly isWhole: boolean; // else it failed, or fell short
    }
  | {
      readonly what: 'refusedIo'; // tagged with a generation that is over (R23-20)
      readonly copy: string;
      readonly generation: number;
      readonly io: number;
    }
  | {
      readonly what: 'lostIo'; // it will never be done
      readonly copy: string;
      readonly generation: number;
      readonly io: number;
    }
  // the clustering service
  | { readonly what: 'serviceLost' }
  | { readonly what: 'serviceRegained' }
  | {
      readonly what: 'placed'; // a destination is made on a host (R31-6, R33-4)
      readonly source: string; // copy
      readonly copy: string;
      readonly host: string;
      readonly purpose: 'clone' | 'arrive';
    };

/** One line of the report of a run: who, when by whose clock, and what. */
export type Reported =
  | {
      readonly by: 'copy';
      readonly copy: string;
      readonly host: string;
      readonly atMs: number; // of that host's clock
      readonly report: Report;
    }
  | { readonly by: 'world'; readonly atMs: number; readonly happening: Happening };
