import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { type ConformCase, encodeCase } from '../oracle/conform/case-file.ts';
import type { Happening, Script } from '../oracle/conform/script.ts';
import { scripts } from '../oracle/conform/scripts.ts';
import type { Claims } from '../oracle/conform/stimulus.ts';
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
  claims: Claims,
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

/** What is printed when the case is replayed as JSON, and the exit code. */
const told = async (file: string, on: readonly string[]): Promise<readonly [number, string]> => {
  const { terminal, text } = collecting();
  const code = await replay(file, { format: 'json', on }, terminal);
  return [code, text()];
};

it.for([
  [false, 'one process'],
  [true, 'one process for each host'],
] as const)('is the same, byte for byte, with %s: %s', async ([eachHost]) => {
  const file = join(room, `same-${eachHost}.json`);
  const script = scripts({}, 50)(5, 40);
  if (script === undefined) throw new Error('there is such a script');
  writeFileSync(file, encodeCase(caseOf(script, ['none'], eachHost), []));
  const on = [process.execPath, join(adapters, 'typescript/pair.ts')];
  const [one, other] = [await told(file, on), await told(file, on)];
  expect(one).toEqual(other);
  const { log, eachHost: isEachHost, same } = JSON.parse(one[1]);
  expect(isEachHost).toBe(eachHost);
  expect(same).toBe(false);
  expect(log.length).toBeGreaterThan(50);
});

it('is by as many processes as the file says', async () => {
  const counting = join(room, 'counting.ts');
  const pair = JSON.stringify(join(adapters, 'typescript/pair.ts'));
  const library = JSON.stringify(join(adapters, 'typescript/lockstep.ts'));
  writeFileSync(
    counting,
    `import { appendFileSync } from 'node:fs';
     import { serve } from ${library};
     import { make } from ${pair};
     appendFileSync(process.argv[2], 'x');
     serve(make);`,
  );
  const script = scripts({}, 1)(1, 0);
  if (script === undefined) throw new Error('there is a first script');
  const started = async (eachHost: boolean, option: boolean): Promise<number> => {
    const [file, marks] = [join(room, 'counted.json'), join(room, 'marks')];
    rmSync(marks, { force: true });
    writeFileSync(file, encodeCase(caseOf(script, ['none'], eachHost), []));
    const on = [process.execPath, counting, marks];
    const each = option ? ({ eachHost: true } as const) : {};
    await replay(file, { format: 'json', on, ...each }, collecting().terminal);
    return readFileSync(marks, 'utf8').length;
  };
  expect([await started(false, false), await started(true, false)]).toEqual([1, 2]);
  expect(await started(false, true)).toBe(2);
});
