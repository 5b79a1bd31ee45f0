import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

const local = '127.0.0.1';

// Below those that a kernel gives to whoever connects or asks for any: from there somebody else
// would get one between our looking and its owner's listening.
const first = 10_240;
const blockPorts = 64;
const blockCount = 352; // to 32,767

const isFreeForStreams = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    server.listen(port, local);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
};

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

let dealt = (process.pid % blockCount) * blockPorts; // processes that run at once begin apart

const nextPort = (): number => first + (dealt++ % (blockCount * blockPorts));

/**
 * Ports of this machine that nobody listens on at the moment, with TCP or UDP; one process is dealt
 * none a second time before it has had all.
 */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = nextPort();
    if ((await isFreeForStreams(port)) && (await isFreeForDatagrams(port))) ports.push(port);
  }
  return ports;
};
