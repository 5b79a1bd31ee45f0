import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isBadInput } from '../counterexamples/bad-input.ts';
import type { Bundle } from '../counterexamples/bundle.ts';
import { copyId } from '../model/ids.ts';
import { defaultSettings } from '../model/settings.ts';
import { readBundle, saveBundle } from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bundle: Bundle = {
  format: 1,
  spec: 'paper',
  claim: 'S1',
  at: 0,
  calm: false,
  end: '0123456789abcdef',
  certificate: { kind: 'not minimized', tried: 0 },
  settings: defaultSettings,
  script: [{ id: 7, type: 'execute', copy: copyId(0) }],
};

const found = (path: string): string => {
  const bad = readBundle(path);
  return isBadInput(bad) ? bad.sentence.replace(path, 'FILE') : 'a bundle';
};

it('reads what it has saved, in folders that it makes, and leaves nothing else there', () => {
  const path = join(folder, 'new', 'failures', 'S1.json');
  expect(saveBundle(path, bundle)).toBeNull();
  expect(saveBundle(path, { ...bundle, claim: 'S2' })).toBeNull();
  expect(readBundle(path)).toEqual({ ...bundle, claim: 'S2' });
  expect(readdirSync(join(folder, 'new', 'failures'))).toEqual(['S1.json']);
});

it('tells in one sentence why a file cannot be read', () => {
  writeFileSync(join(folder, 'latin.json'), Uint8Array.of(0x22, 0xe9, 0x22));
  expect(found(join(folder, 'none.json'))).toMatchInlineSnapshot(
    `"In FILE, the file should be readable, but there is no such file."`,
  );
  expect(found(folder)).toMatchInlineSnapshot(
    `"In FILE, the file should be readable, but is a folder."`,
  );
  expect(found(join(folder, 'latin.json', 'below'))).toMatchInlineSnapshot(
    `"In FILE, the file should be readable, but there is no such folder."`,
  );
  expect(found(join(folder, 'latin.json'))).toMatchInlineSnapshot(
    `"In FILE, the file should be text in UTF-8, but is none."`,
  );
  expect(found(`${folder}/with\0zero`)).toMatch(/but .+\.$/);
});

it('tells in one sentence why a file cannot be saved, and leaves nothing behind', () => {
  const taken = join(folder, 'taken');
  mkdirSync(join(taken, 'full'), { recursive: true });
  writeFileSync(join(taken, 'file'), '');
  expect(saveBundle(join(taken, 'full'), bundle)?.found).toMatchInlineSnapshot(`"is a folder"`);
  expect(saveBundle(join(taken, 'file', 'x.json'), bundle)?.found).toMatchInlineSnapshot(
    `"a file stands where a folder should be"`,
  );
  expect(readdirSync(taken)).toEqual(['file', 'full']);
});
