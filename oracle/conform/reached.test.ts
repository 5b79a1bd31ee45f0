import { expect, it } from 'vitest';
import type { Observed } from '../observation.ts';
import type { Episode } from './pair-world.ts';
import { nothingReached, reachedIn } from './reached.ts';

const said = (...lines: readonly Observed[]): readonly Episode[] =>
  lines.map((line) => ({ kind: 'line', line, isUnheard: false }));

const b = { node: 'B', n: 1, copy: 'b' } as const;
const p = { node: 'A', n: 1, copy: 'p' } as const;

it('a backup takes over, and an arbitration that it wins later is that of a primary', () => {
  const takeover = said(
    { ...b, did: 'receive', seq: 1 },
    { ...b, did: 'learn', outcome: 'won' },
    { ...b, did: 'goLive' },
  );
  const once = reachedIn(nothingReached, takeover);
  expect(once).toEqual({ takeovers: 1, survivals: 0, losses: 0, digests: 0 });
  const again = said({ ...b, did: 'learn', outcome: 'won' });
  expect(reachedIn(once, [...takeover, ...again])).toMatchObject({ takeovers: 2, survivals: 1 });
});

it('a primary survives, a copy loses, and states are counted', () => {
  const all = said(
    { ...p, did: 'learn', outcome: 'won' },
    { ...b, did: 'acknowledge', upTo: 1 },
    { ...b, did: 'learn', outcome: 'lost' },
    { ...p, did: 'digest', position: 0, digest: 'd' },
  );
  const reached = { takeovers: 0, survivals: 1, losses: 1, digests: 1 };
  expect(reachedIn(nothingReached, all)).toEqual(reached);
});
