import { describe, expect, it } from 'vitest';
import type { Command } from '../../impl/hypervisor/command.ts';
import { reset } from './connection.ts';
import * as mishap from './mishap.ts';
import { deliver, operate, send } from './outside.ts';
import type { Puppet } from './puppet.ts';
import { does, type Scene, scene } from './scene.ts';
import { land, landBytes, type Stage, settle } from './scripted-world.ts';
import { loseContest, loseFlight, perform } from './storage.ts';
import { hostOf } from './world.ts';

const connected = (): Scene => {
  const it = scene();
  does(it, 1, { type: 'connect', host: 'A' });
  for (const { heard } of it.puppets) heard.length = 0;
  return it;
};

const bytes = (...all: number[]): Uint8Array => Uint8Array.from(all);
const sends = (...all: number[]): Command => ({
  type: 'send',
  connection: 0,
  bytes: bytes(...all),
});
const allows = (byteCount: number): Command => ({ type: 'allow', connection: 0, byteCount });

describe('a connection', () => {
  it('is made known to both ends, with room to send', () => {
    const it = scene();
    does(it, 1, { type: 'connect', host: 'A' });
    expect(it.puppets[0].heard).toEqual([
      { type: 'accepted', connection: 0, host: 'B' },
      { type: 'room', connection: 0, byteCount: 8 },
    ]);
    expect(it.puppets[1].heard).toEqual([
      { type: 'connected', connection: 0, host: 'A' },
      { type: 'room', connection: 0, byteCount: 8 },
    ]);
  });

  it('is refused where no copy is', () => {
    const it = scene();
    does(it, 1, { type: 'connect', host: 'C' });
    expect(it.puppets[1].heard).toEqual([{ type: 'refused', host: 'C' }]);
  });

  it('gives no more than is allowed, and no room before it is taken', () => {
    const it = connected();
    const { stage, copies, puppets } = it;
    does(it, 0, sends(1, 2, 3));
    expect(landBytes(stage, copies[1])).toBe(true);
    expect(puppets[1].heard).toEqual([]);
    does(it, 1, allows(2));
    expect(landBytes(stage, copies[1])).toBe(true);
    settle(stage);
    expect(puppets[1].heard).toEqual([{ type: 'bytes', connection: 0, bytes: bytes(1, 2) }]);
    expect(puppets[0].heard).toEqual([{ type: 'room', connection: 0, byteCount: 2 }]);
    expect(landBytes(stage, copies[1])).toBe(false);
  });

  it('takes no more than there is room for', () => {
    const it = connected();
    expect(() => does(it, 0, sends(1, 2, 3, 4, 5, 6, 7, 8, 9))).toThrow('9 bytes into room for 8');
  });

  it('carries what was sent before the news that it is closed', () => {
    const it = connected();
    does(it, 1, allows(8));
    does(it, 0, sends(7), { type: 'close', connection: 0, because: 'enough' });
    while (landBytes(it.stage, it.copies[1])) settle(it.stage);
    expect(it.puppets[1].heard).toEqual([
      { type: 'bytes', connection: 0, bytes: bytes(7) },
      { type: 'closed', connection: 0 },
    ]);
  });

  it('that is reset loses what was on it, and both ends know', () => {
    const it = connected();
    does(it, 1, allows(8));
    does(it, 0, sends(7));
    const [connection] = it.stage.world.connections.values();
    if (connection !== undefined) reset(it.stage.world, connection);
    landBytes(it.stage, it.copies[1]);
    for (const { heard } of it.puppets) expect(heard).toEqual([{ type: 'closed', connection: 0 }]);
  });

  it('waits while the network is cut, in that direction only', () => {
    const it = connected();
    const { stage, copies, puppets } = it;
    does(it, 0, allows(8), sends(1));
    does(it, 1, allows(8), sends(2));
    mishap.cut(stage.world, 'log', 'A', 'B');
    expect([landBytes(stage, copies[1]), landBytes(stage, copies[0])]).toEqual([false, true]);
    settle(stage);
    expect(puppets[1].heard).toEqual([]); // not even news of room
    mishap.heal(stage.world, 'log', 'A', 'B');
    expect(landBytes(stage, copies[1])).toBe(true);
  });

  it('breaks at once when the other end crashes, if its kernel can still say so', () => {
    const it = connected();
    mishap.crash(it.stage.world, 'A', 'says so');
    settle(it.stage);
    expect(it.puppets[1].heard).toEqual([{ type: 'closed', connection: 0 }]);
  });

  it('says nothing when the host of the other end crashes, until that is up again', () => {
    const it = connected();
    mishap.crash(it.stage.world, 'A');
    settle(it.stage);
    expect(it.puppets[1].heard).toEqual([]);
    mishap.repair(it.stage.world, 'A');
    settle(it.stage);
    expect(it.puppets[1].heard).toEqual([{ type: 'closed', connection: 0 }]);
  });
});

const beats: Command = { type: 'beat', host: 'B', copy: '0', generation: 0 };

describe('a host', () => {
  it('that stands still handles all that has come when it goes on', () => {
    const it = scene();
    mishap.pause(it.stage.world, 'B');
    does(it, 0, beats, beats);
    expect(it.puppets[1].heard).toEqual([]);
    mishap.resume(it.stage.world, 'B');
    expect(it.puppets[1].heard.map(({ type }) => type)).toEqual(['heartbeat', 'heartbeat']);
  });

  it('hears no heartbeat through a cut, not even later', () => {
    const it = scene();
    mishap.cut(it.stage.world, 'heartbeat', 'A', 'B');
    does(it, 0, beats);
    mishap.heal(it.stage.world, 'heartbeat', 'A', 'B');
    settle(it.stage);
    expect(it.puppets[1].heard).toEqual([]);
  });

  it('may want nothing done after it has halted but to report', () => {
    const it = scene();
    const halts: Command = { type: 'halt', because: 'lost' };
    expect(() => does(it, 0, halts, beats)).toThrow('wants "beat" after it has halted');
  });
});

const asks = (generation: number, copy: string): Command => ({
  type: 'testAndSet',
  copy,
  generation,
});
const answers = ({ heard }: Puppet): readonly unknown[] =>
  heard.flatMap((input) => (input.type === 'decided' ? [input.outcome] : []));
const decide = (stage: Stage): void => {
  while (land(stage, ({ kind }) => kind === 'request' || kind === 'reply')) settle(stage);
};

describe('the arbiter', () => {
  it('lets one of two win, and gives its owner the same answer again', () => {
    const it = scene();
    does(it, 0, asks(0, '0'));
    does(it, 1, asks(0, '1'));
    decide(it.stage);
    does(it, 0, asks(0, '0'));
    does(it, 1, asks(0, '1'));
    decide(it.stage);
    expect(it.puppets.map(answers)).toEqual([
      ['won', 'won'],
      ['lost', 'lost'],
    ]);
  });

  it('has decided though its reply is lost', () => {
    const it = scene();
    does(it, 0, asks(0, '0'));
    land(it.stage, ({ kind }) => kind === 'request');
    const [contest] = it.stage.world.storage.contests;
    if (contest !== undefined) loseContest(it.stage.world, contest);
    settle(it.stage);
    does(it, 1, asks(0, '1'));
    decide(it.stage);
    expect(it.puppets.map(answers)).toEqual([['unreachable'], ['lost']]);
  });

  it('is not reached by a host without storage', () => {
    const it = scene();
    mishap.loseStorage(it.stage.world, 'A');
    does(it, 0, asks(0, '0'));
    expect(answers(it.puppets[0])).toEqual(['unreachable']);
    expect(it.stage.world.storage.generation).toBe(0);
  });

  it('answers each of two requests, and decides once', () => {
    const it = scene();
    does(it, 0, asks(0, '0'), asks(0, '0'));
    decide(it.stage);
    expect(answers(it.puppets[0])).toEqual(['won', 'won']);
    expect(it.stage.world.storage.generation).toBe(1);
  });
});

const writes = (number: number, generation: number, data: Uint8Array): Command => ({
  type: 'submit',
  ...{ copy: '0', generation },
  io: {
    ...{ number, kind: 'write', data },
    blocks: [{ start: 0, end: data.length }],
    memory: [{ start: 0, end: data.length }],
  },
});

describe('the disk', () => {
  it('does operations in any order, one of them short', () => {
    const it = scene();
    const { world } = it.stage;
    does(it, 0, writes(0, 0, bytes(1, 1)), writes(1, 0, bytes(2, 2)));
    const [first] = world.storage.flights;
    land(it.stage, ({ kind, io }) => kind === 'io' && io === 1);
    if (first !== undefined) perform(world, first, 1);
    expect([...world.storage.blocks.values()]).toEqual([bytes(1), bytes(2)]);
  });

  it('refuses what was submitted before the last test-and-set', () => {
    const it = scene();
    does(it, 0, writes(0, 0, bytes(1)));
    does(it, 1, asks(0, '1'));
    decide(it.stage);
    land(it.stage, ({ kind }) => kind === 'io');
    land(it.stage, ({ kind }) => kind === 'done');
    expect(it.stage.world.storage.blocks.size).toBe(0);
    expect(it.puppets[0].heard).toContainEqual({ type: 'ioRefused', io: 0, generation: 0 });
  });

  it('keeps back what has not left a host, but not what a crashed one sent', () => {
    const it = scene();
    const isIo = ({ kind }: { readonly kind: string }): boolean => kind === 'io';
    does(it, 0, writes(0, 0, bytes(1)), writes(1, 0, bytes(2)));
    mishap.pause(it.stage.world, 'A');
    expect(land(it.stage, isIo)).toBe(false);
    mishap.crash(it.stage.world, 'A');
    expect(land(it.stage, isIo)).toBe(true);
    const [flight] = it.stage.world.storage.flights;
    if (flight !== undefined) loseFlight(it.stage.world, flight);
    expect(it.stage.world.storage.flights).toEqual([]);
  });
});

describe('the switch', () => {
  it('sends packets where it last saw the VM, numbered as they arrive', () => {
    const it = scene();
    const { world } = it.stage;
    send(world);
    does(it, 1, { type: 'announce' });
    send(world);
    deliver(world, hostOf(world, 'A'), 2);
    deliver(world, hostOf(world, 'B'), 2);
    expect(it.puppets.map(({ heard }) => heard)).toEqual([
      [{ type: 'packets', packets: [bytes(0, 0, 0, 0)] }],
      [{ type: 'packets', packets: [bytes(1, 0, 0, 0)] }],
    ]);
  });

  it('is taught wrongly by a late packet of the old primary', () => {
    const it = scene();
    does(it, 1, { type: 'announce' });
    does(it, 0, { type: 'transmit', bytes: bytes(1) });
    expect(it.stage.world.network.port).toBe('A');
  });

  it('brings nothing to a copy that does not serve', () => {
    const it = scene();
    const { world } = it.stage;
    it.puppets[0].mode = 'replaying';
    send(world);
    operate(world, 'KEY');
    it.puppets[0].mode = 'live';
    expect(deliver(world, hostOf(world, 'A'), 2)).toBe(false);
  });
});
