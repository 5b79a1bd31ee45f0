// What may go on for ever under a mutant: each claim about calms is broken by a lasso.

import { describe, expect, it } from 'vitest';
import type { Event } from '../model/event.ts';
import { paper } from '../model/paper.ts';
import type { Spec } from '../model/spec.ts';
import { livenessScopes } from '../properties/checker/explore/liveness-scopes.ts';
import { obligations } from '../properties/checker/explore/obligations.ts';
import { lassosUnder } from '../properties/checker/explore/protocol-lassos.ts';
import { type Endless, flawUnder } from '../properties/checker/explore/retaken.ts';
import { mutants } from './catalogue.ts';

const bounds = { states: 60_000 };

type Found = { readonly id: string; readonly endless: Endless; readonly spec: Spec };

/** The lassos of a mutant in a scope. */
const lassosOf = (name: string, scopeName: string): readonly Found[] => {
  const mutant = mutants.find(({ spec }) => spec.name === name);
  const scope = livenessScopes.find((one) => one.name === scopeName);
  if (mutant === undefined || scope === undefined) throw new Error(`no ${name} or ${scopeName}`);
  const { spec } = mutant;
  const { answers } = lassosUnder(spec, scope, obligations, bounds);
  const { settings, most } = scope;
  const eventsOf = (strides: readonly { readonly event: Event }[]): readonly Event[] =>
    strides.map(({ event }) => event);
  return answers.flatMap((answer) => {
    if (answer.kind !== 'violated') return [];
    const { stem, cycle, begins } = answer.lasso;
    const course = { stem: eventsOf(stem), cycle: eventsOf(cycle) };
    const asksForBackups = most.requestBackup !== 0;
    return [{ id: answer.id, spec, endless: { settings, course, begins, asksForBackups } }];
  });
};

/** Obligations that are broken, with the lengths of stem and cycle. */
const lengthsOf = (lassos: readonly Found[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    lassos.map(({ id, endless: { course } }) => [
      id,
      `${course.stem.length}+${course.cycle.length}`,
    ]),
  );

const flawOf = ({ id, endless }: Found, spec: Spec) => {
  const obligation = obligations.find((one) => one.id === id);
  if (obligation === undefined) throw new Error(`no ${id}`);
  return flawUnder(spec, obligation, endless);
};

const table = [
  ['heartbeats-only', 'left-alone', { L1: '5+0', L2: '1+0' }],
  ['one-way-detector', 'left-alone', { L1: '3+0', L2: '1+0', L4: '4+0' }],
  ['loser-stays', 'left-alone', { L1: '6+3' }],
  ['reply-of-the-next-contest', 'left-alone', { L1: '5+6', L2: '4+6' }],
  ['drop-withheld-at-primary-go-live', 'pending-write', { L2a: '6+0' }],
  ['no-reissue', 'pending-write', { L2a: '11+1' }],
  ['fence-one-early', 'moved-with-disk', { L2a: '3+0' }],
  ['never-reset', 'protected-again', { L2: '18+0' }],
  ['tells-once', 'protected-again', { L3: '18+0' }],
  ['no-notify', 'protected-again', { L3: '5+0' }],
  ['discards-what-is-awaited', 'protected-again', { L2: '6+9', L3: '4+9' }],
  ['hello-not-believed', 'protected-again', { L2: '4+28', L3: '4+37' }],
  ['discards-the-vm', 'moved-alone', { L2: '6+0' }],
  ['never-cancelled', 'moved-with-disk', { L5: '2+0' }],
  ['quiesce-outlives-the-move', 'moved-with-disk', { L5: '11+0' }],
  ['one-way-detector', 'powered-off', { L1: '3+0', L2: '1+0', L7: '3+0' }],
] as const;

describe('a mutant is caught in a lasso', () => {
  it.each(table)('%s in scope %s, in one that is none under the paper', (name, scope, broken) => {
    const lassos = lassosOf(name, scope);
    expect(lengthsOf(lassos)).toEqual(broken);
    for (const lasso of lassos) {
      expect(flawOf(lasso, lasso.spec)).toBeNull();
      expect(flawOf(lasso, paper)).not.toBeNull();
    }
  });

  it('for want of a backup, if nobody asks for one', () => {
    const [lasso] = lassosOf('no-reissue', 'pending-write');
    if (lasso === undefined) throw new Error('there is one');
    const asking = { ...lasso, endless: { ...lasso.endless, asksForBackups: true } };
    expect(flawOf(asking, asking.spec)).toMatchObject({ event: { type: 'requestBackup' } });
  });

  it('for each of the claims about calms that need no clock', () => {
    const broken = new Set(table.flatMap(([, , ids]) => Object.keys(ids)));
    expect([...broken].toSorted()).toEqual(obligations.map(({ id }) => id).toSorted());
  });

  it.each([
    ['ack-batching', 'moved-with-disk'],
    ['test-and-set-while-draining', 'protected-again'],
    ['errors-instead-of-reissue', 'pending-write'],
  ])('but not %s, which is as good as the paper, in scope %s', (name, scope) => {
    expect(lassosOf(name, scope)).toEqual([]);
  });
});
