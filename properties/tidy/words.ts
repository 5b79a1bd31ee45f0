// Which words may stand where.

import type { ESTree } from 'rolldown/utils';
import { isArgument, isTest, look, type Rule, requirementsFile, within } from './code.ts';

const worldly = new Set(
  'Date performance setTimeout setInterval setImmediate process crypto globalThis'.split(' '),
);

export const determinism: Rule = {
  check: (code) => {
    if (!isArgument(code.path) || within(code.path, 'impl/host')) return [];
    const names = new Set<ESTree.Node>();
    return look(code, (say) => ({
      MemberExpression: (node) => {
        if (!node.computed) names.add(node.property);
        const { start, end } = node;
        if (code.text.slice(start, end) === 'Math.random') say(node, 'Math.random');
      },
      Property: (node) => void (node.computed || names.add(node.key)),
      PropertyDefinition: (node) => void (node.computed || names.add(node.key)),
      MethodDefinition: (node) => void (node.computed || names.add(node.key)),
      TSPropertySignature: (node) => void (node.computed || names.add(node.key)),
      Identifier: (node) =>
        void (worldly.has(node.name) && !names.has(node) && say(node, node.name)),
    }));
  },
  bad: [
    { 'model/a.ts': 'const now = Date.now();' },
    { 'impl/guest/a.ts': 'const { env } = process;' },
    { 'properties/a.ts': 'const dice = () => Math.random();' },
    { 'properties/a.ts': 'const all = { performance };' },
    { 'counterexamples/a.ts': 'type When = { readonly at: Date };' },
  ],
  good: [
    { 'model/a.ts': `type A = { Date: 1 }; const s = 'Date'; /* crypto */ const d = s.process;` },
    { 'impl/host/a.ts': 'Date.now();', 'cli/a.ts': 'process.exitCode = 1;' },
  ],
};

export const plainModel: Rule = {
  check: (code) => {
    if (!within(code.path, 'model') || isTest(code.path)) return [];
    return look(code, (say) => ({
      ClassDeclaration: (node) => say(node, 'class'),
      ClassExpression: (node) => say(node, 'class'),
      VariableDeclaration: (node) => void (node.kind === 'const' || say(node, node.kind)),
      ThrowStatement: (node) => say(node, 'throw'),
      FunctionDeclaration: (node) => say(node, 'function'),
      FunctionExpression: (node) => say(node, 'function'),
      ArrowFunctionExpression: (node) => void (node.async && say(node, 'async')),
      TSAnyKeyword: (node) => say(node, 'any'),
    }));
  },
  bad: [
    'class A {}',
    'const A = class {};',
    'let a = 1;',
    'const f = () => { throw 1; };',
    'export const f = async () => 1;',
    'type A = readonly any[];',
    'function f() {}',
    'const a = { next() {} };',
  ].map((text) => ({ 'model/actions/a.ts': text })),
  good: [{ 'model/a.ts': `// let any class\nexport const f = (let_: 1) => 'throw async' + let_;` }],
};

const castsAllowed = ['model/ids.ts', 'model/spec.ts', 'model/actions/notation.ts'];

export const fewCasts: Rule = {
  check: (code) => {
    if (!within(code.path, 'model') || castsAllowed.includes(code.path)) return [];
    return look(code, (say) => ({
      TSTypeAssertion: (node) => say(node, 'a cast'),
      TSNonNullExpression: (node) => say(node, 'a cast'),
      TSAsExpression: ({ typeAnnotation, ...node }) => {
        const text = code.text.slice(typeAnnotation.start, typeAnnotation.end);
        if (text !== 'const') say(node, 'a cast');
      },
    }));
  },
  bad: [
    { 'model/a.ts': 'const a = 1 as number;' },
    { 'model/a.ts': 'const a = <number>1;' },
    { 'model/actions/ids.ts': 'const a = [1][0]!;' },
  ],
  good: [
    { 'model/ids.ts': 'export const seq = (n: number) => n as Seq;' },
    { 'model/a.ts': `import { x as y } from './b.ts'; const a = [y] as const; // y as z` },
  ],
};

const citing = ['model', 'impl', 'properties', 'counterexamples', 'oracle'];
const requirementId = /\bR\d\d-\d+/g;

export const citations: Rule = {
  check: ({ path, text }, { requirements }) => {
    if (!within(path, ...citing) || within(path, 'properties/tidy')) return [];
    const known = new Set(requirements.match(requirementId));
    return [...text.matchAll(requirementId)]
      .filter(([id]) => !known.has(id))
      .map(({ 0: id, index }) => ({ at: index, what: `${id} is not in ${requirementsFile}` }));
  },
  bad: [
    { 'model/a.ts': '// R22-1: acks', 'docs/requirements.md': '- **R22-10** other' },
    { 'properties/a.ts': `const restsOn = ['R20-1'];` },
  ],
  good: [{ 'model/a.ts': '// R22-1: acks', 'docs/requirements.md': '- **R22-1** acks' }],
};
