// Properties of the code itself: who may import whom, what may be said where, and how long.
// Every rule is shown to bite: its bad samples must be refused, and its good ones pass.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { breachesOf, type Rule, requirementsFile, type Sample, treeOf } from './tidy/code.ts';
import { builtins, directions, noCycles, packages, wholeFiles } from './tidy/imports.ts';
import { shortFiles, shortFunctions, shortLines, tellingNames } from './tidy/sizes.ts';
import { citations, determinism, fewCasts, plainModel } from './tidy/words.ts';

const root = join(import.meta.dirname, '..');
const folders = [
  'model',
  'impl',
  'properties',
  'counterexamples',
  'oracle',
  'cli',
  'bench',
  'bin',
  '.ci',
];

const rules: readonly (readonly [string, Rule])[] = [
  ['each folder imports only those that it may know', directions],
  ['the argument needs few packages at run time, the model none', packages],
  ['only the host, the command line and tests import Node', builtins],
  ['an import names a file, with its extension', wholeFiles],
  ['no file imports itself, by whatever way', noCycles],
  ['clocks, timers, dice and the process are left to the host and the command line', determinism],
  ['the model is constants and arrows: no class, let, throw, function, async or any', plainModel],
  ['the model casts only where it builds its notation', fewCasts],
  ['every requirement cited is written down', citations],
  ['lines have at most 100 columns', shortLines],
  ['functions have at most 50 lines', shortFunctions],
  ['files have at most 300 lines', shortFiles],
  ['names of files and folders say what is inside', tellingNames],
];

const sourcesIn = (folder: string): readonly string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name))
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    : [];

const readTree = (): Sample => {
  const atRoot = readdirSync(root).filter((name) => name.endsWith('.ts'));
  const paths = [...atRoot, ...folders.flatMap(sourcesIn), requirementsFile].sort();
  const present = paths.filter((path) => existsSync(join(root, path)));
  return Object.fromEntries(present.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
};

const tree = treeOf(readTree());

describe.each(rules)('%s', (_, rule) => {
  it('holds', () => {
    expect(breachesOf(rule, tree)).toEqual([]);
  });

  it('is broken by each of its bad samples', () => {
    expect(rule.bad).not.toEqual([]);
    for (const sample of rule.bad) {
      expect(breachesOf(rule, treeOf(sample)), JSON.stringify(sample)).not.toEqual([]);
    }
  });

  it('is kept by each of its good samples', () => {
    for (const sample of rule.good) expect(breachesOf(rule, treeOf(sample))).toEqual([]);
  });
});

it('reads the whole tree', () => {
  expect([...tree.codes.keys()]).toContain('properties/tidy.test.ts');
  expect([...tree.codes.keys()]).toContain('bin/lockstep.js');
});
