import type { Completion, Image, Io } from '../guest/guest.ts';
import type { Command } from './command.ts';
import { Hypervisor } from './hypervisor.ts';
import type { Input } from './input.ts';
import type { Policies } from './policies.ts';
import type { Report } from './report.ts';
import type { Settings } from './settings.ts';

/** One end of a connection. */
type End = {
  readonly id: number;
  readonly host: string;
  readonly peerHost: string;
  peer: End | null;
  readonly waiting: Uint8Array[]; // bytes for this end
  isEnding: boolean; // nothing comes after them
};

type Work = { readonly host: string; readonly input: Input };

/** What the outside has seen, and from whom. */
export type Seen =
  | { readonly copy: string; readonly what: 'transmit' | 'print'; readonly bytes: Uint8Array }
  | { readonly copy: string; readonly what: 'announce' | 'halt' };

/**
 * Hosts, a network, an arbiter and a disk, as few as will do for tests: whatever is on its way
 * arrives in order when `settle` is called, and time passes when `pass` is. Nothing is random.
 */
export class Workbench {
  nowMs = 1000;
  readonly settings: Settings;
  readonly image: Image;
  readonly policies: Policies;
  readonly copies: Map<string, Hypervisor> = new Map(); // by host
  readonly reports: { readonly copy: string; readonly report: Report }[] = [];
  readonly seen: Seen[] = [];
  readonly askedForBackup: string[] = []; // copies
  readonly held: Set<string> = new Set(); // `from>to` of connections on which nothing arrives
  readonly deaf: Set<string> = new Set(); // `from>to` of lost heartbeats
  readonly cutFromStorage: Set<string> = new Set(); // hosts
  readonly submitted: { readonly host: string; readonly io: Io; readonly generation: number }[] =
    [];
  chunkBytes: number = Number.POSITIVE_INFINITY; // a delivery has at most so many
  generation = 0;
  owner = '';
  readonly #work: Work[] = [];
  readonly #ends = new Map<number, End>();
  #endCount = 0;

  constructor(image: Image, settings: Settings, policies: Policies) {
    this.image = image;
    this.settings = settings;
    this.policies = policies;
  }

  boot(copy: string, host: string): void {
    const { settings, image, nowMs } = this;
    this.copies.set(host, Hypervisor.boot({ copy, host, settings, image, nowMs }, this.policies));
    this.tell(host, { type: 'wake' });
  }

  destination(copy: string, host: string, sourceHost: string, purpose: 'clone' | 'arrive'): void {
    const { settings, image, nowMs } = this;
    const options = { copy, host, sourceHost, purpose, settings, image, nowMs };
    this.copies.set(host, Hypervisor.destination(options, this.policies));
    this.tell(host, { type: 'wake' });
  }

  at(host: string): Hypervisor {
    const copy = this.copies.get(host);
    if (copy === undefined) throw new Error(`nobody is at ${host}`);
    return copy;
  }

  /** One input at once, and its commands. */
  tell(host: string, input: Input): void {
    const hypervisor = this.copies.get(host);
    if (hypervisor === undefined) return;
    const { copy } = hypervisor.status();
    for (const command of hypervisor.handle(input, this.nowMs)) this.#perform(host, copy, command);
  }

  run(host: string, instructionCount: number): void {
    for (let count = 0; count < instructionCount; count += 1) {
      this.tell(host, { type: 'run', instructionCount: 1, reading: this.nowMs });
    }
  }

  /** Until nothing is on its way that may arrive. */
  settle(): void {
    let stepCount = 0;
    while (this.step()) {
      stepCount += 1;
      if (stepCount > 100_000) throw new Error('it goes on for ever');
    }
  }

  /** Time passes, with whatever is due in between; nobody gets CPU but by `run`. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    this.settle();
    for (let wakeCount = 0; wakeCount < 10_000; wakeCount += 1) {
      let next: { host: string; atMs: number } | null = null;
      for (const [host, copy] of this.copies) {
        const atMs = copy.nextDeadlineMs();
        if (atMs !== null && atMs <= endMs && (next === null || atMs < next.atMs)) {
          next = { host, atMs };
        }
      }
      if (next === null) {
        this.nowMs = endMs;
        return;
      }
      this.nowMs = Math.max(this.nowMs, next.atMs);
      this.tell(next.host, { type: 'wake' });
      this.settle();
    }
    throw new Error(`deadlines come for ever at ${this.nowMs}`);
  }

  crash(host: string): void {
    this.copies.delete(host);
  }

  /** The link between two hosts is cut both ways. */
  cut(one: string, other: string): void {
    for (const way of [`${one}>${other}`, `${other}>${one}`]) {
      this.held.add(way);
      this.deaf.add(way);
    }
  }

  /** The disk does the oldest operation that it has. */
  completeIo(transferredCount: number, data: Uint8Array = new Uint8Array()): void {
    const work = this.submitted.shift();
    if (work === undefined) throw new Error('the disk has nothing to do');
    const completion: Completion = { io: work.io.number, transferredCount, data };
    this.tell(work.host, { type: 'ioDone', completion, generation: work.generation });
  }

  /** What one copy did, by the names of its reports. */
  did(copy: string): readonly Report['did'][] {
    return this.reports.filter((it) => it.copy === copy).map((it) => it.report.did);
  }

  /** The reports of one kind. */
  all<D extends Report['did']>(copy: string, did: D): readonly Extract<Report, { did: D }>[] {
    const isOne = (report: Report): report is Extract<Report, { did: D }> => report.did === did;
    return this.reports
      .filter((it) => it.copy === copy)
      .map((it) => it.report)
      .filter(isOne);
  }

  /** The packets that a copy has transmitted. */
  sent(copy: string): readonly Uint8Array[] {
    return this.seen.flatMap((it) =>
      it.copy === copy && it.what === 'transmit' ? [it.bytes] : [],
    );
  }

  resetConnections(one: string, other: string): void {
    for (const end of [...this.#ends.values()]) {
      const isHere = end.host === one && end.peerHost === other;
      if (!isHere && !(end.host === other && end.peerHost === one)) continue;
      this.#ends.delete(end.id);
      this.#work.push({ host: end.host, input: { type: 'closed', connection: end.id } });
    }
  }

  /** One thing that is on its way arrives; false if nothing does. */
  step(): boolean {
    const work = this.#work.shift();
    if (work !== undefined) {
      this.tell(work.host, work.input);
      return true;
    }
    for (const end of this.#ends.values()) {
      const bytes = end.waiting[0];
      if (this.held.has(`${end.peerHost}>${end.host}`)) continue;
      if (bytes === undefined) {
        if (!end.isEnding) continue;
        this.#ends.delete(end.id);
        this.tell(end.host, { type: 'closed', connection: end.id });
        return true;
      }
      const chunk = bytes.subarray(0, this.chunkBytes);
      if (chunk.length === bytes.length) end.waiting.shift();
      else end.waiting[0] = bytes.subarray(chunk.length);
      this.tell(end.host, { type: 'bytes', connection: end.id, bytes: chunk });
      return true;
    }
    return false;
  }

  #perform(host: string, copy: string, command: Command): void {
    switch (command.type) {
      case 'report':
        this.reports.push({ copy, report: command.report });
        break;
      case 'connect':
        this.#connect(host, command.host);
        break;
      case 'send':
        this.#ends.get(command.connection)?.peer?.waiting.push(command.bytes);
        break;
      case 'allow': {
        const { peer } = this.#ends.get(command.connection) ?? { peer: null };
        if (peer === null) break;
        const input = { ...command, type: 'room', connection: peer.id } as const;
        this.#work.push({ host: peer.host, input });
        break;
      }
      case 'close':
        this.#close(command.connection);
        break;
      case 'beat':
        if (this.deaf.has(`${host}>${command.host}`)) break;
        this.#work.push({ host: command.host, input: { ...command, type: 'heartbeat' } });
        break;
      default:
        this.#performOutside(host, copy, command);
    }
  }

  #performOutside(host: string, copy: string, command: Command): void {
    switch (command.type) {
      case 'transmit':
      case 'print':
        this.seen.push({ copy, what: command.type, bytes: command.bytes });
        break;
      case 'announce':
      case 'halt':
        this.seen.push({ copy, what: command.type });
        break;
      case 'submit':
        this.submitted.push({ host, io: command.io, generation: command.generation });
        break;
      case 'testAndSet':
        this.#arbitrate(host, copy, command.generation);
        break;
      case 'askForBackup':
        this.askedForBackup.push(copy);
        break;
      default: // nobody looks at it
    }
  }

  #arbitrate(host: string, copy: string, generation: number): void {
    const reply = (outcome: 'won' | 'lost' | 'unreachable'): void => {
      this.#work.push({ host, input: { type: 'decided', generation, outcome } });
    };
    if (this.cutFromStorage.has(host)) {
      reply('unreachable');
      return;
    }
    if (this.generation === generation) {
      this.generation += 1;
      this.owner = copy;
    }
    reply(this.generation === generation + 1 && this.owner === copy ? 'won' : 'lost');
  }

  #connect(host: string, peerHost: string): void {
    if (!this.copies.has(peerHost)) {
      this.#work.push({ host, input: { type: 'refused', host: peerHost } });
      return;
    }
    const near = this.#end(host, peerHost);
    const far = this.#end(peerHost, host);
    near.peer = far;
    far.peer = near;
    const accepted: Input = { type: 'accepted', connection: far.id, host };
    this.#work.push({ host: peerHost, input: accepted });
    this.#work.push({ host, input: { type: 'connected', connection: near.id, host: peerHost } });
  }

  #end(host: string, peerHost: string): End {
    this.#endCount += 1;
    const end: End = {
      id: this.#endCount,
      host,
      peerHost,
      peer: null,
      waiting: [],
      isEnding: false,
    };
    this.#ends.set(end.id, end);
    return end;
  }

  #close(connection: number): void {
    const end = this.#ends.get(connection);
    this.#ends.delete(connection);
    const peer = end?.peer ?? null;
    if (end === undefined || peer === null || !this.#ends.has(peer.id)) return;
    peer.isEnding = true; // all that was sent before arrives first
  }
}
