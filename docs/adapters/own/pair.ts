// Lockstep's own hypervisor behind the door that everybody else's has to pass:
// `lockstep conform -- node docs/adapters/own/pair.ts`. What its two copies report is told in the
// words of an observation as it is of real runs (impl/observed). Its log buffers are counted in
// bytes, so that what a script logs fits or, with `room=bytes`, may not.

import { fileURLToPath } from 'node:url';
import { foldImage } from '../../../impl/guest/fold.ts';
import type { Instruction } from '../../../impl/guest/program.ts';
import type { Command } from '../../../impl/hypervisor/command.ts';
import {
  type CopyOptions,
  type DestinationOptions,
  Hypervisor,
} from '../../../impl/hypervisor/hypervisor.ts';
import { defaultSettings, type Settings } from '../../../impl/hypervisor/settings.ts';
import { entryHeaderBytes } from '../../../impl/hypervisor/wire.ts';
import { type Copy, type Make, type Reset, type Say, serve } from '../typescript/lockstep.ts';
import { claimsOf, variantOf } from './claims.ts';
import { type Core, endless, type Guest, Seat } from './seat.ts';

const positions = 512; // more than a script has instructions

/** So many entries fit at most: those without a payload. */
const bytesFor = (capacity: number): number => capacity * entryHeaderBytes;

const settingsFor = (reset: Reset): Settings => ({
  ...defaultSettings,
  ...variantOf(reset.settings),
  timeoutMs: reset.timeout,
  stallTimeoutMs: 10 * reset.timeout,
  heartbeatEveryMs: reset.heartbeatEvery,
  keepaliveEveryMs: reset.heartbeatEvery,
  retryEveryMs: reset.retryEvery,
  flushWithinMs: 0,
  packetGroupMax: reset.settings.packetGroup,
  primaryBytes: bytesFor(reset.settings.primaryCapacity),
  backupBytes: bytesFor(reset.settings.backupCapacity),
});

const newGuest = (): Guest => {
  const program = Array<Instruction>(positions).fill('compute');
  return { program, image: foldImage(program) };
};

/** The pair comes to be before anybody is watching: the backup is cloned without a network. */
const cloned = (maker: Maker, reset: Reset): readonly [Seat, Seat] => {
  const guest = newGuest();
  const [from, to] = [reset.primary, reset.backup];
  const one = new Seat(guest, from.copy, to.host);
  const other = new Seat(guest, to.copy, from.host);
  const common = { settings: settingsFor(reset), image: guest.image, nowMs: 0 };
  const sourceHost = from.host;
  const linked = (seat: Seat, peer: Seat, host: string, peerHost: string) => (command: Command) => {
    if (command.type === 'askForBackup') {
      if (peer.core !== null) return;
      peer.core = maker.destination({ ...common, ...to, sourceHost, purpose: 'clone' });
      seat.give({ type: 'placed', copy: to.copy, host: to.host });
      peer.give({ type: 'wake' });
    } else if (command.type === 'connect') {
      const { connection } = seat;
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
  one.core = maker.boot({ ...common, ...from });
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
    } else if (command.type === 'send') seat.ship(command);
  };
  return seat;
};

/** The part of the hypervisor that makes copies. */
export type Maker = {
  readonly boot: (options: CopyOptions) => Core;
  readonly destination: (options: DestinationOptions) => Core;
};

/** Pairs of that hypervisor, one for each script; the primary is made first. */
export const pairsOf = (maker: Maker): Make => {
  let waiting: Seat | null = null;
  return (reset, say, isPrimary) => {
    if (!isPrimary && waiting !== null) return watched(waiting, say);
    const [primary, backup] = cloned(maker, reset);
    const modes = [primary, backup].map(({ core }) => core?.status().mode);
    if (modes.join() !== 'recording,replaying')
      throw new Error(`the pair has not come to be: ${modes}`);
    waiting = backup;
    return watched(primary, say);
  };
};

const isProgram = process.argv[1] === fileURLToPath(import.meta.url);
if (isProgram) serve(pairsOf(Hypervisor), claimsOf(process.argv.slice(2)));
