import type { Image } from '../guest/guest.ts';
import type { Command } from './command.ts';
import type { Input } from './input.ts';
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
  readonly #options: CopyOptions;

  private constructor(options: CopyOptions) {
    this.#options = options;
  }

  /** The VM boots: alone, in generation 0, and asks for a backup. */
  static boot(options: CopyOptions): Hypervisor {
    return new Hypervisor(options);
  }

  /** It connects to the source, and is nobody until it has a whole VM. */
  static destination(options: DestinationOptions): Hypervisor {
    return new Hypervisor(options);
  }

  /** Time never goes back from one input to the next. The commands are done in this order. */
  handle(_input: Input, _nowMs: number): readonly Command[] {
    return [];
  }

  /** When the next `wake` is due; `null` if time alone changes nothing. */
  nextDeadlineMs(): number | null {
    return this.#options.nowMs;
  }

  /** Whether `run` would do anything: false while it idles, stalls, or waits for an entry. */
  wantsCpu(): boolean {
    return false;
  }

  /** Of the host's CPU, at most: the throttle's limit of the VM's share (R32-10, R33-3). */
  limitPercent(): number {
    return 100;
  }

  /** A look inside. */
  status(): Status {
    return {
      copy: this.#options.copy,
      host: this.#options.host,
      mode: 'live',
      generation: 0,
      position: 0,
      isOff: false,
      isStalled: false,
      peer: null,
      logged: 0,
      sent: 0,
      acked: 0,
      received: 0,
      consumed: 0,
      bufferedBytes: 0,
      withheldCount: 0,
      outstandingCount: 0,
      lagMs: 0,
      throttlePercent: 100,
      share: 100,
    };
  }
}
