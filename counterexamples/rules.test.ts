// Every rule, row and refusal of the model has a mutant, or a reason why none can matter.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ESTree, parseSync, Visitor } from 'rolldown/utils';
import { describe, expect, it } from 'vitest';
import type { Event, EventType } from '../model/event.ts';
import { paper, rules } from '../model/paper.ts';
import { type Action, eventTypes, isRefusal, type Spec } from '../model/spec.ts';
import { claims } from '../properties/catalogue.ts';
import { runOnce } from '../properties/checker/hunt.ts';
import { mutants } from './catalogue.ts';
import type { Mutant } from './mutant.ts';
import { type Cover, coveredRows, coveredRules, sharedRefusals } from './unmutated.ts';

const root = join(import.meta.dirname, '..');

type Declared = ReadonlyMap<string, ESTree.Expression>;

const parsed = (path: string): ESTree.Program =>
  parseSync(path, readFileSync(join(root, path), 'utf8')).program;

/** The constants at the top of a file, by name. */
const declaredIn = ({ body }: ESTree.Program): Declared => {
  const found = new Map<string, ESTree.Expression>();
  for (const statement of body) {
    const inner = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (inner?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of inner.declarations) {
      if (id.type === 'Identifier' && init !== null) found.set(id.name, init);
    }
  }
  return found;
};

/** The texts that an expression may come to, through the constants and functions of its file. */
const textsOf = (node: ESTree.Node, declared: Declared): readonly string[] => {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [node.value] : [];
    case 'TemplateLiteral':
      return [node.quasis.map(({ value }) => value.raw).join('…')];
    case 'ArrayExpression':
      return node.elements.flatMap((one) => (one === null ? [] : textsOf(one, declared)));
    case 'ConditionalExpression':
      return [...textsOf(node.consequent, declared), ...textsOf(node.alternate, declared)];
    case 'Identifier': {
      const constant = declared.get(node.name);
      return constant?.type === 'Literal' ? textsOf(constant, declared) : [];
    }
    case 'CallExpression': {
      const name = node.callee.type === 'Identifier' ? node.callee.name : '';
      const called = declared.get(name);
      return called?.type === 'ArrowFunctionExpression' ? answersOf(called, declared) : [];
    }
    default:
      return [];
  }
};

/** Every text that a function within the expression answers with. */
const answersOf = (within: ESTree.Expression, declared: Declared): readonly string[] => {
  const found: string[] = [];
  new Visitor({
    ReturnStatement: ({ argument }) => {
      if (argument !== null) found.push(...textsOf(argument, declared));
    },
    ArrowFunctionExpression: ({ body, expression }) => {
      if (expression) found.push(...textsOf(body, declared));
    },
  }).visit({ type: 'Program', body: [], ...wrapped(within) });
  return found.filter((text) => text.includes(' '));
};
