import type { Bundle, LassoBundle } from '../counterexamples/bundle.ts';
import { hasDisk, type Settings } from '../model/settings.ts';
import { eventTypes } from '../model/spec.ts';
import { claims } from '../properties/catalogue.ts';
import { attribution } from '../properties/checker/attribution.ts';
import { certificateText } from '../properties/checker/certificate.ts';
import type { Order, Suite } from '../properties/checker/check.ts';
import { narrate } from '../properties/checker/narrate.ts';
import { combinations } from '../properties/checker/profile.ts';
import { storyText } from '../properties/checker/story-text.ts';
import type { Verdict } from '../properties/checker/verdict.ts';
import { verdictHead } from '../properties/checker/verdict-kind.ts';
import type { Claim } from '../properties/property.ts';
import { printCase } from './case.ts';
import type { Kept } from './failures.ts';
import { lassoJson, printLassoCase } from './lasso-case.ts';
import { counted, many } from './numbers.ts';
import { listed } from './options.ts';
import type { Budget, Ended } from './pool.ts';
import { calmText, paperSays, scriptOf } from './refutation.ts';
import type { Specification } from './specification.ts';
import {
  actionTable,
  bullets,
  faultTable,
  gapLines,
  pairCounts,
  strategyTable,
  unseenText,
  verdictTable,
} from './tables.ts';
import { printWrapped, type Terminal } from './terminal.ts';

/** What a check was asked to do, in full. */
export type Request = {
  readonly specification: Specification;
  readonly suite: Suite;
  readonly order: Order; // the same, for the workers
  readonly seed: number;
  readonly workers: number;
  readonly budget: Budget;
};

/** What came of the counterexamples that an earlier check has saved. */
export type TriedFirst = {
  readonly count: number;
  readonly broken: StillBroken | null; // the first that still breaks its claim
};

/** A saved counterexample and where it breaks its claim now. */
export type StillBroken = { readonly file: string; readonly claim: Claim } & (
  | { readonly bundle: Bundle; readonly at: number }
  | { readonly bundle: LassoBundle; readonly at: null } // it never comes
);

/** A check that was run, and what was kept of the first refutation. */
export type Checked = {
  readonly ended: Ended;
  readonly verdict: Verdict;
  readonly kept: Kept | null;
};

/** What is about to be done: with the seed, all that it takes to do it again. */
export const printStart = (request: Request, tried: TriedFirst, terminal: Terminal): void => {
  const { specification, suite, budget, workers, seed } = request;
  const limits = [
    ...(budget.runs === null ? [] : [many(budget.runs, 'run')]),
    ...(budget.seconds === null ? [] : [`${budget.seconds} s`]),
  ];
  const { program, features = {} } = suite.fixed;
  const usesDisk = program !== undefined && hasDisk({ program });
  const left = Object.entries(features).flatMap(([name, is]) =>
    is || (name === 'disk' && usesDisk) ? [] : [name],
  );
  const without = left.length === 0 ? '' : `, without ${listed(left)}`;
  const how = `${limits.join(' or ')}, ${many(workers, 'worker')}, seed ${seed}${without}`;
  const what = `checking ${specification.spec.name}: ${many(suite.claims.length, 'claim')}, ${how}`;
  printWrapped(what, terminal, '  ');
  if (tried.count === 0 || tried.broken !== null) return;
  const saved = many(tried.count, 'saved counterexample');
  const outcome = tried.count === 1 ? 'its claim holds again' : 'their claims hold again';
  printWrapped(`tried first: ${saved}; ${outcome}`, terminal, '  ');
};

/** A counterexample of an earlier check that still breaks its claim. */
export const printKnown = (
  { specification }: Request,
  { file, claim, ...broken }: StillBroken,
  terminal: Terminal,
): void => {
  const common = { specification, claim, file, why: 'Found earlier, and saved then.' };
  terminal.print();
  if (broken.at === null) printLassoCase({ ...common, bundle: broken.bundle }, terminal);
  else printCase({ ...common, ...broken, script: scriptOf(broken.bundle) }, terminal);
  terminal.print();
  printWrapped(
    `${verdictHead(specification.spec.name, 'refuted')}${claim.id}, still, by a saved ` +
      'counterexample; no new runs were made (delete its file to look for others)',
    terminal,
    '  ',
  );
};

const sampleText = ({ verdict }: Checked, { seed, suite }: Request): string => {
  const known = combinations(suite.fixed).length;
  const done = Object.keys(verdict.combinations).length;
  return (
    `Sampled, not exhausted: ${many(verdict.runs, 'run')} with ${many(verdict.steps, 'event')} ` +
    `of seed ${seed}, under ${counted(done)} of ${counted(known)} combinations of settings and ` +
    `programs. ${unseenText(verdict)}`
  );
};

const conclusion = (request: Request, { verdict, ended }: Checked, terminal: Terminal): string => {
  const { colours } = terminal;
  const { claims, overall, runs } = verdict;
  const head = verdictHead(request.specification.spec.name, verdict.kind);
  const stopped =
    ended.because === 'interrupted' ? `interrupted after ${counted(ended.seconds)} s; ` : '';
  const [least] = claims.toSorted((one, other) => one.runs - other.runs);
  const isLess = least !== undefined && least.runs < runs;
  const clocked = isLess ? ` (${least.id}, judged least often, in ${counted(least.runs)})` : '';
  if (overall === 'holds') {
    return colours.green(`${head}${stopped}every claim held in ${many(runs, 'run')}${clocked}`);
  }
  const open = claims.filter(({ stance }) => stance === 'inconclusive').length;
  const held = `${many(claims.length - open, 'claim')} held in ${many(runs, 'run')}`;
  const why = open === 1 ? '1 is open' : `${open} are open`;
  return colours.yellow(
    `${head}${stopped}inconclusive: ${held}, ${why}, for want of the cases named above`,
  );
};

const printRefuted = (request: Request, checked: Checked, terminal: Terminal): void => {
  const { verdict, kept, ended } = checked;
  const { first } = verdict;
  const claim = request.suite.claims.find(({ id }) => id === first?.refutation.claim);
  if (first === null || claim === undefined || kept === null) return;
  const { specification, seed } = request;
  const { bundle, script, refutation, file, certificate } = kept;
  const why = certificateText(certificate);
  terminal.print();
  printCase({ specification, bundle, claim, script, at: refutation.at, file, why }, terminal);
  terminal.print();
  const others = verdict.claims.length - 1;
  const which = `run ${counted(first.run + 1)} of seed ${seed} (${first.strategy})`;
  printWrapped(
    `${verdictHead(specification.spec.name, 'refuted')}${claim.id} by ${which}, ` +
      `after ${ended.seconds.toFixed(1)} s; shrunk from ` +
      `${many(first.script.events.length, 'event')} in ${kept.seconds.toFixed(1)} s` +
      (others === 0 ? '' : `; no verdict on ${many(others, 'other claim')}`),
    terminal,
    '  ',
  );
};

/** What came of a check, gaps first and the verdict last. */
export const printVerdict = (request: Request, checked: Checked, terminal: Terminal): void => {
  const { verdict } = checked;
  if (verdict.overall === 'refuted') {
    printRefuted(request, checked, terminal);
    return;
  }
  const { print, colours } = terminal;
  const gaps = gapLines(verdict, request.suite.fixed);
  const heading = (text: string): void => print(`\n${colours.bold(text)}`);
  if (gaps.length > 0) {
    heading('Gaps');
    print(bullets(gaps, terminal));
  }
  heading('What found what');
  print(strategyTable(verdict, terminal));
  heading('Faults, by what the protocol was in the middle of');
  print(faultTable(verdict.phases, request.suite.fixed, terminal));
  heading('Actions: how often they were done and refused, and for how many reasons');
  print(actionTable(verdict.coverage, terminal));
  heading('Claims');
  print(verdictTable(verdict.claims, terminal));
  print();
  printWrapped(sampleText(checked, request), terminal);
  printWrapped(conclusion(request, checked, terminal), terminal, '  ');
};

const caseJson = (
  { specification }: Request,
  claim: Claim,
  bundle: Kept['bundle'],
  at: number,
  file: string | null,
): object => {
  const script = scriptOf(bundle);
  const story = narrate(specification.spec, script);
  return {
    claim: claim.id,
    file,
    at,
    events: script.events.length,
    certificate: bundle.certificate,
    faults: attribution(specification.spec, script, { claim: claim.id, at }, claims),
    story: storyText(story, { broken: at }).split('\n'),
    ends: calmText(script, at, claim),
    paper: specification.spec.name === 'paper' ? null : paperSays(script, claim),
    bundle,
  };
};

const verdictJson = ({ claims, first, ...rest }: Verdict, fixed: Partial<Settings>): object => ({
  ...rest,
  faultPairs: pairCounts(rest.phases, fixed),
  claims: claims.map(({ refutation, unseen, ...claim }) => ({
    ...claim,
    refuted: refutation === null ? null : { run: refutation.run, strategy: refutation.strategy },
    unseen: unseen.map(({ id }) => id),
  })),
});

const brokenJson = (request: Request, broken: StillBroken): object => {
  const { specification } = request;
  return broken.at === null
    ? lassoJson({ ...broken, specification })
    : caseJson(request, broken.claim, broken.bundle, broken.at, broken.file);
};

/** A check as one JSON document. */
export const checkJson = (request: Request, tried: TriedFirst, checked: Checked | null): string => {
  const { specification, seed, workers, budget, suite } = request;
  const { broken } = tried;
  const kept = checked?.kept ?? null;
  const claim = suite.claims.find(({ id }) => id === kept?.bundle.claim);
  const found =
    broken !== null
      ? brokenJson(request, broken)
      : kept === null || claim === undefined
        ? null
        : caseJson(request, claim, kept.bundle, kept.refutation.at, kept.file);
  const whole = {
    format: 1,
    spec: specification.spec.name,
    file: specification.file,
    seed,
    workers,
    budget,
    fixed: suite.fixed,
    actions: eventTypes(specification.spec).length,
    kind: broken !== null ? 'refuted' : (checked?.verdict.kind ?? 'sampled'),
    triedFirst: { count: tried.count, broken: broken?.file ?? null },
    verdict: broken !== null ? 'refuted' : (checked?.verdict.overall ?? 'inconclusive'),
    because: checked?.ended.because ?? null,
    seconds: checked?.ended.seconds ?? 0,
    refutation: found,
    ...(checked === null ? {} : verdictJson(checked.verdict, suite.fixed)),
  };
  return JSON.stringify(whole, null, 2);
};
