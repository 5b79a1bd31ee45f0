import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

const headBytes = 52; // of TCP over IPv4, with the time stamps that are usual

/** What a wire has carried, both ways, since it was there. */
export type Wire = {
  segmentCount: number;
  byteCount: number; // of payload
  readonly stop: () => void;
};

/** All bytes of a wire so far, with the heads of their segments. */
export const bytesOn = ({ byteCount, segmentCount }: Wire): number =>
  byteCount + headBytes * segmentCount;

/** Stands between two ends and counts what passes. */
export const wireTo = async (from: number, to: number): Promise<Wire> => {
  const passing: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const [one, next] of [
      [near, far],
      [far, near],
    ] as const) {
      passing.push(one);
      one.setNoDelay(true);
      one.on('error', () => next.destroy());
      one.on('close', () => next.destroy());
      one.on('data', (bytes) => {
        wire.byteCount += bytes.length;
        wire.segmentCount += 1;
        next.write(bytes);
      });
    }
  });
  const stop = (): void => {
    server.close();
    for (const socket of passing) socket.destroy();
  };
  const wire: Wire = { byteCount: 0, segmentCount: 0, stop };
  server.listen(from, '127.0.0.1');
  await once(server, 'listening');
  return wire;
};
