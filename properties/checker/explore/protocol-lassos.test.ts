import { describe, expect, it } from 'vitest';
import { halted } from '../../../model/actions/notation.ts';
import { paper, specification } from '../../../model/paper.ts';
import { defaultClock } from '../../../model/settings.ts';
import { eventTypes, type Spec } from '../../../model/spec.ts';
import { afterCalm } from '../../catalogue.ts';
import { lassosIn } from './lasso.ts';
import { lassoText } from './lasso-text.ts';
import { livenessScopes } from './liveness-scopes.ts';
import { needClock, obligations } from './obligations.ts';
import { judgementUnder } from './protocol-fairness.ts';
import { lassosUnder, type Owing, openSystem } from './protocol-lassos.ts';
import { type Scope, scopes } from './scope.ts';

const bounds = { states: 100_000 };

const scopeNamed = (name: string): Scope => {
  const scope = livenessScopes.find((one) => one.name === name);
  if (scope === undefined) throw new Error(`there is no scope ${name}`);
  return scope;
};

const lassosOf = (spec: Spec, scope: Scope) => lassosUnder(spec, scope, obligations, bounds);

/** What became of each obligation: how often it was owed, or how long its lasso is. */
const told = (answers: readonly Owing[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    answers.map((answer) => {
      if (!('owed' in answer)) return [answer.id, answer.kind];
      if (answer.kind !== 'violated') return [answer.id, `${answer.kind} ${answer.owed}`];
      const { stem, cycle } = answer.lasso;
      return [answer.id, `violated ${stem.length}+${cycle.length}`];
    }),
  );

const toldOf = (spec: Spec, scope: Scope) => told(lassosOf(spec, scope).answers);

const crash = scopeNamed('left-alone');
const deaf = specification('deaf', { watches: ({ mode }) => mode === 'replaying' });
const stubborn = specification('stubborn', { whenLost: (copy) => copy });

describe('the paper', () => {
  it.each([
    ['left-alone', 6131, { L1: 2564, L2: 3079, L4: 16 }],
    ['pending-write', 7359, { L1: 1790, L2: 4418, L2a: 2040, L4: 30 }],
    ['cloned-slowly', 8368, { L2: 5532, L3: 5218 }],
    ['protected-again', 6089, { L2: 4481, L3: 4413 }],
    ['moved-alone', 84, { L2: 10, L5: 58 }],
    ['moved-with-disk', 4130, { L2: 189, L2a: 222, L4: 2012, L5: 3581 }],
  ])('meets what it owes in scope %s, of %i situations', (name, states, owed) => {
    const scope = scopeNamed(name);
    const lassos = lassosOf(paper, scope);
    expect([lassos.states, lassos.extent]).toEqual([states, 'exhausted']);
    const all = obligations.map(({ id, needs }) => {
      const isOut = needs.some((type) => scope.most[type] === 0);
      const count = Object.entries(owed).find(([one]) => one === id)?.[1] ?? 0;
      return [id, isOut ? 'left out' : count === 0 ? 'vacuous 0' : `holds ${count}`];
    });
    expect(told(lassos.answers)).toEqual(Object.fromEntries(all));
  });
});

describe('a protocol that does not', () => {
  it('stops where something is owed', () => {
    expect(toldOf(deaf, crash)).toMatchObject({ L1: 'violated 3+0', L2: 'violated 1+0' });
  });

  it('or goes round without end', () => {
    expect(toldOf(stubborn, crash)).toMatchObject({ L1: 'violated 6+3', L2: 'holds 3020' });
  });

  it('is told on as a story, with what comes again and again', () => {
    const answer = lassosOf(stubborn, crash).answers.find(({ kind }) => kind === 'violated');
    if (answer?.kind !== 'violated') throw new Error('a claim is violated');
    const eventsOf = (strides: typeof answer.lasso.stem) => strides.map(({ event }) => event);
    const { stem, cycle } = answer.lasso;
    const course = { stem: eventsOf(stem), cycle: eventsOf(cycle) };
    const lines = lassoText(stubborn, crash.settings, course).split('\n');
    expect(lines.slice(-5)).toEqual([
      ' 6     host B crashes, and B1 with it',
      '  … and then for ever:',
      ' 7 A0  asks the arbiter for generation 1',
      ' 8     the arbiter refuses generation 1 to A0: B1 has 1',
      ' 9 A0  ignores an answer about generation 1',
    ]);
    const ended = lassoText(deaf, crash.settings, { stem: course.stem.slice(0, 1), cycle: [] });
    expect(ended.split('\n').at(-1)).toBe('  … and nothing more has to happen');
  });
});

describe('what could be saved and is not', () => {
  const storage = { ...crash.most, crash: 0, wedge: 0, loseStorage: 1 };
  const scope = { ...crash, most: storage };

  it('is excused where a copy has won that cannot reach the storage', () => {
    expect(toldOf(paper, scope)).toMatchObject({ L2: expect.stringMatching(/^holds/) });
  });

  it('is no excuse for itself: a copy that has halted needlessly is missed', () => {
    const timid = specification('timid', { whenAway: (copy) => halted(copy, 'off') });
    expect(toldOf(timid, scope)).toMatchObject({ L2: expect.stringMatching(/^violated/) });
  });
});

describe('a scope', () => {
  it('has a name of its own', () => {
    const names = [...scopes, ...livenessScopes].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('counts nothing that the protocol does, but may leave it out', () => {
    for (const { most, name } of livenessScopes) {
      for (const type of eventTypes(paper)) {
        if (paper.actions[type].by === 'protocol') expect(most[type] ?? 0, name).toBe(0);
      }
    }
  });

  it('has all that the world can do, also what shows only in time', () => {
    const { init, moves } = openSystem(paper, scopeNamed('cut-network'));
    const nets = new Set<string>();
    for (const situation of init) {
      moves(situation, (event) => void (event.type === 'cut' && nets.add(event.net)));
    }
    expect([...nets]).toEqual(['log', 'heartbeat']);
  });

  it('that leaves out what would meet an obligation leads out there: that is no dead end', () => {
    const kinds = ['suspect', 'testAndSet', 'arbitrate', 'learn', 'goLive', 'release'] as const;
    for (const kind of kinds) {
      const left = { ...crash, most: { ...crash.most, [kind]: 0 } };
      expect(JSON.stringify(toldOf(paper, left)), kind).not.toContain('violated');
    }
  });

  it('counts generations and copies of a moment only', () => {
    const states = [0, 1, 2].map(
      (generations) => lassosOf(paper, { ...crash, generations }).states,
    );
    expect(states[0]).toBeLessThan(states[1] ?? 0);
    expect(states[1]).toBe(states[2]);
  });

  it('that has counted it to the end does so too', () => {
    const counted = { ...crash, most: { ...crash.most, suspect: 1, testAndSet: 1 } };
    const { answers, cutOff } = lassosOf(paper, counted);
    expect(JSON.stringify(told(answers))).not.toContain('violated');
    expect(cutOff).toBeGreaterThan(0);
    expect(toldOf(deaf, counted)).toMatchObject({ L2: 'violated 1+0' });
  });

  it('with time is not asked: nothing comes again there', () => {
    const timed = { ...crash, settings: { ...crash.settings, clock: defaultClock } };
    const { states, answers } = lassosOf(paper, timed);
    expect([states, new Set(answers.map(({ kind }) => kind))]).toEqual([0, new Set(['left out'])]);
  });
});

describe('the claims about calms', () => {
  it('are all obligations, but for those that need the clock', () => {
    const ids = [...obligations, ...needClock].map(({ id }) => id);
    expect(ids.toSorted()).toEqual(afterCalm.map(({ id }) => id).toSorted());
  });
});

describe('what tells situations apart', () => {
  it.each([paper, deaf, stubborn])('is enough to answer by: $name', (spec) => {
    const scope = { ...scopeNamed('left-alone'), most: { ...crash.most, wedge: 0 } };
    const fully = lassosIn(openSystem(spec, scope), {
      ...judgementUnder(spec),
      view: (situation) => situation,
      obligations: obligations.filter(({ needs }) => needs.length === 0),
      bounds,
    });
    const briefly = lassosOf(spec, scope);
    expect(fully.states).toBeGreaterThan(briefly.states);
    const lengths = (answers: readonly Owing[]) =>
      Object.entries(told(answers)).map(([id, text]) => [id, text.replace(/(holds) .*/, '$1')]);
    const asked = briefly.answers.filter(({ kind }) => kind !== 'left out');
    expect(lengths(fully.answers)).toEqual(lengths(asked));
  });
});
