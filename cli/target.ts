import { isBadInput } from '../counterexamples/bad-input.ts';
import { paper } from '../model/paper.ts';
import type { Spec } from '../model/spec.ts';
import { specificationIn } from './specification.ts';

/** By which word a worker finds the specification: functions cannot be sent. */
export type Target = {
  readonly name: string;
  readonly file: string | null; // the module that exports it, if it is not in the catalogue
};

/** The specification that a worker is to work on; throws if it is not there any more. */
export const specificationFor = async ({ name, file }: Target): Promise<Spec> => {
  if (file !== null) {
    const found = await specificationIn(file);
    if (isBadInput(found)) throw new Error(found.sentence);
    return found.spec;
  }
  if (name === paper.name) return paper;
  const { specificationNamed } = await import('../counterexamples/catalogue.ts');
  const spec = specificationNamed(name);
  if (spec === null) throw new Error(`There is no specification named ${name}.`);
  return spec;
};
