import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import type { Command } from '../hypervisor/command.ts';
import type { Input } from '../hypervisor/input.ts';
import type { Status } from '../hypervisor/status.ts';
import { CopyOnHost, type Core } from './copy-on-host.ts';
import { Pace } from './pace.ts';

let copy: CopyOnHost | null = null;
afterEach(() => copy?.end());

type Stub = {
  readonly core: Core;
  readonly inputs: Input[];
  isStalled: boolean;
  deadlineMs: number;
  alarmMs: number | null | undefined;
};

const status: Omit<Status, 'isStalled'> = {
  copy: 'a',
  host: 'A',
  mode: 'recording',
  generation: 0,
  position: 0,
  isOff: false,
  peer: null,
  logged: 0,
  sent: 0,
  acked: 0,
  received: 0,
  consumed: 0,
  bufferedBytes: 0,
  withheldCount: 0,
  outstandingCount: 0,
  lagMs: 0,
  throttlePercent: 100,
  share: 100,
};

const stub = (commands: (input: Input) => readonly Command[] = () => []): Stub => {
  const inputs: Input[] = [];
  const made: Stub = {
    inputs,
    isStalled: false,
    deadlineMs: Number.POSITIVE_INFINITY,
    alarmMs: undefined,
    core: {
      handle: (input) => {
        inputs.push(input);
        return commands(input);
      },
      nextDeadlineMs: () => made.deadlineMs,
      wantsCpu: () => false,
      limitPercent: () => 100,
      alarmMs: () => made.alarmMs,
      status: () => ({ ...status, isStalled: made.isStalled }),
    },
  };
  return made;
};

const hosted = (
  core: Core,
  onCommands: (commands: readonly Command[]) => void = () => undefined,
) => {
  const onBroken = (error: unknown): never => {
    throw error;
  };
  copy = new CopyOnHost('a', core, { packetGroupMax: 2, speed: null, onCommands, onBroken });
  return copy;
};

const packet = (byte: number): Input => ({ type: 'packets', packets: [Uint8Array.of(byte)] });

const settled = async (): Promise<void> => {
  for (let count = 0; count < 20; count++) await turn();
};

it('packets that wait are one group, and none is handed over while the VM waits', async () => {
  const made = stub();
  const on = hosted(made.core);
  made.isStalled = true;
  for (const byte of [1, 2, 3]) on.put(packet(byte));
  await settled();
  expect(made.inputs).toEqual([]);
  made.isStalled = false;
  on.put({ type: 'timer' });
  await settled();
  expect(made.inputs).toEqual([
    { type: 'timer' },
    { type: 'packets', packets: [Uint8Array.of(1), Uint8Array.of(2)] },
    { type: 'packets', packets: [Uint8Array.of(3)] },
  ]);
});

it('a network card that is full loses packets, like any network', async () => {
  const made = stub();
  const on = hosted(made.core);
  made.isStalled = true;
  for (let count = 0; count < 2000; count++) on.put(packet(1));
  made.isStalled = false;
  await expect.poll(() => made.inputs.length).toBe(500);
});

it('of several timer interrupts that wait one is enough', async () => {
  const made = stub();
  const on = hosted(made.core);
  for (let count = 0; count < 3; count++) on.put({ type: 'timer' });
  await settled();
  expect(made.inputs).toEqual([{ type: 'timer' }]);
});

it('a guest that says when its timer is due is struck then, and not otherwise', async () => {
  const made = stub(({ type }) => {
    if (type === 'timer') made.alarmMs = null;
    return [];
  });
  made.alarmMs = null;
  const on = hosted(made.core);
  on.put({ type: 'timer' });
  await settled();
  expect(made.inputs).toEqual([]);
  made.alarmMs = Date.now() + 5;
  on.put({ type: 'notPlaced' });
  await expect.poll(() => made.inputs.length).toBe(2);
  await settled();
  expect(made.inputs).toEqual([{ type: 'notPlaced' }, { type: 'timer' }]);
});

it('nothing is given to a copy that has halted, in the same turn either', async () => {
  const made = stub();
  const on = hosted(made.core, () => on.end());
  on.put({ type: 'notPlaced' });
  on.put({ type: 'timer' });
  on.put(packet(1));
  await settled();
  on.put({ type: 'timer' });
  await settled();
  expect(made.inputs).toEqual([{ type: 'notPlaced' }]);
});

it('a deadline that has come wakes it', async () => {
  const made = stub();
  made.deadlineMs = 0;
  hosted(made.core);
  await expect.poll(() => made.inputs.length).toBeGreaterThan(0);
  made.deadlineMs = Number.POSITIVE_INFINITY;
  expect(made.inputs[0]).toEqual({ type: 'wake' });
});

it('a limit makes the guest rest in proportion to what it took (R32-10)', () => {
  const pace = new Pace(null);
  pace.ran(10, 100, 1000);
  expect(pace.restMs(1000)).toBe(0);
  pace.ran(10, 50, 2000);
  expect(pace.restMs(2000)).toBeCloseTo(8); // 10, less the grain of the timers
  pace.ran(10, 10, 3000);
  expect(pace.restMs(3000)).toBeCloseTo(88);
});

it('a slice grows while it is short, and shrinks when inputs wait for it', () => {
  const pace = new Pace(null);
  const before = pace.instructionCount;
  pace.ran(0.1, 100, 0);
  expect(pace.instructionCount).toBe(2 * before);
  for (let count = 0; count < 40; count++) pace.ran(50, 100, 0);
  expect(pace.instructionCount).toBe(64);
});

it('a guest whose speed is given keeps it, and the limit on top of that', () => {
  const pace = new Pace(1000);
  expect(pace.instructionCount).toBe(10);
  pace.ran(0.1, 100, 1000);
  expect(pace.restMs(1000)).toBeCloseTo(8);
  pace.ran(0.1, 50, 2000);
  expect(pace.restMs(2000)).toBeCloseTo(18);
});

it('a timer that strikes in years is waited for without a rest that ends at once', async () => {
  const made = stub();
  made.alarmMs = Date.now() + 2 ** 45;
  const set = vi.spyOn(globalThis, 'setTimeout');
  hosted(made.core);
  const waits = set.mock.calls.map(([, ms]) => ms);
  set.mockRestore();
  expect(waits).toEqual([2 ** 31 - 1]);
});
