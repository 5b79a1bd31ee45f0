import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/event.ts';
import { paper, specification } from '../../model/paper.ts';
import { defaultClock, defaultSettings, type Settings } from '../../model/settings.ts';
import { enabled, eventTypes, isRefusal, type Spec, step } from '../../model/spec.ts';
import { seeded } from './chooser.ts';
import { differences } from './differences.ts';
import { lanes } from './lanes.ts';
import { mermaid } from './mermaid.ts';
import { narrate, type Story, tell } from './narrate.ts';
import { storyText } from './story-text.ts';

const wrong = specification('wrong', {
  outputRule: () => true,
  mayGoLive: () => true,
  arbitrate: () => 'won',
  dueAt: ({ position }, guest) => position >= guest.position,
  isDuplicate: () => false,
});

const settings: readonly Settings[] = [
  defaultSettings,
  { ...defaultSettings, clock: defaultClock },
  { ...defaultSettings, start: 'unprotected', connectionLoss: 'evidence' },
  { ...defaultSettings, clock: defaultClock, start: 'unprotected', goLiveOutput: 'emitLast' },
  { ...defaultSettings, program: ['stamp', 'reply'], arbitration: 'drainThenTestAndSet' },
];

/** A kind of event at random, then one of those that are enabled; faults are rarer. */
const walked = (spec: Spec, constants: Settings, seed: number, length: number): Story => {
  const chooser = seeded(`${seed}`);
  const types = eventTypes(spec);
  const events: Event[] = [];
  let state = spec.init(constants);
  for (let tries = 0; tries < 40 * length && events.length < length; tries++) {
    const type = types[chooser.below(types.length)] ?? 'tick';
    if (spec.actions[type].by === 'world' && chooser.below(10) > 0) continue;
    const all: readonly Event[] = enabled(spec, state, type);
    const event = all[chooser.below(Math.max(1, all.length))];
    if (event === undefined) continue;
    const outcome = step(spec, state, event);
    if (isRefusal(outcome)) throw new Error(outcome);
    events.push(event);
    state = outcome.state;
  }
  return narrate(spec, { settings: constants, events, calm: false });
};

const story = fc
  .record({
    spec: fc.constantFrom(paper, wrong),
    constants: fc.constantFrom(...settings),
    seed: fc.nat(),
    length: fc.nat({ max: 150 }),
  })
  .map(({ spec, constants, seed, length }) => walked(spec, constants, seed, length));

/** A story with a hole in it, so that some of what follows is refused. */
const cut = story.chain((whole) =>
  fc.nat({ max: Math.max(0, whole.lines.length - 1) }).map((hole) => {
    const events = whole.lines.map(({ event }) => event).filter((_, index) => index !== hole);
    const spec = whole.spec === 'paper' ? paper : wrong;
    return narrate(spec, { settings: whole.begun.settings, events, calm: false });
  }),
);

const runs = { numRuns: 60, seed: 7 };

const widestOf = (text: string): number =>
  Math.max(...text.split('\n').map((line) => Array.from(line).length));

describe('on any walk', () => {
  it('a story and a diagram fit their width', () => {
    fc.assert(
      fc.property(
        fc.oneof(story, cut),
        fc.integer({ min: 30, max: 130 }),
        fc.boolean(),
        (told, width, fold) => {
          expect(widestOf(storyText(told, { width, fold }))).toBeLessThanOrEqual(width);
          expect(widestOf(lanes(told, { width, fold }))).toBeLessThanOrEqual(width);
        },
      ),
      runs,
    );
  });

  it('every event has a whole clause, and is told alone as in its story', () => {
    fc.assert(
      fc.property(fc.oneof(story, cut), ({ lines, firstRefused }) => {
        expect(firstRefused ?? -1).toBe(lines.findIndex(({ refused }) => refused !== null));
        for (const { event, before, after, who, clause, refused, noticed } of lines) {
          expect(clause).toMatch(/^[a-z].*[^ ,]$/);
          expect(clause).not.toMatch(/undefined|NaN|\?|object| {2}/);
          if (refused !== null) continue;
          expect(tell(event, before, after, noticed)).toBe(`${who} ${clause}`.trimStart());
        }
      }),
      runs,
    );
  });

  it('a story tells every event; if it is folded, all but routine', () => {
    fc.assert(
      fc.property(story, (told) => {
        const numbers = (fold: boolean): readonly string[] =>
          storyText(told, { width: 200, fold }).match(/^ *\d+(?= )/gm) ?? [];
        expect(numbers(false).length).toBe(told.lines.length);
        const kept = told.lines.filter(
          ({ event: { type } }) =>
            !['tick', 'heartbeat', 'keepalive', 'acknowledge', 'readAck'].includes(type),
        );
        expect(numbers(true).map(Number)).toEqual(
          expect.arrayContaining(kept.map(({ number }) => number)),
        );
      }),
      runs,
    );
  });

  it('Mermaid finds nothing but participants, notes and messages', () => {
    const party = '(A|B|C|D|Storage|World)';
    const place = `(Note over ${party}|${party}(-\\)|->>|-->>)${party})`;
    const line = new RegExp(`^  (participant ${party} as [a-z]+( \\w+)?|${place}: [^;#]+)$`);
    fc.assert(
      fc.property(story, (told) => {
        const [first, ...lines] = mermaid(told).split('\n');
        expect(first).toBe('sequenceDiagram');
        for (const one of lines) expect(one).toMatch(line);
      }),
      runs,
    );
  });

  it('there are differences exactly where the state has changed', () => {
    fc.assert(
      fc.property(story, ({ lines }) => {
        for (const { before, after } of lines) {
          const isSame = JSON.stringify(before) === JSON.stringify(after);
          expect(differences(before, after).length === 0).toBe(isSame);
        }
      }),
      runs,
    );
  });
});
