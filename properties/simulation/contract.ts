import type { Command } from '../../impl/hypervisor/command.ts';
import type { Input } from '../../impl/hypervisor/input.ts';
import { type Core, must, type Program } from './program.ts';

/** The connections of a copy, with the bytes that each has room for. */
type Rooms = Map<number, number>;

/** Whatever the weather, bytes arrive as they were sent: a bad frame was sent by the program. */
const nonsense = ['a frame ', 'out of turn: ack', 'out of turn: entry'];

const told = (rooms: Rooms, input: Input): void => {
  if (input.type === 'connected' || input.type === 'accepted') rooms.set(input.connection, 0);
  if (input.type === 'closed') rooms.delete(input.connection);
  if (input.type !== 'room') return;
  const room = rooms.get(input.connection);
  if (room !== undefined) rooms.set(input.connection, room + input.byteCount);
};

const wanted = (rooms: Rooms, copy: string, command: Command): void => {
  if (command.type !== 'send' && command.type !== 'allow' && command.type !== 'close') return;
  const { type, connection } = command;
  const room = rooms.get(connection);
  must(
    room !== undefined,
    `copy ${copy} wants to ${type} on connection ${connection}, which is gone`,
  );
  if (type === 'close') {
    const isNonsense = nonsense.some((because) => command.because.startsWith(because));
    must(!isNonsense, `copy ${copy} is told nonsense by its peer: ${command.because}`);
    rooms.delete(connection);
  }
  if (type === 'send') rooms.set(connection, room - command.bytes.length);
};

const held = (core: Core, copy: string): Core => {
  const rooms: Rooms = new Map();
  return {
    handle: (input, nowMs) => {
      told(rooms, input);
      const commands = core.handle(input, nowMs);
      for (const command of commands) wanted(rooms, copy, command);
      return commands;
    },
    nextDeadlineMs: () => core.nextDeadlineMs(),
    wantsCpu: () => core.wantsCpu(),
    limitPercent: () => core.limitPercent(),
    alarmMs: () => core.alarmMs?.(),
    status: () => core.status(),
  };
};

/**
 * The program, held to what a host with real sockets relies on: a copy sends, allows and closes on
 * connections that it has, and has none any more that it has closed or that was closed on it. And
 * no copy of it hears nonsense from another.
 */
export const heldToContract = ({ boot, destination }: Program): Program => ({
  boot: (options) => held(boot(options), options.copy),
  destination: (options) => held(destination(options), options.copy),
});
