import { must } from './program.ts';
import {
  type Connection,
  type Copy,
  type End,
  happened,
  hostOf,
  type Pending,
  pend,
  type World,
} from './world.ts';

const newEnd = (copy: Copy, isOpen: boolean): End => ({
  copy,
  isOpen,
  ...{ isOver: false, room: 0, allowed: 0, wire: [], kernel: [] },
  ...{ isReading: false, isEnding: false },
});

/** The end of a copy, and the one opposite; `null` if the copy has closed it or never had it. */
const endsOf = (
  world: World,
  copy: Copy,
  number: number,
): readonly [Connection, End, End] | null => {
  const connection = world.connections.get(number);
  if (connection === undefined) return null;
  const { opener, acceptor } = connection;
  if (opener.copy === copy) return [connection, opener, acceptor];
  return acceptor.copy === copy ? [connection, acceptor, opener] : null;
};

const between = (
  kind: Pending['kind'],
  { number }: Connection,
  from: End,
  to: End,
): Pick<Pending, 'kind' | 'from' | 'to' | 'copy' | 'connection'> => {
  const hosts = { from: from.copy.host.name, to: to.copy.host.name };
  return { kind, ...hosts, copy: to.copy.name, connection: number };
};

const give = (world: World, end: End, input: Parameters<World['give']>[1]): void => {
  if (!end.isOver) world.give(end.copy, input);
};

const forgetIfOver = (world: World, { number, opener, acceptor }: Connection): void => {
  if (opener.isOver && acceptor.isOver) world.connections.delete(number);
};

const ended = (world: World, connection: Connection, end: End): void => {
  if (end.isOver) return;
  const wasOpen = end.isOpen;
  if (wasOpen) give(world, end, { type: 'closed', connection: connection.number });
  end.isOpen = false;
  end.isOver = true;
  forgetIfOver(world, connection);
};

const byteCountOf = (all: readonly Uint8Array[]): number =>
  all.reduce((count, { length }) => count + length, 0);

const taking = (from: Uint8Array[], count: number): Uint8Array => {
  const taken = new Uint8Array(count);
  let done = 0;
  while (done < count) {
    const [first] = from;
    if (first === undefined) break;
    const part = first.subarray(0, count - done);
    taken.set(part, done);
    done += part.length;
    if (part.length === first.length) from.shift();
    else from[0] = first.subarray(part.length);
  }
  return taken;
};

/** The hypervisor takes some of what it has allowed; the sender will hear that there is room. */
const read = (world: World, connection: Connection, end: End, other: End): void => {
  end.isReading = false;
  if (end.isOver || !end.isOpen) return;
  const most = Math.min(end.allowed, byteCountOf(end.kernel));
  if (most > 0) {
    const count = Math.min(most, Math.max(1, world.driver.chunk(most)));
    const bytes = taking(end.kernel, count);
    end.allowed -= count;
    pend(world, between('room', connection, end, other), () => {
      if (other.isOver || !other.isOpen) return;
      other.room += count;
      give(world, other, { type: 'room', connection: connection.number, byteCount: count });
    });
    give(world, end, { type: 'bytes', connection: connection.number, bytes });
  }
  stir(world, connection, end, other);
};

/** Something may be read, or the end has come. */
const stir = (world: World, connection: Connection, end: End, other: End): void => {
  if (end.isReading || end.isOver) return;
  const isEmpty = end.kernel.length === 0;
  if (!isEmpty && end.allowed > 0) {
    end.isReading = true;
    const here = end.copy.host.name;
    pend(world, { ...between('read', connection, other, end), from: here }, () =>
      read(world, connection, end, other),
    );
  } else if (isEmpty && end.isEnding && end.wire.length === 0) ended(world, connection, end);
};

const opened = (world: World, opener: Copy, acceptor: Copy): Connection => {
  const number = world.connectionCount++;
  const connection = { number, opener: newEnd(opener, false), acceptor: newEnd(acceptor, true) };
  world.connections.set(number, connection);
  return connection;
};

const begin = (world: World, { number }: Connection, end: End): void => {
  const byteCount = world.options.windowBytes;
  end.room = byteCount;
  give(world, end, { type: 'room', connection: number, byteCount });
};

/** Whoever is there answers; without anybody the attempt is refused. */
const attempted = (world: World, copy: Copy, to: string): void => {
  const host = hostOf(world, to);
  const other = host.copy;
  const back = { kind: 'answer' as const, from: to, to: copy.host.name, copy: copy.name };
  if (!host.isUp || other === null || other === copy) {
    pend(world, back, () => world.give(copy, { type: 'refused', host: to }));
    return;
  }
  const connection = opened(world, copy, other);
  const { opener, acceptor, number } = connection;
  pend(world, { ...back, connection: number }, () => {
    if (opener.isOver) {
      world.give(copy, { type: 'unanswered', host: to }); // broken, or closed at once
      return;
    }
    opener.isOpen = true;
    give(world, opener, { type: 'connected', connection: number, host: to });
    begin(world, connection, opener);
    stir(world, connection, opener, acceptor);
  });
  give(world, acceptor, { type: 'accepted', connection: number, host: copy.host.name });
  begin(world, connection, acceptor);
};

/** A hypervisor connects to whatever copy is on another host (R33-11). */
export const connect = (world: World, copy: Copy, to: string): void => {
  must(world.hosts.has(to), `copy ${copy.name} connects to ${to}, which is no host`);
  const way = { kind: 'attempt' as const, from: copy.host.name, to, copy: copy.name };
  pend(world, way, () => attempted(world, copy, to));
};

/** Bytes leave, no more than there is room for. */
export const send = (world: World, copy: Copy, number: number, bytes: Uint8Array): void => {
  const found = endsOf(world, copy, number);
  if (found === null || !found[1].isOpen) return; // it was closed a moment ago
  const [connection, end, other] = found;
  const { length } = bytes;
  must(length > 0, `copy ${copy.name} sends nothing`);
  must(length <= end.room, `copy ${copy.name} sends ${length} bytes into room for ${end.room}`);
  end.room -= length;
  if (other.isOver) return;
  other.wire.push(bytes.slice());
  pend(world, between('bytes', connection, end, other), () => {
    const first = other.wire.shift();
    if (first !== undefined && !other.isOver) other.kernel.push(first);
    stir(world, connection, other, end);
  });
};

/** The hypervisor takes so many more bytes (R32-4). */
export const allow = (world: World, copy: Copy, number: number, byteCount: number): void => {
  const found = endsOf(world, copy, number);
  if (found === null || !found[1].isOpen) return;
  must(byteCount > 0, `copy ${copy.name} allows ${byteCount} bytes`);
  const [connection, end, other] = found;
  end.allowed += byteCount;
  stir(world, connection, end, other);
};

/** One end closes: the other still gets what was sent, then hears of it. */
export const close = (world: World, copy: Copy, number: number): void => {
  const found = endsOf(world, copy, number);
  if (found === null || found[1].isOver) return;
  const [connection, end, other] = found;
  end.isOpen = false;
  end.isOver = true;
  forgetIfOver(world, connection);
  if (other.isOver) return;
  pend(world, between('bytes', connection, end, other), () => {
    other.isEnding = true;
    stir(world, connection, other, end);
  });
};

/** The connection is lost with all that was on it, and both ends know. */
export const reset = (world: World, connection: Connection): void => {
  const { number, opener, acceptor } = connection;
  happened(world, { what: 'reset', copy: opener.copy.name, connection: number });
  world.connections.delete(number);
  ended(world, connection, opener);
  ended(world, connection, acceptor);
};

/** The connections of a copy. */
export const connectionsOf = (world: World, copy: Copy): readonly Connection[] =>
  [...world.connections.values()].filter(
    ({ opener, acceptor }) => opener.copy === copy || acceptor.copy === copy,
  );

/** A copy is gone with its host: the other ends wait for what never comes (R20-7). */
export const vanish = (world: World, copy: Copy): void => {
  for (const connection of connectionsOf(world, copy)) {
    const end = connection.opener.copy === copy ? connection.opener : connection.acceptor;
    end.isOpen = false;
    end.isOver = true;
    forgetIfOver(world, connection);
  }
};
