import { parentPort, workerData } from 'node:worker_threads';
import type { Stage } from '../properties/checker/explore/graph.ts';
import { obligations } from '../properties/checker/explore/obligations.ts';
import { lassosUnder } from '../properties/checker/explore/protocol-lassos.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import { toldOf } from './lasso-bundle.ts';
import type { Found } from './lassos-report.ts';
import { specificationFor, type Target } from './target.ts';
import { heapSince, progressTo, type Report, type Stop } from './threads.ts';

/** What the searching thread is started with. */
export type Errand = {
  readonly target: Target;
  readonly scope: Scope;
  readonly ids: readonly string[]; // of obligations
  readonly bytes: number; // of memory, at most
  readonly stop: Stop;
};

if (parentPort !== null) {
  const port = parentPort;
  const { target, scope, ids, bytes, stop }: Errand = workerData;
  const spec = await specificationFor(target);
  const say = (report: Report<Stage, Found>): void => port.postMessage(report);
  const goesOn = progressTo<Stage>(stop, (progress) => say({ kind: 'progress', progress }));
  const asked = obligations.filter(({ id }) => ids.includes(id));
  const bounds = { bytes, heap: heapSince(), goesOn };
  const { answers, ...counts } = lassosUnder(spec, scope, asked, bounds);
  const found: Found = {
    ...counts,
    answers: answers.map((answer) =>
      answer.kind === 'violated' ? { ...answer, lasso: toldOf(answer.lasso) } : answer,
    ),
  };
  say({ kind: 'end', result: found });
}
