import type { Copy } from './copy.ts';
import { Detector } from './detector.ts';
import type { Draft, LogEntry } from './entry.ts';
import { Lag } from './lag.ts';
import type { Link, Told } from './link.ts';
import type { Evidence } from './policies.ts';
import type { Look } from './role.ts';
import { bytesOfAll, SendLog } from './send-log.ts';
import { Throttle } from './throttle.ts';

/** The backup of a pair, as its primary knows it. */
export type Peer = { readonly copy: string; readonly host: string };

/** Where a primary takes its log up: at the cut with nothing in it, after a move where it was. */
export type Start = {
  readonly logged: number;
  readonly consumed: number; // by the backup, as far as it has said
  readonly position: number; // of the backup, likewise
};

/** A pair seen from its primary: the log, and the backup that reads it (R32). */
export class Recorder {
  readonly generation: number;
  readonly #copy: Copy;
  readonly #log: SendLog;
  readonly #lag: Lag;
  readonly #throttle: Throttle;
  readonly #detector: Detector;
  #peer: Peer;
  #link: Link | null = null;
  #told: Told;
  #reach: number; // the newest entry that was ever sent to its backup
  #isOver = false;

  /** From the cut on, or for a VM that has moved: what it logged before is all acked (R33-6). */
  constructor(copy: Copy, generation: number, peer: Peer, start: Start) {
    this.generation = generation;
    this.#copy = copy;
    this.#peer = peer;
    const { settings, policies, nowMs } = copy;
    const { logged: startSeq, consumed, position } = start;
    this.#log = new SendLog(settings.primaryBytes, startSeq, policies.placeOf);
    this.#lag = new Lag(policies, start, nowMs);
    this.#throttle = new Throttle(settings, policies, nowMs);
    this.#detector = new Detector('primary', settings, policies, nowMs);
    this.#reach = startSeq;
    this.#told = { upTo: startSeq, consumed, position, wantsQuiet: false };
    this.#detector.heardAck(this.#told, nowMs);
    this.#detector.logged(startSeq, nowMs);
  }

  get peer(): Peer {
    return this.#peer;
  }

  get logged(): number {
    return this.#log.logged;
  }

  get acked(): number {
    const { logged, sent } = this.#log;
    return this.#copy.policies.held({ logged, sent, acked: this.#told.upTo });
  }

  get consumed(): number {
    return this.#told.consumed;
  }

  get freed(): number {
    return this.#log.freed;
  }

  get limitPercent(): number {
    return this.#throttle.limitPercent;
  }

  /** The backup asks for a quiet disk, by what it said last (R33-8). */
  get wantsQuiet(): boolean {
    return this.#told.wantsQuiet && !this.#isOver;
  }

  /** The backup has been there: entries go to it. */
  get isConnected(): boolean {
    return this.#link !== null;
  }

  lagMs(): number {
    return this.#lag.lagMs(this.#copy.nowMs);
  }

  look(): Partial<Look> {
    return {
      peer: this.#peer.copy,
      logged: this.#log.logged,
      sent: this.#log.sent,
      acked: this.acked,
      bufferedBytes: this.#log.usedBytes,
      lagMs: this.lagMs(),
      throttlePercent: this.limitPercent,
    };
  }

  /** Logs the group, or nothing of it; gives the number of its last entry, or `null` (R32-13). */
  tryLog(position: number, drafts: readonly Draft[]): number | null {
    const { policies, settings, nowMs } = this.#copy;
    const kept = policies.written(drafts).filter(({ kind }) => policies.isLogged(kind));
    const at = policies.recordedAt(position);
    const entries = kept.map(({ kind, payload }, index): LogEntry => {
      const isLast = policies.endsGroup(index, kept.length);
      const seq = this.#log.logged + 1 + index;
      return { seq, position: at, kind, isLast, loggedAtMs: nowMs, payload };
    });
    if (!policies.fits(bytesOfAll(entries), this.#log.roomBytes)) {
      this.#log.hurry();
      return policies.stallsWhenFull() ? null : this.#log.logged;
    }
    const restsMs = entries.map(({ kind }) => policies.mayRestMs(kind, settings));
    if (entries.length > 0) this.#log.append(entries, nowMs + Math.min(...restsMs));
    for (const { seq, kind } of entries) {
      this.#lag.logged(seq, nowMs);
      this.#copy.say({ did: 'logged', seq, kind });
    }
    this.#detector.logged(this.#log.logged, nowMs);
    return this.#log.logged;
  }

  /** Somebody waits for the acks of all that is logged. */
  hurry(): void {
    this.#log.hurry();
  }

  isPeersLink(link: Link): boolean {
    return this.#link === link;
  }

  /** The backup's first message on a connection (R33-11); false if it cannot be. */
  join(link: Link, peer: Peer, told: Told): boolean {
    const isWelcome = this.#copy.policies.isWelcome(told.upTo, this.#log.freed);
    if (this.#isOver || !isWelcome || !this.#isPossible(told)) return false;
    this.#peer = peer;
    this.#link = link;
    link.pair(this.generation, peer.copy);
    this.#log.rewind(this.#copy.policies.resumesAfter(told.upTo, this.#log.sent));
    link.follow(this.#log);
    this.#detector.heardTraffic(this.#copy.nowMs); // the first message is log traffic (R33-11)
    this.#hear(link, told);
    return true;
  }

  /** An ack was read on a connection; false if it claims what it cannot (R22-6). */
  ack(link: Link, generation: number, told: Told): boolean {
    const source = { isOnLink: link === this.#link, generation };
    const isOurs = !this.#isOver && this.#copy.policies.isOurs(source, this.generation);
    if (isOurs && !this.#isPossible(told)) return false;
    if (isOurs) this.#hear(link, told);
    else {
      const { upTo } = told;
      const isNews = link.hear(told);
      const { connection } = link;
      this.#copy.say({ did: 'ackRead', connection, upTo, isNews, isOurs });
    }
    return true;
  }

  heardTraffic(link: Link): void {
    if (link === this.#link) this.#detector.heardTraffic(this.#copy.nowMs);
  }

  heardHeartbeat(copy: string, generation: number): void {
    const own = { peer: this.#peer.copy, generation: this.generation };
    if (!this.#copy.policies.isFromPeer({ copy, generation }, own)) return;
    this.#detector.heardHeartbeat(this.#copy.nowMs);
  }

  lostConnection(): void {
    this.#link = null;
    this.#detector.lostConnection(this.#copy.nowMs);
  }

  /** It will connect from another host: that is no loss (R33-6). */
  peerMoved(host: string): void {
    this.#peer = { ...this.#peer, host };
    this.#link = null;
  }

  /** The pair is over: nothing is sent any more, and no ack counts (R23-6). */
  end(): void {
    this.#isOver = true;
    this.#link = null;
  }

  /** What is due by time alone; the evidence, once the backup is to be suspected. */
  tick(): Evidence | null {
    if (this.#isOver) return null;
    const { name, nowMs } = this.#copy;
    const { host } = this.#peer;
    if (this.#detector.takeHeartbeat(nowMs)) {
      this.#copy.want({ type: 'beat', host, copy: name, generation: this.generation });
    }
    if (this.#detector.takeKeepalive(nowMs)) this.#link?.push({ type: 'keepalive' });
    const lagMs = this.lagMs();
    if (this.#throttle.look(lagMs, nowMs)) {
      this.#copy.say({ did: 'limited', limitPercent: this.limitPercent, lagMs });
    }
    return this.#detector.verdict(nowMs);
  }

  nextDeadlineMs(): number | null {
    if (this.#isOver) return null;
    const { leaveByMs } = this.#log;
    const isResting = leaveByMs > this.#copy.nowMs; // else it leaves as soon as there is room
    const flushAtMs = isResting ? leaveByMs : Number.POSITIVE_INFINITY;
    return Math.min(this.#detector.nextDeadlineMs(), this.#throttle.nextDeadlineMs(), flushAtMs);
  }

  /**
   * Nobody has what was not sent. On a new connection the backup may get on with what it has from
   * an earlier one before it is sent again (V1).
   */
  #isPossible({ upTo, consumed }: Told): boolean {
    this.#reach = Math.max(this.#reach, this.#log.sent);
    return upTo <= this.#reach && consumed <= this.#reach;
  }

  #hear(link: Link, told: Told): void {
    const { policies, nowMs } = this.#copy;
    const isNews = link.hear(told);
    const { connection } = link;
    this.#copy.say({ did: 'ackRead', connection, upTo: told.upTo, isNews, isOurs: true });
    this.#told = { ...told, upTo: Math.max(told.upTo, this.#told.upTo) };
    const { upTo, consumed, position } = this.#told;
    this.#detector.heardAck({ upTo, consumed, position }, nowMs);
    this.#lag.consumed(consumed);
    this.#log.skip(upTo);
    const { logged, sent } = this.#log;
    this.#log.free(Math.min(sent, policies.mayFree({ logged, sent, acked: upTo })));
  }
}
