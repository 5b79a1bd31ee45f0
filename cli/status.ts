import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type Column, tableText } from './columns.ts';
import { exitCodes, type StatusOptions } from './options.ts';
import { runFile } from './run.ts';
import { type Colours, complain, interruptible, type Terminal } from './terminal.ts';

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

const facts = [
  'mode',
  'generation',
  'position',
  'logged',
  'sent',
  'acked',
  'received',
  'consumed',
  'withheldCount',
  'outstandingCount',
  'lagMs',
  'throttlePercent',
] as const;

const screen = 80;
const widest = 17; // of what a fact is called
const gap = 2;
const clear = '\u001b[H\u001b[2J';

const stateOf = (seen: Seen | null): string => {
  if (seen === null) return 'does not answer';
  const { mode } = seen.copy ?? { mode: 'no copy' };
  return String(mode);
};

/** A column for each host: as many as there are, on a screen of the usual width. */
const tableOf = (rows: readonly (readonly [string, Seen | null])[], colours: Colours): string => {
  const share = Math.floor((screen - widest) / Math.max(1, rows.length)) - gap;
  const width = Math.max(8, Math.min(18, share));
  const hosts = rows.map(([host]): Column => ({ head: host, width }));
  const lines = facts.map((fact) => [
    fact,
    ...rows.map(([, seen]) => (fact === 'mode' ? stateOf(seen) : String(seen?.copy?.[fact] ?? ''))),
  ]);
  return tableText([{ head: '', width: widest }, ...hosts], lines, colours, gap);
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
          `${options.watch && terminal.isScreen ? clear : ''}${tableOf(rows, terminal.colours)}`,
        );
      if (!options.watch || signal.aborted) return exitCodes.holds;
      await delay(watchMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return exitCodes.holds;
    }
  });
};
