import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { good } from '../counterexamples/example.ts';
import { failureFile, failuresOf } from './failures.ts';
import { saveBundle } from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-failures-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('finds what was saved of a specification, and tells what cannot be read', () => {
  const other = { ...good, spec: 'other', claim: 'S2' };
  for (const bundle of [good, other]) {
    expect(saveBundle(failureFile(bundle, folder), bundle)).toBeNull();
  }
  writeFileSync(join(folder, 'paper-S3-00000000.json'), '{');
  writeFileSync(join(folder, 'notes.txt'), '');
  const { known, complaints } = failuresOf('paper', folder);
  expect(known).toEqual([{ file: failureFile(good, folder), bundle: good }]);
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toMatch(/paper-S3-00000000\.json, line 1, column 2 should be /);
  expect(readdirSync(folder)).toHaveLength(4);
});

it('has none where no folder is', () => {
  expect(failuresOf('paper', join(folder, 'none'))).toEqual({ known: [], complaints: [] });
});

it('names a file after what the story is, not after how its events are numbered', () => {
  const renumbered = good.script.map((event) => ({ ...event, id: event.id + 7 }));
  expect(failureFile({ ...good, script: renumbered })).toBe(failureFile(good));
  expect(failureFile({ ...good, script: good.script.slice(1) })).not.toBe(failureFile(good));
  expect(failureFile({ ...good, spec: '../../x y' })).toMatch(
    /failures.\.\.-\.\.-x-y-S1-[\da-f]{8}/,
  );
});
