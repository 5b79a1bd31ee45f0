import type { Image } from '../../guest/guest.ts';
import { riscvImage } from '../image.ts';
import { ramStart } from '../ram.ts';
import { assembled } from './assemble.ts';

// Bare-metal guests that use every device, and whose state tells where each interrupt struck.

const memoryBytes = 0x10000;
const plic = 0x0c000000;
const uart = 0x10000000;
const clint = 0x02000000;
const scratchAt = ramStart + 0xd000;

// Queues are a page each: descriptors, then the ring of available buffers, then the used one.
const availableAt = 0x200;
const usedAt = 0x400;
const [blockQueue, receiveQueue, keyQueue, mouseQueue, transmitQueue] = [1, 2, 3, 4, 5];
const queueAt = (queue: number): number => ramStart + 0x1000 * queue;
const deviceAt = (number: number): number => 0x10001000 + 0x1000 * number;
const frameAt = ramStart + 0xb000;
const receivedAt = ramStart + 0x9000;
const diskHeadsAt = ramStart + 0x6000;
const diskDataAt = ramStart + 0x7000;

/** What its main loop can do. */
export type Action =
  | 'compute'
  | 'store'
  | 'misaligned'
  | 'reserve'
  | 'count'
  | 'stamp'
  | 'call'
  | 'print'
  | 'type'
  | 'wait'
  | 'send'
  | 'disk';

/** How it does that: x5 is what everything is folded into, x8 is a place in memory. */
export const actions: Readonly<Record<Action, string>> = {
  compute: 'slli x6, x5, 3; xor x5, x5, x6; srli x6, x5, 7; add x5, x5, x6',
  store: 'andi x7, x5, 0x7fc; add x7, x7, x8; sw x5, 0(x7); amoadd.w x6, x5, (x7)',
  misaligned: 'sw x5, 5(x8); lhu x6, 7(x8); add x5, x5, x6',
  reserve: 'lr.w x6, (x8); add x6, x6, x5; sc.w x7, x6, (x8); add x5, x5, x7',
  count: 'csrrs x6, mcycle, x0; add x5, x5, x6',
  stamp: 'csrrs x6, time, x0; add x5, x5, x6',
  call: 'ecall',
  print: 'sb x5, 0(x9)',
  type: `lbu x6, 5(x9); andi x6, x6, 1; add x5, x5, x6; lbu x6, 0(x9); add x5, x5, x6`,
  wait: 'wfi',
  send: `li x6, ${queueAt(transmitQueue) + availableAt}; lhu x7, 2(x6); addi x7, x7, 1
    li x10, ${frameAt}; sw x5, 54(x10); sh x7, 2(x6)
    li x6, ${deviceAt(1)}; addi x7, x0, 1; sw x7, 0x50(x6)`,
  // all 16 places of its queue may be taken: then it goes on after the notification
  disk: `li x6, ${queueAt(blockQueue) + availableAt}; lhu x7, 2(x6)
    lhu x10, ${usedAt - availableAt + 2}(x6); sub x10, x7, x10; addi x11, x0, 16
    bge x10, x11, 24; addi x7, x7, 1; sh x7, 2(x6)
    li x6, ${deviceAt(0)}; sw x0, 0x50(x6)`,
};

type Pair = readonly [offset: number, value: number];

const stores = (base: number, ...pairs: readonly Pair[]): string =>
  pairs.map(([at, value]) => `li x6, ${base + at}; li x7, ${value}; sw x7, 0(x6)`).join('\n');

const live = (device: number, size: number, ...queues: readonly number[]): string =>
  stores(
    deviceAt(device),
    ...queues.flatMap((queue, number): readonly Pair[] => [
      [0x30, number],
      [0x38, size],
      [0x80, queueAt(queue)],
      [0x90, queueAt(queue) + availableAt],
      [0xa0, queueAt(queue) + usedAt],
      [0x44, 1],
    ]),
    [0x70, 4],
  );

const setUp = `
  ${live(0, 16, blockQueue)}
  ${live(1, 4, receiveQueue, transmitQueue)}
  ${live(2, 4, keyQueue)}
  ${live(3, 4, mouseQueue)}
  ${stores(plic, ...[1, 2, 3, 4, 10].map((line) => [4 * line, 1] satisfies Pair), [0x2000, 0x41e])}
  ${stores(clint, [0x4004, 0], [0x4000, 900])}
  li x9, ${uart}; addi x6, x0, 1; sb x6, 1(x9)
  li x8, ${scratchAt}; addi x5, x0, 1
  li x6, handler; csrrw x0, mtvec, x6
  li x6, 0x888; csrrw x0, mie, x6
  csrrsi x0, mstatus, 8`;

/** Folds what has struck, and where, into x5; it uses x20 and those above. */
const handler = `
  handler: csrrs x20, mcause, x0; csrrs x21, mepc, x0
    slli x22, x5, 5; add x5, x5, x22; xor x5, x5, x20; add x5, x5, x21
    blt x20, x0, interrupt
    addi x21, x21, 4; csrrw x0, mepc, x21; mret
  interrupt: andi x20, x20, 15; addi x22, x0, 7; beq x20, x22, timer
    li x23, ${plic + 0x200004}; lw x24, 0(x23); add x5, x5, x24
    addi x22, x0, 10; beq x24, x22, typed
    slli x25, x24, 12; li x26, ${uart}; add x25, x25, x26; lw x26, 0x60(x25); sw x26, 0x64(x25)
    li x27, ${ramStart}; slli x26, x24, 12; add x27, x27, x26
    lhu x28, ${usedAt + 2}(x27); add x5, x5, x28; li x26, ${receivedAt}; lw x26, 54(x26)
    add x5, x5, x26; addi x22, x0, 1; beq x24, x22, done
    addi x28, x28, 4; sh x28, ${availableAt + 2}(x27); sw x0, 0x50(x25)
  done: sw x24, 0(x23); mret
  typed: li x25, ${uart}; lbu x26, 0(x25); add x5, x5, x26
    lbu x26, 5(x25); andi x26, x26, 1; bne x26, x0, typed
    jal x0, done
  timer: li x23, ${clint + 0xbff8}; lw x24, 0(x23); add x5, x5, x24; addi x24, x24, 1000
    li x23, ${clint + 0x4000}; sw x24, 0(x23); mret`;

type Descriptor = readonly [address: number, byteCount: number, flags: number, next: number];

const filled = (memory: DataView, queue: number, all: readonly Descriptor[]): void => {
  for (const [at, [address, byteCount, flags, next]] of all.entries()) {
    const place = queueAt(queue) - ramStart + 16 * at;
    memory.setUint32(place, address, true);
    memory.setUint32(place + 8, byteCount, true);
    memory.setUint16(place + 12, flags, true);
    memory.setUint16(place + 14, next, true);
  }
};

const ring = (memory: DataView, queue: number, heads: readonly number[], count: number): void => {
  const at = queueAt(queue) - ramStart + availableAt;
  memory.setUint16(at + 2, count, true);
  for (const [slot, head] of heads.entries()) memory.setUint16(at + 4 + 2 * slot, head, true);
};

const four = [0, 1, 2, 3];

/** Two reads and two writes, in the disk and in memory one over the other. */
const requests = [
  { kind: 0, sector: 2, data: diskDataAt, byteCount: 1024 },
  { kind: 1, sector: 3, data: diskDataAt + 512, byteCount: 1024 },
  { kind: 0, sector: 4, data: diskDataAt + 512, byteCount: 512 },
  { kind: 1, sector: 5, data: diskDataAt, byteCount: 512 },
];

const lay = (memory: DataView): void => {
  filled(
    memory,
    blockQueue,
    requests.flatMap(({ kind, data, byteCount }, at): readonly Descriptor[] => [
      [diskHeadsAt + 32 * at, 16, 1, 3 * at + 1],
      [data, byteCount, kind === 0 ? 3 : 1, 3 * at + 2],
      [diskHeadsAt + 32 * at + 16, 1, 2, 0],
    ]),
  );
  for (const [at, { kind, sector }] of requests.entries()) {
    memory.setUint32(diskHeadsAt - ramStart + 32 * at, kind, true);
    memory.setUint32(diskHeadsAt - ramStart + 32 * at + 8, sector, true);
  }
  ring(
    memory,
    blockQueue,
    [...four, ...four, ...four, ...four].map((at) => 3 * at),
    0,
  );
  filled(
    memory,
    receiveQueue,
    four.map((at) => [receivedAt + 0x800 * at, 0x800, 2, 0]),
  );
  ring(memory, receiveQueue, four, 4);
  for (const queue of [keyQueue, mouseQueue]) {
    filled(
      memory,
      queue,
      four.map((at) => [ramStart + 0xc000 + 0x100 * queue + 8 * at, 8, 2, 0]),
    );
    ring(memory, queue, four, 4);
  }
  filled(
    memory,
    transmitQueue,
    four.map(() => [frameAt, 58, 0, 0]),
  );
  ring(memory, transmitQueue, four, 0);
  const frame = new Uint8Array(memory.buffer, frameAt - ramStart + 12);
  frame.set([0x08, 0x00, 0x45, 0, 0, 32], 12);
  frame.set([64, 17, 0, 0, 10, 0, 2, 15, 10, 0, 0, 7, 0, 7, 0x12, 0x67, 0, 12], 22);
};

/** The guest that does these for ever. */
export const busyImage = (loop: readonly Action[]): Image => {
  const memory = new Uint8Array(memoryBytes);
  lay(new DataView(memory.buffer));
  const body = loop.map((action) => actions[action]).join('\n');
  const { words } = assembled(`${setUp}\nloop: ${body}\njal x0, loop\n${handler}`, ramStart);
  memory.set(new Uint8Array(Int32Array.from(words).buffer));
  return riscvImage({
    name: `busy ${loop.join(' ')}`,
    pieces: [{ address: ramStart, bytes: memory.subarray(0, 0xf000) }],
    entry: ramStart,
    memoryBytes,
    sectorCount: 8,
    commandLine: '',
  });
};
