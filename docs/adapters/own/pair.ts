// Lockstep's own hypervisor behind the door that everybody else's has to pass:
// `lockstep conform -- node docs/adapters/own/pair.ts`. What its two copies report is told in the
// words of an observation as it is of real runs (impl/observed). Its log buffers are counted in bytes: what a script logs always fits.

import { foldImage } from '../../../impl/guest/fold.ts';
import type { Image } from '../../../impl/guest/guest.ts';
import { bytesOf } from '../../../impl/guest/numbers.ts';
import { type Instruction, instructions } from '../../../impl/guest/program.ts';
import type { Command } from '../../../impl/hypervisor/command.ts';
import { Hypervisor } from '../../../impl/hypervisor/hypervisor.ts';
import type { Input } from '../../../impl/hypervisor/input.ts';
import type { Report } from '../../../impl/hypervisor/report.ts';
import { defaultSettings, type Settings } from '../../../impl/hypervisor/settings.ts';
import { CopyTeller } from '../../../impl/observed/copy-teller.ts';
import { type Copy, type Make, type Reset, type Say, serve } from '../typescript/lockstep.ts';

const connection = 1;
const endless = 1 << 30;
const positions = 512; // more than a script has instructions

const settingsFor = (reset: Reset): Settings => ({
  ...defaultSettings,
  timeoutMs: reset.timeout,
  stallTimeoutMs: 10 * reset.timeout,
  heartbeatEveryMs: reset.heartbeatEvery,
  keepaliveEveryMs: reset.heartbeatEvery,
  retryEveryMs: reset.retryEvery,
  flushWithinMs: 0,
  packetGroupMax: reset.settings.packetGroup,
  connectionLoss: 'evidence',
});

/** What both hosts know before anything happens: the guest's program, by position. */
type Guest = { readonly program: Instruction[]; readonly image: Image };

const newGuest = (): Guest => {
  const program = Array<Instruction>(positions).fill('compute');
  return { program, image: foldImage(program) };
};

/** What the harness wants to hear: of a pair, without the networks and hosts around it. */
const spoken = new Set([
  ...['execute', 'interrupt', 'deliver', 'flush', 'receive', 'acknowledge', 'readAck', 'replay'],
  ...['release', 'suspect', 'testAndSet', 'learn', 'goLive', 'announce', 'mode', 'digest'],
]);

/** A host: its hypervisor, what has arrived there unread, and what was reported and not said. */
class Seat implements Copy {
  readonly guest: Guest;
  core: Hypervisor | null = null;
  say: Say = () => undefined;
  perform: (command: Command) => void = () => undefined;
  nowMs = 0;
  #allowed = 0;
  #unread: readonly number[] = [];
  #packets: readonly number[] = [];
  #generation = 0;
  readonly #teller: CopyTeller;

  constructor(guest: Guest, copy: string) {
    this.guest = guest;
    this.#teller = new CopyTeller(copy, {
      packet: () => this.#nextPacket(),
      does: (position) => guest.program[position % positions] ?? 'compute',
      passesHeard: () => [],
      share: 100,
    });
  }

  // what the harness tells

  execute(does: string, reading: number): void {
    const known = instructions.find((one) => one === does);
    const position = this.core?.status().position ?? 0;
    if (known !== undefined) this.guest.program[position % positions] = known;
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
    this.give({ type: 'run', instructionCount: positions, reading: 0 });
  }

  message(kind: string, message: unknown): void {
    if (typeof message !== 'object' || message === null) return;
    if ('room' in message) this.give({ type: 'room', connection, byteCount: Number(message.room) });
    if ('generation' in message && 'copy' in message) {
      const generation = Number(message.generation);
      this.give({ type: 'heartbeat', copy: `${message.copy}`, generation });
    }
    if ('bytes' in message && kind === 'keepalive') {
      this.arrive(Buffer.from(`${message.bytes}`, 'base64'));
    }
  }

  lost(): void {
    this.give({ type: 'closed', connection });
  }

  tick(now: number): void {
    this.nowMs = now;
    const deadline = this.core?.nextDeadlineMs() ?? null;
    if (deadline !== null && deadline <= now) this.give({ type: 'wake' });
  }

  reply(outcome: 'won' | 'lost'): void {
    this.give({ type: 'decided', generation: this.#generation, outcome });
  }

  #nextPacket(): number {
    const [next = -1, ...others] = this.#packets;
    this.#packets = others;
    return next;
  }

  // what the hypervisor wants

  give(input: Input): void {
    const commands = this.core?.handle(input, this.nowMs) ?? [];
    for (const command of commands) {
      if (command.type === 'report') this.#report(command.report);
      else if (command.type === 'allow') {
        this.#allowed += command.byteCount;
      } else {
        if (command.type === 'testAndSet') this.#generation = command.generation;
        if (command.type === 'halt') this.core = null;
        this.perform(command);
      }
    }
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
    this.give({ type: 'bytes', connection, bytes });
  }

  #report(report: Report): void {
    for (const { did, copy, ...values } of this.#teller.tell(report)) {
      if (spoken.has(did)) this.say(did, values);
    }
  }
}

/** The pair comes to be before anybody is watching: the backup is cloned without a network. */
const cloned = (reset: Reset): readonly [Seat, Seat] => {
  const guest = newGuest();
  const { primary, backup } = reset;
  const [one, other] = [new Seat(guest, primary.copy), new Seat(guest, backup.copy)];
  const common = { settings: settingsFor(reset), image: guest.image, nowMs: 0 };
  const [from, to] = [reset.primary, reset.backup];
  const sourceHost = from.host;
  const linked = (seat: Seat, peer: Seat, host: string, peerHost: string) => (command: Command) => {
    if (command.type === 'askForBackup') {
      if (peer.core !== null) return;
      peer.core = Hypervisor.destination({ ...common, ...to, sourceHost, purpose: 'clone' });
      seat.give({ type: 'placed', copy: to.copy, host: to.host });
      peer.give({ type: 'wake' });
    } else if (command.type === 'connect') {
      peer.give({ type: 'accepted', connection, host });
      seat.give({ type: 'connected', connection, host: peerHost });
      for (const end of [peer, seat]) end.give({ type: 'room', connection, byteCount: endless });
    } else if (command.type === 'send') peer.arrive(command.bytes);
    else if (command.type === 'beat') {
      const { copy, generation } = command;
      peer.give({ type: 'heartbeat', copy, generation });
    }
  };
  one.perform = linked(one, other, from.host, to.host);
  other.perform = linked(other, one, to.host, from.host);
  one.core = Hypervisor.boot({ ...common, ...from });
  one.give({ type: 'wake' });
  return [one, other];
};

/** From now on it is the harness that carries what they send. */
const watched = (seat: Seat, say: Say): Copy => {
  seat.say = say;
  seat.perform = (command) => {
    if (command.type === 'beat') {
      const { copy, generation } = command;
      say('heartbeat', { message: { copy, generation } });
    } else if (command.type === 'send') {
      const bytes = Buffer.from(command.bytes).toString('base64');
      say('keepalive', { message: { bytes } });
    }
  };
  return seat;
};

let waiting: Seat | null = null;

const make: Make = (reset, say, isPrimary) => {
  if (!isPrimary && waiting !== null) return watched(waiting, say);
  const [primary, backup] = cloned(reset);
  const modes = [primary, backup].map(({ core }) => core?.status().mode);
  if (modes.join() !== 'recording,replaying')
    throw new Error(`the pair has not come to be: ${modes}`);
  waiting = backup;
  return watched(primary, say);
};

serve(make, { primaryCapacity: 1000, backupCapacity: 1000, connectionLoss: 'evidence' });
