import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Fifo } from './fifo.ts';

it('a queue gives what was pushed, the oldest first, and knows the place of each', () => {
  const steps = fc.array(fc.nat(9), { maxLength: 1000, size: 'max' });
  const property = fc.property(steps, fc.nat(8), (drawn, pushes) => {
    const fifo = new Fifo<number>();
    const plain: number[] = [];
    drawn.forEach((choice, number) => {
      if (choice <= pushes) {
        fifo.push(number);
        plain.push(number);
      } else expect(fifo.shift()).toBe(plain.shift());
      const place = choice % (plain.length + 1);
      expect([fifo.length, fifo.at(place)]).toEqual([plain.length, plain[place]]);
    });
  });
  fc.assert(property);
});
