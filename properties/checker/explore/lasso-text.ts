import type { Event } from '../../../model/event.ts';
import type { Settings } from '../../../model/settings.ts';
import type { Spec } from '../../../model/spec.ts';
import { narrate, type Story } from '../narrate.ts';
import { type Layout, storyText } from '../story-text.ts';
import { refrain } from '../telling/refrain.ts';

/** The events of a lasso. */
export type Course = { readonly stem: readonly Event[]; readonly cycle: readonly Event[] };

/** A story that goes on for ever after so many events, or stops there: what comes again, once. */
export const endlessText = (story: Story, loop: number, layout: Partial<Layout> = {}): string => {
  const part = (from: number, to: number): readonly string[] =>
    from === to ? [] : [storyText({ ...story, lines: story.lines.slice(from, to) }, layout)];
  const end = story.lines.length;
  return [...part(0, loop), `  ${refrain(loop, end)}`, ...part(loop, end)].join('\n');
};

/** A lasso as a story. */
export const lassoText = (
  spec: Spec,
  settings: Settings,
  { stem, cycle }: Course,
  layout: Partial<Layout> = {},
): string => {
  const story = narrate(spec, { settings, events: [...stem, ...cycle], calm: false });
  return endlessText(story, stem.length, layout);
};
