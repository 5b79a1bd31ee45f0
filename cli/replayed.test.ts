import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isBadInput } from '../counterexamples/bad-input.ts';
import type { Bundle } from '../counterexamples/bundle.ts';
import { good } from '../counterexamples/example.ts';
import { copyId } from '../model/ids.ts';
import { defaultSettings } from '../model/settings.ts';
import { saveBundle } from './files.ts';
import { bundleOf, claimNamed } from './refutation.ts';
import { deviations, replayed, stillBreaks } from './replayed.ts';
import { specificationOf } from './specification.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-replayed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const replay = async (bundle: Bundle, spec?: string) => {
  const file = join(folder, 'bundle.json');
  expect(saveBundle(file, bundle)).toBeNull();
  return replayed(file, spec);
};

const told = async (bundle: Bundle, spec?: string): Promise<readonly string[]> => {
  const found = await replay(bundle, spec);
  if (isBadInput(found)) return [found.sentence.replace(folder, 'FOLDER')];
  return [stillBreaks(found) ? 'broken' : 'holds', ...deviations(found)];
};

/** An output leaves before anything is acknowledged. */
const refuting = async (): Promise<Bundle> => {
  const found = await specificationOf('no-output-rule');
  const claim = claimNamed('S2');
  if (isBadInput(found) || claim === null) throw new Error('the catalogue has changed');
  const script = {
    settings: { ...defaultSettings, program: ['transmit'] as const },
    events: [
      { type: 'execute', copy: copyId(0) },
      { type: 'release', copy: copyId(0) },
    ] as const,
    calm: false,
  };
  const certificate = { kind: 'not minimized', tried: 0 } as const;
  return bundleOf(found.spec, claim, script, { claim: 'S2', at: 1 }, certificate);
};

it('finds what a bundle says, and nothing to remark', async () => {
  expect(await told(await refuting())).toEqual(['broken']);
});

it('names the first event that no longer applies and goes on without it', async () => {
  const bundle = await refuting();
  const [first, second] = bundle.script;
  if (first === undefined || second === undefined) throw new Error('two events are expected');
  const script = [{ id: 9, type: 'goLive', copy: copyId(1) } as const, first, second];
  expect(await told({ ...bundle, at: 2, script })).toEqual([
    'broken',
    'event 1, goLive, no longer applies: a replaying copy is not about to go live',
  ]);
  expect(await told({ ...bundle, script: script.slice(0, 2) })).toContain(
    'S2 is not broken by these events',
  );
});

it('says where else it breaks, and that it ends elsewhere', async () => {
  const bundle = await refuting();
  const [first, second] = bundle.script;
  if (first === undefined || second === undefined) throw new Error('two events are expected');
  const longer = { ...bundle, at: 2, script: [first, second, { ...first, id: 9 }] };
  expect(await told(longer)).toEqual(['broken', 'S2 breaks at event 2, not 3']);
  const end = '0123456789abcdef';
  expect(await told({ ...bundle, end })).toEqual([
    'broken',
    'the state at the end is not the one in the file',
  ]);
});

it('replays under another specification where it is told to', async () => {
  expect((await told(await refuting(), 'paper'))[0]).toBe('holds');
});

it('says what it does not know of a bundle', async () => {
  expect(await told({ ...good, spec: 'mine' })).toEqual([
    'In FOLDER/bundle.json, spec should be paper or a mutant of the catalogue, but is "mine"; ' +
      'name its module with --spec.',
  ]);
  expect(await told({ ...good, claim: 'S99' })).toEqual([
    'In FOLDER/bundle.json, claim should be the id of a claim in properties/catalogue, ' +
      'but is "S99".',
  ]);
});
