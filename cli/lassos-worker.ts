import { parentPort, workerData } from 'node:worker_threads';
import { obligations } from '../properties/checker/explore/obligations.ts';
import { lassosUnder } from '../properties/checker/explore/protocol-lassos.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import type { Found } from './lassos-report.ts';
import { specificationFor, type Target } from './target.ts';

/** What the searching thread is started with. */
export type Errand = {
  readonly target: Target;
  readonly scope: Scope;
  readonly ids: readonly string[]; // of obligations
  readonly bytes: number; // of heap, at most
  readonly stop: SharedArrayBuffer; // its first number is 1 once somebody wants it to end
};

/** What it says. */
export type Report =
  | { readonly kind: 'progress'; readonly states: number }
  | { readonly kind: 'end'; readonly found: Found };

const tellEvery = 100; // ms

if (parentPort !== null) {
  const port = parentPort;
  const { target, scope, ids, bytes, stop }: Errand = workerData;
  const spec = await specificationFor(target);
  const stopped = new Int32Array(stop);
  const say = (report: Report): void => port.postMessage(report);
  let told = 0;
  const goesOn = (states: number): boolean => {
    const now = performance.now();
    if (now - told >= tellEvery) {
      told = now;
      say({ kind: 'progress', states });
    }
    return Atomics.load(stopped, 0) === 0 && process.memoryUsage().heapUsed < bytes;
  };
  const asked = obligations.filter(({ id }) => ids.includes(id));
  const bounds = { states: Number.POSITIVE_INFINITY, goesOn };
  const { answers, ...counts } = lassosUnder(spec, scope, asked, bounds);
  const found: Found = {
    ...counts,
    answers: answers.map((answer) => {
      if (answer.kind !== 'violated') return answer;
      const { stem, begins, cycle } = answer.lasso;
      const [once, again] = [stem, cycle].map((strides) => strides.map(({ event }) => event));
      return { ...answer, lasso: { stem: once ?? [], begins, cycle: again ?? [] } };
    }),
  };
  say({ kind: 'end', found });
}
