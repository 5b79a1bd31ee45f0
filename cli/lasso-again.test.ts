import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBadInput } from '../counterexamples/bad-input.ts';
import {
  decodeBundle,
  encodeBundle,
  isLasso,
  type LassoBundle,
} from '../counterexamples/bundle.ts';
import { paper } from '../model/paper.ts';
import { flawText, lassoAgain, owedText, paperOnLasso } from './lasso-again.ts';
import { lassoOf, specNamed } from './sample-lassos.ts';

const stays = lassoOf('loser-stays', 'left-alone', 'L1');
const deaf = lassoOf('heartbeats-only', 'left-alone', 'L2');
const waits = lassoOf('no-reissue', 'pending-write', 'L2a');

const readBack = (bundle: LassoBundle): LassoBundle => {
  const read = decodeBundle(encodeBundle(bundle), 'lasso.json');
  if (isBadInput(read) || !isLasso(read)) throw new Error('it is a lasso');
  return read;
};

/** What a changed lasso is told to be, under its own specification. */
const told = (bundle: LassoBundle, change: Partial<LassoBundle>): string => {
  const again = lassoAgain(specNamed(bundle.spec), { ...bundle, ...change });
  return again.flaw === null ? 'a lasso' : flawText('it', again, again.flaw);
};

const { lasso } = stays;

describe('a lasso from a file', () => {
  it.each([stays, deaf, waits])('is one again: $spec', (bundle) => {
    const read = readBack(bundle);
    expect(read).toEqual(bundle);
    expect(lassoAgain(specNamed(bundle.spec), read).flaw).toBeNull();
  });

  it('says since when it is owed', () => {
    expect([stays, waits].map(owedText)).toEqual([
      'It is owed from event 6 on. All that is fair is done, but nobody asks for a backup.',
      'It is owed from event 11 on. All that is fair is done, but nobody asks for a backup.',
    ]);
    const asking = { ...stays, lasso: { ...lasso, owedFrom: 0, asksForBackups: true } };
    expect(owedText(asking)).toBe('It is owed from the beginning. All that is fair is done.');
  });

  it('says what the paper does', () => {
    expect([stays, deaf, waits].map((bundle) => paperOnLasso(bundle).text)).toEqual([
      'under the paper what is owed is done with event 9: A0 learns that it has lost and halts',
      'the paper does not stop there: B1 suspects its primary A0, freezes its log at 0',
      'the paper leaves the cycle in the end, as it can after event 11: ' +
        'B1 submits write 0 (block x) under generation 1',
    ]);
    const same = { ...stays, spec: 'paper' };
    expect(paperOnLasso(same).says).toMatchObject({ flaw: { kind: 'ended', number: 9 } });
  });
});

describe('what is no lasso, or no more', () => {
  it('is told why', () => {
    const { script } = stays;
    const all = [
      told(stays, {}),
      told(stays, { lasso: { ...lasso, kind: 'dead end' } }),
      told(stays, { lasso: { ...lasso, kind: 'cycle', from: 7 } }),
      told(stays, { lasso: { ...lasso, owedFrom: 0 } }),
      told(stays, { lasso: { ...lasso, owedFrom: 5 } }),
      told(stays, { lasso: { ...lasso, owedFrom: 3, kind: 'cycle', from: 5 } }),
      told(stays, { script: script.toSpliced(3, 1), lasso: { ...lasso, owedFrom: 5 } }),
      told(waits, { lasso: { ...waits.lasso, asksForBackups: true } }),
      told({ ...stays, spec: 'paper' }, {}),
    ];
    expect(all.join('\n').replaceAll(': ', ':\n  ')).toMatchInlineSnapshot(`
      "a lasso
      it does not stop there:
        A0 asks the arbiter for generation 1
      under it events 8 to 9 do not lead back to where they begin
      it owes nothing from the beginning
      under it event 6, crash, disturbs anew:
        what was owed is pardoned
      under it event 6, crash, disturbs anew:
        what was owed is pardoned
      it refuses event 4, arbitrate:
        no request of it is under way
      it leaves the cycle in the end, as it can after event 11:
        B1 asks the service for a backup
      under it what is owed is done with event 9:
        A0 learns that it has lost and halts"
    `);
  });

  it('is never an exception, whatever happens in it and wherever it turns', () => {
    const events = fc.shuffledSubarray([...stays.script, ...deaf.script, ...waits.script]);
    const turns = fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 12 }), fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(events, turns, ([...script], [from, owedFrom, isCycle, asksForBackups]) => {
        const changed: LassoBundle = {
          ...stays,
          lasso: isCycle
            ? { kind: 'cycle', from, owedFrom, asksForBackups }
            : { kind: 'dead end', owedFrom, asksForBackups },
          script: script.map((event, id) => ({ ...event, id })),
        };
        const read = decodeBundle(encodeBundle(changed), 'lasso.json');
        if (isBadInput(read) || !isLasso(read)) return;
        for (const spec of [paper, specNamed('loser-stays')]) {
          const again = lassoAgain(spec, read);
          if (again.flaw === null) continue;
          expect(flawText('it', again, again.flaw)).not.toMatch(/undefined|NaN|\[object/);
        }
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
