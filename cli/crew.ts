import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Crew } from '../properties/checker/explore/crew.ts';

/** What a thread needs to be one of a crew; it can be sent, with its ports. */
export type Berth = {
  readonly index: number;
  readonly ports: readonly (MessagePort | null)[]; // to each of the others, by index
  readonly arrivals: SharedArrayBuffer; // how often each has come to meet the others
};

/** For so many threads, one each. */
export const berths = (size: number): readonly Berth[] => {
  const arrivals = new SharedArrayBuffer(size * Int32Array.BYTES_PER_ELEMENT);
  const ports = Array.from({ length: size }, () => Array<MessagePort | null>(size).fill(null));
  for (const [one, mine] of ports.entries()) {
    for (const [other, theirs] of ports.entries()) {
      if (other <= one) continue;
      const { port1, port2 } = new MessageChannel();
      mine[other] = port1;
      theirs[one] = port2;
    }
  }
  return ports.map((own, index) => ({ index, ports: own, arrivals }));
};

/** The ports that go with a berth when it is sent. */
export const portsOf = ({ ports }: Berth): MessagePort[] => ports.flatMap((port) => port ?? []);

const arrivalOf = (arrivals: Int32Array, index: number, times: number): void => {
  for (;;) {
    const known = Atomics.load(arrivals, index);
    if (known >= times) return;
    Atomics.wait(arrivals, index, known);
  }
};

/** The thread as one of a crew: it sleeps until all the others have come. */
export const crewAt = ({ index, ports, arrivals: shared }: Berth): Crew => {
  const arrivals = new Int32Array(shared);
  let times = 0;
  return {
    index,
    size: ports.length,
    memory: (bytes) => new SharedArrayBuffer(bytes),
    meet: <T>(brought: T): readonly T[] => {
      for (const port of ports) port?.postMessage(brought);
      times++;
      Atomics.add(arrivals, index, 1);
      Atomics.notify(arrivals, index);
      return ports.map((port, other): T => {
        if (port === null) return brought;
        arrivalOf(arrivals, other, times);
        return receiveMessageOnPort(port)?.message;
      });
    },
  };
};
