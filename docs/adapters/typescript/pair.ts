// A primary and its backup for the core protocol: `lockstep conform -- node pair.ts` runs it.

import { fileURLToPath } from 'node:url';
import { type Copy, type Make, type Outcome, type Reset, type Say, serve } from './lockstep.ts';

type Entry = {
  readonly seq: number;
  readonly position: number;
  readonly kind: 'ND' | 'OUT' | 'TIMER' | 'RX';
  readonly value: number;
  readonly last: boolean; // of its group
};

type Put = { readonly ordinal: number; readonly device?: 'console' };
type Mode = 'recording' | 'withholding' | 'replaying' | 'frozen' | 'draining' | 'live' | 'halted';

const needs: Readonly<Record<string, readonly Entry['kind'][]>> = {
  readTime: ['ND'],
  stamp: ['ND', 'OUT'],
  transmit: ['OUT'],
  print: ['OUT'],
};

const told = (entries: readonly Entry[]): readonly object[] =>
  entries.map(({ seq, kind, value }) => (kind === 'ND' ? { seq, kind, value } : { seq, kind }));

/** What a hypervisor knows of its guest: how far it is, and what has left its mark on it. */
class Guest {
  position = 0;
  outputs = 0;
  digest = 1;

  mark(...numbers: readonly number[]): void {
    for (const number of [this.position, ...numbers]) {
      this.digest = (31 * this.digest + number + 1) % 1_000_003;
    }
  }

  executed(reading: number): void {
    this.mark(1, reading);
    this.position++;
  }
}

class Pair implements Copy {
  readonly reset: Reset;
  readonly say: Say;
  readonly guest: Guest = new Guest();
  readonly drains: boolean; // before it asks (V8)
  mode: Mode;
  now = 0;
  heardHeartbeat = 0;
  heardLog = 0;
  asked = 0;
  // of a primary
  logged = 0;
  sent = 0;
  acked = 0;
  buffer: readonly Entry[] = []; // not acknowledged
  withheld: readonly { readonly put: Put; readonly needs: number }[] = [];
  arrived: readonly number[] = []; // packets in the network card
  // of a backup
  unread: readonly Entry[] = []; // arrived, while its log buffer is full
  log: readonly Entry[] = []; // received, not consumed
  acknowledged = 0;
  consumed = 0;
  last: readonly Put[] = []; // outputs of the group replayed last

  constructor(reset: Reset, say: Say, isPrimary: boolean) {
    this.reset = reset;
    this.say = say;
    this.mode = isPrimary ? 'recording' : 'replaying';
    this.drains = reset.settings.arbitration === 'drainThenTestAndSet';
  }

  get serves(): boolean {
    return this.mode === 'recording' || this.mode === 'withholding' || this.mode === 'live';
  }

  // the guest runs: on a primary that logs, or on a copy that is live

  execute(does: string, reading: number): void {
    const kinds = needs[does] ?? [];
    const isPrint = does === 'print';
    const entries = this.entries(kinds.map((kind) => [kind, kind === 'ND' ? reading : +isPrint]));
    if (entries === null) return;
    const { position } = this.guest;
    const outputs = kinds.includes('OUT') ? [this.produced(isPrint)] : [];
    this.say('execute', { position, does, entries: told(entries), outputs });
    this.guest.executed(kinds.includes('ND') ? reading : 0);
    this.sayDigest();
    this.settle();
  }

  produced(isPrint: boolean): Put {
    const ordinal = this.guest.outputs++;
    const put: Put = isPrint ? { ordinal, device: 'console' } : { ordinal };
    if (this.serves) this.withheld = [...this.withheld, { put, needs: this.logged }];
    return put;
  }

  interrupt(): void {
    const entries = this.entries([['TIMER', 0]]);
    if (entries === null) return;
    this.say('interrupt', { position: this.guest.position, entries: told(entries) });
    this.guest.mark(2);
    this.sayDigest();
    this.settle();
  }

  packet(packet: number): void {
    this.arrived = [...this.arrived, packet];
    this.settle();
  }

  deliver(): void {
    while (this.arrived.length > 0) {
      const packets = this.arrived.slice(0, this.reset.settings.packetGroup);
      const entries = this.entries(packets.map((packet) => ['RX', packet]));
      if (entries === null) return;
      this.arrived = this.arrived.slice(packets.length);
      this.say('deliver', { position: this.guest.position, packets, entries: told(entries) });
      this.guest.mark(3, ...packets);
      this.sayDigest();
    }
  }

  sayDigest(): void {
    const { position, digest } = this.guest;
    this.say('digest', { position, digest: `${digest}` });
  }

  settle(): void {
    this.deliver();
    this.flush();
    this.release();
  }

  // the log of the primary

  /** The group in the log buffer, or null while there is no room: the guest stops (R32-6). */
  entries(kinds: readonly (readonly [Entry['kind'], number])[]): readonly Entry[] | null {
    if (!this.serves) return null;
    if (this.mode === 'live') return [];
    if (this.buffer.length + kinds.length > this.reset.settings.primaryCapacity) return null;
    const { position } = this.guest;
    const group = kinds.map(([kind, value], index): Entry => {
      const last = index === kinds.length - 1;
      return { seq: ++this.logged, position, kind, value, last };
    });
    this.buffer = [...this.buffer, ...group];
    return group;
  }

  /** Every entry is sent at once: no output waits for a later one (R35-5). */
  flush(): void {
    if (this.mode !== 'recording') return;
    for (const entry of this.buffer.filter(({ seq }) => seq > this.sent)) {
      this.sent = entry.seq;
      this.say('flush', { seq: entry.seq, message: entry });
    }
  }

  /** An output leaves once its own entry is acknowledged, or nobody else is left (R22-4). */
  release(): void {
    while (this.serves) {
      const [first, ...rest] = this.withheld;
      if (first === undefined || (this.mode !== 'live' && first.needs > this.acked)) return;
      this.withheld = rest;
      this.say('release', first.put);
    }
  }

  readAck(upTo: number): void {
    this.say('readAck', { upTo });
    this.acked = Math.max(this.acked, upTo);
    this.buffer = this.buffer.filter(({ seq }) => seq > this.acked);
    this.settle();
  }

  // the log of the backup

  /** It reads while it has room, and says what it holds: whole groups only (R22-5, R21-9). */
  receive(): void {
    while (this.log.length < this.reset.settings.backupCapacity) {
      const [entry, ...rest] = this.unread;
      if (entry === undefined) break;
      this.unread = rest;
      this.log = [...this.log, entry];
      this.say('receive', { seq: entry.seq });
    }
    const isHeld = this.reset.settings.ackPoint !== 'replayed';
    const upTo = isHeld ? (this.log.findLast(({ last }) => last)?.seq ?? 0) : this.consumed;
    if (upTo <= this.acknowledged) return;
    this.acknowledged = upTo;
    this.say('acknowledge', { upTo, message: upTo });
  }

  replay(): void {
    if (this.serves || this.mode === 'halted' || (this.mode === 'frozen' && !this.drains)) return;
    const end = this.log.findIndex(({ last }) => last) + 1;
    const group = this.log.slice(0, end);
    const upTo = group.at(-1)?.seq;
    if (upTo !== undefined) {
      this.apply(group);
      this.log = this.log.slice(end);
      this.consumed = upTo;
      this.say('replay', { position: this.guest.position, upTo });
      this.sayDigest();
    }
    if (this.mode === 'replaying') this.receive();
    if (this.mode === 'frozen' && upTo !== undefined) this.ask();
    this.goLive();
  }

  /** What the log says happens to the guest, where it says so; outputs are dropped (R20-5). */
  apply(group: readonly Entry[]): void {
    const { guest } = this;
    const [first] = group;
    if (first === undefined) return;
    while (guest.position < first.position) guest.executed(0);
    if (first.kind === 'TIMER') guest.mark(2);
    else if (first.kind === 'RX') guest.mark(3, ...group.map(({ value }) => value));
    else {
      guest.executed(group.find(({ kind }) => kind === 'ND')?.value ?? 0);
    }
    const outs = group.filter(({ kind }) => kind === 'OUT');
    this.last = outs.map(({ value }) => this.produced(value === 1));
  }

  // failure and takeover

  message(kind: string, message: unknown): void {
    if (kind === 'heartbeat') this.heardHeartbeat = this.now;
    else this.heardLog = this.now;
    if (kind === 'flush' && this.mode === 'replaying') {
      this.unread = [...this.unread, message as Entry];
      this.receive();
    } else if (kind === 'acknowledge' && this.mode === 'recording') this.readAck(Number(message));
  }

  lost(): void {
    this.suspect();
  }

  tick(now: number): void {
    this.now = now;
    if (this.mode === 'recording' || this.mode === 'replaying') {
      this.say('heartbeat');
      this.say('keepalive');
      const silence = now - Math.min(this.heardHeartbeat, this.heardLog);
      if (silence > this.reset.timeout) this.suspect();
    } else if (this.mode === 'withholding' || this.mode === 'frozen') {
      if (now - this.asked >= this.reset.retryEvery) this.ask();
    }
  }

  /** Silence proves nothing, so it settles nothing: the storage decides (R23-4, R23-17). */
  suspect(): void {
    if (this.mode !== 'recording' && this.mode !== 'replaying') return;
    this.say('suspect');
    this.mode = this.mode === 'recording' ? 'withholding' : 'frozen';
    this.unread = [];
    this.log = this.log.slice(0, this.log.findLastIndex(({ last }) => last) + 1);
    this.ask();
  }

  ask(): void {
    if (this.mode === 'frozen' && this.drains && this.log.length > 0) return;
    this.asked = this.now;
    this.say('testAndSet');
  }

  reply(outcome: Outcome): void {
    this.say('learn', { outcome });
    const isAsking = this.mode === 'withholding' || this.mode === 'frozen';
    if (!isAsking) return;
    if (outcome === 'lost') this.mode = 'halted';
    else this.mode = this.mode === 'withholding' ? 'live' : 'draining';
    this.settle();
    this.goLive();
  }

  /** The winner goes live once all that it ever acknowledged is replayed (R23-10). */
  goLive(): void {
    if (this.mode !== 'draining' || this.log.length > 0) return;
    this.mode = 'live';
    this.say('goLive', { position: this.guest.position });
    this.say('announce');
    const isLast = this.reset.settings.goLiveOutput === 'emitLast';
    this.withheld = isLast ? this.last.map((put) => ({ put, needs: 0 })) : [];
    this.settle();
  }
}

export const make: Make = (reset, say, isPrimary) => new Pair(reset, say, isPrimary);

// a test of one's own imports the pair; `lockstep conform` runs it
const [, file, claims = '{}'] = process.argv;
if (file === fileURLToPath(import.meta.url)) serve(make, { settings: JSON.parse(claims) });
