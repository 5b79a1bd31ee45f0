// The shared storage over its connection, when that breaks or is not there.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import type { Io } from '../guest/guest.ts';
import { freePorts } from './ports.ts';
import { call, type Party } from './secure.ts';
import { StorageClient, type StorageInput } from './storage-client.ts';
import { serveStorage } from './storage-server.ts';

const key = new Uint8Array(32).fill(5);
const party = (name: string, peer: string): Party => ({ name, keys: new Map([[peer, key]]) });
const geometry = { blockCount: 4, blockBytes: 4 };

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
});

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await turn();
};

type Place = { readonly folder: string; readonly port: number; readonly events: string[] };

const place = async (): Promise<Place> => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-storage-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const [port = 0] = await freePorts(1);
  return { folder, port, events: [] };
};

const start = async ({ folder, port, events }: Place): Promise<() => void> => {
  const onEvent = (event: string): void => void events.push(event);
  const at = { address: '127.0.0.1', port };
  const whole = { party: party('storage', 'A'), at, folder, geometry, onEvent };
  const { stop } = await serveStorage(whole);
  return stop;
};

const clientOf = ({ port }: Place, patienceMs: number): [StorageClient, StorageInput[]] => {
  const inputs: StorageInput[] = [];
  const client = new StorageClient({
    party: party('A', 'storage'),
    peer: 'storage',
    at: { address: '127.0.0.1', port },
    patienceMs,
    onInput: (input) => void inputs.push(input),
    onReach: () => undefined,
  });
  endings.push(() => client.shut());
  return [client, inputs];
};

const write = (number: number, byte: number): Io => ({
  number,
  kind: 'write',
  blocks: [{ start: 0, end: 1 }],
  memory: [{ start: 0, end: 1 }],
  data: new Uint8Array(4).fill(byte),
});

it('a storage that is not there is unreachable, and decides when it is back', async () => {
  const at = await place();
  const [client, inputs] = clientOf(at, 60_000);
  client.testAndSet(0, 'a');
  await until(() => inputs.length > 0);
  expect(inputs).toEqual([{ type: 'decided', generation: 0, outcome: 'unreachable' }]);
  endings.push(await start(at));
  await client.claim('a');
  client.testAndSet(0, 'a');
  await until(() => inputs.length > 1);
  expect(inputs[1]).toEqual({ type: 'decided', generation: 0, outcome: 'won' });
});

it('a disk operation whose answer was lost is asked again until it is done', async () => {
  const at = await place();
  const [client, inputs] = clientOf(at, 50);
  client.submit(write(0, 1), { copy: 'a', generation: 0 });
  const stop = await start(at);
  await until(() => inputs.length > 0);
  stop();
  await until(() => !client.isUp);
  client.submit(write(1, 2), { copy: 'a', generation: 0 });
  endings.push(await start(at));
  await until(() => inputs.length > 1);
  expect(inputs).toMatchObject([
    { type: 'ioDone', completion: { io: 0, transferredCount: 1 } },
    { type: 'ioDone', completion: { io: 1, transferredCount: 1 } },
  ]);
});

const opened = ({ port }: Place): Promise<TLSSocket> =>
  new Promise((onOpen, reject) => {
    call({
      party: party('A', 'storage'),
      peer: 'storage',
      purpose: 'storage',
      at: { address: '127.0.0.1', port },
      onOpen,
      onFailure: () => reject(new Error('the storage is not there')),
    });
  });

it('a newer connection of a host ends the older, and nothing more on that is heeded', async () => {
  const at = await place();
  endings.push(await start(at));
  const older = await opened(at);
  await until(() => at.events.includes('came'));
  const newer = await opened(at);
  endings.push(() => void newer.destroy());
  await until(() => at.events.filter((event) => event === 'came').length === 2);
  let isClosed = false;
  older.on('close', () => {
    isClosed = true;
  });
  older.resume();
  older.write('{"type":"claim","copy":"from the past"}\n');
  await until(() => isClosed);
  newer.write('{"type":"claim","copy":"present"}\n');
  const [reply] = await new Promise<Buffer[]>((resolve) => newer.on('data', (it) => resolve([it])));
  expect(JSON.parse(String(reply))).toEqual({ type: 'claimed', copy: 'present', outcome: 'won' });
});

it('what is no message ends the connection', async () => {
  const at = await place();
  endings.push(await start(at));
  const socket = await opened(at);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.resume();
  socket.write('{"type":"claim","copy":7}\n');
  await closed;
  expect(at.events).not.toContain('claimed');
});

it('a test-and-set calls the storage at once, and is asked as soon as that is there', async () => {
  const at = await place();
  const stop = await start(at);
  const [client, inputs] = clientOf(at, 60_000);
  await client.claim('a');
  stop();
  await until(() => !client.isUp);
  endings.push(await start(at));
  client.testAndSet(0, 'a'); // the connection is not back yet
  expect(client.isUp).toBe(false);
  await until(() => inputs.length > 0);
  expect(inputs).toEqual([{ type: 'decided', generation: 0, outcome: 'won' }]);
});
