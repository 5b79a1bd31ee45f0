// Neighbours that do too much, too little, or nothing: sockets and files under a test.

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { isRight } from 'fp-ts/lib/Either.js';
import { afterEach, expect, it } from 'vitest';
import { defaultSettings } from '../hypervisor/settings.ts';
import { encode } from '../hypervisor/wire.ts';
import { type ChannelInput, LogChannel } from './channel.ts';
import { BadConfig, partyOf } from './config.ts';
import { Gateway } from './gateway.ts';
import { Generations } from './generations.ts';
import { Host } from './host.ts';
import { ClientNetwork } from './network.ts';
import { Pace } from './pace.ts';
import { type Plan, planFor, portCountOf } from './plan.ts';
import { freePorts } from './ports.ts';
import { call } from './secure.ts';
import { serviceLanguage } from './service-language.ts';
import { DiskFile } from './shared-disk.ts';
import { SharedStorage } from './shared-storage.ts';

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
});

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await turn();
};

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-robust-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const newPlan = async (changes: object = {}): Promise<Plan> => {
  const settings = { ...defaultSettings, ...changes };
  const rest = { guest: 'key-value', timerEveryMs: 20, speed: null, hasReports: false };
  const wanted = { folder: newFolder(), hosts: ['A', 'B'], settings, ...rest };
  return planFor(wanted, await freePorts(portCountOf(wanted)));
};

const events = { onEvent: () => undefined, onBroken: () => undefined, onHalt: () => undefined };

const called = ({ hosts: [a, b] }: Plan): Promise<TLSSocket> =>
  new Promise((onOpen, reject) => {
    if (a === undefined || b === undefined) throw new Error('there are two hosts');
    const onFailure = (): void => reject(new Error('B does not answer'));
    call({ party: partyOf(a), peer: 'B', purpose: 'log', at: b.listen, onOpen, onFailure });
  });

it('whoever calls a host on which there is no copy is told so', async () => {
  const plan = await newPlan();
  const [, b] = plan.hosts;
  if (b === undefined) throw new Error('there are two hosts');
  const host = new Host(b, events);
  endings.push(() => host.stop());
  await host.open();
  const socket = await called(plan);
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => void pieces.push(piece));
  await new Promise((resolve) => socket.on('close', resolve));
  expect(Buffer.concat(pieces)).toEqual(Buffer.from(encode({ type: 'cancel' })));
});

it('a host whose log buffers cannot hold the largest group does not begin (R32-13)', async () => {
  const { hosts } = await newPlan({ primaryBytes: 8192 });
  const [a] = hosts;
  if (a === undefined) throw new Error('there are two hosts');
  expect(() => new Host(a, events)).toThrow(BadConfig);
});

const dialled = async (port: number): Promise<ChannelInput> => {
  const key = new Uint8Array(32).fill(7);
  const inputs: ChannelInput[] = [];
  const channel = new LogChannel({
    party: { name: 'A', keys: new Map([['B', key]]) },
    at: { address: '127.0.0.1', port: 0 },
    peers: new Map([['B', { address: '127.0.0.1', port }]]),
    onInput: (input) => void inputs.push(input),
    onStranger: () => undefined,
  });
  channel.connect('B');
  await until(() => inputs.length > 0);
  const [first] = inputs;
  if (first === undefined) throw new Error('something has come');
  return first;
};

it('a host that lets nobody finish is one that has not answered, and has not refused', async () => {
  const server = createServer((socket) => socket.destroy());
  endings.push(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const port = typeof bound === 'object' ? (bound?.port ?? 0) : 0;
  expect(await dialled(port)).toEqual({ type: 'unanswered', host: 'B' });
  server.close();
  const [free = 0] = await freePorts(1);
  expect(await dialled(free)).toEqual({ type: 'refused', host: 'B' });
});

it('a process that was stopped in the middle of a slice has no debt for that', () => {
  const pace = new Pace(null);
  pace.ran(60_000, 10, 70_000);
  expect(pace.restMs(70_000)).toBeLessThan(2000);
});

it('nobody but its owner reads the disk of a VM', async () => {
  const folder = join(newFolder(), 'storage');
  const storage = await SharedStorage.own(folder, { blockCount: 2, blockBytes: 4 });
  endings.push(() => storage.close());
  for (const file of [folder, join(folder, 'disk')]) expect(statSync(file).mode & 0o077).toBe(0);
});

it('a request for more blocks than there are ends short', () => {
  const disk = new DiskFile(join(newFolder(), 'disk'), { blockCount: 2, blockBytes: 4 });
  endings.push(() => disk.close());
  const blocks = [{ start: 0, end: Number.MAX_SAFE_INTEGER }];
  const read = disk.perform({ kind: 'read', blocks, data: new Uint8Array() });
  expect([read.transferredCount, read.data.length]).toEqual([2, 8]);
  const written = disk.perform({ kind: 'write', blocks, data: new Uint8Array(64) });
  expect(written.transferredCount).toBe(2);
  const many = Array.from({ length: 1000 }, () => ({ start: 0, end: 2 }));
  expect(disk.perform({ kind: 'read', blocks: many, data: new Uint8Array() }).data.length).toBe(8);
});

it('an operator who does not read what the console says is put out', async () => {
  const { gateway, hosts } = await newPlan();
  const [a] = hosts;
  if (a === undefined) throw new Error('there are two hosts');
  const { guest, console, listen: at } = gateway;
  const open = { party: partyOf(gateway), at, guest, console, onEvent: () => undefined };
  const { stop } = await Gateway.open(open);
  endings.push(stop);
  const operator: Socket = connect(console.port, console.address);
  let isOut = false;
  operator.on('error', () => undefined);
  operator.on('close', () => {
    isOut = true;
  });
  await new Promise((resolve) => operator.on('connect', resolve));
  const party = partyOf(a);
  const network = new ClientNetwork({ party, peer: 'gateway', at, onInput: () => undefined });
  endings.push(() => network.shut());
  const many = setInterval(() => network.print(new Uint8Array(1 << 20)), 1);
  endings.push(() => clearInterval(many));
  operator.pause();
  await until(() => {
    if (operator.destroyed) return true;
    operator.write('\n'); // it notices that it is out when it says something
    return isOut;
  });
});

it('a write of a generation that was left is refused, whoever has won the next', async () => {
  const folder = newFolder();
  const storage = await SharedStorage.own(folder, { blockCount: 2, blockBytes: 4 });
  endings.push(() => storage.close());
  storage.claim('a');
  const another = new Generations(folder); // of a process that shares the folder and no lock
  expect(another.testAndSet(0, 'b')).toBe('won');
  const request = {
    kind: 'write',
    blocks: [{ start: 0, end: 1 }],
    data: new Uint8Array(4),
  } as const;
  expect(storage.submit(request, { copy: 'a', generation: 0 })).toBe('refused');
});

it.each(['', 'a\n', ' a', `${'x'.repeat(101)}`, '\ud800'])('%j is the name of nobody', (copy) => {
  const asked = { type: 'made', copy };
  expect(isRight(serviceLanguage.asks.decode(asked))).toBe(false);
  expect(isRight(serviceLanguage.asks.decode({ ...asked, copy: 'copy-1-ab' }))).toBe(true);
});
