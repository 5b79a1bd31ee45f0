import { ByteReader } from './bytes.ts';
import type { Copy } from './copy.ts';
import { Devices } from './devices.ts';
import { Following } from './following.ts';
import { Halted } from './halted.ts';
import type { Input } from './input.ts';
import type { Link } from './link.ts';
import type { Links } from './links.ts';
import type { Message } from './message.ts';
import { PartCollector } from './parts.ts';
import { PageCollector } from './passes.ts';
import { ReceiveLog } from './receive-log.ts';
import { Replica } from './replica.ts';
import { blank, type Look, type Role } from './role.ts';
import { Serving } from './serving.ts';
import type { Mode } from './status.ts';

type Go = Extract<Message, { type: 'go' }>;
type TakesUp = (consumed: number) => Role; // by the backup of the VM

/** The VM that it has been offered, which is its source's still (R23-21). */
type Offered = { readonly offer: number; readonly takesUp: TakesUp };

/** The destination of a clone or of a VMotion: nobody, until it has a whole VM (R23-16). */
export class Receiving implements Role {
  readonly #copy: Copy;
  readonly #links: Links;
  readonly #sourceHost: string;
  readonly #purpose: 'clone' | 'arrive';
  #collector = new PartCollector();
  readonly #memory: PageCollector; // what the first passes bring
  #link: Link | null = null;
  #callAtMs: number | null;
  #heardAtMs: number;
  #hasImage = false;
  #offered: Offered | null = null;
  #successor: Role | null = null;

  constructor(copy: Copy, links: Links, sourceHost: string, purpose: 'clone' | 'arrive') {
    this.#copy = copy;
    this.#links = links;
    this.#sourceHost = sourceHost;
    this.#purpose = purpose;
    this.#memory = new PageCollector(copy.image.pages);
    this.#callAtMs = copy.nowMs;
    this.#heardAtMs = copy.nowMs;
  }

  get mode(): Mode {
    return this.#purpose === 'clone' ? 'cloning' : 'arriving';
  }

  handle(input: Input): void {
    switch (input.type) {
      case 'connected':
        this.#greet(this.#links.open(input.connection, input.host));
        break;
      case 'accepted':
        this.#links.close(this.#links.accept(input.connection, input.host), 'nobody serves here');
        break;
      case 'bytes':
        this.#read(this.#links.of(input.connection), input.bytes);
        break;
      case 'refused':
        this.#discard();
        break;
      case 'unanswered':
        this.#callLater();
        break;
      case 'closed':
        this.#lose(this.#links.of(input.connection));
        break;
      default: // nothing else concerns who is nobody yet
    }
  }

  settle(): Role {
    const { nowMs } = this.#copy;
    if (this.#isSilent()) this.#despair();
    if (this.#successor === null && this.#callAtMs !== null && nowMs >= this.#callAtMs) {
      this.#callAtMs = null;
      this.#heardAtMs = nowMs;
      this.#copy.want({ type: 'connect', host: this.#sourceHost });
    }
    return this.#successor ?? this;
  }

  nextDeadlineMs(): number {
    return this.#callAtMs ?? this.#heardAtMs + this.#copy.settings.timeoutMs + 1;
  }

  wantsCpu(): boolean {
    return false;
  }

  limitPercent(): number {
    return 100;
  }

  look(): Look {
    return { ...blank, mode: this.mode };
  }

  #isSilent(): boolean {
    const { nowMs, settings } = this.#copy;
    return this.#callAtMs === null && nowMs > this.#heardAtMs + settings.timeoutMs;
  }

  /**
   * The VM may be on its way here, and nowhere else, once the first passes of a VMotion are taken:
   * then it is asked for until the source says no, or is gone (Q34). Else nothing is lost.
   */
  #despair(): void {
    if (this.#copy.policies.discards(this.#hasImage, this.#purpose)) {
      this.#discard();
      return;
    }
    if (this.#link !== null) this.#links.close(this.#link, 'the source is silent');
    this.#link = null;
    this.#collector = new PartCollector();
    this.#offered = null;
    this.#callAtMs = this.#copy.nowMs;
  }

  /** `received` tells a source that has handed over already from one that does not know (Q34). */
  #greet(link: Link): void {
    this.#link = link;
    const zero = { generation: 0, consumed: 0, position: 0, wantsQuiet: false };
    const received = this.#hasImage ? 1 : 0;
    link.push({ type: 'hello', purpose: this.#purpose, copy: this.#copy.name, received, ...zero });
  }

  #lose(link: Link | null): void {
    if (link === null) return;
    this.#links.wasClosed(link);
    if (link === this.#link) this.#callLater();
  }

  #callLater(): void {
    this.#despair();
    if (this.#callAtMs !== null) this.#callAtMs += this.#copy.settings.retryEveryMs;
  }

  #read(link: Link | null, bytes: Uint8Array): void {
    if (link === null) return;
    link.take(bytes);
    if (link !== this.#link) return;
    this.#heardAtMs = this.#copy.nowMs;
    if (link.readAll((message) => this.#hear(link, message)) !== null) this.#discard();
  }

  #hear(link: Link, message: Message): boolean {
    if (message.type === 'keepalive') return true;
    if (message.type === 'go') return this.#takeUp(link, message);
    if (message.type !== 'part') return false;
    this.#offered = null; // what comes now is in its place
    if (message.of === 'image') {
      if (!this.#memory.add(message.bytes)) return false;
      return !message.isLast || this.#took(link);
    }
    if ((message.of === 'snapshot') !== (this.#purpose === 'clone')) return false;
    const whole = this.#collector.add(message.bytes, message.isLast);
    if (whole === null) return true;
    return this.#purpose === 'clone' ? this.#arm(link, whole) : this.#keep(link, whole);
  }

  /** A first pass is here; the source does not go on before it knows. */
  #took(link: Link): boolean {
    this.#hasImage = true;
    link.push({ type: 'got', of: 'image', offer: 0 });
    this.#copy.say({ did: 'gotImage' });
    return true;
  }

  /** It has the VM at the cut, and knows the generation: it is armed (Q5). */
  #arm(link: Link, snapshot: Uint8Array): boolean {
    if (!this.#hasImage) return false;
    const cut = Replica.readCut(snapshot, this.#copy.image, this.#memory);
    if (cut === null) return false;
    const { primary, generation, replica } = cut;
    const { position } = replica.guest;
    const { settings, policies } = this.#copy;
    const log = new ReceiveLog(settings.backupBytes, policies.startsAfter());
    const primaryHost = this.#sourceHost;
    this.#copy.say({ did: 'armed', generation, position });
    const begin = { generation, replica, log, isTold: false, primaryHost, primary };
    const following = new Following(this.#copy, this.#links, begin);
    following.join(link);
    this.#successor = following;
    return true;
  }

  /**
   * It has all of the VM that moves, and is nobody still: the source may yet go on (R33-9). What
   * cannot be taken up here it does not have: false.
   */
  #keep(link: Link, handover: Uint8Array): boolean {
    const from = new ByteReader(handover);
    const offer = from.u64();
    const takesUp = from.flag() ? this.#primaryOf(from) : this.#backupOf(from);
    if (takesUp === null) return false;
    this.#offered = { offer, takesUp };
    link.push({ type: 'got', of: 'handover', offer });
    this.#copy.say({ did: 'gotAll', offer });
    return true;
  }

  /** The source has given up the VM for good: it carries on for it (R33-6, R33-10). */
  #takeUp(link: Link, { offer, consumed }: Go): boolean {
    if (this.#offered?.offer !== offer) return false;
    this.#successor = this.#offered.takesUp(consumed);
    link.push({ type: 'got', of: 'go', offer });
    return true;
  }

  #primaryOf(from: ByteReader): TakesUp | null {
    const [generation, logged] = [from.u64(), from.u64()];
    const [copy, host] = [from.string(), from.string()];
    const replica = Replica.read(from, this.#copy.image, this.#memory);
    if (replica === null) return null;
    return (consumed) => {
      this.#copy.say({ did: 'tookUp', position: replica.guest.position });
      const devices = new Devices(this.#copy, replica, true);
      const serving = new Serving(this.#copy, this.#links, replica, devices, generation);
      // what position its backup has reached is news, whatever it is
      serving.takeUp(copy === '' ? null : { copy, host }, { logged, consumed, position: 0 });
      return serving;
    };
  }

  #backupOf(from: ByteReader): TakesUp | null {
    const [generation, isTold] = [from.u64(), from.flag()];
    const [primaryHost, primary] = [from.string(), from.string()];
    const log = ReceiveLog.restore(this.#copy.settings.backupBytes, from.some(from.u32()));
    const replica = Replica.read(from, this.#copy.image, this.#memory);
    if (replica === null || log === null) return null;
    return () => {
      this.#copy.say({ did: 'tookUp', position: replica.guest.position });
      const known = primary === '' ? null : primary;
      const begin = { generation, replica, log, isTold, primaryHost, primary: known };
      return new Following(this.#copy, this.#links, begin);
    };
  }

  #discard(): void {
    this.#successor ??= new Halted(this.#copy, this.#links, 'discarded');
  }
}
