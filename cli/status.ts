import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import Table from 'cli-table3';
import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { exitCodes, type StatusOptions } from './options.ts';
import { runFile } from './run.ts';
import { complain, interruptible, type Terminal } from './terminal.ts';

const watchMs = 500;
const patienceMs = 3000;

const Place = t.type({ address: t.string, port: t.number });
const Run = t.type({ status: t.record(t.string, Place) });
const Seen = t.type({
  host: t.string,
  pid: t.number,
  copy: t.union([t.null, t.UnknownRecord]),
});

type Seen = t.TypeOf<typeof Seen>;

const look = async (url: string): Promise<Seen | null> => {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    const seen = Seen.decode(await reply.json());
    return isRight(seen) ? seen.right : null;
  } catch {
    return null;
  }
};

const columns = [
  ['mode', 'mode'],
  ['generation', 'gen'],
  ['position', 'position'],
  ['logged', 'logged'],
  ['acked', 'acked'],
  ['received', 'received'],
  ['consumed', 'consumed'],
  ['withheldCount', 'withheld'],
  ['lagMs', 'lag ms'],
] as const;

const tableOf = (rows: readonly (readonly [string, Seen | null])[]): string => {
  const table = new Table({
    head: ['host', ...columns.map(([, title]) => title)],
    style: { head: [], border: [], compact: true },
  });
  for (const [host, seen] of rows) {
    const copy = seen?.copy ?? null;
    const nothing = seen === null ? 'does not answer' : 'no copy';
    const cells = columns.map(([field]) => (copy === null ? '' : String(copy[field] ?? '')));
    table.push(
      copy === null ? [host, { content: nothing, colSpan: columns.length }] : [host, ...cells],
    );
  }
  return table.toString();
};

const placesIn = (): Readonly<Record<string, string>> | null => {
  try {
    const run = Run.decode(JSON.parse(readFileSync(runFile, 'utf8')));
    if (!isRight(run)) return null;
    const places = Object.entries(run.right.status);
    return Object.fromEntries(
      places.map(([host, { address, port }]) => [host, `http://${address}:${port}/status`]),
    );
  } catch {
    return null;
  }
};

/** Shows how the hosts of a run are, once or again and again. */
export const status = async (options: StatusOptions, terminal: Terminal): Promise<number> => {
  const given = Object.fromEntries(options.at.map((at) => [at, `http://${at}/status`]));
  const places = options.at.length > 0 ? given : placesIn();
  if (places === null) {
    complain(terminal, `nothing runs here: there is no ${runFile}; name hosts with --at.`);
    return exitCodes.badInput;
  }
  const view = async (): Promise<readonly (readonly [string, Seen | null])[]> =>
    Promise.all(
      Object.entries(places).map(async ([host, url]) => [host, await look(url)] as const),
    );
  return interruptible(async (signal) => {
    for (;;) {
      const rows = await view();
      if (options.json) terminal.print(JSON.stringify(Object.fromEntries(rows)));
      else
        terminal.print(
          `${options.watch && terminal.isScreen ? '\u001b[H\u001b[2J' : ''}${tableOf(rows)}`,
        );
      if (!options.watch || signal.aborted) return exitCodes.holds;
      await delay(watchMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return exitCodes.holds;
    }
  });
};
