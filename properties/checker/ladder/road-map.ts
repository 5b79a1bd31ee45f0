import type { Fair, GraphBounds } from '../explore/graph.ts';
import { type Answer, type Lassos, lassosIn } from '../explore/lasso.ts';
import type { Obligation } from '../explore/obligation.ts';
import type { System } from '../explore/system.ts';

/** A place on a map. */
export type Place = { readonly at: number };

/** A way between two places. Which class it is of, and whether it pardons, is the map's to say. */
export type Road = {
  readonly from: number;
  readonly to: number; // a place below 0 is off the map
  readonly fair: Fair | null;
  readonly pardons: boolean;
};

/** Places and the roads between them: the least that can have cycles and dead ends. */
export type RoadMap = {
  readonly starts: readonly number[];
  readonly roads: readonly Road[];
};

const roadOf = (text: string): Road => {
  const [from, to, kind, name] = text.split(' ');
  const isFair = kind === 'weak' || kind === 'strong';
  return {
    from: Number(from),
    to: to === 'off' ? -1 : Number(to),
    fair: isFair ? { kind, name: name ?? '' } : null,
    pardons: kind === 'pardons',
  };
};

/** A map in words: `1 2` is a road from 1 to 2, `1 2 weak a` one of a class, `1 off` one off it. */
export const mapOf = (...roads: readonly string[]): RoadMap => ({
  starts: [0],
  roads: roads.map(roadOf),
});

/** The map as a specification: an event is the place of a road among all. */
export const onRoads = ({ starts, roads }: RoadMap): System<Place, number> => {
  const leaving = new Map<number, number[]>();
  for (const [road, { from }] of roads.entries()) {
    leaving.set(from, leaving.get(from) ?? []);
    leaving.get(from)?.push(road);
  }
  return {
    name: 'a map',
    init: starts.map((at) => ({ at })),
    isWithin: ({ at }) => at >= 0,
    moves: ({ at }, visit) => {
      for (const road of leaving.get(at) ?? []) {
        visit(road, { at: roads[road]?.to ?? at }, undefined);
      }
    },
  };
};

/** Owed from some places on, until one comes to others. */
export const owed = (begins: readonly number[], ends: readonly number[]): Obligation<Place> => ({
  id: `${begins} leads to ${ends}`,
  begins: ({ at }) => begins.includes(at),
  ends: ({ at }) => ends.includes(at),
});

type Answered = Exclude<Answer<Place, number>, { readonly kind: 'interrupted' }>;

/** What becomes of obligations on a map. */
export const travels = (
  map: RoadMap,
  obligations: readonly Obligation<Place>[],
  bounds: Partial<GraphBounds>,
): Lassos<Place, number> =>
  lassosIn(onRoads(map), {
    fairness: (_, road) => map.roads[road]?.fair ?? null,
    pardons: (_, road) => map.roads[road]?.pardons ?? false,
    view: (place) => place,
    obligations,
    bounds,
  });

/** What becomes of one, if nobody interrupts. */
export const travel = (
  map: RoadMap,
  obligation: Obligation<Place>,
  states: number = Number.POSITIVE_INFINITY,
): Answered => {
  const [answer] = travels(map, [obligation], { states }).answers;
  if (answer === undefined || answer.kind === 'interrupted') throw new Error('one was asked');
  return answer;
};

/** The places that a lasso comes to: once, and again and again. */
export const placesOf = (
  answer: Answer<Place, number>,
): { readonly stem: readonly number[]; readonly cycle: readonly number[] } | null => {
  if (answer.kind !== 'violated') return null;
  const { start, stem, cycle } = answer.lasso;
  return {
    stem: [start.at, ...stem.map(({ after }) => after.at)],
    cycle: cycle.map(({ after }) => after.at),
  };
};
