import type { Command } from '../hypervisor/command.ts';
import type { Hypervisor } from '../hypervisor/hypervisor.ts';
import type { Input } from '../hypervisor/input.ts';
import { monotonicMs, timeOfDayMs } from './clock.ts';
import { Pace } from './pace.ts';

/** A hypervisor, as far as its turns go. */
export type Core = Pick<
  Hypervisor,
  'handle' | 'nextDeadlineMs' | 'wantsCpu' | 'limitPercent' | 'status' | 'alarmMs'
>;

/** What a copy's turns need of its host. */
export type Surroundings = {
  readonly packetGroupMax: number;
  readonly speed: number | null; // instructions per second, at most
  readonly onCommands: (commands: readonly Command[]) => void; // of one turn
  readonly onBroken: (error: unknown) => void; // a bug of ours: the host stops (R20-7)
};

const packetsMax = 1000; // in the NIC; what comes then is lost, like any packet (R22-12)
const timerMsMax = 2 ** 31 - 1; // one set for longer goes off at once; a guest may ask for years
const inputsPerTurn = 64; // then whatever else the process has to do comes first

/**
 * Gives one copy its inputs in the order in which they came, its deadlines and its CPU, in turns
 * between which the rest of the process gets to work.
 */
export class CopyOnHost {
  readonly name: string;
  readonly #hypervisor: Core;
  readonly #surroundings: Surroundings;
  readonly #pace: Pace;
  #inbox: Input[] = [];
  #nic: Uint8Array[] = [];
  #next: NodeJS.Immediate | null = null;
  #later: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(name: string, hypervisor: Core, surroundings: Surroundings) {
    this.name = name;
    this.#hypervisor = hypervisor;
    this.#surroundings = surroundings;
    this.#pace = new Pace(surroundings.speed);
    this.#schedule();
  }

  status(): ReturnType<Hypervisor['status']> {
    return this.#hypervisor.status();
  }

  /** Something has happened to it. */
  put(input: Input): void {
    if (this.#isOver) return;
    if (input.type === 'packets') {
      if (this.#nic.length < packetsMax) this.#nic.push(...input.packets);
      this.#soon();
      return;
    }
    // one timer interrupt that waits is as good as several
    if (input.type === 'timer' && this.#inbox.some(({ type }) => type === 'timer')) return;
    // one that says when it is due is struck then
    if (input.type === 'timer' && this.#hypervisor.alarmMs() !== undefined) return;
    this.#inbox.push(input);
    this.#soon();
  }

  /** It is over: it gets nothing any more. */
  end(): void {
    this.#isOver = true;
    this.#inbox = [];
    this.#nic = [];
    if (this.#next !== null) clearImmediate(this.#next);
    if (this.#later !== null) clearTimeout(this.#later);
  }

  #soon(): void {
    this.#next ??= setImmediate(() => this.#turn());
  }

  #schedule(): void {
    if (this.#isOver) return;
    if (this.#later !== null) clearTimeout(this.#later);
    this.#later = null;
    const nowMs = monotonicMs();
    const restMs = this.#hypervisor.wantsCpu() ? this.#pace.restMs(performance.now()) : Infinity;
    const deadlineMs = this.#hypervisor.nextDeadlineMs() ?? Infinity;
    const waitMs = Math.min(restMs, deadlineMs - nowMs, this.#alarmInMs());
    if (this.#inbox.length > 0 || waitMs <= 0) this.#soon();
    else if (waitMs < Infinity) {
      const timerMs = Math.min(Math.ceil(waitMs), timerMsMax);
      this.#later = setTimeout(() => this.#soon(), timerMs);
    }
  }

  /** How long until the guest's own timer strikes. */
  #alarmInMs(): number {
    return (this.#hypervisor.alarmMs() ?? Number.POSITIVE_INFINITY) - timeOfDayMs();
  }

  #turn(): void {
    this.#next = null;
    try {
      for (let count = 0; count < inputsPerTurn && this.#inbox.length > 0; count++) {
        const input = this.#inbox.shift();
        if (input !== undefined) this.#handle(input);
      }
      this.#receive();
      const deadlineMs = this.#hypervisor.nextDeadlineMs();
      if (deadlineMs !== null && deadlineMs <= monotonicMs()) this.#handle({ type: 'wake' });
      if (this.#alarmInMs() <= 0) this.#handle({ type: 'timer' });
      this.#run();
    } catch (error) {
      this.end();
      this.#surroundings.onBroken(error);
    }
    this.#schedule();
  }

  #run(): void {
    const began = performance.now();
    if (this.#isOver || !this.#hypervisor.wantsCpu() || this.#pace.restMs(began) > 0) return;
    const { instructionCount } = this.#pace;
    this.#handle({ type: 'run', instructionCount, reading: timeOfDayMs() });
    const ended = performance.now();
    this.#pace.ran(ended - began, this.#hypervisor.limitPercent(), ended);
  }

  #handle(input: Input): void {
    if (this.#isOver) return;
    this.#surroundings.onCommands(this.#hypervisor.handle(input, monotonicMs()));
  }

  /** Packets that have come by now are one group (R35-4); a VM that waits for room takes none. */
  #receive(): void {
    if (this.#nic.length === 0 || this.#isOver || this.#hypervisor.status().isStalled) return;
    const packets = this.#nic.splice(0, this.#surroundings.packetGroupMax);
    this.#handle({ type: 'packets', packets });
    if (this.#nic.length > 0) this.#soon();
  }
}
