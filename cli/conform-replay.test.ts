import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { type ConformCase, encodeCase } from '../oracle/conform/case-file.ts';
import type { Happening, Script } from '../oracle/conform/script.ts';
import { scripts } from '../oracle/conform/scripts.ts';
import type { Claimed } from '../oracle/header.ts';
import { replay } from './replay.ts';
import { collecting } from './terminal.ts';

const room = mkdtempSync(join(tmpdir(), 'lockstep-conform-replay-'));
afterAll(() => rmSync(room, { recursive: true }));

const adapters = fileURLToPath(new URL('../docs/adapters', import.meta.url));

const caseOf = (script: Script, command: readonly string[], eachHost = false): ConformCase => {
  const finding = { kind: 'owed', key: 'none', cites: [], sentence: '' } as const;
  const head = { format: 4, kind: 'conform', command, eachHost, seed: 1, number: 0 } as const;
  return { ...head, finding, script };
};

/** Whether a right pair is wronged by a script, and with which words. */
const refuting = async (
  pair: string,
  claims: Claimed,
  events: readonly Happening[],
): Promise<readonly [number, string]> => {
  const file = join(room, `${pair}.json`);
  const first = scripts(claims, 1)(1, 0);
  if (first === undefined) throw new Error('there is a first script');
  const script = { ...first, events };
  writeFileSync(file, encodeCase(caseOf(script, ['none']), []));
  const told = collecting();
  const on = [process.execPath, join(adapters, pair, 'pair.ts')];
  const code = await replay(file, { format: 'lanes', on }, told.terminal);
  return [code, told.text().replace(/\n */g, ' ')];
};

const notRefuted = [1, expect.stringContaining('not refuted by this script')];

it('a network is not cut before what has arrived behind it and is not read', async () => {
  const transmit: Happening = { do: 'execute', host: 'A', does: 'transmit' };
  const carry: Happening = { do: 'carry', net: 'log', to: 'B' };
  const events: readonly Happening[] = [
    ...[transmit, transmit, transmit, transmit, carry, carry, carry, carry],
    { do: 'cut', net: 'log', to: 'B' },
    { do: 'replay', host: 'B' },
  ];
  const backupCapacity = 3;
  expect(await refuting('typescript', { backupCapacity }, events)).toEqual(notRefuted);
});

it('a pause of its own is no silence of its peer', async () => {
  const events: readonly Happening[] = [
    { do: 'elapse', ticks: 2 },
    { do: 'crash', host: 'A' },
    { do: 'pause', host: 'B' },
    { do: 'pass', ticks: 9 },
    { do: 'resume', host: 'B' },
    { do: 'pass', ticks: 2 },
  ];
  expect(await refuting('own', {}, events)).toEqual(notRefuted);
});
