import { assert } from '../assert.ts';
import { ByteWriter } from './bytes.ts';
import type { Copy } from './copy.ts';
import type { Link } from './link.ts';
import type { Message } from './message.ts';
import { PartSender } from './parts.ts';
import { Passes } from './passes.ts';
import type { Peer } from './recorder.ts';
import type { Replica } from './replica.ts';
import { earliest } from './role.ts';

type Got = Extract<Message, { type: 'got' }>;

const nothing = new Uint8Array(0);

/** A plain loop: nothing is heard meanwhile, and a closure for each byte takes far longer. */
const areSame = (one: Uint8Array, other: Uint8Array): boolean => {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
};

/**
 * A VMotion as its source sees it: first passes while the VM runs on, then the rest. A VM that
 * serves is offered with it, maybe more than once: offers have numbers, from 1.
 */
export class Passage {
  readonly destination: Peer;
  readonly #copy: Copy;
  #movedAtMs: number; // the destination was there, or took something of the first passes
  #link: Link | null = null;
  #passes: Passes | null = null;
  #sender: PartSender | null = null; // of the last offer, whether it stands or not
  #offer = 0;
  #rest: Uint8Array = nothing; // of the VM that was offered last, but for the pages
  #standsUntilMs: number | null = null; // the VM is on offer
  #runsUntilMs = Number.NEGATIVE_INFINITY; // it may not be offered again before
  #isTaken = true; // the last offer
  #isFinal = false;

  constructor(copy: Copy, destination: Peer) {
    this.#copy = copy;
    this.destination = destination;
    this.#movedAtMs = copy.nowMs;
  }

  get link(): Link | null {
    return this.#link;
  }

  /** The last offer, or what was given without one. */
  get offer(): number {
    return this.#offer;
  }

  /** What brings that to the destination; `null` if it has all of it. */
  get sender(): PartSender | null {
    return this.#isTaken ? null : this.#sender;
  }

  /** The destination has taken all that was sent, and waits for the rest, or has it on offer. */
  get isReady(): boolean {
    if (this.#isFinal || this.#passes?.isReady !== true) return false;
    return this.isOffered || (this.#isTaken && this.#copy.nowMs >= this.#runsUntilMs);
  }

  /**
   * The destination is not here, or has taken nothing of the first passes for the timeout; or they
   * are over for the timeout, and it has not come to the switchover (Q35).
   */
  get isLate(): boolean {
    return !this.#isFinal && !this.isOffered && this.#copy.nowMs > this.#lateAfterMs;
  }

  get #lateAfterMs(): number {
    return this.#movedAtMs + this.#copy.policies.patienceMs(this.#copy.settings);
  }

  /** The VM is on offer: nothing may change in it until it is given away, or not. */
  get isOffered(): boolean {
    return this.#standsUntilMs !== null;
  }

  /** It has been for as long as it may. */
  get isOverdue(): boolean {
    return this.#standsUntilMs !== null && this.#copy.nowMs >= this.#standsUntilMs;
  }

  /** The destination has all that it was offered. */
  get isAccepted(): boolean {
    return this.isOffered && this.#isTaken;
  }

  /** The destination is here: the first passes are copied, while the source runs on (R31-2). */
  begin(link: Link, { guest }: Replica): void {
    const { image, policies } = this.#copy;
    this.#link = link;
    this.#passes = new Passes(guest.memory, image.pages, policies, 'move');
  }

  /** The destination says what it has; false if that cannot be. */
  took({ of, offer }: Got): boolean {
    if (of === 'image') {
      this.#movedAtMs = this.#copy.nowMs;
      return this.#passes?.took() === true;
    }
    if (of !== 'handover' || offer > this.#offer) return false;
    if (offer < this.#offer || this.#isTaken) return true; // of the last one it says nothing new
    this.#isTaken = true;
    if (!this.isOffered) this.#passes?.tookRest();
    return true;
  }

  /** Offers the VM as it is; true once the destination has just that (R33-9). */
  offerIt(write: () => Uint8Array): boolean {
    if (this.isOffered) {
      if (!this.#copy.policies.mayGiveAway(this.isAccepted)) return false;
      this.#isFinal = this.#passes?.isRestAll === true && areSame(this.#rest, write());
      if (this.#isFinal) return true;
      this.withdraw();
    }
    if (!this.isReady) return false;
    this.#send(write());
    this.#standsUntilMs = this.#copy.nowMs + this.#copy.policies.offerMs(this.#copy.settings);
    this.pump();
    return false;
  }

  /**
   * It is not given away as it was. What is still on its way of the offer gets there while the VM
   * runs on: when the destination has it, that was one pass more, and the VM is offered again after
   * it has run for as long as it stood still.
   */
  withdraw(): void {
    const { nowMs, settings, policies } = this.#copy;
    if (this.isAccepted) this.#passes?.tookRest();
    else this.#runsUntilMs = nowMs + policies.offerMs(settings);
    this.#standsUntilMs = null;
  }

  /** The VM at the switchover, whether the destination is there or not. */
  give(rest: Uint8Array): void {
    this.#isFinal = true;
    this.#send(rest);
  }

  /** All of the VM as it was last offered, or given, for a destination that has nothing of it. */
  whole(): Uint8Array {
    return this.#handover(this.#passes?.all() ?? nothing);
  }

  pump(): void {
    if (this.#link === null || this.#passes === null) return;
    this.#sender?.pump(this.#link);
    const hasTaken = this.#passes.pump(this.#link);
    if (hasTaken && !this.#passes.isReady) this.#movedAtMs = this.#copy.nowMs;
  }

  nextDeadlineMs(): number | null {
    if (this.#isFinal) return null;
    const runsUntilMs = this.#runsUntilMs > this.#copy.nowMs ? this.#runsUntilMs : null;
    return this.#standsUntilMs ?? earliest(runsUntilMs, this.#lateAfterMs + 1);
  }

  #send(rest: Uint8Array): void {
    assert(this.#passes !== null, 'what is offered was copied before');
    this.#offer += 1;
    this.#rest = rest;
    this.#isTaken = false;
    this.#sender = new PartSender('handover', this.#handover(this.#passes.rest().bytes));
  }

  #handover(pages: Uint8Array): Uint8Array {
    return new ByteWriter().u64(this.#offer).bytes(this.#rest).bytes(pages).done();
  }
}
