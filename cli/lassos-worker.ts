import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { obligations } from '../properties/checker/explore/obligations.ts';
import { lassosUnder } from '../properties/checker/explore/protocol-lassos.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import type { Found } from './lassos-report.ts';
import { specificationFor, type Target } from './target.ts';
import { progressTo, type Report, type Stop } from './threads.ts';

/** What the searching thread is started with. */
export type Errand = {
  readonly target: Target;
  readonly scope: Scope;
  readonly ids: readonly string[]; // of obligations
  readonly bytes: number; // of heap, at most
  readonly stop: Stop;
};

if (parentPort !== null) {
  const port = parentPort;
  const { target, scope, ids, bytes, stop }: Errand = workerData;
  const spec = await specificationFor(target);
  const say = (report: Report<number, Found>): void => port.postMessage(report);
  const tell = progressTo<number>(stop, (progress) => say({ kind: 'progress', progress }));
  const goesOn = (states: number): boolean =>
    tell(states) && getHeapStatistics().used_heap_size < bytes;
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
  say({ kind: 'end', result: found });
}
