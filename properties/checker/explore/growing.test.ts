import { expect, it } from 'vitest';
import { growing } from './growing.ts';

it('keeps what was pushed, in order, however often it grows', () => {
  const list = growing();
  for (let value = 0; value < 5000; value++) list.push(7 - value);
  expect(list.size()).toBe(5000);
  expect([list.at(0), list.at(4999)]).toEqual([7, -4992]);
  expect([...list.ints()]).toEqual(Array.from({ length: 5000 }, (_, value) => 7 - value));
});

it('says what it takes, and what it would take to grow', () => {
  const list = growing();
  for (let value = 0; value < 1024; value++) list.push(value);
  expect([list.bytes(), list.bytes(0), list.bytes(1)]).toEqual([4096, 4096, 3 * 4096]);
  list.push(0);
  expect([list.bytes(), list.bytes(1023)]).toEqual([8192, 8192]);
});
