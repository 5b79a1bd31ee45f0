import { Arbitration } from './arbitration.ts';
import type { Copy } from './copy.ts';
import { Devices } from './devices.ts';
import { Halted } from './halted.ts';
import type { Input } from './input.ts';
import type { Links } from './links.ts';
import type { Replayer } from './replayer.ts';
import type { Replica } from './replica.ts';
import { blank, type Look, type Role } from './role.ts';
import { Serving } from './serving.ts';

/**
 * A backup that suspects its primary. Its log is frozen, for it reads no more: all of it that is
 * whole is consumed, whoever asked the arbiter first, before it lives (R23-10, R23-11).
 */
export class Failover implements Role {
  readonly #copy: Copy;
  readonly #links: Links;
  readonly #replica: Replica;
  readonly #replayer: Replayer;
  readonly #arbitration: Arbitration;
  #hasWon: boolean;
  #hasLost = false;

  constructor(copy: Copy, links: Links, generation: number, replayer: Replayer) {
    this.#copy = copy;
    this.#links = links;
    this.#replayer = replayer;
    this.#replica = replayer.replica;
    const { settings, policies, nowMs } = copy;
    this.#arbitration = new Arbitration(generation, settings, policies, nowMs);
    this.#hasWon = !policies.asksArbiter('backup');
    replayer.mode = this.mode;
  }

  get mode(): 'frozen' | 'draining' {
    return this.#hasWon ? 'draining' : 'frozen';
  }

  handle(input: Input): void {
    switch (input.type) {
      case 'run':
        if (this.#mayDrain()) this.#replayer.replay(input.instructionCount);
        break;
      case 'decided':
        this.#decide(input.generation, input.outcome);
        break;
      case 'accepted':
        this.#links.close(this.#links.accept(input.connection, input.host), 'nobody serves here');
        break;
      case 'connected':
        this.#links.turnAway(input.connection, input.host);
        break;
      default: // it hears nobody any more (R22-14, R23-6)
    }
  }

  settle(): Role {
    if (this.#hasLost) return new Halted(this.#copy, this.#links, 'lost');
    if (this.#replayer.isDiverged) return new Halted(this.#copy, this.#links, 'diverged');
    const { hasMore, log } = this.#replayer;
    const isDrained = !hasMore || !this.#copy.policies.drainsFirst(log);
    if (this.#hasWon && isDrained) return this.#goLive();
    this.#ask();
    return this;
  }

  nextDeadlineMs(): number | null {
    return this.#mayAsk() ? this.#arbitration.nextDeadlineMs() : null;
  }

  wantsCpu(): boolean {
    return this.#mayDrain() && this.#replayer.mayRun();
  }

  limitPercent(): number {
    return this.#copy.policies.cpuOf('backup', 100, this.#replica.share);
  }

  look(): Look {
    return {
      ...blank,
      ...this.#replayer.look(),
      mode: this.mode,
      generation: this.#arbitration.generation,
    };
  }

  #drainsBefore(): boolean {
    return this.#copy.settings.arbitration === 'drainThenTestAndSet';
  }

  #mayDrain(): boolean {
    return this.#hasWon || this.#drainsBefore();
  }

  /** Under V8 it drains first, and asks then (R23-15). */
  #mayAsk(): boolean {
    return this.#copy.policies.mayAsk(this.#replayer.hasMore, this.#copy.settings);
  }

  #ask(): void {
    const { nowMs, name, policies } = this.#copy;
    if (this.#hasWon || !this.#mayAsk() || !this.#arbitration.takeRequest(nowMs)) return;
    const generation = policies.asksToLeave(this.#arbitration.generation);
    this.#copy.want({ type: 'testAndSet', copy: policies.asksAs(name), generation });
    this.#copy.say({ did: 'asked', generation });
  }

  #decide(generation: number, outcome: 'won' | 'lost' | 'unreachable'): void {
    if (!this.#arbitration.isReply(generation) || this.#hasWon) return;
    this.#copy.say({ did: 'learned', generation, outcome });
    const known = this.#arbitration.decided(generation, outcome);
    if (known === 'won') this.#hasWon = true;
    this.#replayer.mode = this.mode;
    if (known === 'lost') this.#hasLost = true;
  }

  /** Live mode starts at the last go-live point of the frozen log (R23-12, R23-13). */
  #goLive(): Role {
    const copy = this.#copy;
    const generation = copy.policies.wins(this.#arbitration.generation);
    const { position } = this.#replica.guest;
    const devices = new Devices(copy, this.#replica, true);
    copy.say({ did: 'wentLive', generation, position });
    copy.want({ type: 'tellService', copy: copy.name, what: 'live' });
    const { outputs, puts } = this.#replayer.last;
    if (copy.policies.emitsLast(copy.settings)) devices.takeOver(outputs, puts);
    else devices.takeOver([], []);
    return new Serving(copy, this.#links, this.#replica, devices, generation);
  }
}
