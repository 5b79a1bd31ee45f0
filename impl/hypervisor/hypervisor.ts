import { assert } from '../assert.ts';
import type { Image } from '../guest/guest.ts';
import type { Command } from './command.ts';
import { Copy } from './copy.ts';
import { Devices } from './devices.ts';
import type { Input } from './input.ts';
import { tooSmallFor } from './largest-group.ts';
import { Links } from './links.ts';
import { type Policies, paperPolicies } from './policies.ts';
import { Receiving } from './receiving.ts';
import { Replica } from './replica.ts';
import type { Role } from './role.ts';
import { Serving } from './serving.ts';
import type { Settings } from './settings.ts';
import type { Status } from './status.ts';

/** What a copy is made of. */
export type CopyOptions = {
  readonly copy: string; // unique per boot, clone and destination of a VMotion (R23-21)
  readonly host: string;
  readonly settings: Settings;
  readonly image: Image;
  readonly nowMs: number;
};

/** What the destination of a clone or of a VMotion is made of. */
export type DestinationOptions = CopyOptions & {
  readonly sourceHost: string;
  readonly purpose: 'clone' | 'arrive';
};

/**
 * One copy of the VM on one host, under FT. It does nothing by itself: whatever happens to it is an
 * input, and whatever it wants done a command. What it wants at first comes from the first `wake`,
 * whose deadline is the moment at which it was made.
 */
export class Hypervisor {
  readonly #copy: Copy;
  readonly #links: Links;
  #role: Role;
  #firstDeadlineMs: number | null;

  private constructor(copy: Copy, links: Links, role: Role) {
    const because = tooSmallFor(copy.image, copy.settings);
    assert(because === null, because ?? '');
    this.#copy = copy;
    this.#links = links;
    this.#role = role;
    this.#firstDeadlineMs = copy.nowMs;
  }

  /** The VM boots: alone, in generation 0, and asks for a backup. */
  static boot(options: CopyOptions, policies: Policies = paperPolicies): Hypervisor {
    const copy = new Copy(options, policies);
    const links = new Links(copy);
    const replica = Replica.boot(options.image);
    const devices = new Devices(copy, replica, false);
    return new Hypervisor(copy, links, new Serving(copy, links, replica, devices, 0));
  }

  /** It connects to the source, and is nobody until it has a whole VM. */
  static destination(options: DestinationOptions, policies: Policies = paperPolicies): Hypervisor {
    const copy = new Copy(options, policies);
    const links = new Links(copy);
    const { sourceHost, purpose } = options;
    return new Hypervisor(copy, links, new Receiving(copy, links, sourceHost, purpose));
  }

  /** Time never goes back from one input to the next. The commands are done in this order. */
  handle(input: Input, nowMs: number): readonly Command[] {
    this.#firstDeadlineMs = null;
    this.#copy.setTime(nowMs);
    if (input.type === 'room') this.#links.of(input.connection)?.addRoom(input.byteCount);
    else this.#role.handle(input);
    let next = this.#role.settle();
    while (next !== this.#role) {
      this.#role = next;
      next = next.settle();
    }
    this.#links.flush();
    return this.#copy.take();
  }

  /** When the next `wake` is due; `null` if time alone changes nothing. */
  nextDeadlineMs(): number | null {
    return this.#firstDeadlineMs ?? this.#role.nextDeadlineMs();
  }

  /** Whether `run` would do anything: false while it idles, stalls, or waits for an entry. */
  wantsCpu(): boolean {
    return this.#role.wantsCpu();
  }

  /**
   * The reading of the clock at which a `timer` input is due, `null` if none is. `undefined`: the
   * guest has no opinion, or executes nothing here; the host's own rhythm is good enough.
   */
  alarmMs(): number | null | undefined {
    return this.#role.alarmMs?.();
  }

  /** Of the host's CPU, at most: the throttle's limit of the VM's share (R32-10, R33-3). */
  limitPercent(): number {
    return this.#role.limitPercent();
  }

  /** A look inside. */
  status(): Status {
    const { name: copy, host } = this.#copy;
    return { copy, host, ...this.#role.look() };
  }
}
