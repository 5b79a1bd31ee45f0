import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { expect, it } from 'vitest';
import { foldImage } from './fold.ts';
import type { Guest, Output } from './guest.ts';
import { bytesOf, fold, numberAt } from './numbers.ts';
import type { Instruction } from './program.ts';
import { contentOf } from './transfer.ts';

const booted = (...program: readonly Instruction[]): Guest => foldImage(program).boot();

const contents = (outputs: readonly Output[]): readonly unknown[] =>
  outputs.map((it) => (it.device === 'disk' ? ['disk', it.io] : [it.device, numberAt(it.bytes)]));

const folded = (...operands: readonly number[]): number => operands.reduce(fold, 1);

it('folds what it executes and what it suffers into a word, in order', () => {
  const guest = booted('compute', 'transmit');
  expect(guest.run(1)).toBe('limit');
  guest.interrupt();
  guest.receive([bytesOf(7), bytesOf(8)]);
  guest.operate({ kind: 'KEY', bytes: bytesOf(9) });
  guest.operate({ kind: 'MOUSE', bytes: bytesOf(10) });
  expect(guest.run(2)).toBe('trap');
  const word = folded(0, 5000, 6007, 6008, 6000, 7009, 8010, 0);
  expect(contents(guest.perform(0))).toEqual([['network', word]]);
});

it('needs a value, a marker or both, and needs them only where it would put something out', () => {
  const needs = (guest: Guest): string => guest.trap()?.needs.join(' ') ?? 'nothing';
  expect(needs(booted('compute'))).toBe('nothing');
  expect(needs(booted('readTime'))).toBe('ND');
  expect(needs(booted('stamp'))).toBe('ND OUT');
  const replying = booted('reply');
  expect(needs(replying)).toBe('nothing');
  replying.receive([bytesOf(1)]);
  expect(needs(replying)).toBe('OUT');
  replying.perform(0);
  expect(needs(replying)).toBe('nothing');
  const leaving = booted('shutdown');
  leaving.operate({ kind: 'MOUSE', bytes: bytesOf(1) });
  expect(needs(leaving)).toBe('nothing');
  leaving.operate({ kind: 'KEY', bytes: bytesOf(1) });
  expect(needs(leaving)).toBe('OFF');
  expect(leaving.perform(0)).toEqual([]);
  expect([leaving.isOff, leaving.run(9), leaving.position, leaving.trap()]).toEqual([
    true,
    'off',
    1,
    null,
  ]);
});

it('sends the transmit ring as one group with what makes it leave', () => {
  const guest = booted('post', 'post', 'kick', 'kick', 'post', 'compute');
  expect(guest.run(9)).toBe('trap');
  const [one, two] = [folded(0), folded(0, 0)];
  expect(contents(guest.perform(0))).toEqual([
    ['network', one],
    ['network', two],
  ]);
  expect(guest.needsOfReceiving()).toEqual([]);
  expect(guest.run(6)).toBe('limit'); // the second kick found the ring empty
  expect(guest.needsOfReceiving()).toEqual(['OUT']);
  expect(contents(guest.receive([bytesOf(0)]))).toEqual([['network', folded(0, 0, 0, 0, 0)]]);
  expect(guest.needsOfReceiving()).toEqual([]);
});

it('copies what it writes when it issues the write', () => {
  const guest = booted('touch q', 'write y q', 'touch q');
  expect(guest.run(9)).toBe('trap');
  expect(guest.trap()).toEqual({ needs: ['OUT'], issuesIo: true });
  expect(guest.perform(0)).toEqual([{ device: 'disk', io: 0 }]);
  guest.run(3);
  const data = bytesOf(folded(0, 0));
  const places = { blocks: [{ start: 1, end: 2 }], memory: [{ start: 1, end: 2 }] };
  expect(guest.outstanding()).toEqual([{ number: 0, kind: 'write', ...places, data }]);
  expect(contentOf(data)).toBe(fold(0, folded(0, 0)));
});

it('has in its memory what it reads once the completion comes, and not before', () => {
  const word = (isEarly: boolean): unknown => {
    const guest = booted('read xy pq', 'touch q', 'transmit');
    expect(guest.trap()).toEqual({ needs: [], issuesIo: true });
    expect(guest.perform(0)).toEqual([]);
    const completion = { io: 0, transferredCount: 2, data: bytesOf(70, 80) };
    if (isEarly) expect(guest.complete(completion)).toBe(true);
    guest.run(3);
    if (!isEarly) expect(guest.complete(completion)).toBe(true);
    return contents(guest.perform(0));
  };
  const content = fold(fold(0, 70), 80);
  expect(word(true)).toEqual([['network', folded(0, 9002, content, 0, 80, 0)]]);
  expect(word(false)).toEqual([['network', folded(0, 0, 0, 9002, content, 0)]]);
});

it('keeps of a short read the pages that were transferred', () => {
  const guest = booted('read xy pq', 'touch p', 'touch q', 'transmit');
  guest.perform(0);
  expect(guest.complete({ io: 0, transferredCount: 1, data: bytesOf(70) })).toBe(true);
  guest.run(3);
  const word = folded(0, 9001, fold(0, 70), 0, 70, 0, 0, 0);
  expect(contents(guest.perform(0))).toEqual([['network', word]]);
});

it('takes an instruction that traps from perform alone', () => {
  expect(() => booted('compute').perform(0)).toThrow('broken invariant: only what traps');
  expect(() => foldImage([])).toThrow('broken invariant: a program has one instruction or more');
});

it('is to the engine of one shape, booted or restored, and so as fast (R32-7)', () => {
  setFlagsFromString('--allow-natives-syntax');
  const isOfOneShape = runInThisContext('(one, other) => %HaveSameMap(one, other)');
  const image = foldImage(['compute']);
  const guest = image.boot();
  guest.run(1000);
  expect(isOfOneShape(guest, image.restore(guest.snapshot()))).toBe(true);
});
