// How long things may be, and what a file may not be called.

import type { ESTree } from 'rolldown/utils';
import { look, type Rule } from './code.ts';

const longestLine = 100;
const longestFunction = 50;
const longestFile = 300;

/** The interpreter's loop is one function: a call for each instruction would halve its speed. */
const oneFunction = 'impl/riscv/execute.ts';

const linesOf = (text: string): number => text.trimEnd().split('\n').length;

export const shortLines: Rule = {
  check: ({ text }) =>
    [...text.matchAll(new RegExp(`^.{${longestLine + 1},}$`, 'gmu'))].map(({ index }) => ({
      at: index,
      what: `is longer than ${longestLine} columns`,
    })),
  bad: [{ 'model/a.ts': `//\n// ${'x'.repeat(98)}` }],
  good: [{ 'model/a.ts': `// ${'→'.repeat(97)}\n// ${'x'.repeat(97)}` }],
};

/** A function given to `describe` is a heading over tests, not a function to understand. */
export const shortFunctions: Rule = {
  check: (code) => {
    const headings = new Set<ESTree.Node>();
    return look(code, (say) => {
      const measure = (node: ESTree.Function | ESTree.ArrowFunctionExpression): void => {
        const lines = linesOf(code.text.slice(node.start, node.end));
        const isLong = lines > longestFunction && code.path !== oneFunction;
        if (isLong && !headings.has(node)) say(node, `has ${lines} lines`);
      };
      return {
        CallExpression: (node) => {
          const isHeading = code.text.startsWith('describe', node.callee.start);
          if (isHeading) for (const argument of node.arguments) headings.add(argument);
        },
        FunctionDeclaration: measure,
        FunctionExpression: measure,
        ArrowFunctionExpression: measure,
      };
    });
  },
  bad: [
    { 'cli/a.ts': `const f = () => {${'\n'.repeat(50)}};` },
    { 'cli/a.test.ts': `describe('a', () => {\nit('b', () => {${'\n'.repeat(50)}}) });` },
    { 'impl/riscv/step.ts': `const f = () => {${'\n'.repeat(50)}};` },
  ],
  good: [
    { 'cli/a.ts': `const f = () => {${'\n'.repeat(49)}};` },
    { 'cli/a.test.ts': `describe('a', () => {${'\n'.repeat(60)}});` },
    { [oneFunction]: `const f = () => {${'\n'.repeat(60)}};` },
  ],
};

export const shortFiles: Rule = {
  check: ({ text }) => {
    const lines = linesOf(text);
    return lines > longestFile ? [{ at: 0, what: `has ${lines} lines` }] : [];
  },
  bad: [{ 'cli/a.ts': 'f();\n'.repeat(301) }],
  good: [{ 'cli/a.ts': 'f();\n'.repeat(300) }],
};

const empty = ['index', 'utils', 'util', 'common', 'helpers', 'helper', 'lib', 'src', 'misc'];

export const tellingNames: Rule = {
  check: ({ path }) => {
    const names = path.split('/').map((name) => name.split('.')[0] ?? '');
    const vague = names.filter((name) => empty.includes(name));
    return vague.map((name) => ({ at: 0, what: `"${name}" does not say what is inside` }));
  },
  bad: [{ 'model/index.ts': '' }, { 'cli/helpers.test.ts': '' }, { 'properties/utils/a.ts': '' }],
  good: [{ 'impl/guest/io-index.ts': '' }],
};
