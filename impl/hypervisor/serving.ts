import type { Copy } from './copy.ts';
import { Departed } from './departed.ts';
import type { Devices } from './devices.ts';
import { DiskRest } from './disk-rest.ts';
import { Execution } from './execution.ts';
import { Halted } from './halted.ts';
import type { Input } from './input.ts';
import type { Link } from './link.ts';
import type { Links } from './links.ts';
import type { Message } from './message.ts';
import { Migration } from './migration.ts';
import { Pairing } from './pairing.ts';
import type { Evidence } from './policies.ts';
import { Protection } from './protection.ts';
import type { Peer, Start } from './recorder.ts';
import type { Replica } from './replica.ts';
import { blank, earliest, type Look, type Role } from './role.ts';
import type { Mode } from './status.ts';
import { Visitors } from './visitors.ts';

/** A copy that serves: alone, recording for a backup, or withholding when it suspects that. */
export class Serving implements Role {
  readonly #copy: Copy;
  readonly #links: Links;
  readonly #replica: Replica;
  readonly #devices: Devices;
  readonly #execution: Execution;
  readonly #diskRest: DiskRest;
  readonly #pairing: Pairing;
  readonly #protection: Protection;
  readonly #migration: Migration;
  readonly #visitors = new Visitors();
  #successor: Role | null = null;
  readonly wantsCpu = (): boolean => !this.#migration.isOffered && this.#execution.wantsCpu();
  readonly alarmMs = (): number | null | undefined => this.#execution.alarmMs();

  /** Alone, in a generation that is its own: it has booted, or won. */
  constructor(copy: Copy, links: Links, replica: Replica, devices: Devices, generation: number) {
    this.#copy = copy;
    this.#links = links;
    this.#replica = replica;
    this.#devices = devices;
    this.#execution = new Execution(copy, replica, devices);
    this.#diskRest = new DiskRest(copy, devices, this.#execution);
    this.#pairing = new Pairing(copy, links, generation);
    this.#protection = new Protection(copy, links, replica, this.#visitors);
    this.#migration = new Migration(copy, links, replica, this.#visitors);
  }

  get mode(): Mode {
    return this.#pairing.mode;
  }

  handle(input: Input): void {
    if (input.type === 'run' && this.#migration.isOffered) return;
    if (this.#execution.handle(input)) return;
    switch (input.type) {
      case 'accepted':
        this.#links.accept(input.connection, input.host);
        break;
      case 'connected':
        this.#links.turnAway(input.connection, input.host);
        break;
      case 'bytes':
        this.#read(this.#links.of(input.connection), input.bytes);
        break;
      case 'closed':
        this.#lose(this.#links.of(input.connection));
        break;
      case 'heartbeat':
        this.#pairing.recorder?.heardHeartbeat(input.copy, input.generation);
        break;
      case 'decided':
        this.#decide(input.generation, input.outcome);
        break;
      case 'placed':
        if (this.mode === 'live' && !this.#migration.isOn) this.#protection.place(input);
        break;
      case 'notPlaced':
        this.#protection.askLater();
        break;
      case 'migrate':
        this.#migration.order(input, this.#mayMove());
        break;
      default: // nothing that concerns a copy that serves
    }
  }

  /** It carries on for a copy of a pair, or alone, that was handed over to it (R33-6). */
  takeUp(peer: Peer | null, start: Start): void {
    if (peer !== null) this.#execution.record(this.#pairing.record(peer, start));
  }

  settle(): Role {
    if (this.#successor !== null) return this.#successor;
    const evidence = this.#pairing.tick();
    if (evidence !== null) this.#suspect(evidence);
    this.#pairing.ask();
    this.#withdraw();
    if (!this.#migration.isOffered) this.#execution.deliver();
    this.#rest();
    this.#release();
    this.#protect();
    this.#move();
    if (this.#mayStop()) this.#successor ??= new Halted(this.#copy, this.#links, 'off');
    return this.#successor ?? this;
  }

  nextDeadlineMs(): number | null {
    const isOn = !this.#replica.guest.isOff;
    return earliest(
      this.#migration.nextDeadlineMs(),
      this.#devices.nextDeadlineMs(isOn && this.mode !== 'withholding'),
      this.#pairing.nextDeadlineMs(),
      isOn && this.mode === 'live' ? this.#protection.nextDeadlineMs() : null,
    );
  }

  limitPercent(): number {
    const limitPercent = this.#pairing.recorder?.limitPercent ?? 100;
    return this.#copy.policies.cpuOf('serving', limitPercent, this.#replica.share);
  }

  look(): Look {
    const { recorder, generation } = this.#pairing;
    return {
      ...blank,
      ...recorder?.look(),
      mode: this.mode,
      generation,
      position: this.#replica.guest.position,
      isOff: this.#replica.guest.isOff,
      isStalled: this.#execution.isStalled,
      withheldCount: this.#devices.withheldCount,
      outstandingCount: this.#devices.outstandingCount,
      share: this.#replica.share,
    };
  }

  #read(link: Link | null, bytes: Uint8Array): void {
    if (link === null) return;
    this.#pairing.recorder?.heardTraffic(link);
    link.take(bytes);
    const because = link.readAll((message) => this.#hear(link, message));
    if (because !== null) this.#expel(link, because);
  }

  /** False if this peer cannot say so here. */
  #hear(link: Link, message: Message): boolean {
    switch (message.type) {
      case 'keepalive':
        return true;
      case 'ack':
        return this.#pairing.ack(link, message);
      case 'hello':
        if (message.purpose !== 'follow') return this.#migration.visit(link, message);
        if (!this.#pairing.join(link, message)) return false;
        this.#protection.end();
        return true;
      case 'got':
        if (this.#protection.isDestination(link)) {
          return this.#protection.clone?.took(message.of) === true;
        }
        return this.#migration.took(link, message);
      case 'moved':
        return this.#pairing.moved(link, message.host);
      default:
        return false;
    }
  }

  /** A peer that talks nonsense is lost. */
  #expel(link: Link, because: string): void {
    const wasPeer = this.#pairing.isPeersLink(link);
    this.#links.close(link, because);
    this.#forget(link, because);
    if (wasPeer) this.#suspect('connection');
  }

  #lose(link: Link | null): void {
    if (link === null) return;
    this.#links.wasClosed(link);
    this.#forget(link, 'it is gone');
    if (this.#pairing.isPeersLink(link)) this.#pairing.recorder?.lostConnection();
  }

  #forget(link: Link, because: string): void {
    this.#migration.forget(link, because);
    if (this.mode === 'live' && this.#protection.isDestination(link)) {
      this.#protection.abandon(because);
    }
  }

  #suspect(evidence: Evidence): void {
    this.#migration.end('the backup is suspected');
    if (!this.#pairing.suspect(evidence)) this.#goLive();
  }

  #decide(generation: number, outcome: 'won' | 'lost' | 'unreachable'): void {
    const known = this.#pairing.decide(generation, outcome);
    if (known === 'won') this.#goLive();
    if (known === 'lost') this.#successor = new Halted(this.#copy, this.#links, 'lost');
  }

  /** It leaves recording mode; what was withheld is free (R23-8). */
  #goLive(): void {
    this.#pairing.win();
    const { generation } = this.#pairing;
    this.#execution.record(null);
    this.#copy.say({ did: 'wentLive', generation, position: this.#replica.guest.position });
    this.#devices.logEnds();
    this.#copy.want({ type: 'tellService', copy: this.#copy.name, what: 'live' });
    this.#protection.askNow();
  }

  #rest(): void {
    if (this.#replica.guest.isOff) return; // its log ends with the power-off (R33-2)
    const isAsked = this.#pairing.recorder?.wantsQuiet ?? false;
    const { isReady, copy: to } = this.#migration;
    const wish = { isAsked, isReady, to, isAlone: this.mode !== 'recording' };
    this.#diskRest.keep(wish, this.#replica.guest.position);
  }

  #release(): void {
    const acked = this.#pairing.recorder?.acked ?? 0;
    this.#devices.acked(acked);
    this.#devices.release(acked, this.#pairing.generation);
    if (this.mode !== 'withholding' && !this.#replica.guest.isOff) this.#devices.announce();
  }

  /** A VM that runs alone finds a backup (R31-2); one that is off needs none (Q37). */
  #protect(): void {
    this.#protection.clone?.pump();
    if (this.mode !== 'live') return;
    if (this.#replica.guest.isOff) {
      this.#protection.abandon('the VM is off');
      return;
    }
    this.#protection.tick(this.#pairing.generation);
    if (this.#protection.clone?.isReady === true) this.#cut();
    this.#protection.clone?.pump();
  }

  /** Here the log begins: what is in the snapshot is not in it, and all else is (R31-3). */
  #cut(): void {
    const { clone } = this.#protection;
    if (clone === null) return;
    const { position } = this.#replica.guest;
    const atCut = clone.cut(this.#pairing.generation, this.#replica);
    const recorder = this.#pairing.record(clone.destination, { logged: 0, consumed: 0, position });
    this.#execution.record(recorder);
    this.#protection.cut(clone.destination.copy, atCut);
  }

  /** Of two moves, or a clone and a move, one waits; a primary's backup has to be there (Q33). */
  #mayMove(): boolean {
    if (this.mode === 'live') return this.#protection.clone === null;
    return this.mode === 'recording' && this.#pairing.recorder?.isConnected === true;
  }

  /** The switchover, where nothing that is to go along is still to come to it. */
  #move(): void {
    this.#migration.tick();
    const { isOffered, isOn } = this.#migration;
    if (isOn && this.#diskRest.isMarked) this.#pairing.recorder?.hurry();
    if (!this.#mayHandOver(this.#execution.hasDue && !isOffered)) return;
    const write = (): Uint8Array => this.#replica.write(this.#pairing.written()).done();
    const passage = this.#migration.handOver(write);
    const { consumed } = this.#pairing;
    if (passage !== null)
      this.#successor = new Departed(this.#copy, this.#links, passage, consumed);
  }

  /** An offer has an end; and what has come meanwhile, and is to go along, happens first. */
  #withdraw(): void {
    if (this.#migration.isOverdue) this.#migration.withdraw();
    if (!this.#migration.isAccepted) return;
    if (!this.#mayHandOver(this.#execution.hasToGoAlong)) this.#migration.withdraw();
  }

  /** Nothing is outstanding, withheld or not acked, or about to happen (R33-5, R33-6, Q20). */
  #mayHandOver(hasDue: boolean): boolean {
    if (!this.#migration.isReady || !this.#mayMove()) return false;
    const { isMarked } = this.#diskRest;
    return this.#copy.policies.mayHandOver({ ...this.#progress(), isMarked, hasDue });
  }

  #mayStop(): boolean {
    const isSuspecting = this.mode === 'withholding';
    const { isOff } = this.#replica.guest;
    return this.#copy.policies.mayStop({ ...this.#progress(), isOff, isSuspecting });
  }

  #progress(): { logged: number; acked: number; withheldCount: number } {
    const { recorder } = this.#pairing;
    const { withheldCount } = this.#devices;
    return { logged: recorder?.logged ?? 0, acked: recorder?.acked ?? 0, withheldCount };
  }
}
