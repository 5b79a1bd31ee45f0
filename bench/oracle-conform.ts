import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { counted, type Figure } from './figure.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const played = 2000;

const pairs: readonly (readonly [string, readonly string[]])[] = [
  ['Python', ['python3', 'docs/adapters/python/pair.py']],
  ['TypeScript', [process.execPath, 'docs/adapters/typescript/pair.ts']],
];

/** Scripts a minute, by the clock: harness and program take turns. */
const rateOf = (command: readonly string[]): string => {
  const words = ['bin/lockstep.js', 'conform', '--scripts', `${played}`, '--seed', '1', '--'];
  const began = performance.now();
  const { status } = spawnSync(process.execPath, [...words, ...command], { cwd: root });
  const minutes = (performance.now() - began) / 60_000;
  return status === 0 ? counted(played / minutes) : 'it cannot be run here';
};

/** How fast programs in other languages are played with. */
export const conformFigures = (): readonly Figure[] =>
  pairs.map(([language, command]) => ({
    what: `\`conform\` with the ${language} pair: scripts of at most 50 events a minute`,
    asked: language === 'Python' ? '2,000' : '',
    measured: rateOf(command),
  }));
