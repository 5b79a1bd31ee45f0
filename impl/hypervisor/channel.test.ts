import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Credit } from './credit.ts';
import type { LogEntry } from './entry.ts';
import { bytesOf } from './entry-ring.ts';
import { type Control, Outbox } from './outbox.ts';
import { ReceiveLog } from './receive-log.ts';
import { SendLog } from './send-log.ts';
import { encode, FrameReader } from './wire.ts';

const groupOf = (lengths: readonly number[], afterSeq: number): readonly LogEntry[] =>
  lengths.map((length, index) => ({
    seq: afterSeq + index + 1,
    position: afterSeq,
    kind: 'RX',
    isLast: index === lengths.length - 1,
    loggedAtMs: 0,
    payload: new Uint8Array(length),
  }));

const sizeOf = (group: readonly LogEntry[]): number =>
  group.reduce((sum, entry) => sum + bytesOf(entry), 0);

const keepalive: Control = { type: 'keepalive' };
const moved: Control = { type: 'moved', host: 'a host with a name of some length' };

/** One direction of a logging channel: both log buffers, and bytes under way between them. */
class Channel {
  readonly outbox: Outbox = new Outbox();
  readonly log: SendLog;
  readonly backup: ReceiveLog;
  readonly credit: Credit;
  readonly frames: FrameReader = new FrameReader();
  readonly controls: Control[] = [];
  room = 0;
  wire: readonly number[] = [];
  mostHeld = 0;

  constructor(primaryBytes: number, backupBytes: number) {
    this.log = new SendLog(primaryBytes);
    this.outbox.follow(this.log);
    this.backup = new ReceiveLog(backupBytes, 0);
    this.credit = new Credit(backupBytes);
  }

  send(byteCount: number): void {
    const { bytes } = this.outbox.take(Math.min(byteCount, this.room), 0);
    this.room -= bytes.length;
    this.wire = [...this.wire, ...bytes];
  }

  /** The peer allows, and reads so many of the bytes under way; its acks come at once. */
  receive(byteCount: number): void {
    this.room += this.credit.grant(this.backup.usedBytes, this.frames);
    const bytes = Uint8Array.from(this.wire.slice(0, byteCount));
    this.wire = this.wire.slice(byteCount);
    this.credit.spend(bytes.length);
    this.frames.push(bytes);
    this.mostHeld = Math.max(this.mostHeld, this.frames.heldBytes + this.backup.usedBytes);
    for (let next = this.frames.next(); next !== 'more'; next = this.frames.next()) {
      if ('because' in next) throw new Error(next.because);
      if (next.type === 'entry') expect(this.backup.append(next.entry)).toBe('held');
      else this.controls.push(next);
    }
    this.log.free(this.backup.completeUpTo);
    this.room += this.credit.grant(this.backup.usedBytes, this.frames);
  }

  get isDeaf(): boolean {
    return this.credit.isDeaf(this.backup.usedBytes, this.frames);
  }

  consume(): void {
    this.backup.consume(this.backup.peekGroup()?.length ?? 0);
  }

  /** Until nothing happens any more: consumption only if nothing else does. */
  drain(mayConsume: boolean): void {
    for (let before = ''; before !== this.progress(); ) {
      before = this.progress();
      this.send(7);
      this.receive(5);
      if (mayConsume && before === this.progress()) this.consume();
    }
  }

  progress(): string {
    const { log, backup, controls, frames, wire, room } = this;
    const numbers = [log.sent, backup.received, backup.consumed, controls.length];
    return [...numbers, frames.heldBytes, wire.length, room].join();
  }
}

const lengths = fc.array(fc.nat(30), { minLength: 1, maxLength: 4 });
type Step =
  | { readonly what: 'log'; readonly lengths: readonly number[] }
  | { readonly what: 'control'; readonly control: Control }
  | { readonly what: 'send' | 'receive' | 'consume'; readonly bytes: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ what: fc.constant('log' as const), lengths }),
  fc.record({ what: fc.constant('control' as const), control: fc.constantFrom(keepalive, moved) }),
  fc.record({
    what: fc.constantFrom('send' as const, 'receive' as const, 'consume' as const),
    bytes: fc.nat(90),
  }),
);

const perform = (channel: Channel, happens: Step, mostBytes: number): void => {
  if (happens.what === 'log') {
    const group = groupOf(happens.lengths, channel.log.logged);
    if (sizeOf(group) <= mostBytes && channel.log.fits(group)) channel.log.append(group);
  } else if (happens.what === 'control') channel.outbox.push(happens.control);
  else channel[happens.what](happens.bytes);
};

describe('a logging channel between two log buffers', () => {
  it('brings all, in order, if the largest group fits into each buffer', () => {
    const sizes = fc.tuple(fc.integer({ min: 31, max: 260 }), fc.nat(60), fc.nat(60));
    const property = fc.property(sizes, fc.array(step, { maxLength: 120 }), (drawn, steps) => {
      const [mostBytes, more, another] = drawn;
      const channel = new Channel(mostBytes + more, mostBytes + another);
      for (const happens of steps) perform(channel, happens, mostBytes);
      channel.drain(true);
      expect(channel.backup.consumed).toBe(channel.log.logged);
      expect(channel.log.usedBytes).toBe(0);
      expect(channel.outbox.queuedBytes).toBe(0);
      const aside = encode(moved).length;
      expect(channel.mostHeld).toBeLessThanOrEqual(mostBytes + another + aside);
      const kept = steps.filter(({ what }) => what === 'control').length;
      expect(channel.controls.length).toBeLessThanOrEqual(kept);
      expect(channel.controls.length === 0).toBe(kept === 0);
    });
    fc.assert(property, { numRuns: 400 });
  });

  it('brings keepalives while the log buffer of the backup is full, until an entry comes', () => {
    const channel = new Channel(1000, 40);
    channel.log.append(groupOf([9], 0));
    channel.drain(false);
    expect(channel.backup.roomBytes).toBe(0);
    for (const seen of [1, 2, 3]) {
      channel.outbox.push(keepalive);
      channel.drain(false);
      expect(channel.controls).toHaveLength(seen);
      expect(channel.isDeaf).toBe(false);
    }
    channel.log.append(groupOf([9], 1));
    channel.outbox.push(keepalive);
    channel.drain(false);
    expect(channel.controls).toHaveLength(4);
    expect(channel.isDeaf).toBe(true);
    channel.outbox.push(keepalive);
    channel.drain(false);
    expect(channel.controls).toHaveLength(4);
    channel.consume();
    expect(channel.isDeaf).toBe(false);
    channel.drain(false);
    expect(channel.backup.received).toBe(2);
    expect(channel.controls).toHaveLength(5);
  });

  it('asserts that no more bytes come than were allowed', () => {
    const credit = new Credit(10);
    expect(credit.grant(0, new FrameReader())).toBe(10);
    expect(() => credit.spend(11)).toThrow('no more comes than 10: 11 came');
  });

  it('is not deaf when all has come that was allowed, and more could be', () => {
    const credit = new Credit(10);
    const frames = new FrameReader();
    credit.grant(0, frames);
    credit.spend(10);
    expect(credit.isDeaf(0, frames)).toBe(false);
  });
});

describe('what is sent on a connection', () => {
  const ack = (upTo: number): Control => ({
    type: 'ack',
    generation: 1,
    upTo,
    consumed: 0,
    position: 0,
    wantsQuiet: false,
  });

  it('is no older ack, and one keepalive at a time, behind what goes in order', () => {
    const outbox = new Outbox();
    for (const control of [ack(1), keepalive, moved, ack(2), keepalive]) outbox.push(control);
    expect(outbox.take(1000, 0).sentControls).toEqual([moved, ack(2), keepalive]);
    expect(outbox.take(1000, 0)).toMatchObject({ bytes: { length: 0 }, sentControls: [] });
  });

  it('goes on with the frame that has begun, whatever is pushed meanwhile', () => {
    const outbox = new Outbox();
    const frames = new FrameReader();
    const log = new SendLog(1000);
    log.append(groupOf([3], 0));
    outbox.push(ack(1));
    frames.push(outbox.take(10, 0).bytes);
    outbox.push(ack(2));
    outbox.follow(log);
    const { bytes, sentControls } = outbox.take(1000, 0);
    expect(sentControls).toEqual([ack(1), ack(2)]);
    frames.push(bytes);
    expect([frames.next(), frames.next()]).toEqual([ack(1), ack(2)]);
    expect(frames.next()).toMatchObject({ type: 'entry', entry: { seq: 1 } });
  });

  it('puts control messages between two entries, not into one', () => {
    const outbox = new Outbox();
    const log = new SendLog(1000);
    outbox.follow(log);
    log.append(groupOf([3, 3], 0));
    expect(outbox.take(10, 0)).toMatchObject({ sentSeqs: [], sentControls: [] });
    outbox.push(keepalive);
    expect(outbox.take(24 + 5, 0)).toMatchObject({ sentSeqs: [1], sentControls: [keepalive] });
    expect(outbox.take(99, 0)).toMatchObject({ sentSeqs: [2], sentControls: [] });
  });
});
