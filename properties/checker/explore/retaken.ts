import type { Event } from '../../../model/event.ts';
import type { Settings } from '../../../model/settings.ts';
import { eventTypes, type Spec } from '../../../model/spec.ts';
import { briefly } from './forgetting.ts';
import { type Flaw, flawOf } from './lasso-flaw.ts';
import type { Course } from './lasso-text.ts';
import type { Obligation, Stride } from './obligation.ts';
import type { Situation } from './protocol.ts';
import { judgementUnder } from './protocol-fairness.ts';
import { openSystem } from './protocol-lassos.ts';
import type { System } from './system.ts';

/** A lasso by its events, with all that its scope has to do with its being one. */
export type Endless = {
  readonly settings: Settings;
  readonly course: Course;
  readonly begins: number; // events before it is owed
  readonly asksForBackups: boolean; // false: it is as if nobody ever did
};

const isSame = (one: Event, other: Event): boolean => {
  const values = new Map<string, unknown>(Object.entries(other));
  const fields = Object.entries(one);
  return fields.length === values.size && fields.every(([key, is]) => values.get(key) === is);
};

/** The protocol, and a world that does whatever it likes, as often as it likes. */
const unlimited = (spec: Spec, { settings, asksForBackups }: Endless): System<Situation, Event> => {
  const endlessly = eventTypes(spec)
    .filter((type) => spec.actions[type].by === 'world')
    .map((type) => [type, Number.POSITIVE_INFINITY] as const);
  const never = asksForBackups ? {} : { requestBackup: 0 };
  const system = openSystem(spec, {
    name: 'no scope',
    says: 'all that can happen',
    settings,
    most: { ...Object.fromEntries(endlessly), ...never },
    instructions: Number.POSITIVE_INFINITY,
    generations: Number.POSITIVE_INFINITY,
    copies: Number.POSITIVE_INFINITY,
    packets: Number.POSITIVE_INFINITY,
  });
  return { ...system, isWithin: () => true };
};

const strideBy = (
  { moves }: System<Situation, Event>,
  from: Situation,
  wanted: Event,
): Stride<Situation, Event> | null => {
  let stride: Stride<Situation, Event> | null = null;
  moves(from, (event, after) => {
    if (isSame(event, wanted)) stride ??= { event, after };
  });
  return stride;
};

/** Why these events are no lasso for the obligation under a specification; `null`: they are one. */
export const flawUnder = (
  spec: Spec,
  obligation: Obligation<Situation>,
  endless: Endless,
): Flaw<Event> | null => {
  const system = unlimited(spec, endless);
  const [start] = system.init;
  if (start === undefined) throw new Error(`${spec.name} has no beginning`);
  const { stem, cycle } = endless.course;
  const strides: Stride<Situation, Event>[] = [];
  for (const event of [...stem, ...cycle]) {
    const stride = strideBy(system, strides.at(-1)?.after ?? start, event);
    if (stride === null) return { kind: 'impossible', number: strides.length + 1 };
    strides.push(stride);
  }
  const judged = { ...judgementUnder(spec), view: briefly };
  return flawOf(system, judged, obligation, {
    start,
    stem: strides.slice(0, stem.length),
    begins: endless.begins,
    cycle: strides.slice(stem.length),
  });
};
