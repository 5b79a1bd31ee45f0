import type { Event } from '../model/event.ts';
import type { Extreme } from '../properties/checker/explore/extremes.ts';
import type { Formula } from '../properties/checker/explore/formulas.ts';
import { type Growth, growthOf } from '../properties/checker/explore/growth.ts';
import type { Worst } from '../properties/checker/explore/question.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import { narrate } from '../properties/checker/narrate.ts';
import type { Script } from '../properties/checker/script.ts';
import { storyText } from '../properties/checker/story-text.ts';
import { counted, many } from './numbers.ts';
import { listed } from './options.ts';
import { paintWith } from './refutation.ts';
import type { Measured, Survey } from './survey.ts';
import { printWrapped, type Terminal, wrapped } from './terminal.ts';

/** What the values of a family of scopes come to. */
export type Judgement = {
  readonly formula: Formula;
  readonly told: Told | null; // null: nothing was there to be measured
  readonly isExceeded: boolean; // by any of them
  readonly isWhole: boolean; // each scope is exhausted, and there was something to measure
  readonly growth: Growth;
};

/** The extreme that is told: in the scope asked for, or where it first exceeds the formula. */
type Told = { readonly scope: Scope; readonly worst: Worst<Event>; readonly isWhole: boolean };

const worstIn = ({ explored }: Measured): Worst<Event> | null =>
  explored.worst.find(({ value }) => value > Number.NEGATIVE_INFINITY) ?? null;

const isExhausted = ({ explored }: Measured): boolean => explored.extent === 'exhausted';

/** Whether the formula holds, and whether the extreme is one. */
export const judgementOf = (
  { extreme, family }: Pick<Survey, 'extreme' | 'family'>,
  measured: readonly Measured[],
): Judgement => {
  const [first] = family;
  const formula: Formula =
    first === undefined ? { value: null, because: 'no scope' } : extreme.formula(first);
  const most = formula.value ?? Number.POSITIVE_INFINITY;
  const beyond = measured.find((one) => (worstIn(one)?.value ?? 0) > most);
  const one = beyond ?? measured[0];
  const worst = one === undefined ? null : worstIn(one);
  const values = family.map((_, index) => {
    const at = measured[index];
    return at === undefined || !isExhausted(at) ? null : (worstIn(at)?.value ?? null);
  });
  return {
    formula,
    told:
      one === undefined || worst === null
        ? null
        : { scope: one.scope, worst, isWhole: isExhausted(one) },
    isExceeded: beyond !== undefined,
    isWhole: worst !== null && measured.length === family.length && measured.every(isExhausted),
    growth: growthOf(values),
  };
};

const figure = (value: number): string =>
  Number.isInteger(value) ? counted(value) : value.toFixed(2).replace(/0$/, '');

const plurals = { tick: 'ticks', entry: 'entries', output: 'outputs' } as const;

const amount = (value: number, { unit }: Extreme): string =>
  `${figure(value)} ${value === 1 ? unit : plurals[unit]}`;

/** What is about to be measured. */
export const printMeasuring = (
  { specification, extreme, family }: Survey,
  terminal: Terminal,
): void => {
  const { name = '', says = '' } = family[0] ?? {};
  const where = `measuring ${specification.spec.name} in scope ${name} (${says})`;
  printWrapped(`${where}: ${extreme.name}, ${extreme.says}`, terminal, '  ');
};

const scriptFor = ({ scope, worst }: Told): Script => ({
  settings: scope.settings,
  events: worst.events,
  calm: false,
});

const sizeOf = ({ settings, most, instructions }: Scope): readonly [number, string] =>
  settings.clock === null ? [instructions, 'instruction'] : [most.tick ?? 0, 'tick'];

const placeOf = (scope: Scope): string => {
  const [size, what] = sizeOf(scope);
  return `scope ${scope.name} of ${many(size, what)}`;
};

const headText = ({ extreme }: Survey, { worst, scope, isWhole }: Told): string => {
  const value = amount(worst.value, extreme);
  if (!isWhole) return `At least ${value}, in the part of ${placeOf(scope)} that was seen`;
  const path = `${many(worst.events.length, 'event')} lead there, and no fewer do`;
  return worst.value > 0
    ? `At worst ${value}, in ${placeOf(scope)}: ${path}`
    : `At worst ${value}, in ${placeOf(scope)}: there is nothing to tell`;
};

const formulaText = ({ extreme }: Survey, { formula, told }: Judgement): string => {
  const whose = extreme.claim ?? 'the formula';
  if (formula.value === null) return `There is no formula for it here: ${formula.because}.`;
  const { value, sum, cites } = formula;
  const start = `${whose[0]?.toUpperCase() ?? ''}${whose.slice(1)}`;
  const reached = told?.worst.value === value ? ' No less would do.' : '';
  return `${start} allows ${amount(value, extreme)}: ${sum} (${cites.join(', ')}).${reached}`;
};

const valuesOf = (measured: readonly Measured[]): readonly string[] =>
  measured.flatMap((one) => {
    const worst = worstIn(one);
    return worst === null ? [] : [figure(worst.value)];
  });

const sizesText = (measured: readonly Measured[]): string => {
  const sizes = measured.map(({ scope }) => sizeOf(scope));
  const [, what = ''] = sizes[0] ?? [];
  return `${listed(
    sizes.map(([size]) => counted(size)),
    'and',
  )} ${what}s`;
};

const growthText = (
  { extreme, family }: Survey,
  measured: readonly Measured[],
  { growth, formula, told }: Judgement,
): string => {
  const [, ...others] = measured;
  switch (growth) {
    case 'bound': {
      const isSharp = formula.value !== null && formula.value === told?.worst.value;
      const what = isSharp ? `A bound, set by ${extreme.setBy}` : 'It does not grow with the scope';
      return `${what}: it is no more in scopes of ${sizesText(others)}.`;
    }
    case 'grows':
      return (
        `It grows with the scope: ${listed(valuesOf(measured), 'and')} ` +
        `${plurals[extreme.unit]} in scopes of ${sizesText(measured)}.`
      );
    case 'open': {
      const why = family.length < 2 ? 'no larger scope was tried' : 'too little was seen';
      return `Whether it grows with the scope is open: ${why}.`;
    }
  }
};

const extents = {
  exhausted: 'exhausted',
  refuted: 'not exhausted',
  depth: 'bounded',
  memory: 'bounded for want of memory',
  stopped: 'interrupted',
} as const;

const extentText = (measured: readonly Measured[]): string => {
  const seconds = measured.reduce((sum, one) => sum + one.seconds, 0);
  const parts = measured.map(({ scope, explored: { extent, progress } }) => {
    const [size, what] = sizeOf(scope);
    const seen = `${many(progress.distinct, 'situation')} with ${many(size, what)}`;
    return `${seen} (${extents[extent]} at depth ${progress.depth})`;
  });
  return `Seen: ${listed(parts, 'and')}; ${seconds.toFixed(1)} s.`;
};

const conclusionOf = (
  { specification, extreme, family }: Survey,
  { formula, told, isExceeded, isWhole }: Judgement,
): string => {
  const name = `${specification.spec.name}: ${extreme.name}`;
  const scope = family[0]?.name ?? '';
  if (told === null) return `${name}: nothing to measure in scope ${scope}`;
  const value = amount(told.worst.value, extreme);
  const whose = extreme.claim ?? 'the formula';
  if (isExceeded && formula.value !== null) {
    return `${name}: ${value}, more than the ${figure(formula.value)} that ${whose} allows`;
  }
  if (!told.isWhole) return `${name}: ${value} or more: bounded, not exhausted`;
  const within =
    formula.value === null
      ? 'and no formula to hold it against'
      : `within the ${figure(formula.value)} that ${whose} allows`;
  const open = isWhole ? '' : '; the larger ones are not exhausted';
  return `${name}: at most ${value} in scope ${scope}, ${within}${open}`;
};

/** The extreme in words, its story, its formula, and whether it grows. */
export const printMeasured = (
  survey: Survey,
  measured: readonly Measured[],
  judgement: Judgement,
  terminal: Terminal,
): void => {
  const { print, colours, columns } = terminal;
  const { told, isExceeded, isWhole } = judgement;
  const colour = isExceeded ? colours.red : isWhole ? colours.green : colours.yellow;
  print();
  if (told !== null) {
    for (const line of wrapped(headText(survey, told), columns, '  ')) print(colours.bold(line));
    print();
    if (told.worst.value > 0) {
      const story = narrate(survey.specification.spec, scriptFor(told));
      print(storyText(story, { width: columns, paint: paintWith(terminal) }));
      print();
    }
  }
  printWrapped(formulaText(survey, judgement), terminal, '  ');
  printWrapped(growthText(survey, measured, judgement), terminal, '  ');
  printWrapped(extentText(measured), terminal, '  ');
  for (const line of wrapped(conclusionOf(survey, judgement), columns, '  ')) print(colour(line));
};

/** The same as one JSON document. */
export const measuredJson = (
  { specification, extreme, family }: Survey,
  measured: readonly Measured[],
  { formula, told, isExceeded, growth }: Judgement,
  terminal: Terminal,
): void => {
  const document = {
    format: 1,
    spec: specification.spec.name,
    file: specification.file,
    extreme: { name: extreme.name, says: extreme.says, unit: extreme.unit },
    scope: { name: family[0]?.name ?? null, says: family[0]?.says ?? null },
    formula,
    value: told?.worst.value ?? null,
    isExceeded,
    growth,
    scopes: measured.map(({ scope, explored, seconds }, index) => ({
      larger: index,
      size: sizeOf(scope)[0],
      of: sizeOf(scope)[1],
      extent: explored.extent,
      ...explored.progress,
      seconds,
      value: explored.worst[0]?.value ?? null,
    })),
    settings: told?.scope.settings ?? null,
    events: told?.worst.events ?? [],
    story:
      told === null ? [] : storyText(narrate(specification.spec, scriptFor(told)), {}).split('\n'),
  };
  terminal.print(JSON.stringify(document, null, 2));
};
