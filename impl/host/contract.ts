import { assert } from '../assert.ts';
import type { Completion, Io } from '../guest/guest.ts';
import { channel } from './contract-channel.ts';
import {
  type Bench,
  type Expectation,
  encoded,
  firstOf,
  ofType,
  type Rig,
} from './contract-rig.ts';

const heartbeats: readonly Expectation[] = [
  {
    sentence: 'a heartbeat arrives as it was sent, at whom it was sent to',
    check: async (rig) => {
      rig.one.heartbeats.beat(rig.other.name, { copy: 'a-1', generation: 7 });
      const { copy, generation } = await firstOf(rig, rig.other, 'heartbeat');
      assert(copy === 'a-1' && generation === 7, `a-1 beats in 7: got ${copy} in ${generation}`);
      assert(ofType(rig.one, 'heartbeat').length === 0, 'nobody hears himself');
    },
  },
];

const answersOf = (bench: Bench): string =>
  ofType(bench, 'decided')
    .map(({ generation, outcome }) => `${generation} ${outcome}`)
    .join(', ');

const ask = async (rig: Rig, bench: Bench, generation: number, copy: string): Promise<string> => {
  const before = ofType(bench, 'decided').length;
  bench.storage.testAndSet(generation, copy);
  await rig.until('the arbiter answers', () => ofType(bench, 'decided').length > before);
  return answersOf(bench);
};

const arbiter: readonly Expectation[] = [
  {
    sentence: 'of two that ask, one wins, and both can ask again without a change (R23-17, R23-21)',
    check: async (rig) => {
      rig.one.storage.testAndSet(0, 'a');
      rig.other.storage.testAndSet(0, 'b');
      await firstOf(rig, rig.one, 'decided');
      await firstOf(rig, rig.other, 'decided');
      const first = [answersOf(rig.one), answersOf(rig.other)];
      assert(first.toSorted().join() === '0 lost,0 won', `one has won: got ${first.join(', ')}`);
      const second = [await ask(rig, rig.one, 0, 'a'), await ask(rig, rig.other, 0, 'b')];
      const expected = first.map((answer) => `${answer}, ${answer}`);
      assert(second.join() === expected.join(), `they stay: got ${second.join(' and ')}`);
    },
  },
  {
    sentence: 'who has won a generation is beaten in the next one only by one of it (R23-19)',
    check: async (rig) => {
      await ask(rig, rig.one, 0, 'a');
      await ask(rig, rig.other, 1, 'b');
      assert(answersOf(rig.other) === '1 won', `b leaves 1: got ${answersOf(rig.other)}`);
      const answers = await ask(rig, rig.one, 0, 'a');
      assert(answers === '0 won, 0 lost', `what is over loses: got ${answers}`);
    },
  },
];

const io = (number: number, kind: Io['kind'], block: number, data = new Uint8Array()): Io => ({
  number,
  kind,
  blocks: [{ start: block, end: block + 1 }],
  memory: [{ start: 0, end: 1 }],
  data,
});

const completionOf = async (rig: Rig, bench: Bench, number: number): Promise<Completion> => {
  const found = (): Completion | undefined =>
    ofType(bench, 'ioDone').find(({ completion }) => completion.io === number)?.completion;
  await rig.until(`operation ${number} completes`, () => found() !== undefined);
  const completion = found();
  assert(completion !== undefined, `operation ${number} has completed`);
  return completion;
};

const disk: readonly Expectation[] = [
  {
    sentence: 'what one host has written, another reads',
    check: async (rig) => {
      const { data: blank } = await read(rig, rig.one, 0, 0);
      assert(
        blank.every((byte) => byte === 0),
        'a block that was never written is blank',
      );
      const written = new Uint8Array(blank.length).fill(7);
      const tag = { copy: rig.booted, generation: 0 };
      rig.one.storage.submit(io(1, 'write', 0, written), tag);
      const { transferredCount } = await completionOf(rig, rig.one, 1);
      assert(transferredCount === 1, `all of it is written: got ${transferredCount}`);
      const { data } = await read(rig, rig.other, 2, 0);
      assert(
        data.every((byte) => byte === 7),
        'the other reads it',
      );
    },
  },
  {
    sentence: 'once a generation is won, operations of an older one are refused (R23-20)',
    check: async (rig) => {
      const { data: blank } = await read(rig, rig.one, 0, 0);
      await ask(rig, rig.other, 0, 'b');
      const stale = new Uint8Array(blank.length).fill(9);
      rig.one.storage.submit(io(1, 'write', 0, stale), { copy: rig.booted, generation: 0 });
      const { io: number, generation } = await firstOf(rig, rig.one, 'ioRefused');
      assert(number === 1 && generation === 0, `1 of 0 is refused: got ${number} of ${generation}`);
      const { data } = await read(rig, rig.other, 2, 1);
      assert(
        data.every((byte) => byte === 0),
        'nothing of it is on the disk',
      );
    },
  },
];

const read = (rig: Rig, bench: Bench, number: number, generation: number): Promise<Completion> => {
  bench.storage.submit(io(number, 'read', 0), { copy: rig.booted, generation });
  return completionOf(rig, bench, number);
};

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
        const { inputs } = bench;
        bench.network.announce();
        await rig.until(`${bench.name} is reached`, () => {
          if (packetsAt(bench).length === 0) rig.client.send(text); // it may have been too early
          return packetsAt(bench).length > 0;
        });
        const [packet = new Uint8Array()] = packetsAt(bench);
        bench.network.transmit(packet);
        await rig.until('the client is answered', () => rig.client.heard.includes(text));
        assert(inputs === bench.inputs, 'inputs are one list');
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

/** What everybody who writes a port has to keep, and everybody who uses one may rely on. */
export const contract: Readonly<Record<string, readonly Expectation[]>> = {
  channel,
  heartbeats,
  arbiter,
  disk,
  network,
};
