import type { Guest, Image, Output } from '../../impl/guest/guest.ts';
import type { Reported } from '../simulation/reported.ts';
import type { Witnessed } from '../simulation/world.ts';
import { type Execution, type Given, type Lineage, lineageOf } from './lineage.ts';

/** What one machine alone puts out. */
type Predicted = {
  readonly network: Uint8Array[];
  readonly console: Uint8Array[];
  readonly writes: Map<number, Uint8Array>; // by disk operation
};

const putting = (guest: Guest, predicted: Predicted, outputs: readonly Output[]): void => {
  for (const output of outputs) {
    if (output.device === 'disk') {
      const io = guest.outstanding().find(({ number }) => number === output.io);
      if (io !== undefined) predicted.writes.set(io.number, io.data);
    } else predicted[output.device].push(output.bytes);
  }
};

/** Runs on to a position; a sentence if it cannot come there by itself. */
const reach = (guest: Guest, predicted: Predicted, position: number): string | null => {
  while (guest.position < position) {
    const stop = guest.run(position);
    if (stop === 'limit') continue;
    const trap = stop === 'trap' ? guest.trap() : null;
    if (trap === null || trap.needs.includes('ND')) {
      return `the machine stops at ${guest.position} (${stop}) on its way to ${position}`;
    }
    putting(guest, predicted, guest.perform(0));
  }
  return guest.position === position ? null : `the machine is past ${position} already`;
};

const happen = (guest: Guest, given: Given): readonly Output[] => {
  switch (given.kind) {
    case 'reading':
      return guest.perform(given.reading);
    case 'timer':
      guest.interrupt();
      return [];
    case 'powerOff':
      guest.powerOff();
      return [];
    case 'packets':
      return guest.receive(given.packets);
    case 'operated':
      guest.operate(given.input);
      return [];
    case 'completion':
      guest.complete(given.completion);
      return [];
  }
};

type Mark = { readonly copy: string; readonly givenCount: number; readonly position: number };
type Marks = Map<string, { readonly network: number; readonly console: number }>;

/** The copies that served, one after the other, up to the one that counts. */
const servedIn = ({ executions, survivor }: Lineage): readonly Execution[] => {
  const served: Execution[] = [];
  for (let name = survivor; name !== null; ) {
    const execution = executions.get(name);
    if (execution === undefined || served.includes(execution)) break;
    served.unshift(execution);
    name = execution.begins?.from ?? null;
  }
  return served;
};

type Sole = { readonly predicted: Predicted; readonly marks: Marks };

/**
 * Where each copy began to serve, in the execution that counts: what a copy did beyond the place
 * where another took over from it happened to nobody.
 */
const beginningsOf = (served: readonly Execution[], last: Execution): readonly Mark[] => {
  let givenCount = last.given.length;
  let position = last.position;
  return served
    .toReversed()
    .map(({ copy, begins }) => {
      givenCount = Math.min(givenCount, begins?.givenCount ?? 0);
      position = Math.min(position, begins?.position ?? 0);
      return { copy, givenCount, position };
    })
    .toReversed();
};

/** One machine, which knows of no other, is given all that the survivor's execution was given. */
const runAlone = (image: Image, served: readonly Execution[], last: Execution): Sole | string => {
  const guest = image.boot();
  const predicted: Predicted = { network: [], console: [], writes: new Map() };
  const marks: Marks = new Map();
  const beginnings = beginningsOf(served, last);
  const mark = (count: number): string | null => {
    for (const { copy, givenCount, position } of beginnings) {
      if (givenCount !== count || marks.has(copy)) continue;
      const wrong = reach(guest, predicted, position);
      if (wrong !== null) return wrong;
      const { network, console } = predicted;
      marks.set(copy, { network: network.length, console: console.length });
    }
    return null;
  };
  for (const [index, given] of last.given.entries()) {
    const wrong = mark(index) ?? reach(guest, predicted, given.position);
    if (wrong !== null) return wrong;
    if (given.kind === 'reading' && guest.trap()?.needs.includes('ND') !== true) {
      return `the machine does not read the clock at ${given.position}`;
    }
    putting(guest, predicted, happen(guest, given));
  }
  const wrong = mark(last.given.length) ?? reach(guest, predicted, last.position);
  return wrong ?? { predicted, marks };
};

const same = (one: Uint8Array, other: Uint8Array | undefined): boolean =>
  other !== undefined && one.length === other.length && one.every((b, at) => b === other[at]);

const isAt = (seen: readonly Uint8Array[], all: readonly Uint8Array[], from: number): boolean =>
  seen.every((bytes, index) => same(bytes, all[from + index]));

/** What the outside may see of one copy, as places among the outputs of the machine alone. */
type Allowed = {
  readonly copy: string;
  readonly from: number; // not before
  readonly upTo: number; // not beyond: its successor took over there
  readonly mustFollow: number | null; // exactly from there: nobody has failed
};

const seenOf = (
  { transmitted, printed }: Witnessed,
  device: 'network' | 'console',
  copy: string,
): readonly Uint8Array[] =>
  (device === 'network' ? transmitted : printed)
    .filter((one) => one.copy === copy)
    .map(({ bytes }) => bytes);

/** Where the outputs of one copy stand among those of the machine alone, or why nowhere. */
const placed = (
  seen: readonly Uint8Array[],
  all: readonly Uint8Array[],
  { copy, from, upTo, mustFollow }: Allowed,
  what: string,
): number | string => {
  const first = mustFollow ?? from;
  const last = mustFollow ?? upTo - seen.length;
  for (let start = first; start <= last; start++) {
    if (start + seen.length <= upTo && isAt(seen, all, start)) return start + seen.length;
  }
  const place = mustFollow === null ? `between ${from} and ${upTo}` : `from ${mustFollow} on`;
  const sent = `copy ${copy} sent ${seen.length} outputs to the ${what}`;
  return `${sent} that one machine alone would not put out ${place}`;
};

const judged = (
  device: 'network' | 'console',
  { predicted, marks }: Sole,
  served: readonly Execution[],
  witnessed: Witnessed,
  repeats: number,
): string | null => {
  const all = predicted[device];
  let end = 0;
  for (const [index, { copy, begins }] of served.entries()) {
    const seen = seenOf(witnessed, device, copy);
    const next = served[index + 1];
    const upTo = next === undefined ? all.length : (marks.get(next.copy)?.[device] ?? all.length);
    const began = marks.get(copy)?.[device] ?? 0;
    const mustFollow = begins?.from === null ? 0 : begins?.isMove ? end : null;
    const from = Math.max(0, began - repeats);
    const found =
      seen.length === 0 ? null : placed(seen, all, { copy, from, upTo, mustFollow }, device);
    if (typeof found === 'string') return found;
    end = found ?? (mustFollow === null ? began : end);
  }
  return null;
};

const strangers = (served: readonly Execution[], { transmitted, printed, written }: Witnessed) => {
  const names = new Set(served.map(({ copy }) => copy));
  const stranger = [...transmitted, ...printed, ...written].find(({ copy }) => !names.has(copy));
  return stranger === undefined
    ? null
    : `copy ${stranger.copy} was heard outside, but its execution is not the one that goes on`;
};

const wrongWrite = ({ predicted }: Sole, { written }: Witnessed): string | null => {
  const wrong = written.find(({ io }) => !same(io.data, predicted.writes.get(io.number)));
  return wrong === undefined
    ? null
    : `copy ${wrong.copy} wrote with operation ${wrong.io.number} what one machine alone would not`;
};

/**
 * The dumb opinion: one machine alone, given the merged inputs, would have put out all that
 * clients, console and disk have seen, in that order. Without a failover nothing is lost or
 * repeated; where one copy takes over, the last outputs of the other may be lost (C3, C4) or, under
 * V7 `emitLast`, those of the last entry be repeated (C5; R22-2, R22-11). `null`, or what is wrong,
 * as a sentence.
 */
export const opinionOf = (
  image: Image,
  reports: readonly Reported[],
  witnessed: Witnessed,
  goLiveOutput: 'drop' | 'emitLast',
): string | null => {
  const lineage = lineageOf(reports, witnessed);
  const served = servedIn(lineage);
  const last = served.at(-1);
  if (last === undefined) return 'nobody ever served';
  const sole = runAlone(image, served, last);
  if (typeof sole === 'string') return sole;
  const repeats = goLiveOutput === 'drop' ? 0 : 16;
  return (
    strangers(served, witnessed) ??
    judged('network', sole, served, witnessed, repeats) ??
    judged('console', sole, served, witnessed, repeats) ??
    wrongWrite(sole, witnessed)
  );
};
