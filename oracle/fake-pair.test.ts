import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FakePair, type Fault, fakePair, type GuestProgram } from './fake-pair.ts';

/** Counts what it is asked: a response tells how many requests its guest has had. */
const counter: GuestProgram<number, string, string> = {
  initial: 0,
  handle: (count, request) => [count + 1, `${request} ${count}`],
};

const textOf = ({ responses }: FakePair<string, string>): readonly string[] =>
  responses().map(({ response }) => response);

test('a request is answered from the primary', () => {
  const pair = fakePair(counter);
  pair.send('a');
  pair.send('b');
  pair.settle();
  expect(textOf(pair)).toEqual(['a 0', 'b 1']);
  expect(pair.serving()).toBe('A');
  expect(pair.isProtected()).toBe(true);
});

test('what was answered survives the primary, and a new backup is found on a free host', () => {
  const pair = fakePair(counter);
  pair.send('a');
  pair.settle();
  pair.befall({ type: 'crash', host: 'A' });
  pair.settle();
  pair.send('b');
  pair.settle();
  expect(textOf(pair)).toEqual(['a 0', 'b 1']);
  expect(pair.serving()).toBe('B');
  expect(pair.isProtected()).toBe(true);
  pair.befall({ type: 'crash', host: 'B' });
  pair.settle();
  pair.send('c');
  pair.settle();
  expect(textOf(pair)).toEqual(['a 0', 'b 1', 'c 2']);
  expect(pair.serving()).toBe('C');
});

test('a spurious suspicion leaves one server', () => {
  const pair = fakePair(counter);
  pair.suspect('B');
  pair.settle();
  pair.send('a');
  pair.settle();
  expect(textOf(pair)).toEqual(['a 0']);
  expect(['A', 'B']).toContain(pair.serving());
});

test('without the storage nobody goes live, and with it again somebody does', () => {
  const pair = fakePair(counter);
  pair.befall({ type: 'loseStorage', host: 'B' });
  pair.befall({ type: 'crash', host: 'A' });
  pair.settle();
  expect(pair.serving()).toBeNull();
  pair.befall({ type: 'regainStorage', host: 'B' });
  pair.settle();
  expect(pair.serving()).toBe('B');
});

test('what cannot befall it is told', () => {
  const pair = fakePair(counter);
  pair.befall({ type: 'crash', host: 'A' });
  expect(() => pair.befall({ type: 'crash', host: 'A' })).toThrow('crash: the host is down');
});

test('whatever befalls it, no two responses contradict each other', () => {
  const faults: readonly Fault[] = [
    { type: 'crash', host: 'A' },
    { type: 'crash', host: 'B' },
    { type: 'repair', host: 'A' },
    { type: 'pause', host: 'A' },
    { type: 'resume', host: 'A' },
    { type: 'cut', net: 'log', from: 'A', to: 'B' },
    { type: 'heal', net: 'log', from: 'A', to: 'B' },
  ];
  const act = fc.oneof(
    fc.constant('send' as const),
    fc.integer({ min: 1, max: 40 }),
    fc.constantFrom(...faults),
  );
  let takeovers = 0;
  fc.assert(
    fc.property(fc.string(), fc.array(act, { maxLength: 30, size: 'max' }), (seed, acts) => {
      const pair = fakePair(counter, { seed });
      for (const one of acts) {
        if (one === 'send') pair.send('x');
        else if (typeof one === 'number') pair.run(one);
        else {
          try {
            pair.befall(one);
          } catch (error) {
            if (!(error instanceof RangeError)) throw error;
          }
        }
      }
      pair.settle();
      const byRequest = new Map<number, string>();
      for (const { request, response } of pair.responses()) {
        expect(byRequest.get(request) ?? response).toBe(response);
        byRequest.set(request, response);
      }
      if (new Set(pair.responses().map(({ host }) => host)).size > 1) takeovers++;
    }),
    { numRuns: 300 },
  );
  expect(takeovers).toBeGreaterThan(10);
});
