import { assert } from '../assert.ts';
import type { Completion, Io } from '../guest/guest.ts';
import { type Bench, type Expectation, firstOf, ofType, type Rig } from './contract-rig.ts';

const outcomesAt = (bench: Bench): readonly string[] =>
  ofType(bench, 'decided').map(({ generation, outcome }) => `${generation} ${outcome}`);

/** The next answer; who is told that nobody knows asks again (R23-17). */
const ask = async (rig: Rig, bench: Bench, generation: number): Promise<string> => {
  const { length } = outcomesAt(bench);
  bench.storage.testAndSet(generation, bench.copy);
  await rig.until('the arbiter answers', () => outcomesAt(bench).length > length);
  const answer = outcomesAt(bench)[length] ?? '';
  return answer.endsWith('unreachable') ? ask(rig, bench, generation) : answer;
};

/** The arbiter. */
export const arbiter: readonly Expectation[] = [
  {
    sentence: 'of two that ask, one wins, and both can ask again without a change (R23-17, R23-21)',
    check: async (rig) => {
      const { one, other } = rig;
      const first = await Promise.all([ask(rig, one, 0), ask(rig, other, 0)]);
      assert(first.toSorted().join() === '0 lost,0 won', `one has won: got ${first.join(', ')}`);
      const second = [await ask(rig, one, 0), await ask(rig, other, 0)];
      assert(second.join() === first.join(), `they stay: got ${second.join(' and ')}`);
    },
  },
  {
    sentence: 'who has won a generation is beaten in the next one only by one of it (R23-19)',
    check: async (rig) => {
      const { one, other } = rig;
      const answers = [await ask(rig, one, 0), await ask(rig, other, 1), await ask(rig, one, 0)];
      const expected = '0 won, 1 won, 0 lost';
      assert(answers.join(', ') === expected, `what is over loses: got ${answers.join(', ')}`);
    },
  },
  {
    sentence: 'who cannot reach it is told so, and may win when he can (R23-17)',
    check: async (rig) => {
      const { one, faults } = rig;
      faults.loseStorage(one);
      one.storage.testAndSet(0, one.copy);
      const { outcome } = await firstOf(rig, one, 'decided');
      assert(outcome === 'unreachable', `nobody has answered: got ${outcome}`);
      faults.regainStorage(one);
      const answer = await ask(rig, one, 0);
      assert(answer === '0 won', `nobody else has asked: got ${answer}`);
    },
  },
  {
    sentence: 'who has won and not heard of it wins when he asks again, and nobody else (R23-21)',
    check: async (rig) => {
      const { one, other, faults } = rig;
      faults.loseAnswers(one);
      one.storage.testAndSet(0, one.copy);
      const { outcome } = await firstOf(rig, one, 'decided');
      assert(outcome === 'unreachable', `nobody knows: got ${outcome}`);
      const rival = await ask(rig, other, 0);
      faults.regainStorage(one);
      const again = await ask(rig, one, 0);
      const both = `${again}, ${rival}`;
      assert(both === '0 won, 0 lost', `it was decided, though not heard: got ${both}`);
    },
  },
  {
    sentence: 'who asks twice at once has asked once (R23-21)',
    check: async (rig) => {
      const { one, other } = rig;
      one.storage.testAndSet(0, one.copy);
      const answers = [await ask(rig, one, 0), await ask(rig, other, 0), await ask(rig, one, 0)];
      assert(answers.join() === '0 won,0 lost,0 won', `it has won: got ${answers.join()}`);
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

const completionsOf = (bench: Bench, number: number): readonly Completion[] =>
  ofType(bench, 'ioDone').flatMap(({ completion }) =>
    completion.io === number ? [completion] : [],
  );

const completed = async (rig: Rig, bench: Bench, number: number): Promise<Completion> => {
  await rig.until(`operation ${number} completes`, () => completionsOf(bench, number).length > 0);
  const [completion] = completionsOf(bench, number);
  assert(completion !== undefined, `operation ${number} has completed`);
  return completion;
};

const submit = ({ storage, copy }: Bench, operation: Io, generation = 0): void =>
  storage.submit(operation, { copy, generation });

const read = async (
  rig: Rig,
  bench: Bench,
  number: number,
  generation = 0,
): Promise<Uint8Array> => {
  submit(bench, io(number, 'read', 0), generation);
  return (await completed(rig, bench, number)).data;
};

const isAll = (data: Uint8Array, byte: number): boolean => data.every((one) => one === byte);

/** One writes such bytes over a block that is blank, once something has happened: its number 1. */
const overwrite = async (
  rig: Rig,
  byte: number,
  before: (bench: Bench) => unknown = () => undefined,
): Promise<void> => {
  const blank = await read(rig, rig.one, 0);
  assert(isAll(blank, 0), 'a block that was never written is blank');
  await before(rig.one);
  submit(rig.one, io(1, 'write', 0, blank.slice().fill(byte)));
};

/** The write is on its way when its host crashes; then comes what comes, and then it arrives. */
const crashInWrite = async (
  rig: Rig,
  byte: number,
  meanwhile: () => unknown = () => undefined,
): Promise<void> => {
  const { one, faults } = rig;
  await overwrite(rig, byte, faults.loseStorage);
  faults.crash(one);
  await meanwhile();
  faults.regainStorage(one);
  await rig.until('the late write is seen', () => rig.handled() >= 2);
};

const inOrder: readonly Expectation[] = [
  {
    sentence: 'what one host has written, another reads',
    check: async (rig) => {
      const { one, other } = rig;
      await overwrite(rig, 7);
      const { transferredCount } = await completed(rig, one, 1);
      assert(transferredCount === 1, `all of it is written: got ${transferredCount}`);
      assert(isAll(await read(rig, other, 0), 7), 'the other reads it');
    },
  },
  {
    sentence: 'once a generation is won, operations of an older one are refused (R23-20)',
    check: async (rig) => {
      const { one, other } = rig;
      await overwrite(rig, 9, () => ask(rig, other, 0));
      const { io: number, generation } = await firstOf(rig, one, 'ioRefused');
      assert(number === 1 && generation === 0, `1 of 0 is refused: got ${number} of ${generation}`);
      assert(isAll(await read(rig, other, 0, 1), 0), 'nothing of it is on the disk');
    },
  },
];

const inTrouble: readonly Expectation[] = [
  {
    sentence: 'what cannot be brought to the disk is done when it is reached again, once',
    check: async (rig) => {
      const { one, other, faults } = rig;
      await overwrite(rig, 7, faults.loseStorage);
      assert(isAll(await read(rig, other, 0), 0), 'it has not got there');
      faults.regainStorage(one);
      await completed(rig, one, 1);
      assert(isAll(await read(rig, other, 1), 7), 'it is done');
      assert(completionsOf(one, 1).length === 1, 'it completes once');
    },
  },
  {
    sentence: 'an operation whose answer is lost completes all the same, once (R34-8)',
    check: async (rig) => {
      const { one, other, faults } = rig;
      await overwrite(rig, 7, faults.loseAnswers);
      await rig.until('it is done', () => rig.handled() >= 2);
      assert(isAll(await read(rig, other, 0), 7), 'it is on the disk');
      assert(completionsOf(one, 1).length === 0, 'it has not been heard of');
      faults.regainStorage(one);
      await completed(rig, one, 1);
      await read(rig, one, 2);
      assert(completionsOf(one, 1).length === 1, 'it completes once');
    },
  },
  {
    sentence: 'a write on its way when its host crashes, and late, is refused after a win (R23-20)',
    check: async (rig) => {
      const { other } = rig;
      await crashInWrite(rig, 9, async () => {
        const answer = await ask(rig, other, 0);
        assert(answer === '0 won', `its rival wins: got ${answer}`);
      });
      assert(isAll(await read(rig, other, 0, 1), 0), 'nothing of it is on the disk');
    },
  },
  {
    sentence: 'a write on its way when its host crashes is done whole if it is done (R34-6)',
    check: async (rig) => {
      const { one, other } = rig;
      await crashInWrite(rig, 9);
      assert(isAll(await read(rig, other, 0), 9), 'all of it is on the disk');
      assert(completionsOf(one, 1).length === 0, 'whoever has crashed hears nothing');
    },
  },
];

/** The disk. */
export const disk: readonly Expectation[] = [...inOrder, ...inTrouble];
