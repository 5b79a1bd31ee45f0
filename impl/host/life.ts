import { readFileSync } from 'node:fs';
import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { configIn } from './config.ts';
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
 * power-off where the VM is served (R33-2); a host that has none of it, or a backup, just ends. A
 * second signal does not wait.
 */
export const live = (file: string, listening: Listening): Promise<number> => {
  const config = configIn(file, readFileSync(file, 'utf8'));
  const isManaged = process.connected === true;
  return new Promise((resolve, reject) => {
    let served: Served | null = null;
    let isEnding = false;
    let isOver = false;
    const journal = new Journal(config.name, (told) => isOver || listening(told));
    const end = (code: number): void => {
      if (isOver) return;
      isOver = true;
      served?.stop();
      for (const signal of ['SIGTERM', 'SIGINT']) process.removeAllListeners(signal);
      process.removeAllListeners('message');
      if (process.connected === true) process.disconnect?.();
      resolve(code);
    };
    const finish = (): void => {
      if (isEnding || served === null || !served.powerOff()) end(0);
      isEnding = true;
    };
    const obey = (message: unknown): void => {
      const ordered = Ordered.decode(message);
      if (!isRight(ordered)) return;
      if (ordered.right.order === 'migrate') served?.migrate(ordered.right.host);
      else if (ordered.right.order === 'powerOff') served?.powerOff();
      else end(0);
    };
    const onBroken = (error: unknown): void => {
      const because = error instanceof Error ? (error.stack ?? error.message) : String(error);
      journal.tell('broken', { because });
      end(crashed); // it stops before it does anything wrong (R20-7)
    };
    // Ctrl-C reaches the whole group of processes: whoever started this one sees to it
    process.on('SIGINT', () => isManaged || finish());
    process.on('SIGTERM', finish);
    process.on('message', obey);
    process.on('disconnect', () => end(0)); // whoever started it is gone, however it went
    const onOff = (): void => {
      journal.tell('off');
      if (isEnding) end(0);
    };
    serve(config, (event, facts) => journal.tell(event, facts), { onOff, onBroken }).then(
      (it) => {
        served = it;
      },
      (error) => {
        end(crashed);
        reject(error);
      },
    );
  });
};
