import { describe, expect, it } from 'vitest';
import type { Event } from '../../../model/event.ts';
import { paper, specification } from '../../../model/paper.ts';
import { eventTypes, type Spec } from '../../../model/spec.ts';
import type { Course } from './lasso-text.ts';
import { livenessScopes } from './liveness-scopes.ts';
import { obligations } from './obligations.ts';
import { due } from './protocol-fairness.ts';
import { lassosUnder } from './protocol-lassos.ts';
import { type Endless, flawUnder } from './retaken.ts';

const stubborn = specification('stubborn', { whenLost: (copy) => copy });
const deaf = specification('deaf', { watches: ({ mode }) => mode === 'replaying' });
const scope = livenessScopes.find(({ name }) => name === 'left-alone');
const stuckOutput = obligations.find(({ id }) => id === 'L1');
if (scope === undefined || stuckOutput === undefined) throw new Error('the catalogue has changed');

const foundUnder = (spec: Spec): Endless => {
  const [answer] = lassosUnder(spec, scope, [stuckOutput], {}).answers;
  if (answer?.kind !== 'violated') throw new Error('there is a lasso');
  const { stem, begins, cycle } = answer.lasso;
  const [once, again] = [stem, cycle].map((strides) => strides.map(({ event }) => event));
  const course = { stem: once ?? [], cycle: again ?? [] };
  return { settings: scope.settings, course, begins, asksForBackups: false };
};

const round = foundUnder(stubborn);
const stuck = foundUnder(deaf);

const flaw = (change: Partial<Endless>, spec = stubborn, of = round) =>
  flawUnder(spec, stuckOutput, { ...of, ...change });

const withCourse = (change: (course: Course) => Course) => ({ course: change(round.course) });

describe('a lasso that is taken once more', () => {
  it('is still one, without the scope in which it was found', () => {
    expect(flaw({})).toBeNull();
    expect(flaw({}, deaf, stuck)).toBeNull();
    expect([round.course.cycle.length, stuck.course.cycle.length]).toEqual([3, 0]);
  });

  it('is still one where its events list their fields in another order', () => {
    const turned = (event: Event): Event =>
      JSON.parse(JSON.stringify(event, Object.keys(event).toReversed()));
    const all = withCourse(({ stem, cycle }) => ({ stem: stem.map(turned), cycle }));
    expect(flaw(all)).toBeNull();
  });

  it('is none if an event of it cannot happen', () => {
    const answered = withCourse(({ stem, cycle }) => ({ stem, cycle: cycle.slice(1) }));
    expect(flaw(answered)).toEqual({ kind: 'impossible', number: 7 });
    const unasked = withCourse(({ stem, cycle }) => ({ stem: stem.toSpliced(3, 1), cycle }));
    expect(flaw({ ...unasked, begins: 5 })).toEqual({ kind: 'impossible', number: 4 });
  });

  it('is none if it does not come back, or stops where something is left to do', () => {
    const half = withCourse(({ stem, cycle }) => ({ stem, cycle: cycle.slice(0, 2) }));
    expect(flaw(half)).toEqual({ kind: 'open' });
    const none = withCourse(({ stem }) => ({ stem, cycle: [] }));
    expect(flaw(none)).toMatchObject({ kind: 'put off', number: 6, event: { type: 'testAndSet' } });
  });

  it('is none if it begins to be owed elsewhere', () => {
    expect(flaw({ begins: 0 })).toEqual({ kind: 'not owed' });
    expect(flaw({ begins: 5 })).toEqual({ kind: 'pardoned', number: 6 });
    expect(flaw({ begins: 7 })).toEqual({ kind: 'not owed' });
    const idle = withCourse(({ stem, cycle }) => ({ stem: stem.slice(1), cycle }));
    expect(flaw({ ...idle, begins: 5 })).toEqual({ kind: 'not owed' });
  });

  it('is none under the paper, which does what is owed', () => {
    expect(flaw({}, paper)).toEqual({ kind: 'ended', number: 9 });
    expect(flaw({}, paper, stuck)).toMatchObject({ kind: 'put off', event: { type: 'suspect' } });
  });
});

describe('what the world does', () => {
  it('is never fair, so that a lasso is one however much of it a scope allows', () => {
    const world = eventTypes(paper).filter((type) => paper.actions[type].by === 'world');
    expect(world.length).toBeGreaterThan(10);
    for (const type of world) expect(due[type], type).toBe('never');
  });
});
