import { expect, it } from 'vitest';
import { patient } from './patience.ts';

it('asks at the first step, and seldom after that', () => {
  let asked = 0;
  const goesOn = patient(() => {
    asked++;
    return true;
  });
  expect(goesOn()).toBe(true);
  expect(asked).toBe(1);
  const said = Array.from({ length: 100_000 }, goesOn);
  expect(said.every((one) => one)).toBe(true);
  expect(asked).toBeGreaterThan(10);
  expect(asked).toBeLessThan(100);
});

it('never asks again once it was told to stop', () => {
  let asked = 0;
  const goesOn = patient(() => asked++ > 0);
  const said = Array.from({ length: 100_000 }, goesOn);
  expect(said.some((one) => one)).toBe(false);
  expect(asked).toBe(1);
});
