import { Arbitration } from './arbitration.ts';
import { ByteWriter } from './bytes.ts';
import type { Copy } from './copy.ts';
import type { Link } from './link.ts';
import type { Links } from './links.ts';
import type { Message } from './message.ts';
import type { Evidence } from './policies.ts';
import { type Peer, Recorder, type Start } from './recorder.ts';
import { earliest } from './role.ts';

type Hello = Extract<Message, { type: 'hello' }>;
type Ack = Extract<Message, { type: 'ack' }>;

/** A copy that serves and its backup, if it has one: from the cut to the win of either. */
export class Pairing {
  readonly #copy: Copy;
  readonly #links: Links;
  #generation: number;
  #recorder: Recorder | null = null;
  #arbitration: Arbitration | null = null;

  constructor(copy: Copy, links: Links, generation: number) {
    this.#copy = copy;
    this.#links = links;
    this.#generation = generation;
  }

  get mode(): 'live' | 'recording' | 'withholding' {
    if (this.#recorder === null) return 'live';
    return this.#arbitration === null ? 'recording' : 'withholding';
  }

  get generation(): number {
    return this.#generation;
  }

  get recorder(): Recorder | null {
    return this.#recorder;
  }

  /** All is recorded from here on, for this backup (R31-3). */
  record(peer: Peer, start: Start): Recorder {
    this.#recorder = new Recorder(this.#copy, this.#generation, peer, start);
    return this.#recorder;
  }

  /** A backup is there, with what it holds (R33-11); false if there is no such pair. */
  join(link: Link, hello: Hello): boolean {
    if (this.mode !== 'recording' || hello.generation !== this.#generation) return false;
    for (const other of this.#links.all()) {
      if (other !== link && this.isPeersLink(other)) {
        this.#links.close(other, 'the backup has another connection');
      }
    }
    const peer = { copy: hello.copy, host: link.host };
    return this.#recorder?.join(link, peer, { ...hello, upTo: hello.received }) ?? false;
  }

  /** False if no backup could say so. */
  ack(link: Link, ack: Ack): boolean {
    return this.#recorder?.ack(link, ack.generation, ack) ?? false;
  }

  /** The backup has moved: it will connect from there (R33-7). */
  moved(link: Link, host: string): boolean {
    if (!this.isPeersLink(link)) return false;
    this.#recorder?.peerMoved(host);
    this.#links.close(link, 'the backup has moved');
    return true;
  }

  isPeersLink(link: Link): boolean {
    return this.#recorder?.isPeersLink(link) === true;
  }

  /** The pair is over: only the arbiter can tell what comes (R23-6, R23-8). True if it is asked. */
  suspect(evidence: Evidence): boolean {
    if (this.mode !== 'recording') return true;
    this.#copy.say({ did: 'suspected', evidence, received: 0 });
    this.#recorder?.end();
    this.#links.closeAll('the backup is suspected');
    const { nowMs, settings, policies } = this.#copy;
    this.#arbitration = new Arbitration(this.#generation, settings, policies, nowMs);
    return policies.asksArbiter('primary');
  }

  /** What is due by time alone; the evidence, once the backup is to be suspected. */
  tick(): Evidence | null {
    return this.#recorder?.tick() ?? null;
  }

  /** Asks the arbiter, at first and again while nobody has decided (R23-17). */
  ask(): void {
    const { nowMs, name, policies } = this.#copy;
    if (this.#arbitration?.takeRequest(nowMs) !== true) return;
    const generation = policies.asksToLeave(this.#arbitration.generation);
    this.#copy.want({ type: 'testAndSet', copy: policies.asksAs(name), generation });
    this.#copy.say({ did: 'asked', generation });
  }

  /** A reply of the arbiter; what is known now. */
  decide(generation: number, outcome: 'won' | 'lost' | 'unreachable'): 'won' | 'lost' | null {
    if (this.#arbitration?.isReply(generation) !== true) return null;
    this.#copy.say({ did: 'learned', generation, outcome });
    return this.#arbitration.decided(generation, outcome);
  }

  /** It runs alone, in the next generation (R23-7, R23-19). */
  win(): void {
    this.#recorder = null;
    this.#arbitration = null;
    this.#generation = this.#copy.policies.wins(this.#generation);
  }

  nextDeadlineMs(): number | null {
    return earliest(
      this.#recorder?.nextDeadlineMs() ?? null,
      this.#arbitration?.nextDeadlineMs() ?? null,
    );
  }

  /** What the backup has consumed, as far as it is known (R32-9). */
  get consumed(): number {
    return this.#recorder?.consumed ?? 0;
  }

  /**
   * What a copy that carries on for this one has to know of the pair (R33-6); what the backup has
   * consumed changes while a VM is on offer, and goes with the last word.
   */
  written(): ByteWriter {
    const { copy = '', host = '' } = this.recorder?.peer ?? {};
    const { generation, recorder } = this;
    const carried = this.#copy.policies.carries({ generation, logged: recorder?.logged ?? 0 });
    const to = new ByteWriter().flag(true).u64(carried.generation).u64(carried.logged);
    return to.string(copy).string(host);
  }
}
