import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../model/event.ts';
import { paper } from '../../../model/paper.ts';
import { allFeatures, defaultSettings, type Settings } from '../../../model/settings.ts';
import { eventTypes } from '../../../model/spec.ts';
import type { State } from '../../../model/state.ts';
import { beginning } from '../../observe.ts';
import { type Line, play } from '../../scenarios/play.ts';
import { canonical } from '../ladder/brute-force.ts';
import { type Brief, briefly, namesIn } from './forgetting.ts';
import { obligations } from './obligations.ts';
import { type Situation, systemFor } from './protocol.ts';
import { judgementUnder } from './protocol-fairness.ts';
import type { Scope } from './scope.ts';

const scope: Scope = {
  name: 'anything',
  says: 'all that can happen, for a while',
  settings: { ...defaultSettings, features: allFeatures, program: ['transmit', 'read x p'] },
  most: Object.fromEntries(
    eventTypes(paper)
      .filter((type) => paper.actions[type].by === 'world' && type !== 'tick')
      .map((type) => [type, 3]),
  ),
  instructions: 9,
  generations: 9,
  copies: 9,
  packets: 9,
};

const { init, moves } = systemFor(paper, scope);

type Step = { readonly event: Event; readonly after: Situation };

const stepsIn = (situation: Situation): readonly Step[] => {
  const steps: Step[] = [];
  moves(situation, (event, after) => void steps.push({ event, after }));
  return steps;
};

/** Some protocol steps for each of the world's, or hardly anything would be left to look at. */
const walk = (dice: readonly number[]): readonly Situation[] => {
  const [first] = init;
  if (first === undefined) throw new Error('the protocol begins somewhere');
  const visited = [first];
  let at = first;
  for (const [index, die] of dice.entries()) {
    const all = stepsIn(at);
    const own = all.filter(({ event }) => paper.actions[event.type].by === 'protocol');
    const steps = index % 8 === 7 || own.length === 0 ? all : own;
    const next = steps[die % steps.length];
    if (next === undefined) break;
    at = next.after;
    visited.push(at);
  }
  return visited;
};

const walks = fc.array(fc.nat(5000), { minLength: 40, maxLength: 160 }).map(walk);

/** The situation under its new names, with all that its history has besides as it was. */
const renamed = ({ history }: Situation, { state, seen, left }: Brief): Situation => ({
  state,
  history: { ...history, ...seen },
  left,
});

const { fairness } = judgementUnder(paper);

/** What a step shows of itself whatever things are called. */
const shownFrom =
  (before: Situation) =>
  ({ event, after }: Step): string =>
    canonical([event.type, fairness(before, event), briefly(after)]);

const owing = (situation: Situation): readonly boolean[] =>
  obligations.flatMap(({ begins, ends }) => [begins(situation), ends(situation)]);

const isOfUse = ({ event }: Step, { state }: Situation, kept: Situation): boolean =>
  event.type !== 'reset' || state.connections.length === kept.state.connections.length;

describe('a situation told briefly', () => {
  it('has the same future, but for names', () => {
    let forgotten = 0;
    fc.assert(
      fc.property(walks, (situations) => {
        for (const situation of situations.filter((_, index) => index % 8 === 0)) {
          const brief = renamed(situation, briefly(situation));
          if (brief.state.copies.length < situation.state.copies.length) forgotten++;
          expect(canonical(briefly(brief))).toBe(canonical(briefly(situation)));
          const ofUse = (from: Situation) =>
            stepsIn(from)
              .filter((step) => isOfUse(step, situation, brief))
              .map(shownFrom(from));
          expect(ofUse(brief)).toEqual(ofUse(situation));
          expect(owing(brief)).toEqual(owing(situation));
        }
      }),
      { numRuns: 40, endOnFailure: true },
    );
    expect(forgotten).toBeGreaterThan(100);
  });

  const told = (start: Settings['start'], ...lines: readonly Line[]): State => {
    const { state } = play(paper, { ...defaultSettings, start, program: ['transmit'] }, ...lines);
    const history = { ...beginning(state), pair: [] };
    return briefly({ state, history, left: [] }).state;
  };

  it('keeps what is over and still asked about', () => {
    const discarded: readonly Line[] = ['A0 requestBackup', 'A0 place B', 'B1 precopy'];
    const { copies } = told('unprotected', ...discarded, 'A0 snapshot', 'B1 discard');
    expect(copies.map(({ mode }) => mode)).toEqual(['recording', 'halted']);
    const acked: readonly Line[] = ['A0 execute', 'A0 flush', 'B1 receive', 'B1 acknowledge'];
    expect(told('protected', ...acked, 'A0 suspect', 'B1 suspect').connections).toHaveLength(1);
    expect(told('protected', 'A0 suspect', 'B1 suspect').connections).toHaveLength(0);
  });

  it('counts what is there', () => {
    fc.assert(
      fc.property(walks, (situations) => {
        for (const situation of situations) {
          const { state } = briefly(situation);
          expect(namesIn(situation).size.copies).toBe(state.copies.length);
          expect(state.copies.map(({ id }) => id)).toEqual([...state.copies.keys()]);
        }
      }),
      { numRuns: 30 },
    );
  });
});
