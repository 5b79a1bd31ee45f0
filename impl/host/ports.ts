import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

const local = '127.0.0.1';

const isFreeForDatagrams = async (port: number): Promise<boolean> => {
  const socket = createSocket('udp4');
  try {
    socket.bind(port, local);
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
};

const freePort = async (taken: ReadonlySet<number>): Promise<number> => {
  const server = createServer();
  server.listen(0, local);
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  const isFree = !taken.has(port) && (await isFreeForDatagrams(port));
  server.close();
  return isFree ? port : freePort(taken);
};

/** Ports of this machine that nobody listens on at the moment, with TCP or UDP. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort(ports));
  return [...ports];
};
