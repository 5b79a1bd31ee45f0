import { ByteReader } from './bytes.ts';
import type { Copy } from './copy.ts';
import { Following } from './following.ts';
import { Halted } from './halted.ts';
import type { Input } from './input.ts';
import type { Link } from './link.ts';
import type { Links } from './links.ts';
import type { Message } from './message.ts';
import { PartCollector } from './parts.ts';
import { ReceiveLog } from './receive-log.ts';
import { Replica } from './replica.ts';
import { blank, type Look, type Role } from './role.ts';
import type { Mode } from './status.ts';

/** The destination of a clone: nobody, until it has a whole VM (R23-16). */
export class Receiving implements Role {
  readonly mode: Mode = 'cloning';
  readonly #copy: Copy;
  readonly #links: Links;
  readonly #sourceHost: string;
  readonly #collector = new PartCollector();
  #hasCalled = false;
  #heardAtMs: number;
  #successor: Role | null = null;

  constructor(copy: Copy, links: Links, sourceHost: string) {
    this.#copy = copy;
    this.#links = links;
    this.#sourceHost = sourceHost;
    this.#heardAtMs = copy.nowMs;
  }

  handle(input: Input): void {
    switch (input.type) {
      case 'connected':
        this.#greet(this.#links.open(input.connection, input.host));
        break;
      case 'bytes':
        this.#read(this.#links.of(input.connection), input.bytes);
        break;
      case 'room':
        this.#links.of(input.connection)?.addRoom(input.byteCount);
        break;
      case 'refused':
      case 'closed':
        this.#discard();
        break;
      default: // nothing else concerns who is nobody yet
    }
  }

  settle(): Role {
    if (!this.#hasCalled) {
      this.#hasCalled = true;
      this.#copy.want({ type: 'connect', host: this.#sourceHost });
    }
    if (this.#copy.nowMs > this.#deadlineMs()) this.#discard();
    return this.#successor ?? this;
  }

  nextDeadlineMs(): number {
    return this.#hasCalled ? this.#deadlineMs() + 1 : this.#heardAtMs;
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

  #deadlineMs(): number {
    return this.#heardAtMs + this.#copy.settings.timeoutMs;
  }

  #greet(link: Link): void {
    const zero = { generation: 0, received: 0, consumed: 0, position: 0, wantsQuiet: false };
    link.push({ type: 'hello', purpose: 'clone', copy: this.#copy.name, ...zero });
  }

  #read(link: Link | null, bytes: Uint8Array): void {
    if (link === null) return;
    this.#heardAtMs = this.#copy.nowMs;
    link.take(bytes);
    for (let message = link.next(); message !== 'more'; message = link.next()) {
      if ('because' in message || !this.#hear(link, message)) {
        this.#discard();
        return;
      }
    }
  }

  #hear(link: Link, message: Message): boolean {
    if (message.type === 'keepalive') return true;
    if (message.type !== 'part' || message.of === 'handover') return false;
    const whole = this.#collector.add(message.bytes, message.isLast);
    if (whole === null) return true;
    if (message.of === 'snapshot') return this.#restore(link, whole);
    link.push({ type: 'got', of: 'image' });
    this.#copy.say({ did: 'gotImage' });
    return true;
  }

  /** It has the VM at the cut, and knows the generation: it is armed (Q5). */
  #restore(link: Link, snapshot: Uint8Array): boolean {
    const from = new ByteReader(snapshot);
    const primary = from.string();
    const generation = from.u64();
    const replica = Replica.read(from, this.#copy.image);
    if (replica === null) return false;
    const { position } = replica.guest;
    const log = new ReceiveLog(this.#copy.settings.backupBytes, 0);
    const primaryHost = this.#sourceHost;
    this.#copy.say({ did: 'armed', generation, position });
    const begin = { generation, replica, log, isTold: false, primaryHost, primary };
    const following = new Following(this.#copy, this.#links, begin);
    following.join(link);
    this.#successor = following;
    return true;
  }

  #discard(): void {
    this.#successor ??= new Halted(this.#copy, this.#links, 'discarded');
  }
}
