import type { Header } from './header.ts';
import { judge, type Refused } from './judge.ts';
import type { LoggedEntry, Observed } from './observation.ts';

/** Where a shorter log is refused, it is for the same reason. */
const reasonOf = ({ breach, line }: Refused): string => {
  switch (breach.kind) {
    case 'refused':
      return `${line.did}: ${breach.event.type}: ${breach.refusal}`;
    case 'differs':
      return `${line.did}: ${breach.what}`;
    case 'senseless':
      return `${line.did}: ${breach.sentence.replaceAll(/\d+/g, '')}`;
  }
};

type Judged = { readonly refused: Refused | null; readonly tries: number };

const judgedAs = (header: Header, lines: readonly Observed[]): Judged => {
  const { feed, tries } = judge(header);
  for (const line of lines) {
    const verdict = feed(line);
    if (verdict === null) continue;
    return { refused: verdict.kind === 'refused' ? verdict : null, tries: tries() };
  }
  return { refused: null, tries: tries() };
};

const seqsIn = (line: Observed): readonly number[] =>
  'entries' in line && line.entries !== undefined ? line.entries.map(({ seq }) => seq) : [];

const lowered = (value: number, above: number, by: number): number =>
  value > above ? value - by : value;

const withoutSeqs = (line: Observed, above: number, by: number): Observed => {
  const entries =
    'entries' in line && line.entries !== undefined
      ? {
          entries: line.entries.map(
            (entry): LoggedEntry => ({ ...entry, seq: lowered(entry.seq, above, by) }),
          ),
        }
      : {};
  const seq = 'seq' in line ? { seq: lowered(line.seq, above, by) } : {};
  const upTo = 'upTo' in line ? { upTo: lowered(line.upTo, above, by) } : {};
  return { ...line, ...entries, ...seq, ...upTo };
};

const isOfSeqs = (line: Observed, from: number, upTo: number): boolean => {
  const own = 'seq' in line ? line.seq : 'upTo' in line && line.did === 'replay' ? line.upTo : null;
  return own !== null && own >= from && own <= upTo;
};

const ordinalsIn = (line: Observed): readonly number[] =>
  'outputs' in line && line.outputs !== undefined ? line.outputs.map(({ ordinal }) => ordinal) : [];

const withoutOrdinals = (line: Observed, above: number, by: number): Observed => {
  const outputs =
    'outputs' in line && line.outputs !== undefined
      ? {
          outputs: line.outputs.map((put) => ({
            ...put,
            ordinal: lowered(put.ordinal, above, by),
          })),
        }
      : {};
  const ordinal = 'ordinal' in line ? { ordinal: lowered(line.ordinal, above, by) } : {};
  return { ...line, ...outputs, ...ordinal };
};

/** Without a line and all that follows from it alone: its entries, and the outputs of it. */
const without = (lines: readonly Observed[], at: number): readonly Observed[] => {
  const line = lines[at];
  if (line === undefined) return lines;
  const seqs = seqsIn(line);
  const ordinals = ordinalsIn(line);
  const [first] = seqs;
  const last = seqs.at(-1);
  const rest = lines.toSpliced(at, 1);
  const unlogged =
    first === undefined || last === undefined
      ? rest
      : rest
          .filter((one) => !isOfSeqs(one, first, last))
          .map((one) => withoutSeqs(one, last, seqs.length));
  const [shown] = ordinals;
  const lastShown = ordinals.at(-1);
  if (shown === undefined || lastShown === undefined) return unlogged;
  return unlogged
    .filter((one) => one.did !== 'release' || one.ordinal < shown || one.ordinal > lastShown)
    .map((one) => withoutOrdinals(one, lastShown, ordinals.length));
};

/** The lines of each node counted anew. */
const recounted = (lines: readonly Observed[]): readonly Observed[] => {
  const counts = new Map<string, number>();
  return lines.map((line) => {
    const n = (counts.get(line.node) ?? 0) + 1;
    counts.set(line.node, n);
    return { ...line, n };
  });
};

/** As much is tried at most on the way to a shorter log, as a judge counts it: lines, and more. */
const mostTries = 400_000;

/**
 * A log that is refused for the same reason and from which no line, and no run of lines, can be
 * taken out, with what follows from it alone. Where the log is long it stops with what it has.
 *
 * @param lines up to the line that is refused
 */
export const shrunkLog = (
  header: Header,
  lines: readonly Observed[],
  refused: Refused,
): readonly Observed[] => {
  const reason = reasonOf(refused);
  let best = lines;
  let tried = 0;
  const isSame = (some: readonly Observed[]): boolean => {
    const { refused: other, tries } = judgedAs(header, some);
    tried += tries;
    return other !== null && other.at === some.length - 1 && reasonOf(other) === reason;
  };
  const taking = (shorter: readonly Observed[]): boolean => {
    if (shorter.length >= best.length || tried > mostTries || !isSame(shorter)) return false;
    best = shorter;
    return true;
  };
  for (let size = Math.floor(best.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = best.length - 1 - size; at >= 0; at -= size) {
      taking(best.toSpliced(at, size));
    }
  }
  for (let isShorter = true; isShorter && tried <= mostTries; ) {
    isShorter = false;
    for (let at = best.length - 2; at >= 0; at--) {
      if (taking(without(best, at)) || taking(best.toSpliced(at, 1))) isShorter = true;
    }
  }
  return recounted(best);
};
