import type { Command } from '../../../impl/hypervisor/command.ts';
import type { CopyOptions } from '../../../impl/hypervisor/hypervisor.ts';
import type { Message } from '../../../impl/hypervisor/message.ts';
import type { Core } from '../../simulation/program.ts';
import { framePerRead, newestFirst, readTwice, rereading, tornAccepted } from './wrong-frames.ts';
import { doing, telling, withCores } from './wrong-parts.ts';
import { reconnecting, ringed, typed, type WrongProgram } from './wrong-program.ts';

/** A number of four bytes as if the highest came first. */
const swapped = (value: number): number => {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value, true);
  return view.getUint32(0, false);
};

const withPosition = (message: Message): Message =>
  message.type === 'entry'
    ? { ...message, entry: { ...message.entry, position: swapped(message.entry.position) } }
    : message;

const withSeq = (message: Message): Message =>
  message.type === 'entry'
    ? { ...message, entry: { ...message.entry, seq: swapped(message.entry.seq) } }
    : message;

const withUpTo = (message: Message): Message =>
  message.type === 'ack' ? { ...message, upTo: swapped(message.upTo) } : message;

const ofFrames: readonly WrongProgram[] = [
  {
    name: 'torn-frame-accepted',
    mistake: 'an entry whose frame has begun is taken, and its rest is read as the next frame',
    cites: ['R22-6', 'R32-3'],
    policies: { frames: tornAccepted(20, false) },
  },
  {
    name: 'ack-of-a-partial-frame',
    mistake: 'an entry is held, and acknowledged, when the head of its frame has come',
    cites: ['R22-5', 'R32-3'],
    policies: { frames: tornAccepted(14, true) },
  },
  {
    name: 'frame-per-read',
    mistake: 'what is read at once is taken for whole frames: the rest of one is dropped',
    cites: ['R32-3'],
    policies: { frames: framePerRead },
  },
  {
    name: 'frame-read-twice',
    mistake: 'the place in the bytes does not move on behind an entry, which is read twice',
    cites: ['R21-7', 'R22-6'],
    policies: { frames: readTwice },
  },
  {
    name: 'newest-entry-first',
    mistake: 'of what has come the newest frame is read first',
    cites: ['R21-7'],
    policies: { frames: newestFirst },
    answersTo: ['newest-entry-first'],
  },
  {
    name: 'position-of-the-other-endianness',
    mistake: "an entry's position is read from the highest byte on",
    cites: ['R21-4'],
    policies: { frames: rereading(withPosition) },
  },
  {
    name: 'sequence-of-the-other-endianness',
    mistake: "an entry's number is read from the highest byte on",
    cites: ['R21-7'],
    policies: { frames: rereading(withSeq) },
  },
  {
    name: 'ack-of-the-other-endianness',
    mistake: 'the count of an ack is read from the highest byte on',
    cites: ['R22-6'],
    policies: { frames: rereading(withUpTo) },
  },
  {
    name: 'ring-off-by-one',
    mistake: 'where the ring of a log buffer begins anew bytes are put one place too far on',
    cites: ['R32-4'],
    policies: { placeOf: (count, size) => (count < size ? count : (count + 1) % size) },
    answersTo: ['ring-overwrite'],
  },
  {
    name: 'buffer-one-over',
    mistake: 'a group goes into a log buffer that lacks room for one entry of it',
    cites: ['R32-4', 'R32-6'],
    policies: { fits: (groupBytes, roomBytes) => groupBytes <= roomBytes + 31 },
    fixed: { primaryCapacity: 2 },
    answersTo: ['buffer-one-over', 'group-cut-short'],
  },
  {
    name: 'sequence-not-checked',
    mistake: 'an entry that comes after a gap is held',
    cites: ['R21-7', 'R22-6'],
    policies: {
      admits: (seq, received) => (seq <= received ? 'duplicate' : 'held'),
      resumesAfter: (_, sent) => sent,
    },
    fixed: reconnecting,
  },
];

/** On each connection it writes where it wrote before: to the first that it had with anybody. */
const staleConnection = (core: Core): Partial<Core> => {
  let first: number | null = null;
  return {
    handle: (input, nowMs) => {
      if (input.type === 'connected') first ??= input.connection;
      const stale = first;
      return core
        .handle(input, nowMs)
        .map((one) =>
          stale !== null && one.type === 'send' ? { ...one, connection: stale } : one,
        );
    },
  };
};

/** The deadline at which a destination gives up stays when it is armed. */
const timerNotCancelled = (
  core: Core,
  { settings, nowMs: madeAtMs }: CopyOptions,
): Partial<Core> => {
  let isArmed = false;
  return {
    handle: (input, nowMs) => {
      const commands = core.handle(input, nowMs);
      isArmed ||= commands.some((one) => one.type === 'report' && one.report.did === 'armed');
      const isDue = isArmed && input.type === 'wake' && nowMs > madeAtMs + settings.timeoutMs;
      if (!isDue) return commands;
      const because = 'discarded';
      return [
        { type: 'report', report: { did: 'halted', because } },
        { type: 'halt', because },
      ];
    },
  };
};

/** The second time that it asks it does not wait for a reply. */
const silenceIsConsent = (core: Core): Partial<Core> => {
  let askedFor = -1;
  return {
    handle: (input, nowMs) => {
      const commands = core.handle(input, nowMs);
      const request = commands.find((one) => one.type === 'testAndSet');
      if (request === undefined) return commands;
      const isSecond = request.generation === askedFor;
      askedFor = request.generation;
      if (!isSecond) return commands;
      const { generation } = request;
      return [...commands, ...core.handle({ type: 'decided', generation, outcome: 'won' }, nowMs)];
    },
  };
};

const isTransmit = ({ type }: Command): boolean => type === 'transmit';

const isReleased = (command: Command): boolean =>
  command.type === 'report' && command.report.did === 'released';

const ofTheShell: readonly WrongProgram[] = [
  {
    name: 'double-close',
    mistake: 'a connection that is closed is closed again, which may be another one by then',
    cites: ['R23-6'],
    wraps: doing((command) => (command.type === 'close' ? [command, command] : [command])),
  },
  {
    name: 'stale-connection',
    mistake: 'after a reconnect bytes go to the connection that is gone',
    cites: ['R33-11'],
    wraps: withCores(staleConnection),
    fixed: reconnecting,
  },
  {
    name: 'partial-write-counted-whole',
    mistake: 'of what is to be sent the network takes a part, and the rest counts as sent',
    cites: ['R32-2'],
    wraps: doing((command) =>
      command.type === 'send' && command.bytes.length > 40
        ? [{ ...command, bytes: command.bytes.subarray(0, 40) }]
        : [command],
    ),
  },
  {
    name: 'timer-not-cancelled',
    mistake: 'the deadline at which a destination gives up is kept when it is armed',
    cites: ['R31-5'],
    wraps: withCores(timerNotCancelled),
  },
  {
    name: 'silence-is-consent',
    mistake: 'when it is time to ask the arbiter again, success is assumed instead',
    cites: ['R23-21'],
    wraps: withCores(silenceIsConsent),
  },
  {
    name: 'released-twice',
    mistake: 'an output that is released is sent twice',
    cites: ['R22-11'],
    wraps: doing((command) => (isTransmit(command) ? [command, command] : [command])),
  },
  {
    name: 'output-swallowed',
    mistake: 'an output is struck off the queue and never sent',
    cites: ['R22-8', 'R22-11'],
    wraps: doing((command) => (isTransmit(command) || isReleased(command) ? [] : [command])),
  },
  {
    name: 'packet-twice',
    mistake: 'packets stay in the network card and are given to the guest a second time',
    cites: ['R22-12'],
    wraps: telling((input) => (input.type === 'packets' ? [input, input] : [input])),
  },
  {
    name: 'group-taken-as-one',
    mistake: 'a group is given to the guest, and one packet is taken out of the network card',
    cites: ['R22-12', 'R35-2'],
    wraps: telling((input) =>
      input.type === 'packets' && input.packets.length > 1
        ? [input, { ...input, packets: input.packets.slice(1) }]
        : [input],
    ),
    fixed: ringed,
  },
  {
    name: 'key-twice',
    mistake: 'a key stays in the controller and is given to the guest a second time',
    cites: ['R22-12'],
    wraps: telling((input) => (input.type === 'operated' ? [input, input] : [input])),
    fixed: typed,
  },
];

/** Those that the specification can have as well. */
const kin: ReadonlySet<string> = new Set([
  'silence-is-consent',
  'released-twice',
  'output-swallowed',
  'packet-twice',
  'group-taken-as-one',
  'key-twice',
]);

/** Bytes, connections and timers: mistakes that the specification cannot have, and their kin. */
export const ofBytes: readonly WrongProgram[] = [...ofFrames, ...ofTheShell].map((wrong) => ({
  answersTo: kin.has(wrong.name) ? [wrong.name] : [],
  ...wrong,
}));
