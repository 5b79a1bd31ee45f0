import { AckTime } from './ack-time.ts';
import { ByteWriter } from './bytes.ts';
import type { Copy } from './copy.ts';
import { Departed } from './departed.ts';
import { Detector } from './detector.ts';
import { Failover } from './failover.ts';
import { Halted } from './halted.ts';
import type { Input } from './input.ts';
import type { Link, Told } from './link.ts';
import type { Links } from './links.ts';
import type { Message } from './message.ts';
import { Migration } from './migration.ts';
import type { Evidence } from './policies.ts';
import type { ReceiveLog } from './receive-log.ts';
import { Replayer } from './replayer.ts';
import type { Replica } from './replica.ts';
import { blank, earliest, type Look, type Role } from './role.ts';
import { Visitors } from './visitors.ts';

/** What a backup begins with: armed by a clone, or moved here. */
export type Begin = {
  readonly generation: number;
  readonly replica: Replica;
  readonly log: ReceiveLog;
  readonly isTold: boolean; // of a power-off (R33-2)
  readonly primaryHost: string;
  readonly primary: string | null; // the copy, if it is known
};

/** A backup: it reads the log, acknowledges and replays it, and watches over its primary. */
export class Following implements Role {
  readonly mode = 'replaying';
  readonly #copy: Copy;
  readonly #links: Links;
  readonly #generation: number;
  readonly #replica: Replica;
  readonly #log: ReceiveLog;
  readonly #replayer: Replayer;
  readonly #ackTime: AckTime;
  readonly #detector: Detector;
  readonly #migration: Migration;
  #primaryHost: string;
  #primary: string | null;
  #link: Link | null = null;
  #isTold: boolean;
  #saidUpTo = 0; // on connections that are gone
  #connectAtMs: number | null;
  #connectedAtMs = Number.NEGATIVE_INFINITY; // it tried to
  #successor: Role | null = null;

  constructor(copy: Copy, links: Links, begin: Begin) {
    this.#copy = copy;
    this.#links = links;
    this.#generation = begin.generation;
    this.#replica = begin.replica;
    this.#log = begin.log;
    this.#isTold = begin.isTold;
    this.#primaryHost = begin.primaryHost;
    this.#primary = begin.primary;
    this.#connectAtMs = copy.nowMs;
    this.#replayer = new Replayer(copy, begin.replica, begin.log);
    this.#ackTime = new AckTime(copy.policies.mayRestMs('replayed', copy.settings));
    this.#detector = new Detector('backup', copy.settings, copy.policies, copy.nowMs);
    this.#migration = new Migration(copy, links, begin.replica, new Visitors());
  }

  /** The logging channel is there: the first message says where to go on (R33-11). */
  join(link: Link): void {
    this.#link = link;
    this.#connectAtMs = null;
    link.readInto(() => this.#log.usedBytes);
    link.pair(this.#generation, this.#copy.name);
    this.#detector.takeKeepalive(this.#copy.nowMs); // the first message is as good
    const { upTo, ...told } = this.#told();
    const received = this.#copy.policies.claims(upTo);
    const from = { copy: this.#copy.name, generation: this.#generation, received };
    link.push({ type: 'hello', purpose: 'follow', ...from, ...told });
  }

  handle(input: Input): void {
    switch (input.type) {
      case 'run':
        this.#replayer.replay(input.instructionCount);
        break;
      case 'bytes':
        this.#read(this.#links.of(input.connection), input.bytes);
        break;
      case 'heartbeat':
        this.#hearHeartbeat(input);
        break;
      case 'connected':
        this.join(this.#links.open(input.connection, input.host));
        break;
      case 'refused':
      case 'unanswered':
        this.#reconnect();
        break;
      case 'accepted':
        this.#links.accept(input.connection, input.host);
        break;
      case 'closed':
        this.#lose(this.#links.of(input.connection));
        break;
      case 'timer':
        if (this.#copy.policies.takesLocalEvents()) this.#replica.guest.interrupt();
        break;
      case 'migrate':
        this.#migration.order(input, !this.#isTold);
        break;
      default: // a backup has no devices, no administrator, and needs no backup (R20-4, R33-1)
    }
  }

  settle(): Role {
    if (this.#replayer.isDiverged) this.#halt('diverged');
    if (this.#successor !== null) return this.#successor;
    const { nowMs, name } = this.#copy;
    this.#migration.tick();
    this.#acknowledge();
    if (this.#detector.takeHeartbeat(nowMs)) {
      const [host, generation] = [this.#primaryHost, this.#generation];
      this.#copy.want({ type: 'beat', host, copy: name, generation });
    }
    this.#detector.setFull(this.#link?.isFull === true, nowMs);
    this.#suspect(this.#detector.verdict(nowMs));
    this.#connect();
    this.#stopWhenOff();
    this.#switchOver();
    return this.#successor ?? this;
  }

  nextDeadlineMs(): number | null {
    const migrationMs = this.#migration.nextDeadlineMs();
    const ackMs = this.#link === null ? null : this.#ackTime.deadlineMs;
    return earliest(this.#detector.nextDeadlineMs(), this.#connectAtMs, migrationMs, ackMs);
  }

  wantsCpu(): boolean {
    return this.#replayer.mayRun();
  }

  limitPercent(): number {
    return this.#copy.policies.cpuOf('backup', 100, this.#replica.share);
  }

  look(): Look {
    return {
      ...blank,
      ...this.#replayer.look(),
      mode: this.mode,
      generation: this.#generation,
      isStalled: !this.#replayer.hasMore,
      peer: this.#primary,
      acked: this.#told().upTo,
    };
  }

  #told(): Told {
    const upTo = this.#copy.policies.ackPoint(this.#log, this.#copy.settings);
    const { position } = this.#replica.guest;
    return { upTo, consumed: this.#log.consumed, position, wantsQuiet: this.#migration.isReady };
  }

  #hearHeartbeat(heard: { readonly copy: string; readonly generation: number }): void {
    const own = { peer: this.#primary, generation: this.#generation };
    if (!this.#copy.policies.isFromPeer(heard, own)) return;
    this.#detector.heardHeartbeat(this.#copy.nowMs);
  }

  #read(link: Link | null, bytes: Uint8Array): void {
    if (link === null) return;
    if (link === this.#link) this.#detector.heardTraffic(this.#copy.nowMs);
    link.take(bytes);
    const because = link.readAll((message) => this.#hear(link, message));
    if (because !== null) this.#expel(link, because);
  }

  /** False if this peer cannot say so. */
  #hear(link: Link, message: Message): boolean {
    if (link !== this.#link) return this.#hearVisitor(link, message);
    if (message.type === 'keepalive') return true;
    if (message.type === 'moved') return this.#followTo(link, message.host);
    if (message.type !== 'entry') return false;
    const { entry } = message;
    const taken = this.#log.append(entry, this.#copy.policies.admits);
    if (taken === 'gap') return false;
    const at = { connection: link.connection, seq: entry.seq };
    this.#copy.say({ did: 'entryReceived', ...at, isDuplicate: taken === 'duplicate' });
    this.#isTold ||= this.#copy.policies.tellsOfEnd(entry.kind);
    this.#ackTime.read();
    return true;
  }

  #hearVisitor(link: Link, message: Message): boolean {
    if (message.type === 'hello' && message.purpose === 'arrive') {
      return this.#migration.visit(link, message);
    }
    return message.type === 'got' && this.#migration.took(link, message);
  }

  /** The primary has moved: its backup connects to it there (R33-6). */
  #followTo(link: Link, host: string): boolean {
    this.#links.close(link, 'the primary has moved');
    this.#link = null;
    this.#primaryHost = host;
    this.#primary = null;
    this.#connectAtMs = this.#copy.nowMs;
    return true;
  }

  /** A peer that talks nonsense is lost. */
  #expel(link: Link, because: string): void {
    this.#links.close(link, because);
    this.#migration.forget(link, because);
    if (link === this.#link) this.#suspect('connection');
  }

  /** A connection is lost: of the primary without any suspicion, at first (V4). */
  #lose(link: Link | null): void {
    if (link === null) return;
    this.#links.wasClosed(link);
    this.#migration.forget(link, 'the destination is gone');
    if (link !== this.#link) return;
    this.#saidUpTo = Math.max(this.#saidUpTo, link.saidUpTo);
    this.#link = null;
    this.#detector.lostConnection(this.#copy.nowMs);
    this.#reconnect();
  }

  /** At once, but not again and again. */
  #reconnect(): void {
    const { nowMs, settings } = this.#copy;
    this.#connectAtMs = Math.max(nowMs, this.#connectedAtMs + settings.retryEveryMs);
  }

  #connect(): void {
    const { nowMs } = this.#copy;
    if (this.#successor !== null || this.#connectAtMs === null || nowMs < this.#connectAtMs) return;
    this.#connectAtMs = null;
    this.#connectedAtMs = nowMs;
    this.#copy.want({ type: 'connect', host: this.#primaryHost });
  }

  /** It acks when it is time and there is news, and keeps the channel alive. */
  #acknowledge(): void {
    const { nowMs } = this.#copy;
    const isDue = this.#detector.takeKeepalive(nowMs);
    const link = this.#link;
    if (link === null) return;
    const told = this.#told();
    const isTime = this.#ackTime.take(link, told, !this.#replayer.hasMore, nowMs);
    if (isDue || isTime) link.push({ type: 'ack', generation: this.#generation, ...told });
  }

  /** It was told of a power-off, and has said so: it is gone (R33-2). */
  #stopWhenOff(): void {
    if (!this.#replica.guest.isOff || this.#successor !== null) return;
    this.#link?.flush();
    const saidUpTo = Math.max(this.#saidUpTo, this.#link?.saidUpTo ?? 0);
    if (saidUpTo >= this.#log.completeUpTo) this.#halt('off');
  }

  /** The log is frozen: what was received to the last whole group, all of it (R23-11). */
  #suspect(evidence: Evidence | null): void {
    if (evidence === null || this.#successor !== null) return;
    this.#copy.say({ did: 'suspected', evidence, received: this.#log.completeUpTo });
    this.#migration.end('the primary is suspected');
    this.#links.closeAll('the primary is suspected');
    this.#link = null;
    const { stopsWhenTold } = this.#copy.policies;
    if (stopsWhenTold(this.#isTold, this.#replica.guest.isOff)) this.#halt('off');
    else this.#successor = new Failover(this.#copy, this.#links, this.#generation, this.#replayer);
  }

  /** Where the primary's disk was at rest it moves, with all that it holds (R33-7, R33-10). */
  #switchOver(): void {
    const link = this.#link;
    if (this.#successor !== null || !this.#migration.isReady || link === null) return;
    const { isQuiet, outstandingCount } = this.#replayer;
    if (!this.#copy.policies.maySwitchOver({ isQuiet, outstandingCount })) return;
    const to = new ByteWriter().flag(false).u64(this.#generation).flag(this.#isTold);
    to.string(this.#primaryHost).string(this.#primary ?? '');
    const log = this.#replayer.logToMove();
    const rest = this.#replica.write(to.u32(log.length).bytes(log)).done();
    link.push({ type: 'moved', host: this.#migration.host });
    link.flush(); // its last acks are before the switchover
    this.#links.close(link, 'the backup has moved');
    const passage = this.#migration.switchOver(rest);
    if (passage === null) return;
    this.#successor = new Departed(this.#copy, this.#links, passage, 0);
  }

  #halt(because: 'diverged' | 'off'): void {
    this.#successor ??= new Halted(this.#copy, this.#links, because);
  }
}
