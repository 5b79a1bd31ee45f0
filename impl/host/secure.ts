import { hkdfSync } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';

/** Where a process listens. */
export type Address = { readonly address: string; readonly port: number };

/** A process by its name, and the key that it shares with each of those it talks to. */
export type Party = {
  readonly name: string;
  readonly keys: ReadonlyMap<string, Uint8Array>; // by the other's name
};

/** What a connection is for: a key for one use opens no other. */
export type Purpose = 'log' | 'heartbeat' | 'storage' | 'service' | 'gateway';

const version = 1;
const handshakeMs = 5000;
const probeEveryMs = 10_000; // a peer that lost its power says no goodbye
const strangersMax = 64; // sockets on one port at a time, of friends too

// Only TLS up to 1.2 knows suites for a shared key alone; this one has forward secrecy and is in
// the OpenSSL of every Node from 20 on.
const suite = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const;

const identityOf = (from: string, to: string, purpose: Purpose): string =>
  JSON.stringify(['lockstep', version, purpose, from, to]);

/**
 * The key that `from` proves itself with to `to`, for one purpose. A message or a handshake cannot
 * be turned round, nor used elsewhere. Nothing if the two share no key.
 */
export const keyOf = (
  { name, keys }: Party,
  direction: 'to' | 'from',
  peer: string,
  purpose: Purpose,
): Buffer | null => {
  const shared = keys.get(peer);
  if (shared === undefined) return null;
  const [from, to] = direction === 'to' ? [name, peer] : [peer, name];
  return Buffer.from(hkdfSync('sha256', shared, '', identityOf(from, to, purpose), 32));
};

/** A port that is listened on. */
export type Listener = { readonly port: number; readonly close: () => void };

/** Who may come in, and what is told when somebody does. */
export type Door = {
  readonly party: Party;
  readonly purpose: Purpose;
  readonly at: Address;
  readonly onPeer: (name: string, socket: TLSSocket) => void;
  /** Somebody could not prove who he is; nothing that he sent has come further than this. */
  readonly onStranger: (from: string, because: string) => void;
};

const nameIn = (identity: string, { party, purpose }: Door): string | null => {
  for (const peer of party.keys.keys()) {
    if (identity === identityOf(peer, party.name, purpose)) return peer;
  }
  return null;
};

/** Listens for those that share a key with this party; both ends prove that they have it. */
export const listen = async (door: Door): Promise<Listener> => {
  const { party, purpose, at } = door;
  const names = new WeakMap<TLSSocket, string>();
  const server = createServer({
    ...suite,
    noDelay: true,
    handshakeTimeout: handshakeMs,
    pskCallback: (socket, identity) => {
      const peer = nameIn(identity, door);
      if (peer === null) return null;
      names.set(socket, peer);
      return keyOf(party, 'from', peer, purpose);
    },
  });
  server.maxConnections = strangersMax;
  server.on('tlsClientError', (error, socket) => {
    door.onStranger(socket.remoteAddress ?? 'somewhere', error.message.split(':').slice(-2).join());
    socket.destroy();
  });
  server.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy());
    socket.setKeepAlive(true, probeEveryMs);
    const peer = names.get(socket);
    if (peer === undefined)
      socket.destroy(); // a session without a key: there is none
    else door.onPeer(peer, socket);
  });
  server.listen({ host: at.address, port: at.port });
  await once(server, 'listening');
  server.on('error', ({ message }) => door.onStranger('somewhere', message)); // one too many
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : at.port;
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  const close = (): void => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return { port, close };
};

/** Whom to connect to. */
export type Call = {
  readonly party: Party;
  readonly peer: string;
  readonly purpose: Purpose;
  readonly at: Address;
  readonly onOpen: (socket: TLSSocket) => void;
  readonly onFailure: OnFailure; // instead of it; later failures are the socket's `close`
};

/** Nobody listens there; or there is no telling whether anybody does. */
export type OnFailure = (because: 'refused' | 'unanswered') => void;

/** Connects to a peer and proves who calls; nothing is sent before the peer has done the same. */
export const call = ({ party, peer, purpose, at, onOpen, onFailure }: Call): void => {
  const psk = keyOf(party, 'to', peer, purpose);
  if (psk === null) {
    queueMicrotask(() => onFailure('refused'));
    return;
  }
  let isOver = false;
  let isRefused = false;
  const socket = connect({
    ...suite,
    host: at.address,
    port: at.port,
    timeout: handshakeMs,
    checkServerIdentity: () => undefined, // there is no certificate: the key is the identity
    pskCallback: () => ({ psk, identity: identityOf(party.name, peer, purpose) }),
  });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, probeEveryMs);
  socket.on('error', (error) => {
    isRefused = 'code' in error && error.code === 'ECONNREFUSED';
    socket.destroy();
  });
  socket.on('timeout', () => isOver || socket.destroy());
  socket.on('secureConnect', () => {
    isOver = true;
    socket.setTimeout(0);
    onOpen(socket);
  });
  socket.on('close', () => {
    if (!isOver) onFailure(isRefused ? 'refused' : 'unanswered');
    isOver = true;
  });
};
