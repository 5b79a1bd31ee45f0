import { describe, expect, it } from 'vitest';
import { paper } from '../../../model/paper.ts';
import { witnesses } from '../../catalogue.ts';
import { bruteForce } from '../ladder/brute-force.ts';
import { scopeNamed } from './named-scopes.ts';
import { possibleOf, systemFor } from './protocol.ts';
import type { Scope } from './scope.ts';
import { wholeOf } from './shortest.ts';

const named = (name: string): Scope => {
  const scope = scopeNamed(name);
  if (scope === null) throw new Error(`no scope ${name}`);
  return scope;
};

// Situations remembered whole, as JSON with its keys in order: no fingerprint, nothing relative.
describe('a scope comes to the same without fingerprints', () => {
  it.each(['shutdown', 'clone-reads', 'vmotion-reads', 'orders'])('%s', (name) => {
    const scope = named(name);
    const plain = bruteForce(systemFor(paper, scope), witnesses.map(possibleOf));
    const { extent, progress, cutOff, refuted, reached } = wholeOf(paper, scope);
    const { distinct, generated, depth } = plain;
    expect({ extent, refuted, cutOff }).toEqual({
      extent: 'exhausted',
      refuted: [],
      cutOff: plain.cutOff,
    });
    expect(progress).toMatchObject({ distinct, generated, depth, queue: 0 });
    expect(new Map(reached.map(({ id, events }) => [id, events]))).toEqual(plain.stories);
  });
});
