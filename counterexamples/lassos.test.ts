// What may go on for ever under a mutant: each claim about calms is broken by a lasso.

import { describe, expect, it } from 'vitest';
import { livenessScopes } from '../properties/checker/explore/liveness-scopes.ts';
import { obligations } from '../properties/checker/explore/obligations.ts';
import { lassosUnder } from '../properties/checker/explore/protocol-lassos.ts';
import { mutants } from './catalogue.ts';

const bounds = { states: 60_000, goesOn: () => true };

/** Obligations that a mutant breaks in a scope, with the lengths of stem and cycle. */
const brokenBy = (name: string, scopeName: string): Readonly<Record<string, string>> => {
  const mutant = mutants.find(({ spec }) => spec.name === name);
  const scope = livenessScopes.find((one) => one.name === scopeName);
  if (mutant === undefined || scope === undefined) throw new Error(`no ${name} or ${scopeName}`);
  const { answers } = lassosUnder(mutant.spec, scope, obligations, bounds);
  return Object.fromEntries(
    answers.flatMap((answer) => {
      if (answer.kind !== 'violated') return [];
      const { stem, cycle } = answer.lasso;
      return [[answer.id, `${stem.length}+${cycle.length}`]];
    }),
  );
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
  it.each(table)('%s in scope %s', (name, scope, broken) => {
    expect(brokenBy(name, scope)).toEqual(broken);
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
    expect(brokenBy(name, scope)).toEqual({});
  });
});
