import { assert } from '../assert.ts';
import type { Completion, Io, Range } from '../guest/guest.ts';
import type { StateReader, StateWriter } from '../guest/state-bytes.ts';
import type { Ram } from './ram.ts';
import { Virtio } from './virtio.ts';
import {
  type Chain,
  gathered,
  lengthOf,
  type Segment,
  scatter,
  sliced,
  type Virtqueue,
} from './virtqueue.ts';

/** Bytes of a block of the disk. */
export const sectorBytes: number = 512;

/** Bytes that one request transfers at most: the driver is told, and a longer one fails. */
export const requestBytesMax: number = 64 << 10;

/**
 * Requests outstanding at most. One queue has fewer, but a reset empties it and calls none back:
 * a driver that does nothing but issue and reset has the next ones fail.
 */
const requestsMax = 256;

const segmentBytesMax = 4096;
const segmentsMax = requestBytesMax / segmentBytesMax;

const deviceId = 2;
const limitsSegments = 6; // bits 1 and 2 of the features: the sizes below are to be kept
const headBytes = 16;
const readKind = 0;
const writeKind = 1;
const identityKind = 8;
const [succeeded, failed, unsupported] = [0, 1, 2];
const identity = 'lockstep';
const identityBytes = 20;

/** A request that the disk has to do. */
type Request = {
  readonly number: number;
  readonly kind: 'read' | 'write';
  readonly head: number;
  readonly life: number; // of the device, which a reset ends
  readonly sector: number;
  readonly sectorCount: number;
  readonly segments: readonly Segment[]; // of memory: read from, or to be written to
  readonly status: number; // the address of the byte that says how it ended
  readonly data: Uint8Array; // of a write: its bounce buffer, filled at issue (R34-4)
};

/** What a buffer asks for: of the disk, or of the device itself. */
type Asked =
  | { readonly kind: 'read' | 'write'; readonly sector: number; readonly data: readonly Segment[] }
  | { readonly kind: 'answer'; readonly status: number; readonly text: string };

const refused: Asked = { kind: 'answer', status: failed, text: '' };

type Told = { readonly chain: Chain; readonly asked: Asked };

const configOf = (sectorCount: number): Uint8Array => {
  const config = new Uint8Array(16);
  const view = new DataView(config.buffer);
  view.setUint32(0, sectorCount, true);
  view.setUint32(8, segmentBytesMax, true);
  view.setUint32(12, segmentsMax, true);
  return config;
};

/** Ram in ranges of the size of a block: what two operations share they may race on. */
const rangesOf = (segments: readonly Segment[]): readonly Range[] =>
  segments.map(({ address, byteCount }) => ({
    start: Math.floor(address / sectorBytes),
    end: Math.ceil((address + byteCount) / sectorBytes),
  }));

/** The virtual disk, as the guest sees it. What it is asked for is done elsewhere (R34-4). */
export class Block {
  readonly virtio: Virtio;
  readonly #memory: Ram;
  readonly #queue: Virtqueue;
  readonly #sectorCount: number;
  #requests: Request[] = [];
  #issuedCount = 0;

  constructor(memory: Ram, sectorCount: number) {
    this.#memory = memory;
    this.#sectorCount = sectorCount;
    const config = configOf(sectorCount);
    const kind = { deviceId, queueCount: 1, features: limitsSegments, config: () => config };
    this.virtio = new Virtio(memory, kind);
    const [queue] = this.virtio.queues;
    assert(queue !== undefined, 'a disk has a queue');
    this.#queue = queue;
  }

  /** What a notification would issue now, without doing it. */
  pending(): readonly ('read' | 'write')[] {
    return this.#waiting().all.flatMap(({ asked: { kind } }) => (kind === 'answer' ? [] : [kind]));
  }

  /** The driver has told of buffers: what they ask for is issued. Numbers of the writes. */
  notify(): readonly number[] {
    const { all, isBroken } = this.#waiting();
    const writes: number[] = [];
    for (const { chain, asked } of all) {
      this.#queue.take();
      if (asked.kind === 'answer') this.#answer(chain, asked.status, asked.text);
      else if (this.#issue(chain, asked) === 'write') writes.push(this.#issuedCount - 1);
    }
    if (isBroken) this.virtio.fail();
    return writes;
  }

  /** The requests that wait; a buffer that is none breaks the queue. */
  #waiting(): { readonly all: readonly Told[]; readonly isBroken: boolean } {
    const { chains, isBroken } = this.#queue.waiting(this.#memory);
    const all: Told[] = [];
    let room = requestsMax - this.#requests.length;
    for (const chain of chains) {
      const asked = this.#asked(chain);
      if (asked === null) return { all, isBroken: true };
      const isRefused = asked.kind !== 'answer' && room === 0;
      if (asked.kind !== 'answer' && !isRefused) room -= 1;
      all.push({ chain, asked: isRefused ? refused : asked });
    }
    return { all, isBroken };
  }

  /** What a buffer asks for; `null` if it is no request. */
  #asked({ readable, writable }: Chain): Asked | null {
    if (lengthOf(readable) < headBytes || lengthOf(writable) < 1) return null;
    const head = new DataView(gathered(this.#memory, sliced(readable, 0, headBytes)).buffer);
    const kind = head.getUint32(0, true);
    const sector = head.getUint32(8, true) + head.getUint32(12, true) * 2 ** 32;
    if (kind === identityKind) return { kind: 'answer', status: succeeded, text: identity };
    if (kind !== readKind && kind !== writeKind) {
      return { kind: 'answer', status: unsupported, text: '' };
    }
    const isRead = kind === readKind;
    const data = isRead
      ? sliced(writable, 0, lengthOf(writable) - 1)
      : sliced(readable, headBytes, lengthOf(readable));
    const byteCount = lengthOf(data);
    const isWhole = byteCount > 0 && byteCount % sectorBytes === 0 && byteCount <= requestBytesMax;
    const isThere = sector + byteCount / sectorBytes <= this.#sectorCount;
    if (!isWhole || !isThere) return refused;
    return { kind: isRead ? 'read' : 'write', sector, data };
  }

  #answer({ head, writable }: Chain, status: number, text: string): void {
    const length = lengthOf(writable);
    const answer = new Uint8Array(Math.min(identityBytes, length - 1));
    answer.set(new TextEncoder().encode(text).subarray(0, answer.length));
    scatter(this.#memory, writable, answer);
    scatter(this.#memory, sliced(writable, length - 1, length), Uint8Array.of(status));
    this.virtio.give(this.#queue, head, answer.length + 1);
  }

  #issue(chain: Chain, asked: Exclude<Asked, { kind: 'answer' }>): 'read' | 'write' {
    const { kind, sector, data: segments } = asked;
    const length = lengthOf(chain.writable);
    const [last] = sliced(chain.writable, length - 1, length);
    this.#requests.push({
      number: this.#issuedCount,
      kind,
      head: chain.head,
      life: this.virtio.life,
      sector,
      sectorCount: lengthOf(segments) / sectorBytes,
      segments,
      status: last?.address ?? 0,
      data: kind === 'write' ? gathered(this.#memory, segments) : new Uint8Array(),
    });
    this.#issuedCount += 1;
    return kind;
  }

  outstanding(): readonly Io[] {
    return this.#requests.map(({ number, kind, sector, sectorCount, segments, data }) => ({
      number,
      kind,
      blocks: [{ start: sector, end: sector + sectorCount }],
      memory: rangesOf(segments),
      data,
    }));
  }

  /** Hands over a completion; false if it waits for no such. */
  complete({ io, transferredCount, data }: Completion): boolean {
    const request = this.#requests.find(({ number }) => number === io);
    if (request === undefined || transferredCount > request.sectorCount) return false;
    const isRead = request.kind === 'read';
    if (data.length !== (isRead ? transferredCount * sectorBytes : 0)) return false;
    this.#requests = this.#requests.filter((one) => one !== request);
    const isForgotten = !this.virtio.isLive || request.life !== this.virtio.life;
    if (isForgotten) return true; // its driver has begun anew
    scatter(this.#memory, request.segments, data);
    const status = transferredCount === request.sectorCount ? succeeded : failed;
    this.#memory.put(request.status, Uint8Array.of(status));
    this.virtio.give(this.#queue, request.head, data.length + 1);
    return true;
  }

  write(to: StateWriter): void {
    this.virtio.write(to);
    to.number(this.#issuedCount);
    to.list(this.#requests, (request) => {
      to.flag(request.kind === 'write');
      const { number, head, life, sector, sectorCount, status } = request;
      for (const field of [number, head, life, sector, sectorCount, status]) to.number(field);
      to.list(request.segments, ({ address, byteCount }) => {
        to.number(address);
        to.number(byteCount);
      });
      to.bytes(request.data);
    });
  }

  restore(from: StateReader): void {
    this.virtio.restore(from);
    this.#issuedCount = from.number();
    this.#requests = from.list(() => ({
      kind: from.flag() ? 'write' : 'read',
      number: from.number(),
      head: from.number(),
      life: from.number(),
      sector: from.number(),
      sectorCount: from.number(),
      status: from.number(),
      segments: from.list(() => ({ address: from.number(), byteCount: from.number() })),
      data: from.bytes(),
    }));
  }
}
