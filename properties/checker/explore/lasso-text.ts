import type { Event } from '../../../model/event.ts';
import type { Settings } from '../../../model/settings.ts';
import type { Spec } from '../../../model/spec.ts';
import { narrate } from '../narrate.ts';
import { type Layout, storyText } from '../story-text.ts';

/** The events of a lasso. */
export type Course = { readonly stem: readonly Event[]; readonly cycle: readonly Event[] };

/** Where a story goes on without end. */
const forEver = '  … and then for ever:';
const noMore = '  … and nothing more has to happen';

/** A lasso as a story: once what comes once, then once what comes again and again. */
export const lassoText = (
  spec: Spec,
  settings: Settings,
  { stem, cycle }: Course,
  layout: Partial<Layout> = {},
): string => {
  const story = narrate(spec, { settings, events: [...stem, ...cycle], calm: false });
  const part = (from: number, to: number): readonly string[] =>
    from === to ? [] : [storyText({ ...story, lines: story.lines.slice(from, to) }, layout)];
  const end = stem.length + cycle.length;
  return [
    ...part(0, stem.length),
    cycle.length === 0 ? noMore : forEver,
    ...part(stem.length, end),
  ].join('\n');
};
