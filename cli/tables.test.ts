import { expect, it } from 'vitest';
import { noFeatures, type Settings } from '../model/settings.ts';
import { claims, witnesses } from '../properties/catalogue.ts';
import { noResult, verdictOf } from '../properties/checker/verdict.ts';
import { tableText } from './columns.ts';
import { counted, many } from './numbers.ts';
import {
  actionTable,
  bullets,
  faultTable,
  gapLines,
  outcomesIn,
  percent,
  strategyTable,
  verdictTable,
} from './tables.ts';
import { collecting, widthOf } from './terminal.ts';

const { terminal } = collecting();
const verdict = verdictOf(noResult, claims, witnesses);

it('tells numbers as people read them', () => {
  expect([counted(1234567), many(1, 'run'), many(2000, 'run')]).toEqual([
    '1,234,567',
    '1 run',
    '2,000 runs',
  ]);
  expect([0, 0.00001, 0.004, 0.042, 0.5, 1].map(percent)).toEqual([
    '0.00 %',
    'less than 0.01 %',
    '0.40 %',
    '4.2 %',
    '50 %',
    '100 %',
  ]);
});

it('wraps what is too long for its column, and pads nothing at the end', () => {
  const columns = [
    { head: 'one', width: 5 },
    { head: 'two', width: 4, align: 'right' },
  ] as const;
  expect(tableText(columns, [['ab cd ef', '7']], terminal.colours)).toBe(
    'one     two\nab cd     7\nef',
  );
});

it('keeps every table within 80 columns, before anything was run', () => {
  const text = [
    verdictTable(verdict.claims, terminal),
    strategyTable(verdict, terminal),
    faultTable(verdict.phases, {}, terminal),
    actionTable(verdict.coverage, terminal),
    bullets(gapLines(verdict, {}), terminal),
  ].join('\n');
  expect(text.split('\n').filter((line) => widthOf(line) > 80)).toEqual([]);
  for (const { id } of claims) expect(text).toMatch(new RegExp(`^${id} .* not tried$`, 'm'));
});

it('names what was not reached, the witnesses first', () => {
  const gaps = gapLines(verdict, {});
  const unseen = new Set(verdict.claims.flatMap((claim) => claim.unseen.map(({ id }) => id)));
  expect(gaps.filter((gap) => gap.includes(' not seen: '))).toHaveLength(unseen.size);
  expect(gaps[unseen.size]).toMatch(/^never performed: execute, /);
});

it('counts pairs of a fault and a phase against those that there can be', () => {
  const told = (fixed: Partial<Settings>): string | undefined =>
    gapLines({ ...verdict, phases: { protected: { crash: 4 } } }, fixed).find((gap) =>
      gap.startsWith('faults: '),
    );
  expect(told({})).toMatch(/^faults: 1 of 193 possible pairs below; never crash while down, /);
  expect(told({ features: noFeatures })).toMatch(/^faults: 1 of 119 possible pairs below; /);
  expect(told({ program: ['compute'] })).toMatch(/^faults: 1 of at most 163 possible pairs below/);
  const table = faultTable({}, { features: noFeatures }, terminal).split('\n');
  expect(table.find((line) => line.startsWith('moving'))).toMatch(/^moving( +-){13}$/);
  expect(table.find((line) => line.startsWith('suspected'))).toMatch(
    /^suspected( +·){6}( +-){4}( +·){3}$/,
  );
});

it('counts outcomes, and tells those that hardly came', () => {
  const coverage = { crash: { performed: 900, 'the host is down': 1 }, send: { performed: 700 } };
  expect(outcomesIn(coverage)).toBe(3);
  expect(gapLines({ ...verdict, coverage }, {})).toContain(
    'crash was refused 1 time only because the host is down',
  );
});
