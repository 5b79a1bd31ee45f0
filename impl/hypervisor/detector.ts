import type { Evidence, Followed, Policies, Silence } from './policies.ts';
import type { Settings } from './settings.ts';

type Role = Silence['role'];

/**
 * Watches over the peer of a pair, and tells when to show the peer that one is there. Suspicion is
 * no more than that: nothing that it decides can do harm (R23-4).
 *
 * The paper does not say what a host makes of a pause of its own (stopped by a signal, starved):
 * afterwards all that it listens for is old, and what has come meanwhile may still be in a queue.
 * Here a step of the clock of half a timeout between two calls is such a pause, since a deadline
 * is never that far, and whoever was not silent before is left half a timeout to be heard. A peer
 * that was lost is suspected later by less than the pause.
 */
export class Detector {
  readonly #role: Role;
  readonly #settings: Settings;
  readonly #policies: Policies;
  #heartbeatAtMs: number;
  #trafficAtMs: number;
  #progressAtMs: number; // or nothing was outstanding then
  #followed: Followed = { upTo: 0, consumed: 0, position: 0 };
  #logged = 0;
  #isFull = false;
  #hasLostConnection = false;
  #evidence: Evidence | null = null;
  #lookedAtMs: number;
  #nextHeartbeatMs: number;
  #nextKeepaliveMs: number;

  constructor(role: Role, settings: Settings, policies: Policies, nowMs: number) {
    this.#role = role;
    this.#settings = settings;
    this.#policies = policies;
    this.#heartbeatAtMs = nowMs;
    this.#trafficAtMs = nowMs;
    this.#progressAtMs = nowMs;
    this.#lookedAtMs = nowMs;
    this.#nextHeartbeatMs = nowMs;
    this.#nextKeepaliveMs = nowMs;
  }

  /** From the copy that one is paired with now, and no other (R23-1). */
  heardHeartbeat(nowMs: number): void {
    this.#look(nowMs);
    this.#heartbeatAtMs = nowMs;
  }

  /** Bytes came on the logging channel (R23-2). */
  heardTraffic(nowMs: number): void {
    this.#look(nowMs);
    this.#trafficAtMs = nowMs;
  }

  /** Primary: an ack was read, of this pair. It may be progress (Q13). */
  heardAck(ack: Followed, nowMs: number): void {
    this.#look(nowMs);
    if (this.#policies.isProgress(this.#followed, ack)) this.#progressAtMs = nowMs;
    this.#followed = ack;
  }

  /** Primary: entries up to here are logged. What the backup has not consumed is outstanding. */
  logged(seq: number, nowMs: number): void {
    this.#look(nowMs);
    if (!this.#isOutstanding()) this.#progressAtMs = nowMs;
    this.#logged = seq;
  }

  /** Backup: nothing may come, for its log buffer is full; or something may again (Q13). */
  setFull(isFull: boolean, nowMs: number): void {
    this.#look(nowMs);
    const wasDeaf = this.#policies.causesSilence(this.#isFull);
    this.#isFull = isFull;
    // It has listened from now on only.
    if (wasDeaf && !this.#policies.causesSilence(isFull)) this.#trafficAtMs = nowMs;
  }

  /** The logging connection broke, and nobody had planned that (V4). */
  lostConnection(nowMs: number): void {
    this.#look(nowMs);
    this.#hasLostConnection = true;
  }

  /** The suspicion, which is final (R23-6). Asked last in each turn, after all that was heard. */
  verdict(nowMs: number): Evidence | null {
    this.#look(nowMs);
    this.#evidence ??= this.#policies.evidence(this.#silence(nowMs), this.#settings);
    return this.#evidence;
  }

  /** True once per period: a heartbeat is to be sent now (R23-1). */
  takeHeartbeat(nowMs: number): boolean {
    if (nowMs < this.#nextHeartbeatMs) return false;
    this.#nextHeartbeatMs = nowMs + this.#policies.heartbeatAfter(this.#settings);
    return true;
  }

  /** True once per period: a keepalive is to be sent now, whatever else is sent (Q9). */
  takeKeepalive(nowMs: number): boolean {
    if (nowMs < this.#nextKeepaliveMs) return false;
    this.#nextKeepaliveMs = nowMs + this.#policies.keepaliveAfter(this.#settings);
    return true;
  }

  /** When there is something to take, or to suspect: after the last turn, if both were taken. */
  nextDeadlineMs(): number {
    const { timeoutMs, stallTimeoutMs } = this.#settings;
    const suspicions = [this.#heartbeatAtMs + timeoutMs];
    if (!this.#policies.causesSilence(this.#isFull)) suspicions.push(this.#trafficAtMs + timeoutMs);
    if (this.#isOutstanding()) suspicions.push(this.#progressAtMs + stallTimeoutMs);
    const open = this.#evidence === null ? suspicions : [];
    const ahead = open.filter((deadlineMs) => deadlineMs > this.#lookedAtMs);
    return Math.min(this.#nextHeartbeatMs, this.#nextKeepaliveMs, ...ahead);
  }

  #isOutstanding(): boolean {
    return this.#role === 'primary' && this.#policies.isOutstanding(this.#logged, this.#followed);
  }

  #silence(nowMs: number): Silence {
    const isDeaf = this.#policies.causesSilence(this.#isFull);
    return {
      role: this.#role,
      heartbeatsMs: nowMs - this.#heartbeatAtMs,
      trafficMs: isDeaf ? null : nowMs - this.#trafficAtMs,
      stalledMs: this.#isOutstanding() ? nowMs - this.#progressAtMs : null,
      hasLostConnection: this.#hasLostConnection,
    };
  }

  /** Notices a pause of one's own, before anything is made of the silence in it. */
  #look(nowMs: number): void {
    const isAfterPause = nowMs - this.#lookedAtMs >= this.#settings.timeoutMs / 2;
    this.#lookedAtMs = nowMs;
    if (!isAfterPause) return;
    const since = (heardAtMs: number): number =>
      this.#policies.resumeAfter(heardAtMs, nowMs, this.#settings);
    this.#heartbeatAtMs = since(this.#heartbeatAtMs);
    this.#trafficAtMs = since(this.#trafficAtMs);
    this.#progressAtMs = since(this.#progressAtMs);
  }
}
