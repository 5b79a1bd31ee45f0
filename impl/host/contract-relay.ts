import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Address } from './secure.ts';

/** The way there, or back. */
export type Way = 'there' | 'back';

type Stream = { readonly to: Socket; readonly held: Buffer[]; isEnding: boolean };

/** Between a process and one that it calls: passes on all that comes, as long as it may. */
export type Relay = {
  readonly at: Address; // to call instead
  /** From now on nothing gets through that way; connections stay, and what comes is kept. */
  readonly hold: (way: Way) => void;
  /** What was kept goes on, and what comes after it. */
  readonly pass: (way: Way) => void;
  /** Datagrams on the way there are lost, or not any more. */
  readonly deafen: (isDeaf: boolean) => void;
  /** Each datagram arrives twice, and each after its next. */
  readonly shuffle: () => void;
  /** All connections break, with what is on them. */
  readonly reset: () => void;
  readonly close: () => void;
};

/** Bytes both ways, between one pair of sockets; each way can be held. */
const joined = (
  caller: Socket,
  callee: Socket,
  isHeld: (way: Way) => boolean,
): ((way: Way) => void) => {
  const streams: Record<Way, Stream> = {
    there: { to: callee, held: [], isEnding: false },
    back: { to: caller, held: [], isEnding: false },
  };
  const go = (way: Way): void => {
    const stream = streams[way];
    if (isHeld(way)) return;
    for (const bytes of stream.held.splice(0)) stream.to.write(bytes);
    if (stream.isEnding) stream.to.end();
  };
  const listen = (from: Socket, way: Way): void => {
    from.on('data', (bytes: Buffer) => {
      const { to, held } = streams[way];
      if (isHeld(way)) held.push(bytes);
      else if (!to.write(bytes)) from.pause();
    });
    streams[way].to.on('drain', () => from.resume());
    from.on('error', () => from.destroy());
    from.on('close', () => {
      streams[way].isEnding = true;
      go(way);
    });
  };
  listen(caller, 'there');
  listen(callee, 'back');
  return go;
};

const datagrams = async (at: Address, to: Address) => {
  const socket = createSocket('udp4');
  let isDeaf = false;
  let isShuffled = false;
  let kept: Buffer | null = null;
  const send = (bytes: Buffer): void => void socket.send(bytes, to.port, to.address);
  socket.on('message', (bytes: Buffer) => {
    if (isDeaf) return;
    if (!isShuffled) send(bytes);
    else if (kept === null) kept = bytes;
    else {
      for (const one of [bytes, bytes, kept, kept]) send(one);
      kept = null;
    }
  });
  socket.bind(at.port, at.address);
  await once(socket, 'listening');
  return {
    deafen: (isNow: boolean): void => {
      isDeaf = isNow;
    },
    shuffle: (): void => {
      isShuffled = true;
    },
    close: (): void => void socket.close(),
  };
};

/** Opens a relay on a port for streams and for datagrams alike. */
export const relayTo = async (at: Address, to: Address): Promise<Relay> => {
  const held = new Set<Way>();
  const sockets = new Set<Socket>();
  const pairs = new Set<(way: Way) => void>();
  const server = createServer((caller) => {
    const callee = connect(to.port, to.address);
    for (const socket of [caller, callee]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    pairs.add(joined(caller, callee, (way) => held.has(way)));
  });
  server.listen({ host: at.address, port: at.port });
  await once(server, 'listening');
  const { deafen, shuffle, close } = await datagrams(at, to);
  const reset = (): void => {
    pairs.clear();
    for (const socket of [...sockets]) socket.destroy();
  };
  return {
    ...{ at, deafen, shuffle, reset },
    hold: (way) => void held.add(way),
    pass: (way) => {
      held.delete(way);
      for (const go of pairs) go(way);
    },
    close: () => {
      server.close();
      close();
      reset();
    },
  };
};
