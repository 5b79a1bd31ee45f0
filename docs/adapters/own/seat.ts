// A host of a pair of Lockstep's own hypervisor: what it is told, and what it says.

import type { Image } from '../../../impl/guest/guest.ts';
import { bytesOf } from '../../../impl/guest/numbers.ts';
import { type Instruction, instructions } from '../../../impl/guest/program.ts';
import type { Command } from '../../../impl/hypervisor/command.ts';
import type { Input } from '../../../impl/hypervisor/input.ts';
import type { Put, Report } from '../../../impl/hypervisor/report.ts';
import type { Status } from '../../../impl/hypervisor/status.ts';
import type { Copy, Say } from '../typescript/lockstep.ts';
import { type Beyond, dataOf, inputOf, tells } from './beyond.ts';

/** Room on a connection: what a script sends always fits. */
export const endless: number = 1 << 30;

/** What both hosts know before anything happens: the guest's program, by position. */
export type Guest = { readonly program: Instruction[]; readonly image: Image };

const puts = (outputs: readonly Put[]): readonly object[] =>
  outputs.map(({ device, ordinal }) => ({ device, ordinal }));

type Entry = { readonly seq: number; readonly kind: string; readonly value?: number };

/** What a copy sends on a connection of the logging channel. */
type Shipped = { readonly connection: number; readonly bytes: string };

const isShipped = (message: object): message is Shipped =>
  'bytes' in message && 'connection' in message && typeof message.connection === 'number';

/** What is sent is told first, and what was in it then. */
const isOfSending = (command: Command): boolean =>
  command.type === 'send' ||
  (command.type === 'report' &&
    (command.report.did === 'entrySent' || command.report.did === 'ackSent'));

/** One copy, as its host sees it: of the hypervisor, or of one that is wrong. */
export type Core = {
  readonly handle: (input: Input, nowMs: number) => readonly Command[];
  readonly nextDeadlineMs: () => number | null;
  readonly status: () => Pick<Status, 'position' | 'mode'>;
};

/** A host: its hypervisor, what has arrived there unread, and what was reported and not said. */
export class Seat implements Copy {
  readonly guest: Guest;
  readonly peerHost: string;
  core: Core | null = null;
  say: Say = () => undefined;
  perform: (command: Command) => void = () => undefined;
  nowMs = 0;
  connection = 1; // its last one
  #callee: string | null = null; // it wants a connection to there
  #leaving: readonly Shipped[] = []; // until it is said what goes with them
  #allowed = 0;
  #unread: readonly number[] = [];
  #entries: readonly Entry[] = [];
  #packets: readonly number[] = [];
  #acked = 0;
  #ackRead = 0;
  #isHello = false; // what it reads next is the first message of a connection
  #generation = 0;
  readonly #submittedIn = new Map<number, number>(); // in which generation, by disk operation
  #data: unknown; // of the write submitted last
  #wasReplica = false;
  #isUndecided = false; // it has suspected: a backup that is told of a power-off is gone by that

  constructor(guest: Guest, peerHost: string) {
    this.guest = guest;
    this.peerHost = peerHost;
  }

  // what the harness tells

  execute(does: string, reading: number): void {
    const known = instructions.find((one) => one === does);
    const position = this.core?.status().position ?? 0;
    if (known !== undefined) this.guest.program[position % this.guest.program.length] = known;
    this.give({ type: 'run', instructionCount: 1, reading });
  }

  interrupt(): void {
    this.give({ type: 'timer' });
  }

  packet(packet: number): void {
    this.#packets = [...this.#packets, packet];
    this.give({ type: 'packets', packets: [bytesOf(packet)] });
  }

  replay(): void {
    this.give({ type: 'run', instructionCount: this.guest.program.length, reading: 0 });
  }

  message(kind: string, message: unknown): void {
    if (typeof message !== 'object' || message === null) return;
    if ('generation' in message && 'copy' in message) {
      const generation = Number(message.generation);
      this.give({ type: 'heartbeat', copy: `${message.copy}`, generation });
    }
    if (!isShipped(message)) return;
    if (kind === 'reconnect') this.#begin('accepted', message.connection);
    this.arrive(Buffer.from(message.bytes, 'base64'));
  }

  lost(): void {
    this.give({ type: 'closed', connection: this.connection });
  }

  beyond(line: Beyond): void {
    if (line.do === 'connected' && this.#callee !== null) this.#begin('connected', line.id);
    const input = inputOf(line, this.#submittedIn.get(line.io) ?? 0);
    if (input !== null) this.give(input);
  }

  #begin(type: 'connected' | 'accepted', connection: number): void {
    this.connection = connection;
    this.#callee = null;
    this.#allowed = 0;
    this.#unread = [];
    this.give({ type, connection, host: this.peerHost });
    this.give({ type: 'room', connection, byteCount: endless });
  }

  ship({ connection, bytes }: Extract<Command, { readonly type: 'send' }>): void {
    const message = { connection, bytes: Buffer.from(bytes).toString('base64') };
    this.#leaving = [...this.#leaving, message];
  }

  #leave(): void {
    for (const message of this.#leaving) this.say('keepalive', { message });
    this.#leaving = [];
  }

  /** The first bytes of a connection go with the line that it is there. */
  #sayReconnected(upTo: number): void {
    const [message, ...rest] = this.#leaving;
    this.#leaving = rest;
    this.say('reconnect', { upTo, message });
  }

  tick(now: number): void {
    this.nowMs = now;
    const deadline = this.core?.nextDeadlineMs() ?? null;
    if (deadline !== null && deadline <= now) this.give({ type: 'wake' });
  }

  reply(outcome: 'won' | 'lost'): void {
    this.give({ type: 'decided', generation: this.#generation, outcome });
  }

  // what the hypervisor wants

  give(input: Input): void {
    const commands = this.core?.handle(input, this.nowMs) ?? [];
    for (const command of commands) {
      if (!isOfSending(command)) this.#leave();
      if (command.type === 'report') this.#report(command.report);
      else if (command.type === 'allow') {
        this.#allowed += command.byteCount;
      } else {
        if (command.type === 'testAndSet') this.#generation = command.generation;
        if (command.type === 'submit') {
          this.#submittedIn.set(command.io.number, command.generation);
          this.#data = dataOf(command);
        }
        if (command.type === 'connect') this.#callee = command.host;
        if (command.type === 'halt') this.core = null;
        this.perform(command);
      }
    }
    this.#leave();
    this.#read();
  }

  arrive(bytes: Uint8Array): void {
    this.#unread = [...this.#unread, ...bytes];
    this.#read();
  }

  /** It takes no more than it has allowed (R32-4). */
  #read(): void {
    const count = Math.min(this.#allowed, this.#unread.length);
    if (count === 0 || this.core === null) return;
    const bytes = Uint8Array.from(this.#unread.slice(0, count));
    this.#unread = this.#unread.slice(count);
    this.#allowed -= count;
    this.give({ type: 'bytes', connection: this.connection, bytes });
  }

  #taken(reading: number | null = null): readonly Entry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries.map((entry) =>
      entry.kind === 'ND' && reading !== null ? { ...entry, value: reading } : entry,
    );
  }

  #report(report: Report): void {
    const { position } = { position: 0, ...report };
    switch (report.did) {
      case 'logged':
        this.#entries = [...this.#entries, { seq: report.seq, kind: report.kind }];
        break;
      case 'ran':
        this.say('execute', { position: report.to - 1, does: this.#programmed(report.to - 1) });
        break;
      case 'performed': {
        const does = this.#programmed(position);
        const entries = this.#taken(report.reading);
        this.say('execute', { position, does, entries, outputs: puts(report.outputs) });
        break;
      }
      case 'interrupted':
        this.say('interrupt', { position, entries: this.#taken() });
        break;
      case 'delivered': {
        const packets = this.#packets.slice(0, report.digests.length);
        this.#packets = this.#packets.slice(report.digests.length);
        const outputs = puts(report.outputs);
        this.say('deliver', { position, packets, entries: this.#taken(), outputs });
        break;
      }
      default: {
        const isTold = tells(this.say, report, () => this.#taken(), this.#data);
        if (!isTold) this.#reportOfPair(report);
      }
    }
  }

  #programmed(position: number): Instruction | undefined {
    return this.guest.program[position % this.guest.program.length];
  }

  #reportOfPair(report: Report): void {
    switch (report.did) {
      case 'entrySent':
        this.say('flush', { seq: report.seq });
        break;
      case 'entryReceived':
        this.say('receive', { seq: report.seq });
        break;
      case 'ackSent':
        // the rest of an acknowledgment is about the lag
        if (report.isHello) this.#sayReconnected(report.upTo);
        else if (report.upTo > this.#acked) this.say('acknowledge', { upTo: report.upTo });
        this.#acked = Math.max(this.#acked, report.upTo);
        break;
      case 'connected':
        this.#isHello = true;
        break;
      case 'ackRead':
        if (report.upTo > this.#ackRead || this.#isHello)
          this.say('readAck', { upTo: report.upTo });
        this.#ackRead = Math.max(this.#ackRead, report.upTo);
        this.#isHello = false;
        break;
      case 'consumed':
        this.#wasReplica = true;
        this.say('replay', { position: report.position, upTo: report.upTo });
        break;
      case 'digested':
        this.say('digest', { position: report.position, digest: `${report.digest}` });
        break;
      default:
        this.#reportOfFailure(report);
    }
  }

  #reportOfFailure(report: Report): void {
    if (report.did === 'released') {
      const { device, ordinal } = report.output;
      // no line tells of a write that leaves for the queue of its disk
      if (device !== 'disk') this.say('release', { device, ordinal });
    } else if (report.did === 'suspected') {
      this.#isUndecided = true;
      this.#wasReplica = this.core?.status().mode !== 'withholding';
      this.say('suspect');
    } else if (report.did === 'asked') this.say('testAndSet');
    else if (report.did === 'stopped' && !this.#isUndecided) this.say('stop');
    else if (report.did === 'learned') {
      this.#isUndecided = false;
      this.say('learn', { outcome: report.outcome });
    } else if (report.did === 'announced') this.say('announce');
    else if (report.did === 'wentLive' && this.#wasReplica) {
      this.say('goLive', { position: report.position });
    }
  }
}
