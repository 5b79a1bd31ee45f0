import type { Evidence, Followed, Policies } from './policies.ts';
import type { Settings } from './settings.ts';

/** Watches over the peer of a pair, and tells when to show the peer that one is there. */
export declare class Detector {
  constructor(role: 'primary' | 'backup', settings: Settings, policies: Policies, nowMs: number);
  /** From the copy that one is paired with now, and no other (R23-1). */
  heardHeartbeat(nowMs: number): void;
  /** Bytes came on the logging channel (R23-2). */
  heardTraffic(nowMs: number): void;
  /** Primary: an ack was read; is it progress? (Q13) */
  heardAck(ack: Followed, nowMs: number): void;
  /** Primary: entries up to here are logged; what the backup has not consumed is outstanding. */
  logged(seq: number, nowMs: number): void;
  /** Backup: nothing may come, for its buffer is full; or something may again (Q13). */
  setFull(isFull: boolean, nowMs: number): void;
  /** The logging connection broke, unplanned (V4). */
  lostConnection(nowMs: number): void;
  /** The suspicion, which is final (R23-6). To be asked last in each turn, after what was heard. */
  verdict(nowMs: number): Evidence | null;
  /** True once per period: a heartbeat is to be sent now. */
  takeHeartbeat(nowMs: number): boolean;
  /** True once per period: a keepalive is to be sent now (Q9). */
  takeKeepalive(nowMs: number): boolean;
  /** When to ask next; always after it was asked last. */
  nextDeadlineMs(): number;
}
