import { ByteWriter } from './bytes.ts';
import type { Copy } from './copy.ts';
import type { Devices } from './devices.ts';
import { Execution } from './execution.ts';
import { Halted } from './halted.ts';
import type { Input, Order } from './input.ts';
import type { Link } from './link.ts';
import type { Links } from './links.ts';
import type { Message } from './message.ts';
import { Pairing } from './pairing.ts';
import type { Evidence } from './policies.ts';
import { Protection } from './protection.ts';
import type { Replica } from './replica.ts';
import { blank, earliest, type Look, type Role } from './role.ts';
import type { Mode } from './status.ts';

type Hello = Extract<Message, { type: 'hello' }>;

/** A copy that serves: alone, recording for a backup, or withholding when it suspects that. */
export class Serving implements Role {
  readonly #copy: Copy;
  readonly #links: Links;
  readonly #replica: Replica;
  readonly #devices: Devices;
  readonly #execution: Execution;
  readonly #pairing: Pairing;
  readonly #protection: Protection;
  readonly #visitors = new Map<Link, Hello>(); // not expected, or not yet
  #isMarked = false; // the quiet of the disk, in the log
  #successor: Role | null = null;

  /** Alone, in a generation that is its own: it has booted, or won. */
  constructor(copy: Copy, links: Links, replica: Replica, devices: Devices, generation: number) {
    this.#copy = copy;
    this.#links = links;
    this.#replica = replica;
    this.#devices = devices;
    this.#execution = new Execution(copy, replica, devices);
    this.#pairing = new Pairing(copy, links, generation);
    this.#protection = new Protection(copy, links);
  }

  get mode(): Mode {
    return this.#pairing.mode;
  }

  handle(input: Input): void {
    switch (input.type) {
      case 'run':
        this.#execution.run(input.instructionCount, input.reading);
        break;
      case 'timer':
        this.#execution.strike({ type: 'timer' });
        break;
      case 'packets':
        this.#devices.reached();
        this.#execution.receive(input.packets);
        break;
      case 'operated':
        this.#execution.strike({ type: 'operated', input: input.input });
        break;
      case 'ioDone':
        if (!this.#devices.arrive(input.completion, input.generation)) break;
        this.#execution.strike({ type: 'completion' });
        break;
      case 'ioRefused':
        this.#devices.refuse(input.io, input.generation);
        break;
      case 'order':
        this.#obey(input.order);
        break;
      default:
        this.#handleOthers(input);
    }
  }

  settle(): Role {
    const evidence = this.#pairing.tick();
    if (evidence !== null) this.#suspect(evidence);
    this.#pairing.ask();
    this.#keepQuiet();
    this.#execution.deliver();
    this.#release();
    this.#protect();
    if (this.#mayStop()) this.#successor ??= new Halted(this.#copy, this.#links, 'off');
    return this.#successor ?? this;
  }

  nextDeadlineMs(): number | null {
    const isOn = !this.#replica.guest.isOff;
    return earliest(
      this.#devices.nextDeadlineMs(isOn && this.mode !== 'withholding'),
      this.#pairing.nextDeadlineMs(),
      isOn && this.mode === 'live' ? this.#protection.nextDeadlineMs() : null,
    );
  }

  wantsCpu(): boolean {
    return this.#execution.wantsCpu();
  }

  limitPercent(): number {
    const limitPercent = this.#pairing.recorder?.limitPercent ?? 100;
    return (limitPercent * this.#replica.share) / 100;
  }

  look(): Look {
    const { recorder, generation } = this.#pairing;
    return {
      ...blank,
      mode: this.mode,
      generation,
      position: this.#replica.guest.position,
      isOff: this.#replica.guest.isOff,
      isStalled: this.#execution.isStalled,
      peer: recorder?.peer.copy ?? null,
      logged: recorder?.logged ?? 0,
      sent: recorder?.sent ?? 0,
      acked: recorder?.acked ?? 0,
      bufferedBytes: recorder?.usedBytes ?? 0,
      withheldCount: this.#devices.withheldCount,
      outstandingCount: this.#devices.outstandingCount,
      lagMs: recorder?.lagMs() ?? 0,
      throttlePercent: recorder?.limitPercent ?? 100,
      share: this.#replica.share,
    };
  }

  #handleOthers(input: Input): void {
    switch (input.type) {
      case 'accepted':
        this.#links.accept(input.connection, input.host);
        break;
      case 'bytes':
        this.#read(this.#links.of(input.connection), input.bytes);
        break;
      case 'room':
        this.#links.of(input.connection)?.addRoom(input.byteCount);
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
        if (this.mode === 'live') this.#protection.place(input);
        break;
      case 'notPlaced':
        this.#protection.askLater();
        break;
      default: // nothing that concerns a copy that serves
    }
  }

  #obey(order: Order): void {
    if (order.operation === 'powerOff') this.#execution.strike({ type: 'powerOff' });
    else this.#execution.strike({ type: 'setShare', share: order.share });
  }

  #read(link: Link | null, bytes: Uint8Array): void {
    if (link === null) return;
    this.#pairing.recorder?.heardTraffic(link);
    link.take(bytes);
    for (let message = link.next(); message !== 'more'; message = link.next()) {
      const isBad = 'because' in message || !this.#hear(link, message);
      if (isBad) this.#expel(link, 'because' in message ? message.because : 'out of turn');
      if (this.#links.of(link.connection) !== link) return;
    }
  }

  /** False if this peer cannot say so here. */
  #hear(link: Link, message: Message): boolean {
    switch (message.type) {
      case 'keepalive':
        return true;
      case 'ack':
        return this.#pairing.ack(link, message);
      case 'hello':
        if (message.purpose !== 'follow') this.#visitors.set(link, message);
        else if (!this.#pairing.join(link, message)) return false;
        else this.#protection.end();
        return true;
      case 'got':
        if (!this.#protection.isDestination(link)) return false;
        if (message.of === 'image') this.#protection.clone?.took();
        return true;
      case 'cancel':
        return false; // whoever gives up is not wanted any more either
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
    this.#visitors.delete(link);
    if (this.mode === 'live' && this.#protection.isDestination(link)) {
      this.#protection.abandon(because);
    }
  }

  #suspect(evidence: Evidence): void {
    this.#visitors.clear();
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
    const { position } = this.#replica.guest;
    this.#execution.record(null);
    this.#devices.logEnds();
    this.#copy.say({ did: 'wentLive', generation, position });
    this.#copy.want({ type: 'tellService', copy: this.#copy.name, what: 'live' });
    this.#protection.askNow();
  }

  /** A quiet disk is asked for by level; the log has the place from which on it is (R33-7). */
  #keepQuiet(): void {
    const isAsked = this.#pairing.recorder?.wantsQuiet ?? false;
    const isAlone = this.mode !== 'recording';
    const isQuiet = this.#copy.policies.keepsQuiet(isAsked, false, isAlone);
    this.#execution.keepQuiet(isQuiet);
    if (!isQuiet) this.#isMarked = false;
    if (!isQuiet || this.#isMarked || !this.#devices.isQuiet) return;
    if (!this.#execution.mark('QUIESCE')) return;
    this.#isMarked = true;
    this.#copy.say({ did: 'quieted', position: this.#replica.guest.position });
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
    this.#welcome();
    if (this.#protection.clone?.mayCut === true) this.#cut();
    this.#protection.clone?.pump();
  }

  /** Begins with a visitor that the clustering service has told of. */
  #welcome(): void {
    const { clone } = this.#protection;
    for (const [link, { purpose, copy }] of this.#visitors) {
      if (purpose !== 'clone' || clone?.link !== null) continue;
      if (copy !== clone.destination.copy) continue;
      this.#visitors.delete(link);
      clone.begin(link, this.#replica.guest.snapshot());
    }
  }

  /** Here the log begins: what is in the snapshot is not in it, and all else is (R31-3). */
  #cut(): void {
    const { clone } = this.#protection;
    if (clone === null) return;
    const { position } = this.#replica.guest;
    const to = new ByteWriter().string(this.#copy.name).u64(this.#pairing.generation);
    clone.cut(this.#replica.write(to));
    this.#execution.record(this.#pairing.record(clone.destination, 0, position));
    this.#copy.say({ did: 'cut', copy: clone.destination.copy, position });
  }

  #mayStop(): boolean {
    if (!this.#replica.guest.isOff || this.mode === 'withholding') return false;
    const { recorder } = this.#pairing;
    const [logged, acked] = [recorder?.logged ?? 0, recorder?.acked ?? 0];
    const { withheldCount } = this.#devices;
    return this.#copy.policies.mayStop({ logged, acked, withheldCount });
  }
}
