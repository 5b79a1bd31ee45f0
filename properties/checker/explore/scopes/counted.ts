import type { Event } from '../../../../model/event.ts';
import type { Explored } from '../question.ts';
import { type Counts, cases, counts } from './counts.ts';

/** What an exploration comes to, in the form in which it is written down. */
export type Counted = { readonly counts: Counts; readonly cases: string };

/** The counts of an exploration, and the cases that it has met. */
export const countedIn = ({ progress, cutOff, reached }: Explored<Event>): Counted => ({
  counts: [progress.distinct, progress.generated, progress.depth, cutOff],
  cases: reached.map(({ id, events }) => `${id}:${events.length}`).join(' '),
});

const nouns = ['situations', 'generated', 'levels', 'steps that lead out of it'] as const;

const inCounts = (found: Counts, known: Counts): readonly string[] =>
  nouns.flatMap((noun, place) =>
    found[place] === known[place] ? [] : [`${found[place]} ${noun}, not ${known[place]}`],
  );

const inCases = (found: string, known: string): readonly string[] =>
  found === known ? [] : [`the cases ${found || 'of none'}, not ${known || 'of none'}`];

/**
 * How the paper's exploration of a scope differs from what is written down of the scope, in a
 * sentence; `null` if it does not.
 */
export const differenceIn = (scope: string, explored: Explored<Event>): string | null => {
  const { extent, refuted } = explored;
  const known = counts[scope];
  if (known === undefined) return `Nothing is known of scope ${scope}.`;
  const [broken] = refuted;
  if (broken !== undefined) return `${broken.id} is broken in scope ${scope}.`;
  if (extent !== 'exhausted') return `Scope ${scope} is not exhausted: ${extent}.`;
  const found = countedIn(explored);
  const all = [...inCounts(found.counts, known), ...inCases(found.cases, cases[scope] ?? '')];
  return all.length === 0 ? null : `Scope ${scope} has ${all.join('; ')}.`;
};
