// Who may import whom, and what from outside.

import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { type Code, type Import, isArgument, type Rule, type Tree, within } from './code.ts';

const isRelative = ({ name }: Import): boolean => name.startsWith('.');
const targetOf = (code: Code, { name }: Import): string =>
  posix.join(posix.dirname(code.path), name);

const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: ['model'],
  impl: ['impl'],
  properties: ['properties', 'model', 'impl'],
  counterexamples: ['counterexamples', 'model', 'properties'],
  oracle: ['oracle', 'model', 'properties', 'counterexamples'],
};

export const directions: Rule = {
  check: (code) => {
    const allowed = mayImport[code.path.split('/')[0] ?? ''];
    if (allowed === undefined) return [];
    return code.imports
      .filter((link) => isRelative(link) && !within(targetOf(code, link), ...allowed))
      .map((link) => ({ at: link.at, what: `may not import ${targetOf(code, link)}` }));
  },
  bad: [
    { 'model/a.ts': `import type { B } from '../properties/b.ts';` },
    { 'impl/a.ts': `export * from '../model/b.ts';` },
    { 'properties/x/a.test.ts': `const b = await import('../../counterexamples/b.ts');` },
    { 'counterexamples/a.ts': `type B = import('../cli/b.ts').B;` },
    { 'counterexamples/a.ts': `import { b } from '../impl/b.ts';` },
  ],
  good: [{ 'cli/a.ts': `import '../model/b.ts';`, 'properties/a.ts': `import '../impl/b.ts';` }],
};

const mayNeed: readonly (readonly [string, readonly string[]])[] = [
  ['impl/host', ['io-ts', 'fp-ts']],
  ['properties', ['fast-check', 'seedrandom', 'ts-pattern']],
  ['counterexamples', ['io-ts', 'fp-ts', 'ts-pattern']],
  ['oracle', ['fast-check', 'fp-ts', 'io-ts', 'ts-pattern', 'vitest']],
];

export const packages: Rule = {
  check: ({ path, imports }) => {
    if (!isArgument(path)) return [];
    const allowed = mayNeed.find(([place]) => within(path, place))?.[1] ?? [];
    return imports
      .filter((link) => !link.erased && !isRelative(link) && !isBuiltin(link.name))
      .filter(({ name }) => !allowed.some((it) => name === it || name.startsWith(`${it}/`)))
      .map(({ at, name }) => ({ at, what: `may not need the package ${name} at run time` }));
  },
  bad: [
    { 'model/a.ts': `import { type Branded } from 'io-ts';` },
    { 'impl/guest/a.ts': `import * as t from 'io-ts';` },
    { 'properties/a.ts': `import { Command } from 'commander';` },
  ],
  good: [
    { 'model/a.ts': `import type { Branded } from 'io-ts';` },
    { 'counterexamples/a.ts': `import { isRight } from 'fp-ts/lib/Either.js';` },
  ],
};

export const builtins: Rule = {
  check: ({ path, imports }) =>
    isArgument(path) && !within(path, 'impl/host')
      ? imports
          .filter(({ name }) => isBuiltin(name))
          .map(({ at, name }) => ({ at, what: `may not import ${name} of Node` }))
      : [],
  bad: [
    { 'model/a.ts': `import { hash } from 'node:crypto';` },
    { 'properties/a.ts': `import fs from 'fs';` },
  ],
  good: [{ 'impl/host/a.ts': `import 'node:net';`, 'properties/a.test.ts': `import 'node:fs';` }],
};

export const wholeFiles: Rule = {
  check: (code, { codes }) =>
    code.imports
      .filter((link) => isRelative(link))
      .filter((link) => !link.name.endsWith('.ts') || !codes.has(targetOf(code, link)))
      .map(({ at, name }) => ({ at, what: `"${name}" names no TypeScript file` })),
  bad: [
    { 'cli/a.ts': `import './b.js';`, 'cli/b.ts': '' },
    { 'cli/a.ts': `import '../model';`, 'model/b.ts': '' },
    { 'cli/a.ts': `import './missing.ts';` },
  ],
  good: [{ 'cli/a.ts': `import '../model/b.ts';`, 'model/b.ts': '' }],
};

/** The shortest way from a file back to itself. */
const cycleThrough = (start: Code, { codes }: Tree): readonly string[] | undefined => {
  const seen = new Set<string>();
  let ways: readonly (readonly string[])[] = [[start.path]];
  while (ways.length > 0) {
    const longer: (readonly string[])[] = [];
    for (const way of ways) {
      const code = codes.get(way.at(-1) ?? '');
      for (const link of code?.imports.filter(isRelative) ?? []) {
        const target = code === undefined ? '' : targetOf(code, link);
        if (target === start.path) return way;
        if (!seen.has(target)) longer.push([...way, target]);
        seen.add(target);
      }
    }
    ways = longer;
  }
  return undefined;
};

export const noCycles: Rule = {
  check: (code, tree) => {
    const cycle = cycleThrough(code, tree);
    if (cycle === undefined || cycle.some((path) => path < code.path)) return []; // told elsewhere
    return [{ at: 0, what: `imports itself: ${[...cycle, code.path].join(' → ')}` }];
  },
  bad: [
    { 'model/a.ts': `import type { A } from './a.ts';` },
    {
      'model/c.ts': `import './a.ts';`,
      'model/a.ts': `import './b.ts';`,
      'model/b.ts': `import type { C } from './c.ts';`,
    },
  ],
  good: [{ 'model/a.ts': `import './b.ts'; import './c.ts';`, 'model/b.ts': `import './c.ts';` }],
};
