import type { Event } from '../../../model/event.ts';
import type { Settings } from '../../../model/settings.ts';
import type { Spec } from '../../../model/spec.ts';
import { extentOf, isFault } from '../faults.ts';
import { allEnabled } from '../walk.ts';
import { cost, isLess, laneOf, magnitude } from './cost.ts';
import { plainerSettings, plainestSettings, variantSettings } from './plainness.ts';
import type { Proposal, Track } from './track.ts';

/** Proposals by number, made when they are asked for. */
export type Choices = {
  readonly count: number;
  readonly nth: (index: number) => Proposal | null;
};

/** One way to make a script smaller or calmer. */
export type Move = (spec: Spec, track: Track) => Choices;

/** The same script with other events. */
export const withEvents = ({ script }: Track, events: readonly Event[]): Proposal => ({
  ...script,
  events,
  renaming: null,
  fills: false,
});

/** The same script without the events at some indices. */
export const without = (track: Track, isDropped: (index: number) => boolean): Proposal =>
  withEvents(
    track,
    track.script.events.filter((_, index) => !isDropped(index)),
  );

const listed = (all: readonly (() => Proposal)[]): Choices => ({
  count: all.length,
  nth: (index) => all[index]?.() ?? null,
});

/** Runs of events, the last ones first: little has to be run again for them. */
export const chunks =
  (sizeOf: (count: number) => number): Move =>
  (_, track) => {
    const { length } = track.script.events;
    const size = sizeOf(length);
    return {
      count: size < 1 ? 0 : Math.ceil(length / size),
      nth: (index) => {
        const end = length - index * size;
        return without(track, (at) => at >= end - size && at < end);
      },
    };
  };

/** One event, with all that cannot happen without it. */
export const singles: Move = chunks(() => 1);

/** One fault, with what undoes it. */
export const faults: Move = (_, track) => {
  const { events } = track.script;
  const at = events.flatMap((event, index) => (isFault(event) ? [index] : []));
  return listed(
    at.map((index) => () => {
      const extent = extentOf(events, index);
      return without(track, (other) => extent.includes(other));
    }),
  );
};

/** All events of one kind. */
export const kinds: Move = (_, track) => {
  const types = [...new Set(track.script.events.map(({ type }) => type))];
  return listed(
    types.map((type) => () => without(track, (at) => track.script.events[at]?.type === type)),
  );
};

/** All that one copy does, or that the world does, from some point on. */
export const lanes: Move = (_, track) => {
  const all = track.script.events.map(laneOf);
  const points = [0, 1 / 4, 1 / 2, 3 / 4];
  return listed(
    [...new Set(all)].flatMap((lane) => {
      const own = all.flatMap((other, at) => (other === lane ? [at] : []));
      return points.map((share) => () => {
        const from = own[Math.floor(share * own.length)] ?? 0;
        return without(track, (at) => at >= from && all[at] === lane);
      });
    }),
  );
};

const few = 40;
const alone = 6;
const long = 5;

/** Two events that are not next to each other, in short scripts. */
export const pairs: Move = (_, track) => {
  const { length } = track.script.events;
  return {
    count: length > few ? 0 : length * length,
    nth: (index) => {
      const one = length - 1 - Math.floor(index / length);
      const other = length - 1 - (index % length);
      return one - other > 1 ? without(track, (at) => at === one || at === other) : null;
    },
  };
};

/** No calm at the end. */
export const noCalm: Move = (_, track) =>
  listed(
    track.script.calm ? [() => ({ ...withEvents(track, track.script.events), calm: false })] : [],
  );

/** Nothing but the calm: a protocol left to itself from its first moment may do enough wrong. */
export const onlyCalm: Move = (_, track) =>
  listed(track.script.calm && track.script.events.length > 0 ? [() => withEvents(track, [])] : []);

/** No interrupt hands over more packets than the settings say. */
const isOfGroups = ({ packetGroup }: Settings, { script }: Track): boolean =>
  script.events.every((event) => event.type !== 'deliver' || event.count <= packetGroup);

const under =
  (others: (settings: Settings) => readonly Settings[]): Move =>
  (_, track) =>
    listed(
      others(track.script.settings)
        .filter((settings) => isOfGroups(settings, track))
        .map((settings) => () => ({ ...withEvents(track, track.script.events), settings })),
    );

/** The plainest settings, whatever they leave of the events. */
export const plainest: Move = under(plainestSettings);

/** Plainer settings, one at a time. */
export const settings: Move = under(plainerSettings);

/** Nothing but the calm, or one or two faults before it. */
export const faultsAlone: Move = (_, track) => {
  const { events, calm } = track.script;
  if (!calm) return listed([]);
  const at = events.flatMap((event, index) => (isFault(event) ? [index] : []));
  const ones = at.map((index) => extentOf(events, index));
  const bare = at.map((index) => [index]);
  const twos = bare.flatMap(([one]) => bare.map(([other]) => [one, other]));
  const kept = [[], ...bare, ...ones, ...(at.length > alone ? [] : twos)];
  return listed(kept.map((some) => () => without(track, (index) => !some.includes(index))));
};

/** Another variant of the protocol and one event less, in short scripts. */
export const variants: Move = (_, track) => {
  const { settings, events } = track.script;
  if (events.length > few) return listed([]);
  return listed(
    variantSettings(settings).flatMap((other) =>
      events.map((_, at) => () => ({
        ...without(track, (index) => index === at),
        settings: other,
      })),
    ),
  );
};

/** Any one fault at the beginning and then the calm, instead of a longer story. */
export const oneFault: Move = (spec, track) => {
  const { script, runs } = track;
  const state = runs[0]?.state;
  if (!script.calm || script.events.length < long || state === undefined) return listed([]);
  const choices = allEnabled(spec, state).filter(isFault);
  return listed(choices.map((fault) => () => withEvents(track, [fault])));
};

/** The guest's program begins one instruction later, so that less of it is executed. */
export const rotation: Move = (_, track) => {
  const { settings, events } = track.script;
  const [head, ...rest] = settings.program;
  const executed = events.findIndex(({ type }) => type === 'execute');
  const replayed = events.findIndex(({ type }) => type === 'replay');
  if (head === undefined || executed < 0) return listed([]);
  const programs = [...(rest.length > 0 ? [rest] : []), [...rest, head]];
  const dropped = [[executed], [executed, replayed]];
  return listed(
    programs.flatMap((program) =>
      dropped.map((some) => () => ({
        ...without(track, (at) => some.includes(at)),
        settings: { ...settings, program },
      })),
    ),
  );
};

const smaller = (event: Event): readonly Event[] => {
  if (event.type === 'skew') {
    const halved = Math.trunc(event.by / 2);
    return [1, -1, Math.abs(event.by), halved].map((by) => ({ ...event, by }));
  }
  if (event.type === 'overcommit')
    return [
      { ...event, speed: 50 },
      { ...event, speed: 0 },
    ];
  if (event.type === 'deliver') return [{ ...event, count: 1 }];
  if (event.type === 'failIo') return [{ ...event, transferred: 0 }];
  if (event.type !== 'place' && event.type !== 'migrate') return [];
  return (['A', 'B', 'C'] as const).map((host) => ({ ...event, host }));
};

/** Smaller values. */
export const values: Move = (_, track) =>
  listed(
    track.script.events.flatMap((event, at) =>
      smaller(event)
        .filter((other) => magnitude(other) < magnitude(event))
        .map((other) => () => withEvents(track, track.script.events.with(at, other))),
    ),
  );

/** Two events, or a fault, replaced by one event that is none, in short scripts. */
export const substitutes: Move = (spec, track) => {
  const { events } = track.script;
  if (events.length > few) return listed([]);
  return listed(
    events.flatMap((event, at) => {
      const state = track.runs[at]?.state;
      const next = events[at + 1];
      if (state === undefined) return [];
      return allEnabled(spec, state).flatMap((other) => {
        const spliced = (count: number) => () =>
          withEvents(track, [...events.slice(0, at), other, ...events.slice(at + count)]);
        if (isFault(other)) return next !== undefined && isFault(next) ? [spliced(2)] : [];
        return isFault(event) ? [spliced(2), spliced(1)] : [spliced(2)];
      });
    }),
  );
};

/** Two neighbours in the other order. */
export const swaps: Move = (_, track) => {
  const { events } = track.script;
  return {
    count: Math.max(0, events.length - 1),
    nth: (at) => {
      const [one, other] = events.slice(at, at + 2);
      if (one === undefined || other === undefined) return null;
      return withEvents(track, [...events.slice(0, at), other, one, ...events.slice(at + 2)]);
    },
  };
};

/** Where the run of events of one lane that begins at an index ends. */
const endOf = (all: readonly number[], from: number): number => {
  const end = all.findIndex((lane, at) => at > from && lane !== all[from]);
  return end < 0 ? all.length : end;
};

/** Events, or runs of events of one lane, at another place, where that is calmer. */
export const order: Move = (_, track) => {
  const { events } = track.script;
  const all = events.map(laneOf);
  const now = cost(track.script);
  const lengths = (from: number) => [...new Set([endOf(all, from) - from, 1])];
  const moved = (from: number, length: number, to: number): Proposal => {
    const block = events.slice(from, from + length);
    const rest = [...events.slice(0, from), ...events.slice(from + length)];
    return withEvents(track, [...rest.slice(0, to), ...block, ...rest.slice(to)]);
  };
  const isCalmer = (proposal: Proposal) => isLess(cost(proposal), now);
  const places = events.map((_, at) => at).filter((at) => at === 0 || all[at] !== all[at - 1]);
  const targets = events.length > few ? places : events.map((_, at) => at);
  return {
    count: events.length * targets.length * 2,
    nth: (index) => {
      const from = Math.floor(index / (targets.length * 2));
      const length = lengths(from)[index % 2];
      const to = targets[Math.floor(index / 2) % targets.length];
      if (length === undefined || to === undefined || to === from) return null;
      const proposal = moved(from, length, to);
      return isCalmer(proposal) ? proposal : null;
    },
  };
};
