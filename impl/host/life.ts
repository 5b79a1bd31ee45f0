import { readFileSync } from 'node:fs';
import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type Config, configIn } from './config.ts';
import { Journal, type Listening } from './journal.ts';
import { type Served, serve } from './serve.ts';

/** What a process is ordered by the one that started it. */
export type Ordered =
  | { readonly order: 'powerOff' | 'stop' }
  | { readonly order: 'migrate'; readonly host: string | null };

const Ordered: t.Type<Ordered, unknown> = t.union([
  t.type({ order: t.union([t.literal('powerOff'), t.literal('stop')]) }),
  t.type({ order: t.literal('migrate'), host: t.union([t.string, t.null]) }),
]);

const crashed = 70; // EX_SOFTWARE

/**
 * The life of one process, from its configuration to its exit code. A signal to end is an explicit
 * power-off where the VM is served (R33-2); a host that has none of it, or a backup, just ends,
 * unless another process has started it. A second signal does not wait.
 */
class Life {
  readonly #journal: Journal;
  readonly #onEnd: (code: number) => void;
  #served: Served | null = null;
  #isEnding = false;
  #isOver = false;

  constructor(name: string, listening: Listening, onEnd: (code: number) => void) {
    this.#journal = new Journal(name, (told) => this.#isOver || listening(told));
    this.#onEnd = onEnd;
  }

  async begin(config: Config): Promise<void> {
    const isManaged = process.connected === true;
    // a signal may reach a whole group of processes: whoever started this one sees to its end
    const finish = (): unknown => (isManaged ? this.#served?.powerOff() : this.#finish());
    process.on('SIGINT', finish);
    process.on('SIGTERM', finish);
    process.on('message', (message) => this.#obey(message));
    process.on('disconnect', () => this.end(0)); // whoever started it is gone, however it went
    const endings = {
      onOff: () => this.#wentOff(),
      onBroken: (error: unknown) => this.#broke(error),
    };
    const served = await serve(config, (event, facts) => this.#journal.tell(event, facts), endings);
    if (this.#isOver) served.stop();
    this.#served = served;
  }

  end(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#served?.stop();
    for (const event of ['SIGTERM', 'SIGINT', 'message']) process.removeAllListeners(event);
    if (process.connected === true) process.disconnect?.();
    this.#onEnd(code);
  }

  #finish(): void {
    if (this.#isEnding || this.#served === null || !this.#served.powerOff()) this.end(0);
    this.#isEnding = true;
  }

  #obey(message: unknown): void {
    const ordered = Ordered.decode(message);
    if (!isRight(ordered)) return;
    if (ordered.right.order === 'migrate') this.#served?.migrate(ordered.right.host);
    else if (ordered.right.order === 'powerOff') this.#served?.powerOff();
    else this.end(0);
  }

  #wentOff(): void {
    this.#journal.tell('off');
    if (this.#isEnding) this.end(0);
  }

  /** It stops before it does anything wrong (R20-7). */
  #broke(error: unknown): void {
    const because = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#journal.tell('broken', { because });
    this.end(crashed);
  }
}

/** Lives as a file says; the number is the exit code. Rejects if it cannot begin. */
export const live = (file: string, listening: Listening): Promise<number> =>
  new Promise((resolve, reject) => {
    const config = configIn(file, readFileSync(file, 'utf8'));
    const life = new Life(config.name, listening, resolve);
    life.begin(config).catch((error) => {
      reject(error);
      life.end(crashed);
    });
  });
