import { parentPort, workerData } from 'node:worker_threads';
import { isBadInput } from '../counterexamples/bad-input.ts';
import { specificationNamed } from '../counterexamples/catalogue.ts';
import type { Spec } from '../model/spec.ts';
import { checkBlock, type Order, suiteOf } from '../properties/checker/check.ts';
import { specificationIn } from './specification.ts';

/** By which word a worker finds the specification: functions cannot be sent. */
export type Target = {
  readonly name: string;
  readonly file: string | null; // the module that exports it, if it is not in the catalogue
};

/** What a worker is started with. */
export type Briefing = { readonly target: Target; readonly order: Order };

/** One block to be run. */
export type Task = { readonly block: number; readonly runs: number };

const specificationOf = async ({ name, file }: Target): Promise<Spec> => {
  if (file !== null) {
    const found = await specificationIn(file);
    if (isBadInput(found)) throw new Error(found.sentence);
    return found.spec;
  }
  const spec = specificationNamed(name);
  if (spec === null) throw new Error(`There is no specification named ${name}.`);
  return spec;
};

if (parentPort !== null) {
  const port = parentPort;
  const { target, order }: Briefing = workerData;
  const suite = suiteOf(await specificationOf(target), order);
  port.on('message', ({ block, runs }: Task) => {
    port.postMessage(checkBlock(suite, block, runs));
  });
}
