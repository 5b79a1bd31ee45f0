import { Arbitration } from './arbitration.ts';
import type { Copy } from './copy.ts';
import { Detector } from './detector.ts';
import { Devices } from './devices.ts';
import { Halted } from './halted.ts';
import type { Input } from './input.ts';
import type { Link, Told } from './link.ts';
import type { Links } from './links.ts';
import type { Message } from './message.ts';
import type { Evidence } from './policies.ts';
import type { ReceiveLog } from './receive-log.ts';
import { Replayer } from './replayer.ts';
import type { Replica } from './replica.ts';
import { blank, earliest, type Look, type Role } from './role.ts';
import { Serving } from './serving.ts';
import type { Mode } from './status.ts';

/** What a backup begins with: armed by a clone, or moved here. */
export type Followed = {
  readonly generation: number;
  readonly replica: Replica;
  readonly log: ReceiveLog;
  readonly isTold: boolean; // of a power-off (R33-2)
  readonly primaryHost: string;
  readonly primary: string | null; // the copy, if it is known
};

/** A backup: it replays, and takes over when it suspects its primary. */
export class Following implements Role {
  readonly #copy: Copy;
  readonly #links: Links;
  readonly #generation: number;
  readonly #replica: Replica;
  readonly #log: ReceiveLog;
  readonly #replayer: Replayer;
  readonly #detector: Detector;
  readonly #primaryHost: string;
  readonly #primary: string | null;
  #link: Link | null = null;
  #isTold: boolean;
  #hasRead = false; // entries, in this turn
  #connectAtMs: number | null = null;
  #connectedAtMs = Number.NEGATIVE_INFINITY; // it tried to
  #arbitration: Arbitration | null = null;
  #hasWon = false;
  #successor: Role | null = null;

  constructor(copy: Copy, links: Links, begin: Followed) {
    this.#copy = copy;
    this.#links = links;
    this.#generation = begin.generation;
    this.#replica = begin.replica;
    this.#log = begin.log;
    this.#isTold = begin.isTold;
    this.#primaryHost = begin.primaryHost;
    this.#primary = begin.primary;
    this.#replayer = new Replayer(copy, begin.replica, begin.log);
    this.#detector = new Detector('backup', copy.settings, copy.policies, copy.nowMs);
  }

  get mode(): Mode {
    if (this.#arbitration === null) return 'replaying';
    return this.#hasWon ? 'draining' : 'frozen';
  }

  /** The logging channel is there: the first message says where to go on (R33-11). */
  join(link: Link): void {
    this.#link = link;
    this.#connectAtMs = null;
    link.readInto(() => this.#log.usedBytes);
    link.pair(this.#generation);
    this.#detector.takeKeepalive(this.#copy.nowMs); // the first message is as good
    const { upTo, ...told } = this.#told();
    const { name: copy } = this.#copy;
    const generation = this.#generation;
    link.push({ type: 'hello', purpose: 'follow', copy, generation, received: upTo, ...told });
  }

  handle(input: Input): void {
    switch (input.type) {
      case 'run':
        if (this.#mayReplay()) this.#replayer.replay(input.instructionCount);
        break;
      case 'bytes':
        this.#read(this.#links.of(input.connection), input.bytes);
        break;
      case 'room':
        this.#links.of(input.connection)?.addRoom(input.byteCount);
        break;
      case 'heartbeat':
        this.#hearHeartbeat(input.copy, input.generation);
        break;
      case 'decided':
        this.#decide(input.generation, input.outcome);
        break;
      case 'connected':
        if (this.#arbitration === null) this.join(this.#links.open(input.connection, input.host));
        break;
      case 'refused':
        this.#reconnect();
        break;
      case 'accepted':
        this.#links.close(this.#links.accept(input.connection, input.host), 'nobody serves here');
        break;
      case 'closed':
        this.#lose(this.#links.of(input.connection));
        break;
      default: // a backup has no devices, no administrator, and needs no backup (R20-4, R33-1)
    }
  }

  settle(): Role {
    if (this.#successor !== null) return this.#successor;
    if (this.#arbitration === null) this.#follow();
    else this.#takeOver();
    if (this.#replayer.isDiverged) this.#successor ??= this.#halt('diverged');
    return this.#successor ?? this;
  }

  nextDeadlineMs(): number | null {
    if (this.#arbitration !== null) {
      return this.#mayAsk() ? this.#arbitration.nextDeadlineMs() : null;
    }
    return earliest(this.#detector.nextDeadlineMs(), this.#connectAtMs);
  }

  wantsCpu(): boolean {
    return this.#mayReplay() && this.#replayer.mayRun();
  }

  limitPercent(): number {
    return this.#replica.share;
  }

  look(): Look {
    return {
      ...blank,
      mode: this.mode,
      generation: this.#generation,
      position: this.#replica.guest.position,
      isOff: this.#replica.guest.isOff,
      isStalled: this.#replayer.hasMore === false,
      peer: this.#primary,
      acked: this.#told().upTo,
      received: this.#log.received,
      consumed: this.#log.consumed,
      bufferedBytes: this.#log.usedBytes,
      outstandingCount: this.#replica.guest.outstanding().length,
      share: this.#replica.share,
    };
  }

  /** While it arbitrates the frozen log waits, but under V8. */
  #mayReplay(): boolean {
    return this.mode !== 'frozen' || this.#drainsBefore();
  }

  #told(): Told {
    const upTo = this.#copy.policies.ackPoint(this.#log, this.#copy.settings);
    const { position } = this.#replica.guest;
    return { upTo, consumed: this.#log.consumed, position, wantsQuiet: false };
  }

  #hearHeartbeat(copy: string, generation: number): void {
    const own = { peer: this.#primary, generation: this.#generation };
    if (!this.#copy.policies.isFromPeer({ copy, generation }, own)) return;
    this.#detector.heardHeartbeat(this.#copy.nowMs);
  }

  #read(link: Link | null, bytes: Uint8Array): void {
    if (link === null) return;
    this.#detector.heardTraffic(this.#copy.nowMs);
    link.take(bytes);
    for (let message = link.next(); message !== 'more'; message = link.next()) {
      if ('because' in message || !this.#hear(link, message)) {
        this.#links.close(link, 'because' in message ? message.because : 'out of turn');
        this.#link = null;
        this.#suspect('connection');
        return;
      }
    }
  }

  /** False if no primary could say so. */
  #hear(link: Link, message: Message): boolean {
    if (message.type === 'keepalive') return true;
    if (message.type !== 'entry') return false;
    const { entry } = message;
    const taken = this.#log.append(entry);
    if (taken === 'gap') return false;
    const { connection } = link;
    const isDuplicate = taken === 'duplicate';
    this.#copy.say({ did: 'entryReceived', connection, seq: entry.seq, isDuplicate });
    if (entry.kind === 'OFF') this.#isTold = true;
    this.#hasRead = true;
    return true;
  }

  /** A connection is lost without any suspicion, at first (V4). */
  #lose(link: Link | null): void {
    if (link === null) return;
    this.#links.wasClosed(link);
    if (link !== this.#link) return;
    this.#link = null;
    this.#detector.lostConnection(this.#copy.nowMs);
    this.#reconnect();
  }

  /** At once, but not again and again. */
  #reconnect(): void {
    if (this.#arbitration !== null) return;
    const { nowMs, settings } = this.#copy;
    this.#connectAtMs = Math.max(nowMs, this.#connectedAtMs + settings.retryEveryMs);
  }

  #follow(): void {
    const { nowMs, name } = this.#copy;
    this.#acknowledge();
    if (this.#detector.takeHeartbeat(nowMs)) {
      const host = this.#primaryHost;
      this.#copy.want({ type: 'beat', host, copy: name, generation: this.#generation });
    }
    this.#detector.setFull(this.#link?.isFull === true, nowMs);
    const evidence = this.#detector.verdict(nowMs);
    if (evidence !== null) this.#suspect(evidence);
    else if (this.#connectAtMs !== null && nowMs >= this.#connectAtMs) {
      this.#connectAtMs = null;
      this.#connectedAtMs = nowMs;
      this.#copy.want({ type: 'connect', host: this.#primaryHost });
    }
    this.#stopWhenOff();
  }

  /** It acks whenever it has read, or has nothing left to replay, and keeps the channel alive. */
  #acknowledge(): void {
    const isDue = this.#detector.takeKeepalive(this.#copy.nowMs);
    const link = this.#link;
    if (link === null) return;
    const told = this.#told();
    const isTimely = this.#hasRead || !this.#replayer.hasMore || told.upTo > link.toldUpTo;
    this.#hasRead = false;
    if (!isDue && !(isTimely && link.isNews(told))) return;
    link.push({ type: 'ack', generation: this.#generation, ...told });
  }

  /** It was told of a power-off, and has said so: it is gone (R33-2). */
  #stopWhenOff(): void {
    if (!this.#replica.guest.isOff || this.#successor !== null) return;
    this.#link?.flush();
    const saidUpTo = this.#link?.saidUpTo ?? -1;
    if (saidUpTo >= this.#log.completeUpTo) this.#successor = this.#halt('off');
  }

  /** The log is frozen: what was received to the last whole group, all of it (R23-11). */
  #suspect(evidence: Evidence): void {
    if (this.#arbitration !== null) return;
    this.#copy.say({ did: 'suspected', evidence, received: this.#log.completeUpTo });
    this.#links.closeAll('the primary is suspected');
    this.#link = null;
    const { nowMs, settings, policies } = this.#copy;
    if (policies.stopsWhenTold(this.#isTold)) {
      this.#successor = this.#halt('off');
      return;
    }
    this.#arbitration = new Arbitration(this.#generation, settings, policies, nowMs);
    this.#hasWon = !policies.asksArbiter('backup');
    this.#takeOver();
  }

  #takeOver(): void {
    const { nowMs, name, policies } = this.#copy;
    if (this.#hasWon) {
      const isDrained = !this.#replayer.hasMore || !policies.drainsFirst();
      if (isDrained && !this.#replayer.isDiverged) this.#successor ??= this.#goLive();
      return;
    }
    if (!this.#mayAsk() || this.#arbitration?.takeRequest(nowMs) !== true) return;
    const generation = this.#generation;
    this.#copy.want({ type: 'testAndSet', copy: name, generation });
    this.#copy.say({ did: 'asked', generation });
  }

  /** Under V8 it drains first, and asks then. */
  #mayAsk(): boolean {
    return !this.#drainsBefore() || !this.#replayer.hasMore;
  }

  #drainsBefore(): boolean {
    return this.#copy.settings.arbitration === 'drainThenTestAndSet';
  }

  #decide(generation: number, outcome: 'won' | 'lost' | 'unreachable'): void {
    if (this.#arbitration?.generation !== generation || this.#hasWon) return;
    this.#copy.say({ did: 'learned', generation, outcome });
    const known = this.#arbitration.decided(generation, outcome);
    if (known === 'won') this.#hasWon = true;
    if (known === 'lost') this.#successor = this.#halt('lost');
  }

  /** Live mode starts at the last go-live point of the frozen log (R23-10, R23-13). */
  #goLive(): Role {
    const copy = this.#copy;
    const generation = this.#generation + 1;
    const { position } = this.#replica.guest;
    const devices = new Devices(copy, this.#replica, true);
    copy.say({ did: 'wentLive', generation, position });
    copy.want({ type: 'tellService', copy: copy.name, what: 'live' });
    const { outputs, puts } = this.#replayer.last;
    if (copy.policies.emitsLast(copy.settings)) devices.takeOver(outputs, puts);
    else devices.takeOver([], []);
    return new Serving(copy, this.#links, this.#replica, devices, generation);
  }

  #halt(because: 'lost' | 'diverged' | 'off'): Role {
    return new Halted(this.#copy, this.#links, because);
  }
}
