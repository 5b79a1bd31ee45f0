import { assert } from '../assert.ts';
import { channel } from './contract-channel.ts';
import {
  type Bench,
  type Expectation,
  encoded,
  firstOf,
  ofType,
  type Rig,
} from './contract-rig.ts';
import { arbiter, disk } from './contract-storage.ts';

const clock: readonly Expectation[] = [
  {
    sentence: 'it goes on, in whole milliseconds, and never back',
    check: async (rig) => {
      const read: number[] = [rig.one.nowMs()];
      await rig.until('it is later', () => read.push(rig.one.nowMs()) > 20 && isLater(read));
      const sorted = read.toSorted((one, other) => one - other);
      assert(sorted.join() === read.join(), `it never goes back: got ${read.join(', ')}`);
    },
  },
];

const isLater = (read: readonly number[]): boolean => (read.at(-1) ?? 0) > (read[0] ?? 0);

const generationsAt = (bench: Bench): string =>
  ofType(bench, 'heartbeat')
    .map(({ generation }) => generation)
    .filter((generation) => generation > 0)
    .join();

/** Each has heard the other, in generation 0: hosts that have not may have to ask first. */
const acquainted = async (rig: Rig): Promise<void> => {
  for (const [from, to] of [
    [rig.one, rig.other],
    [rig.other, rig.one],
  ] as const) {
    from.heartbeats.beat(to.name, { copy: from.copy, generation: 0 });
    await firstOf(rig, to, 'heartbeat');
  }
};

const heartbeats: readonly Expectation[] = [
  {
    sentence: 'one arrives as it was sent, at whom it was sent to',
    check: async (rig) => {
      const { copy: sender } = rig.one;
      rig.one.heartbeats.beat(rig.other.name, { copy: sender, generation: 7 });
      const { copy, generation } = await firstOf(rig, rig.other, 'heartbeat');
      const isSame = copy === sender && generation === 7;
      assert(isSame, `${sender} beats in 7: got ${copy} in ${generation}`);
      assert(ofType(rig.one, 'heartbeat').length === 0, 'nobody hears himself');
    },
  },
  {
    sentence: 'one that is sent into a cut is lost for good, and later ones are not',
    check: async (rig) => {
      const { one, other, faults } = rig;
      await acquainted(rig);
      faults.cut('heartbeat', one, other);
      one.heartbeats.beat(other.name, { copy: one.copy, generation: 1 });
      other.heartbeats.beat(one.name, { copy: other.copy, generation: 5 });
      await rig.until('the way back carries', () => generationsAt(one) === '5');
      faults.heal('heartbeat', one, other);
      one.heartbeats.beat(other.name, { copy: one.copy, generation: 2 });
      await rig.until('it carries again', () => generationsAt(other) !== '');
      one.heartbeats.beat(other.name, { copy: one.copy, generation: 3 });
      await rig.until('the last comes', () => generationsAt(other).endsWith('3'));
      assert(generationsAt(other) === '2,3', `later ones are heard: got ${generationsAt(other)}`);
    },
  },
  {
    sentence: 'one that arrives twice is heard once, and one that was overtaken not at all',
    check: async (rig) => {
      const { one, other, faults } = rig;
      await acquainted(rig);
      faults.shuffle(one, other);
      const beat = (generation: number): void =>
        one.heartbeats.beat(other.name, { copy: one.copy, generation });
      for (const generation of [1, 2, 3, 4]) beat(generation);
      await rig.until('they come', () => generationsAt(other).includes('4'));
      for (const generation of [5, 6]) beat(generation); // behind all that those have become
      await rig.until('the last comes', () => generationsAt(other).includes('6'));
      assert(generationsAt(other) === '2,4,6', `each second: got ${generationsAt(other)}`);
    },
  },
  {
    sentence: 'a stranger is not heard, neither here nor on the channel',
    needs: 'intrude',
    check: async (rig) => {
      const { one, other, faults } = rig;
      await faults.intrude?.(other);
      one.heartbeats.beat(other.name, { copy: one.copy, generation: 3 });
      await firstOf(rig, other, 'heartbeat');
      assert(other.inputs.length === 1, `a friend is: got ${other.inputs.length} inputs`);
    },
  },
];

const packetsAt = (bench: Bench): readonly Uint8Array[] =>
  ofType(bench, 'packets').flatMap(({ packets }) => packets);

const network: readonly Expectation[] = [
  {
    sentence: 'packets go to the host that announced last, and what it transmits to the client',
    check: async (rig) => {
      for (const [bench, text] of [
        [rig.one, 'first'],
        [rig.other, 'second'],
      ] as const) {
        bench.network.announce();
        await rig.until(`${bench.name} is reached`, () => {
          if (packetsAt(bench).length === 0) rig.client.send(text); // it may have been too early
          return packetsAt(bench).length > 0;
        });
        const [packet = new Uint8Array()] = packetsAt(bench);
        bench.network.transmit(packet);
        await rig.until('the client is answered', () => rig.client.heard.includes(text));
      }
    },
  },
  {
    sentence: 'what is printed shows on the console, and what is typed arrives where the VM is',
    check: async (rig) => {
      rig.one.network.announce();
      rig.one.network.print(encoded('hello'));
      await rig.until('the operator sees it', () => rig.operator.seen() === 'hello');
      rig.operator.type('stats');
      const { input } = await firstOf(rig, rig.one, 'operated');
      const text = new TextDecoder().decode(input.bytes);
      assert(input.kind === 'KEY' && text === 'stats', `keys arrive: got ${input.kind} ${text}`);
      assert(ofType(rig.other, 'operated').length === 0, 'they arrive there alone');
    },
  },
];

/** Asks again and again, as a copy does, until it is told. */
const placed = async (rig: Rig, bench: Bench): ReturnType<typeof firstOf<'placed'>> => {
  let askedAtMs = Number.NEGATIVE_INFINITY;
  await rig.until('it is placed', () => {
    if (bench.nowMs() - askedAtMs >= 100) {
      askedAtMs = bench.nowMs();
      bench.service.askForBackup(bench.copy);
    }
    return ofType(bench, 'placed').length > 0;
  });
  return firstOf(rig, bench, 'placed');
};

const service: readonly Expectation[] = [
  {
    sentence: 'who asks for a backup is told of one on a host that is free (R31-6)',
    check: async (rig) => {
      const { host, copy } = await placed(rig, rig.one);
      assert(host === rig.free, `only ${rig.free} is free: got ${host}`);
      assert(copy !== rig.one.copy && copy !== rig.other.copy, `it is a new copy: got ${copy}`);
    },
  },
  {
    sentence: 'who asks while it is away is not heard, and is when he asks again (R31-6)',
    check: async (rig) => {
      const { one, other, faults } = rig;
      await faults.setService(false);
      one.service.askForBackup(one.copy);
      await faults.setService(true);
      const { host } = await placed(rig, other);
      assert(host === rig.free, `the only free host is there for who asks now: got ${host}`);
      assert(one.inputs.length === 0, `nobody answers: got ${one.inputs.length} inputs`);
      one.service.askForBackup(one.copy);
      await firstOf(rig, one, 'notPlaced');
    },
  },
];

/** What everybody who writes a port has to keep, and everybody who uses one may rely on. */
export const contract: Readonly<Record<string, readonly Expectation[]>> = {
  clock,
  channel,
  heartbeats,
  arbiter,
  disk,
  network,
  service,
};
