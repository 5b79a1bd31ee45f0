import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from '../impl/host/cluster.ts';
import type { Told } from '../impl/host/journal.ts';
import { defaultSettings, type Settings } from '../impl/hypervisor/settings.ts';
import { type Figure, median } from './figure.ts';

const againMs = 5; // a client that gets no answer asks again
const timeoutMs = 1000;

const settings: Settings = {
  ...defaultSettings,
  ...{ timeoutMs, stallTimeoutMs: 2 * timeoutMs, heartbeatEveryMs: 100, keepaliveEveryMs: 100 },
  ...{ retryEveryMs: 100, announceEveryMs: 100 },
};

/** A cluster of real processes as `lockstep run` starts it, and a client. */
type Served = {
  readonly cluster: Cluster;
  readonly told: readonly Told[];
  readonly until: (isIt: (told: Told) => boolean, since?: number) => Promise<void>;
  /** Milliseconds until the answer. */
  readonly ask: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

/** Each request has a number of its own, and is sent again until there is an answer. */
const asking = (client: Socket, port: number): (() => Promise<number>) => {
  let count = 0;
  const asked = new Map<string, () => void>();
  client.on('message', (bytes) => {
    const [id = ''] = bytes.toString().split(' ', 1);
    asked.get(id)?.();
    asked.delete(id);
  });
  return () =>
    new Promise((resolve) => {
      const id = `#${++count}`;
      const began = performance.now();
      const send = (): void => client.send(`${id} add load 1`, port, '127.0.0.1');
      const again = setInterval(send, againMs);
      asked.set(id, () => {
        clearInterval(again);
        resolve(performance.now() - began);
      });
      send();
    });
};

const hasBegun = ({ by, event }: Told): boolean => by === 'gateway' && event === 'learned';

const served = async (hosts: readonly string[]): Promise<Served> => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const told: Told[] = [];
  const waiting = new Set<() => void>();
  const wanted = { folder, guest: 'key-value', hosts, settings, speed: null };
  const cluster = await Cluster.start({ ...wanted, timerEveryMs: 20, hasReports: false }, (one) => {
    told.push(one);
    for (const look of [...waiting]) look();
  });
  const until = (isIt: (told: Told) => boolean, since = 0): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!told.slice(since).some(isIt)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const client = createSocket('udp4');
  const stop = async (): Promise<void> => {
    client.close();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const ask = asking(client, cluster.plan.gateway.guest.port);
  await ask();
  await until(hasBegun);
  return { cluster, told, until, ask, stop };
};

const isArmed = ({ event }: Told): boolean => event === 'armed';

const roundCount = 30;
const asksPerRound = 100;

/** Medians of round trips, bare and through a protected pair, round by round in turns. */
const addedLatencies = async (): Promise<readonly (readonly [number, number])[]> => {
  const [bare, pair] = [await served(['A']), await served(['A', 'B'])];
  await pair.until(isArmed);
  const round = async ({ ask }: Served): Promise<number> => {
    const all: number[] = [];
    for (let count = 0; count < asksPerRound; count++) all.push(await ask());
    return median(all);
  };
  for (let count = 0; count < 5; count++) {
    await round(bare);
    await round(pair);
  }
  const rounds: (readonly [number, number])[] = [];
  for (let count = 0; count < roundCount; count++) {
    rounds.push([await round(bare), await round(pair)]);
  }
  await bare.stop();
  await pair.stop();
  return rounds;
};

const failoverCount = 7;

/** How long after the kill of the primary there was no answer. */
const outages = async (): Promise<readonly number[]> => {
  const { cluster, told, until, ask, stop } = await served(['A', 'B', 'C']);
  const all: number[] = [];
  let since = 0;
  let primary = 'A';
  while (all.length < failoverCount) {
    await until(isArmed, since);
    const backup = told.slice(since).find(isArmed)?.by ?? '';
    const isJoined = ({ by, event }: Told): boolean => by === primary && event === 'connected';
    await until(isJoined, since);
    await ask();
    since = told.length;
    cluster.signal(primary, 'SIGKILL');
    all.push(await ask());
    await until(({ by, event }) => by === backup && event === 'wentLive', since);
    cluster.repair(primary);
    primary = backup;
  }
  await stop();
  return all;
};

/** What a client notices of the protection of the machine that it talks to. */
export const servedFigures = async (): Promise<readonly Figure[]> => {
  const rounds = await addedLatencies();
  const [bare, whole] = [
    median(rounds.map(([alone]) => alone)),
    median(rounds.map(([, pair]) => pair)),
  ];
  const added = median(rounds.map(([alone, pair]) => pair - alone));
  const times = `${bare.toFixed(2)} ms bare, ${whole.toFixed(2)} ms protected`;
  const limits = (all: readonly number[]): string =>
    `${Math.round(median(all))} ms in the median, ${Math.round(Math.max(...all))} ms at worst`;
  const beyond = (await outages()).map((ms) => ms - timeoutMs);
  return [
    {
      what: 'round trip on loopback, real processes: what protection adds to the median',
      asked: 'at most 0.3 ms',
      measured: `${added.toFixed(2)} ms (${times})`,
    },
    {
      what: `no service after SIGKILL of the primary, less the timeout: ${failoverCount} times`,
      asked: 'at most 100 ms',
      measured: limits(beyond),
    },
  ];
};
