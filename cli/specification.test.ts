import { expect, it } from 'vitest';
import { isBadInput } from '../counterexamples/bad-input.ts';
import { mutants } from '../counterexamples/catalogue.ts';
import { nearest } from '../counterexamples/nearest.ts';
import { optionFor, specificationOf } from './specification.ts';

it('finds the paper and every mutant by name', async () => {
  for (const name of ['paper', ...mutants.map(({ spec }) => spec.name)]) {
    const found = await specificationOf(name);
    expect(isBadInput(found) ? found.sentence : found.spec.name).toBe(name);
    if (isBadInput(found)) continue;
    expect(optionFor(found)).toBe(name === 'paper' ? '' : ` --spec ${name}`);
  }
});

it('guesses what was meant, if it is near', () => {
  const names = ['paper', 'release-off-by-one', 'ack-on-send'];
  expect(nearest('papr', names)).toBe('paper');
  expect(nearest('release-of-by-one', names)).toBe('release-off-by-one');
  expect(nearest('something-else-entirely', names)).toBeNull();
});
