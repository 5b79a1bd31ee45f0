import { digestOf } from '../../impl/guest/digest.ts';
import type { Completion, Operated } from '../../impl/guest/guest.ts';
import type { Report } from '../../impl/hypervisor/report.ts';
import type { Reported } from '../simulation/reported.ts';
import type { Witnessed } from '../simulation/world.ts';

/** What a machine cannot know by itself, and where in its execution it happened. */
export type Given = { readonly position: number } & (
  | { readonly kind: 'reading'; readonly reading: number }
  | { readonly kind: 'timer' | 'powerOff' }
  | { readonly kind: 'packets'; readonly packets: readonly Uint8Array[] }
  | { readonly kind: 'operated'; readonly input: Operated }
  | { readonly kind: 'completion'; readonly completion: Completion }
);

/** How a copy came to serve: it booted, took over from a primary, or was moved. */
type Beginning = {
  readonly from: string | null; // the copy that served before
  readonly givenCount: number; // of what was given, when it began
  readonly position: number;
  readonly isMove: boolean;
};

/** One copy's execution, as the reports tell it. */
export type Execution = {
  readonly copy: string;
  given: Given[];
  log: { readonly seq: number; readonly given: Given }[]; // of its present pair
  logged: number;
  position: number;
  primary: string | null; // of a backup
  consumed: number;
  begins: Beginning | null; // null while it does not serve
  fedCount: number;
};

/** What the reports and the world's own memory say that happened to each copy. */
export type Lineage = {
  readonly executions: ReadonlyMap<string, Execution>;
  readonly heirs: ReadonlyMap<string, string>; // of a copy that has moved
  readonly survivor: string | null; // whose execution counts in the end
};

type Telling = {
  readonly executions: Map<string, Execution>;
  readonly heirs: Map<string, string>;
  readonly packets: ReadonlyMap<number, Uint8Array>; // by digest
  readonly witnessed: Witnessed;
  survivor: string | null;
};

const newExecution = (copy: string): Execution => ({
  ...{ copy, given: [], log: [], logged: 0, position: 0, primary: null },
  ...{ consumed: 0, begins: null, fedCount: 0 },
});

const executionOf = ({ executions }: Telling, copy: string): Execution => {
  const known = executions.get(copy);
  if (known !== undefined) return known;
  const made = newExecution(copy);
  executions.set(copy, made);
  return made;
};

const giving = (execution: Execution, given: Given): void => {
  execution.given.push(given);
  execution.log.push({ seq: execution.logged, given });
};

const nextOperated = (telling: Telling, execution: Execution, kind: string): Operated | null => {
  const all = telling.witnessed.fed.get(execution.copy) ?? [];
  const at = all.findIndex((one, index) => index >= execution.fedCount && one.kind === kind);
  execution.fedCount = at + 1;
  return all[at] ?? null;
};

/** Who has a copy's place now, after all the moves. */
const holderOf = (telling: Telling, copy: string | null): string | null => {
  const heir = copy === null ? undefined : telling.heirs.get(copy);
  return heir === undefined ? copy : holderOf(telling, heir);
};

/** A backup has applied what its primary logged, up to an entry. */
const consuming = (telling: Telling, execution: Execution, upTo: number): void => {
  const name = holderOf(telling, execution.primary);
  const primary = name === null ? undefined : telling.executions.get(name);
  for (const { seq, given } of primary?.log ?? []) {
    if (seq > execution.consumed && seq <= upTo) execution.given.push(given);
  }
  execution.consumed = upTo;
};

const cutting = (telling: Telling, source: Execution, clone: string, position: number): void => {
  source.log = [];
  source.logged = 0;
  const backup = executionOf(telling, clone);
  backup.given = [...source.given];
  Object.assign(backup, { primary: source.copy, consumed: 0, position });
};

const moving = (telling: Telling, source: Execution, to: string, position: number): void => {
  telling.heirs.set(source.copy, to);
  const { given, log, logged, primary, consumed, begins } = source;
  const isServing = begins !== null;
  const heir = executionOf(telling, to);
  Object.assign(heir, { given: [...given], log: [...log], logged, primary, consumed, position });
  heir.begins = isServing
    ? { from: source.copy, givenCount: given.length, position, isMove: true }
    : null;
  if (telling.survivor === source.copy) telling.survivor = to;
};

const takingOver = (telling: Telling, execution: Execution): void => {
  const { copy, given, primary, position } = execution;
  telling.survivor = copy;
  const from = holderOf(telling, primary);
  execution.begins ??= { from, givenCount: given.length, position, isMove: false };
};

const completing = (telling: Telling, execution: Execution, report: Report): void => {
  if (report.did !== 'completed') return;
  const { position, io } = report;
  const completion = telling.witnessed.completions.get(`${execution.copy}/${io}`)?.completion;
  if (completion !== undefined) giving(execution, { kind: 'completion', position, completion });
};

/** What came from the outside, as the world remembers it. */
const taking = (telling: Telling, execution: Execution, report: Report): void => {
  switch (report.did) {
    case 'delivered': {
      const packets = report.digests.map((digest) => telling.packets.get(digest));
      const known = packets.filter((packet) => packet !== undefined);
      giving(execution, { kind: 'packets', position: report.position, packets: known });
      return;
    }
    case 'fed': {
      const input = nextOperated(telling, execution, report.kind);
      if (input !== null) giving(execution, { kind: 'operated', position: report.position, input });
      return;
    }
    case 'completed':
      completing(telling, execution, report);
      return;
    default:
      return;
  }
};

const tell = (telling: Telling, copy: string, report: Report): void => {
  const execution = executionOf(telling, copy);
  switch (report.did) {
    case 'ran':
    case 'replayed':
      execution.position = report.to;
      return;
    case 'performed': {
      const { position, reading } = report;
      execution.position = position + 1;
      if (reading !== null) giving(execution, { kind: 'reading', position, reading });
      return;
    }
    case 'interrupted':
      giving(execution, { kind: 'timer', position: report.position });
      return;
    case 'delivered':
    case 'fed':
    case 'completed':
      taking(telling, execution, report);
      return;
    case 'ordered':
      if (report.operation === 'powerOff') {
        giving(execution, { kind: 'powerOff', position: execution.position });
      }
      return;
    case 'logged':
      execution.logged = report.seq;
      return;
    case 'cut':
      cutting(telling, execution, report.copy, report.position);
      return;
    case 'consumed':
      consuming(telling, execution, report.upTo);
      execution.position = report.position;
      return;
    case 'wentLive':
      execution.position = report.position;
      takingOver(telling, execution);
      return;
    case 'switchedOver':
      moving(telling, execution, report.copy, report.position);
      return;
    default:
      return;
  }
};

/**
 * Who was given what, and which execution is the one that goes on: from what the copies said that
 * they did, and the bytes that the world gave them. It knows nothing of the protocol but that a
 * clone begins where it was cut, a backup does what was logged, and a copy that moves takes all.
 */
export const lineageOf = (reports: readonly Reported[], witnessed: Witnessed): Lineage => {
  const packets = new Map(witnessed.packets.map((bytes) => [digestOf(bytes), bytes]));
  const telling: Telling = {
    ...{ executions: new Map(), heirs: new Map() },
    ...{ packets, witnessed, survivor: null },
  };
  for (const reported of reports) {
    if (reported.by === 'copy') tell(telling, reported.copy, reported.report);
    else if (reported.happening.what === 'booted') {
      const execution = executionOf(telling, reported.happening.copy);
      execution.begins = { from: null, givenCount: 0, position: 0, isMove: false };
      telling.survivor = execution.copy;
    }
  }
  const { executions, heirs, survivor } = telling;
  return { executions, heirs, survivor };
};
