import { paper } from '../model/paper.ts';
import type { Settings } from '../model/settings.ts';
import { eventTypes } from '../model/spec.ts';
import { type Table as Counts, performed } from '../properties/checker/coverage.ts';
import { type FaultKind, faultKinds } from '../properties/checker/faults.ts';
import { type Pair, reachOf, struckIn } from '../properties/checker/phase-pairs.ts';
import { phases } from '../properties/checker/phases.ts';
import { combinations } from '../properties/checker/profile.ts';
import { type ClaimVerdict, strategyNames, type Verdict } from '../properties/checker/verdict.ts';
import { type Column, tableText } from './columns.ts';
import { counted, many } from './numbers.ts';
import { type Colours, type Terminal, wrapped } from './terminal.ts';

/** A share in percent; what is there but tiny is not shown as nothing. */
export const percent = (share: number): string => {
  if (share > 0 && share < 0.0001) return 'less than 0.01 %';
  return `${(100 * share).toFixed(share < 0.01 ? 2 : share < 0.1 ? 1 : 0)} %`;
};

const stanceOf = ({ stance, runs, unseen }: ClaimVerdict, colours: Colours): string => {
  if (stance === 'refuted') return colours.red('refuted');
  if (stance === 'holds') return colours.green('held');
  const ids = unseen.map(({ id }) => id).join(', ');
  return colours.yellow(runs === 0 ? 'not tried' : `open: ${ids} not seen`);
};

/** Every claim with its sentence, in how many runs it was judged, and what came of it. */
export const verdictTable = (claims: readonly ClaimVerdict[], terminal: Terminal): string => {
  const { colours, columns } = terminal;
  const fixed = 5 + 2 + 2 + 9 + 2 + 14;
  const rows = claims.map((verdict) => [
    colours.bold(verdict.id),
    verdict.claim,
    counted(verdict.runs),
    stanceOf(verdict, colours),
  ]);
  return tableText(
    [
      { head: 'claim', width: 5 },
      { head: 'what it says', width: columns - fixed },
      { head: 'runs', width: 9, align: 'right' },
      { head: 'verdict', width: 14 },
    ],
    rows,
    colours,
  );
};

/** What each strategy did, and what came of it. */
export const strategyTable = (
  { strategies }: Pick<Verdict, 'strategies'>,
  { colours }: Terminal,
): string => {
  const used = strategyNames.filter((name) => strategies[name].runs > 0);
  const rows = used.map((name) => {
    const { runs, steps, discoveries, refuting } = strategies[name];
    return [name, ...[runs, steps, discoveries, refuting].map(counted)];
  });
  return tableText(
    [
      { head: 'strategy', width: 10 },
      { head: 'runs', width: 10, align: 'right' },
      { head: 'events', width: 13, align: 'right' },
      { head: 'new kinds', width: 16, align: 'right' },
      { head: 'refutations', width: 13, align: 'right' },
    ],
    rows,
    colours,
  );
};

const faultHeads: Readonly<Record<FaultKind, readonly [head: string, width: number]>> = {
  crash: ['crash', 5],
  pause: ['pause', 5],
  wedge: ['wedge', 5],
  cut: ['cut', 4],
  reset: ['reset', 5],
  loseStorage: ['lose\ndisk', 4],
  loseRequest: ['lose\nreq.', 4],
  loseReply: ['lose\nrep.', 4],
  loseIo: ['lose\nIO', 4],
  failIo: ['fail\nIO', 4],
  loseService: ['lose\nsvc.', 4],
  skew: ['skew', 4],
  overcommit: ['over\ncom.', 4],
};

const isAmong = (pairs: readonly Pair[], phase: string, kind: FaultKind): boolean =>
  pairs.some((pair) => pair.phase === phase && pair.kind === kind);

const short = (count: number): string => {
  if (count < 10_000) return `${count}`;
  return count < 1e6 ? `${Math.floor(count / 1000)}k` : `${Math.floor(count / 1e6)}M`;
};

/** In which phase which fault struck, and how often; a dot is never, a line is where none can. */
export const faultTable = (
  counts: Counts,
  fixed: Partial<Settings>,
  { colours }: Terminal,
): string => {
  const { possible } = reachOf(counts, fixed);
  const rows = Object.keys(phases).map((phase) => [
    phase,
    ...faultKinds.map((kind) => {
      const count = counts[phase]?.[kind] ?? 0;
      if (count > 0) return short(count);
      return isAmong(possible, phase, kind) ? colours.yellow('·') : '-';
    }),
  ]);
  const heads = faultKinds.map((kind) => faultHeads[kind]);
  return tableText(
    [
      { head: 'while', width: 11 },
      ...heads.map(([head, width]) => ({ head, width, align: 'right' as const })),
    ],
    rows,
    colours,
    1,
  );
};

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** One action: how often it was performed and refused, and for how many reasons. */
const actionCells = (coverage: Counts, type: string): readonly string[] => {
  const { [performed]: done = 0, ...refusals } = coverage[type] ?? {};
  const reasons = Object.values(refusals);
  return [type, short(done), short(total(reasons)), `${reasons.length}`];
};

/** Every action with its outcomes, in two halves beside each other, the rarest first. */
export const actionTable = (coverage: Counts, { colours }: Terminal): string => {
  const doneOf = (type: string): number => coverage[type]?.[performed] ?? 0;
  const types = eventTypes(paper).toSorted((one, other) => doneOf(one) - doneOf(other));
  const height = Math.ceil(types.length / 2);
  const rows = types.slice(0, height).map((type, index) => {
    const beside = types[height + index];
    const right = beside === undefined ? ['', '', '', ''] : actionCells(coverage, beside);
    return [...actionCells(coverage, type), '', ...right];
  });
  const half: readonly Column[] = [
    { head: 'action', width: 14 },
    { head: 'done', width: 6, align: 'right' },
    { head: 'refused', width: 7, align: 'right' },
    { head: 'why', width: 4, align: 'right' },
  ];
  return tableText([...half, { head: ' ', width: 1 }, ...half], rows, colours, 1);
};

const some = (gaps: readonly string[], most = 4): string => {
  const more = gaps.length - most;
  return gaps.slice(0, most).join(', ') + (more > 0 ? ` and ${counted(more)} more` : '');
};

/** The outcomes of actions that a check has reached: performed, or refused for some reason. */
export const outcomesIn = (coverage: Counts): number =>
  total(Object.values(coverage).map((outcomes) => Object.keys(outcomes).length));

const rarest = (coverage: Counts): readonly string[] =>
  Object.entries(coverage)
    .flatMap(([type, outcomes]) =>
      Object.entries(outcomes).map(([outcome, count]) => ({ type, outcome, count })),
    )
    .toSorted((one, other) => one.count - other.count)
    .filter(({ count }, index) => count < 10 && index < 2)
    .map(({ type, outcome, count }) =>
      outcome === performed
        ? `${type} was performed ${many(count, 'time')} only`
        : `${type} was refused ${many(count, 'time')} only because ${outcome}`,
    );

/** How many pairs of a fault and a phase were reached, of how many; `isExact` is as in `Reach`. */
export const pairCounts = (counts: Counts, fixed: Partial<Settings>): object => {
  const { possible, reached, isExact } = reachOf(counts, fixed);
  return { reached, possible: possible.length, isExact };
};

/** Which pairs of a fault and a phase were not reached, of those that the paper's rules allow. */
const faultGaps = (counts: Counts, fixed: Partial<Settings>): readonly string[] => {
  const { possible, reached, isExact } = reachOf(counts, fixed);
  const quiet = possible.filter((pair) => struckIn(counts, pair) === 0);
  const names = quiet.map(({ kind, phase }) => `${kind} while ${phase}`);
  const all = `${isExact ? '' : 'at most '}${many(possible.length, 'possible pair')}`;
  return quiet.length === 0 ? [] : [`faults: ${reached} of ${all} below; never ${some(names)}`];
};

/** What a check has not reached, or hardly: lines, the gravest first. */
export const gapLines = (verdict: Verdict, fixed: Partial<Settings>): readonly string[] => {
  const { coverage, phases: struck, combinations: tried, claims } = verdict;
  const unseen = new Map(claims.flatMap((claim) => claim.unseen.map((one) => [one.id, one])));
  const idle = eventTypes(paper).filter((type) => coverage[type]?.[performed] === undefined);
  const known = combinations(fixed).length;
  const done = Object.keys(tried).length;
  return [
    ...[...unseen.values()].map(
      ({ id, claim, guards }) => `${id} not seen: ${claim} (it guards ${guards.join(', ')})`,
    ),
    ...(idle.length === 0 ? [] : [`never performed: ${some(idle, 12)}`]),
    ...(done >= known ? [] : [`settings: ${counted(done)} of ${counted(known)} combinations run`]),
    ...faultGaps(struck, fixed),
    ...rarest(coverage),
  ];
};

/** What of the situations was reached, and what a check estimates of the others. */
export const unseenText = (verdict: Verdict): string => {
  const { situations, newLately, chanceOfNew, marginOfChance, unseenMass } = verdict;
  return (
    `${counted(situations)} kinds of situations were reached; of the last quarter of the runs ` +
    `${percent(newLately)} reached a new one. One more run reaches a new one with a chance of ` +
    `${percent(chanceOfNew)}, give or take ${percent(marginOfChance)}, and about ` +
    `${percent(unseenMass)} of all that it reaches is new (Good and Turing; a little too high).`
  );
};

/** Lines under each other, each with a dot before it, wrapped. */
export const bullets = (lines: readonly string[], { columns }: Terminal): string =>
  lines.flatMap((line) => wrapped(`- ${line}`, columns, '  ')).join('\n');
