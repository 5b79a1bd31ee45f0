/** What can happen to the clustering service; time comes along with each. */
export type ServiceInput =
  /** A host is up: registers it, and says again and again what it has (R31-6). */
  | {
      readonly type: 'heartbeat';
      readonly host: string;
      readonly freePercent: number; // of its CPU and memory, whichever is scarcer
      readonly reachesStorage: boolean;
      readonly copies: readonly string[]; // that have not halted
    }
  /** A copy runs alone and needs a backup; it asks again until it has one. */
  | { readonly type: 'askForBackup'; readonly copy: string; readonly host: string }
  | { readonly type: 'told'; readonly copy: string; readonly what: 'live' | 'halted' }
  /** The host has made the destination, or will not. */
  | { readonly type: 'made'; readonly copy: string }
  | { readonly type: 'notMade'; readonly copy: string }
  /** An administrator, or a balancer of load, has a copy moved; `null` is wherever is best. */
  | { readonly type: 'migrate'; readonly copy: string; readonly host: string | null }
  | { readonly type: 'wake' };

/** What the clustering service wants done, in this order. */
export type ServiceCommand =
  /** A host is to make the destination of a clone or of a VMotion; it answers `made` or not. */
  | {
      readonly type: 'make';
      readonly copy: string;
      readonly host: string;
      readonly source: string; // copy
      readonly sourceHost: string;
      readonly purpose: 'clone' | 'arrive';
    }
  | {
      readonly type: 'placed';
      readonly source: string;
      readonly copy: string;
      readonly host: string;
    }
  | { readonly type: 'notPlaced'; readonly source: string }
  | { readonly type: 'move'; readonly source: string; readonly copy: string; readonly host: string }
  | { readonly type: 'refuseMove'; readonly copy: string; readonly because: string };

/** Durations of the clustering service. */
export type ServiceSettings = {
  readonly hostTimeoutMs: number; // of silence, then a host gets nothing and what it had is gone
  readonly makeTimeoutMs: number; // for a host to make a destination, then another is tried
};
