// A host of a pair of Lockstep's own hypervisor: what it is told, and what it says.

import type { Image } from '../../../impl/guest/guest.ts';
import { bytesOf } from '../../../impl/guest/numbers.ts';
import { type Instruction, instructions } from '../../../impl/guest/program.ts';
import type { Command } from '../../../impl/hypervisor/command.ts';
import type { Input } from '../../../impl/hypervisor/input.ts';
import type { Report } from '../../../impl/hypervisor/report.ts';
import type { Status } from '../../../impl/hypervisor/status.ts';
import { CopyTeller } from '../../../impl/observed/copy-teller.ts';
import type { Copy, Say } from '../typescript/lockstep.ts';
import { type Beyond, dataOf, inputOf } from './beyond.ts';

/** Room on a connection: what a script sends always fits. */
export const endless: number = 1 << 30;

/** What both hosts know before anything happens: the guest's program, by position. */
export type Guest = { readonly program: Instruction[]; readonly image: Image };

/** What the harness wants to hear: of a pair, without the networks and hosts around it. */
const spoken = new Set([
  ...['execute', 'interrupt', 'deliver', 'feed', 'complete', 'order', 'stop', 'flush', 'receive'],
  ...['acknowledge', 'readAck', 'replay', 'release', 'suspect', 'testAndSet', 'learn', 'goLive'],
  ...['announce', 'mode', 'digest'],
]);

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
  #packets: readonly number[] = [];
  #generation = 0;
  readonly #submittedIn = new Map<number, number>(); // in which generation, by disk operation
  #data: unknown; // of the write submitted last
  readonly #teller: CopyTeller;

  constructor(guest: Guest, copy: string, peerHost: string) {
    this.guest = guest;
    this.peerHost = peerHost;
    const { program } = guest;
    this.#teller = new CopyTeller(copy, {
      packet: () => this.#nextPacket(),
      does: (position) => program[position % program.length] ?? 'compute',
      passesHeard: () => [],
      share: 100,
    });
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

  #nextPacket(): number {
    const [next = -1, ...others] = this.#packets;
    this.#packets = others;
    return next;
  }

  /** The words are those of any observation; what is sent, and what is written, goes with them. */
  #report(report: Report): void {
    for (const { did, copy: _, ...values } of this.#teller.tell(report)) {
      if (did === 'reconnect' && report.did === 'ackSent') this.#sayReconnected(report.upTo);
      else if (did === 'submit') this.say(did, { ...values, message: this.#data });
      else if (spoken.has(did)) this.say(did, values);
    }
  }
}
