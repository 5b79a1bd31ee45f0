import { claims, witnesses } from './catalogue.ts';
import type { Claim } from './property.ts';
import { scopeMarks, scopeTable } from './scope-table.ts';

const kindOf = (claim: Claim): string => {
  if (claim.kind === 'afterCalm') return 'after a calm';
  return claim.needs === 'clock' ? 'every step, timed' : 'every step';
};

const guardsOf = ({ id }: Claim): string =>
  witnesses
    .filter(({ guards }) => guards.includes(id))
    .map((witness) => witness.id)
    .join(', ');

/** Between these two lines of README.md stand the tables. */
export const tableMarks: readonly [string, string] = [
  '<!-- claims:begin -->',
  '<!-- claims:end -->',
];

/** Every claim and every witness, as the tables of README.md: the catalogue is the only list. */
export const claimTables = (): string =>
  [
    '| id | claim | rests on | kind | witnesses |',
    '|---|---|---|---|---|',
    ...claims.map(
      (claim) =>
        `| ${claim.id} | ${claim.claim} | ${claim.cites.join(', ')} | ${kindOf(claim)} ` +
        `| ${guardsOf(claim)} |`,
    ),
    '',
    '| id | case that must be reached | rests on | guards |',
    '|---|---|---|---|',
    ...witnesses.map(
      ({ id, claim, cites, guards }) =>
        `| ${id} | ${claim} | ${cites.join(', ')} | ${guards.join(', ')} |`,
    ),
  ].join('\n');

const replaced = (page: string, [begin, end]: readonly [string, string], table: string): string => {
  const from = page.indexOf(begin) + begin.length;
  return `${page.slice(0, from)}\n\n${table}\n\n${page.slice(page.indexOf(end))}`;
};

/** The page with the tables of the present catalogue and scopes between their marks. */
export const withTables = (page: string): string =>
  replaced(replaced(page, tableMarks, claimTables()), scopeMarks, scopeTable());
