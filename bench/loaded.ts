import { framed } from '../impl/guest/address.ts';
import type { Image, Io } from '../impl/guest/guest.ts';
import { CopyOnHost, type Core } from '../impl/host/copy-on-host.ts';
import { type Ports, perform } from '../impl/host/perform.ts';
import type { Input } from '../impl/hypervisor/input.ts';
import type { Report } from '../impl/hypervisor/report.ts';
import type { Workload } from './workload.ts';

/** A copy with its workload, whose guest can be held. */
export type Loaded = {
  readonly copy: CopyOnHost;
  /** The guest gets its CPU and its clock, from now on or not. */
  readonly go: (isGoing: boolean) => void;
  /** Settles when its console has said that it is up. */
  readonly untilUp: Promise<void>;
  /** Gives it what it is to do first. */
  readonly begin: () => void;
  /** Of the workload's unit, done so far. */
  readonly unitCount: () => number;
  /** Settles as soon as nothing is in its log that its backup does not hold. */
  readonly untilAcked: () => Promise<void>;
};

/** What is around a copy besides its workload. */
export type Around = Pick<Ports, 'channel' | 'heartbeats' | 'service'> & {
  readonly onReport: (report: Report) => void;
  /** A turn is about to begin, or everything that it wanted has been done. */
  readonly onTurn: (at: 'input' | 'run' | 'end') => void;
  readonly packetGroupMax: number;
};

type Put = (input: Input) => void;

const broken = (error: unknown): void => {
  throw error;
};

/** A disk in memory: what it costs is the machine's share alone. */
const diskOf = ({ blockBytes }: Image) => {
  const blocks = new Map<number, Uint8Array>();
  return ({ number: io, kind, blocks: ranges, data }: Io) => {
    const places = ranges.flatMap(({ start, end }) =>
      Array.from({ length: end - start }, (_, at) => start + at),
    );
    const read = new Uint8Array(kind === 'read' ? places.length * blockBytes : 0);
    for (const [at, place] of places.entries()) {
      const from = at * blockBytes;
      if (kind === 'write') blocks.set(place, data.slice(from, from + blockBytes));
      else read.set(blocks.get(place) ?? new Uint8Array(blockBytes), from);
    }
    return { io, transferredCount: places.length, data: read };
  };
};

const packetOf = (payload: string): Uint8Array => {
  const client = { address: '10.0.2.2', port: 4711 };
  return framed({ client, payload: new TextEncoder().encode(payload) });
};

const windowCount = 32; // requests on their way: as many as a guest's driver has buffers
const tailLength = 64; // of what the console has said

/** The client, the operator and the disk of a workload, and what they have seen of the machine. */
const outsideOf = (image: Image, { request, first, typed, isUpAt }: Workload, put: Put) => {
  const disk = diskOf(image);
  const seen = { answerCount: 0, diskCount: 0, isUp: false };
  let onItsWayCount = 0;
  let tail = '';
  let isGoing = false;
  let rise: () => void = () => undefined;
  const untilUp = new Promise<void>((resolve) => {
    rise = resolve;
  });
  const ask = (payload: string): void => {
    onItsWayCount += 1;
    put({ type: 'packets', packets: [packetOf(payload)] });
  };
  const refill = (): void => {
    while (request !== null && isGoing && seen.isUp && onItsWayCount < windowCount) ask(request);
  };
  const network: Ports['network'] = {
    transmit: () => {
      seen.answerCount += 1;
      onItsWayCount -= 1;
      refill();
    },
    print: (bytes) => {
      tail = (tail + new TextDecoder('latin1').decode(bytes)).slice(-tailLength);
      if (seen.isUp || !tail.includes(isUpAt)) return;
      seen.isUp = true;
      rise();
    },
    announce: () => undefined,
  };
  const storage: Ports['storage'] = {
    submit: (io, { generation }) => {
      seen.diskCount += 1;
      put({ type: 'ioDone', completion: disk(io), generation });
    },
    testAndSet: () => undefined,
    forget: () => undefined,
  };
  const begin = (): void => {
    if (first !== null) ask(first);
    const bytes = new TextEncoder().encode(typed ?? '');
    if (typed !== null) put({ type: 'operated', input: { kind: 'KEY', bytes } });
  };
  const go = (wanted: boolean): void => {
    isGoing = wanted;
    refill();
  };
  return { network, storage, seen, untilUp, begin, go };
};

/** A core that has no CPU and no clock while it is held, and whose turns are told. */
const heldBy = (core: Core, isGoing: () => boolean, onTurn: Around['onTurn']): Core => ({
  handle: (input, nowMs) => {
    onTurn(input.type === 'run' ? 'run' : 'input');
    return core.handle(input, nowMs);
  },
  nextDeadlineMs: () => core.nextDeadlineMs(),
  wantsCpu: () => isGoing() && core.wantsCpu(),
  limitPercent: () => core.limitPercent(),
  status: () => core.status(),
  alarmMs: () => (isGoing() ? core.alarmMs() : null),
});

/** A hypervisor on this host, with its workload. */
export const loaded = (core: Core, image: Image, load: Workload, around: Around): Loaded => {
  const outside = outsideOf(image, load, (input) => copy.put(input));
  const onHalt = (because: string): void => broken(new Error(`a copy has halted: ${because}`));
  const ports: Ports = { ...around, ...outside, onHalt };
  let isGoing = false;
  let acked: (() => void) | null = null;
  const held = heldBy(core, () => isGoing, around.onTurn);
  const look = (): void => {
    const { acked: heldThere, logged } = core.status();
    if (heldThere !== logged) return;
    acked?.();
    acked = null;
  };
  const copy = new CopyOnHost(core.status().copy, held, {
    ...{ packetGroupMax: around.packetGroupMax, speed: null, onBroken: broken },
    onCommands: (commands) => {
      for (const command of commands) perform(command, ports);
      around.channel.flush();
      around.onTurn('end');
      look();
    },
  });
  const counts = {
    instructions: () => core.status().position,
    answers: () => outside.seen.answerCount,
    'disk operations': () => outside.seen.diskCount,
  };
  return {
    copy,
    ...{ untilUp: outside.untilUp, begin: outside.begin },
    go: (wanted) => {
      isGoing = wanted;
      outside.go(wanted);
      copy.put({ type: 'wake' });
    },
    unitCount: () => (load.unit === null ? 0 : counts[load.unit]()),
    untilAcked: () =>
      new Promise((resolve) => {
        acked = resolve;
        look();
      }),
  };
};
