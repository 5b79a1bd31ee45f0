import type { BadInput } from '../counterexamples/bad-input.ts';
import { witnesses } from '../properties/catalogue.ts';
import { forecastOf } from '../properties/checker/explore/forecast.ts';
import { type VerdictKind, verdictHead } from '../properties/checker/verdict-kind.ts';
import type { EveryStep } from '../properties/property.ts';
import { tableText } from './columns.ts';
import type { Exploration, Outcome } from './exploration.ts';
import { counted, many } from './numbers.ts';
import { printWrapped, type Terminal, wrapped } from './terminal.ts';

/** After how many events at least a case is reached; null: it is not, in what was seen. */
type Case = { readonly id: string; readonly events: number | null };

/** What an exploration says of one claim. */
export type Finding = {
  readonly claim: EveryStep;
  readonly stance: 'refuted' | 'holds' | 'no case in this scope' | 'open';
  readonly cases: readonly Case[];
};

const findingOn = ({ explored }: Outcome, claim: EveryStep): Finding => {
  const cases = witnesses
    .filter(({ guards }) => guards.includes(claim.id))
    .map(({ id }) => {
      const found = explored.reached.find((one) => one.id === id);
      return { id, events: found?.events.length ?? null };
    });
  const isRefuted = explored.refuted.some(({ id }) => id === claim.id);
  const isWhole = explored.extent === 'exhausted';
  const held = cases.some(({ events }) => events !== null) ? 'holds' : 'no case in this scope';
  return { claim, stance: isRefuted ? 'refuted' : isWhole ? held : 'open', cases };
};

const findingsOf = ({ claims }: Exploration, outcome: Outcome): readonly Finding[] =>
  claims.map((claim) => findingOn(outcome, claim));

const shown = ({ stance, cases }: Finding, { colours }: Terminal): string => {
  const isWhole = stance === 'holds' || stance === 'no case in this scope';
  const reached = cases
    .filter(({ events }) => events !== null || isWhole)
    .map(({ id, events }) => (events === null ? `never ${id}` : `${id} at ${events}`))
    .join(', ');
  if (stance === 'refuted') return colours.red('refuted');
  if (stance === 'holds') return `${colours.green('held')}: ${reached}`;
  return colours.yellow(reached === '' ? stance : `${stance}: ${reached}`);
};

const findingTable = (findings: readonly Finding[], terminal: Terminal): string =>
  tableText(
    [
      { head: 'claim', width: 5 },
      { head: 'what it says', width: terminal.columns - 5 - 2 - 2 - 26 },
      { head: 'verdict, cases and depths', width: 26 },
    ],
    findings.map((finding) => [
      terminal.colours.bold(finding.claim.id),
      finding.claim.claim,
      shown(finding, terminal),
    ]),
    terminal.colours,
  );

/** The chance that two states had the same fingerprint, were they drawn at random. */
const collisionOdds = (distinct: number, generated: number): number =>
  (distinct * generated) / 2 ** 64;

const oddsText = (odds: number): string =>
  odds < 1e-15
    ? 'less than 1 in a million billions'
    : `about 1 in ${counted(Number((1 / odds).toPrecision(1)))}`;

const extents = {
  exhausted: 'Exhausted',
  refuted: 'Not exhausted: a claim is refuted',
  depth: 'Bounded: the depth asked for is reached',
  memory: 'Bounded: the memory allowed is used up',
  stopped: 'Bounded: it was interrupted',
} as const;

const measureText = ({ explored, seconds }: Outcome, { scope }: Exploration): string => {
  const { extent, progress, cutOff } = explored;
  const { distinct, generated, depth, queue, bytes } = progress;
  const odds = oddsText(collisionOdds(distinct, generated));
  const left = queue === 0 ? '' : `, ${counted(queue)} of them still to be gone on from`;
  return (
    `${extents[extent]}. Scope ${scope.name}: ${many(distinct, 'different situation')}${left}, ` +
    `among ${counted(generated)} generated, to depth ${depth}; ` +
    `${many(cutOff, 'step')} led out of the scope. ${counted(distinct / seconds)} situations/s, ` +
    `${counted(bytes / 1e6)} MB; that two had the same fingerprint has odds of ${odds}.`
  );
};

/** What going on would take, where a bound was met. */
const forecastText = ({ explored }: Outcome): string | null => {
  const forecast = explored.progress.queue === 0 ? null : forecastOf(explored);
  if (forecast === null || explored.extent === 'refuted') return null;
  const { growth, states, bytes } = forecast;
  const isGrowing = growth >= 1;
  const where = isGrowing ? 'the next level' : 'all levels that are left';
  return (
    `Each level has ${growth.toFixed(2)} times as many as the one before: ${where} should take ` +
    `about ${many(states, 'situation')} and ${counted(bytes / 1e6)} MB more.`
  );
};

/** Whether it comes to more than that nothing was asked in earnest. */
export const isAnyHeld = (exploration: Exploration, outcome: Outcome): boolean =>
  findingsOf(exploration, outcome).some(({ stance }) => stance === 'holds');

const kindOf = ({ extent, refuted }: Outcome['explored']): VerdictKind => {
  if (refuted.length > 0) return 'refuted';
  return extent === 'exhausted' ? 'exhausted' : 'bounded';
};

const conclusionOf = (
  { specification, scope }: Exploration,
  { explored, seconds }: Outcome,
  findings: readonly Finding[],
): string => {
  const name = specification.spec.name;
  const { extent, refuted, progress } = explored;
  if (refuted.length > 0) {
    const ids = [...new Set(refuted.map(({ id }) => id))].map((id) => {
      const found = refuted.filter((one) => one.id === id);
      const shortest = many(found[0]?.events.length ?? 0, 'event');
      return `${id} by ${shortest}${found.length > 1 ? ` (${many(found.length, 'cause')})` : ''}`;
    });
    const where = `in scope ${scope.name}, after ${seconds.toFixed(1)} s`;
    return `${verdictHead(name, 'refuted')}${ids.join(', ')}, ${where}`;
  }
  if (extent !== 'exhausted') {
    const reach = many(progress.depth - 1, 'event');
    return `${verdictHead(name, 'bounded', progress.depth)}no claim breaks within ${reach}`;
  }
  const held = findings.filter(({ stance }) => stance === 'holds').length;
  const others = findings.length - held;
  const have = others === 1 ? 'has' : 'have';
  const unseen = `; ${many(others, 'other')} did not break, but ${have} no case there`;
  const beside = others === 0 ? '' : unseen;
  const all = `${many(held, 'claim')} held in all of scope ${scope.name}`;
  return `${verdictHead(name, 'exhausted')}${all}${beside}`;
};

/** What tells a story, and saves it: no part of it is needed where no claim breaks. */
const stories = (): Promise<typeof import('./explored-stories.ts')> =>
  import('./explored-stories.ts');

/** The report; what could not be saved is given back. */
export const printExplored = async (
  exploration: Exploration,
  outcome: Outcome,
  terminal: Terminal,
): Promise<readonly BadInput[]> => {
  const { print, colours } = terminal;
  const findings = findingsOf(exploration, outcome);
  const isRefuted = outcome.explored.refuted.length > 0;
  const complaints = isRefuted
    ? (await stories()).printStories(exploration, outcome, terminal)
    : [];
  print();
  if (!isRefuted) {
    print(findingTable(findings, terminal));
    print();
  }
  printWrapped(measureText(outcome, exploration), terminal);
  const forecast = forecastText(outcome);
  if (forecast !== null) printWrapped(forecast, terminal);
  const isWhole = outcome.explored.extent === 'exhausted';
  const plain = (text: string): string => text;
  const paint = isRefuted ? plain : isWhole ? colours.green : colours.yellow;
  for (const line of wrapped(
    conclusionOf(exploration, outcome, findings),
    terminal.columns,
    '  ',
  )) {
    print(paint(line));
  }
  return complaints;
};

/** The same as one JSON document. */
export const exploredJson = async (
  exploration: Exploration,
  outcome: Outcome,
  terminal: Terminal,
): Promise<readonly BadInput[]> => {
  const { specification, scope } = exploration;
  const { extent, progress, cutOff } = outcome.explored;
  const isRefuted = outcome.explored.refuted.length > 0;
  const { refutations, complaints } = isRefuted
    ? (await stories()).storiesJson(exploration, outcome)
    : { refutations: [], complaints: [] };
  const { distinct, generated } = progress;
  const document = {
    format: 1,
    spec: specification.spec.name,
    file: specification.file,
    scope: { name: scope.name, says: scope.says },
    kind: kindOf(outcome.explored),
    extent,
    ...progress,
    cutOff,
    seconds: outcome.seconds,
    collisionOdds: collisionOdds(distinct, generated),
    forecast: progress.queue === 0 || extent === 'refuted' ? null : forecastOf(outcome.explored),
    claims: findingsOf(exploration, outcome).map(({ claim, stance, cases }) => ({
      id: claim.id,
      claim: claim.claim,
      cites: claim.cites,
      stance,
      cases,
    })),
    refutations,
  };
  terminal.print(JSON.stringify(document, null, 2));
  return complaints;
};
