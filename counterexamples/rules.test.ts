// Every rule, row and refusal of the model has a mutant, or a reason why none can matter.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ESTree, parseSync, Visitor } from 'rolldown/utils';
import { describe, expect, it } from 'vitest';
import type { Event, EventType } from '../model/event.ts';
import { paper, rules } from '../model/paper.ts';
import { type Action, eventTypes, isRefusal, type Spec } from '../model/spec.ts';
import { runOnce } from '../properties/checker/hunt.ts';
import { mutants as catalogue } from './catalogue.ts';
import type { Mutant } from './mutant.ts';
import { elusiveMutants } from './mutants/own.ts';
import { type Cover, coveredRows, coveredRules } from './unmutated.ts';
import { coveredRefusals, sharedRefusals } from './unmutated-refusals.ts';

const mutants: readonly Mutant[] = [...catalogue, ...elusiveMutants];
const root = join(import.meta.dirname, '..');

type Local = { readonly name: string; readonly at: number; readonly init: ESTree.Expression };

/** A file of the model: the constants at its top and elsewhere, and what its functions answer. */
type Source = {
  readonly declared: ReadonlyMap<string, ESTree.Expression>;
  readonly locals: readonly Local[];
  readonly answers: readonly ESTree.Expression[];
};

const parsed = (path: string): ESTree.Program =>
  parseSync(path, readFileSync(join(root, path), 'utf8')).program;

const sourceOf = (path: string): Source => {
  const declared = new Map<string, ESTree.Expression>();
  const locals: Local[] = [];
  const answers: ESTree.Expression[] = [];
  const program = parsed(path);
  for (const statement of program.body) {
    const inner = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (inner?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of inner.declarations) {
      if (id.type === 'Identifier' && init !== null) declared.set(id.name, init);
    }
  }
  new Visitor({
    VariableDeclarator: ({ id, init, start: at }) =>
      void (id.type === 'Identifier' && init !== null && locals.push({ name: id.name, at, init })),
    ReturnStatement: ({ argument }) => void (argument !== null && answers.push(argument)),
    ArrowFunctionExpression: ({ body }) =>
      void (body.type !== 'BlockStatement' && answers.push(body)),
  }).visit(program);
  return { declared, locals, answers };
};

const actionFiles = readdirSync(join(root, 'model', 'actions')).filter((name) =>
  name.endsWith('.ts'),
);
const sources = actionFiles.map((name) => sourceOf(`model/actions/${name}`));

/** A name stands for the last one declared before it; one that is imported for another file's. */
const meaningOf = (
  { declared, locals }: Source,
  { name, start }: { readonly name: string; readonly start: number },
) =>
  locals.findLast((one) => one.name === name && one.at < start)?.init ??
  declared.get(name) ??
  sources.find((source) => source.declared.has(name))?.declared.get(name);

/** The texts that an expression may come to, through constants and the functions of its file. */
const textsOf = (source: Source, node: ESTree.Node): readonly string[] => {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [node.value] : [];
    case 'TemplateLiteral':
      return [node.quasis.map(({ value }) => value.raw).join('…')];
    case 'ArrayExpression':
      return node.elements.flatMap((one) => (one === null ? [] : textsOf(source, one)));
    case 'ConditionalExpression':
      return [...textsOf(source, node.consequent), ...textsOf(source, node.alternate)];
    case 'Identifier': {
      const meant = meaningOf(source, node);
      const isText = meant?.type === 'Literal' || meant?.type === 'CallExpression';
      return isText ? textsOf(source, meant) : [];
    }
    case 'CallExpression': {
      const called = node.callee.type === 'Identifier' ? node.callee.name : '';
      const own = source.declared.get(called);
      return own?.type === 'ArrowFunctionExpression' ? refusalsIn(source, called) : [];
    }
    default:
      return [];
  }
};

/** A clause has more than one word; outcomes and modes have one. */
const refusalsIn = (source: Source, name: string): readonly string[] => {
  const { start, end } = source.declared.get(name) ?? { start: 0, end: 0 };
  const own = source.answers.filter((answer) => answer.start >= start && answer.end <= end);
  const texts = own.flatMap((answer) => textsOf(source, answer));
  return [...new Set(texts)].filter((text) => text.includes(' '));
};

const types = eventTypes(paper);
/** Every refusal of the sources, by the row that gives it: a row is declared by its own name. */
const written = new Map<EventType, readonly string[]>(
  sources.flatMap((source) =>
    types
      .filter((type) => source.declared.has(type))
      .map((type) => [type, refusalsIn(source, type)] as const),
  ),
);

const shared = ['model/actions/notation.ts', 'model/spec.ts'].flatMap((path) => {
  const source = sourceOf(path);
  return [...source.declared.keys()].flatMap((name) => refusalsIn(source, name));
});

const covers: readonly (readonly [string, Cover])[] = [
  ...Object.entries(coveredRules),
  ...Object.entries(coveredRows),
  ...Object.entries(coveredRefusals),
  ...Object.entries(sharedRefusals),
];

const named = new Map(mutants.map((mutant) => [mutant.spec.name, mutant]));

describe('the lists', () => {
  it('name every rule, and no other', () => {
    expect(Object.keys(coveredRules).sort()).toEqual(Object.keys(rules).sort());
  });

  it('name every row, and no other', () => {
    expect(Object.keys(coveredRows).sort()).toEqual([...types].sort());
    expect([...written.keys()].sort()).toEqual([...types].sort());
  });

  it('name every refusal in the sources, and no other', () => {
    const all = types.flatMap((type) =>
      (written.get(type) ?? []).map((text) => `${type}: ${text}`),
    );
    expect(Object.keys(coveredRefusals).sort()).toEqual(all.sort());
  });

  it('name every refusal that rows share', () => {
    expect(Object.keys(sharedRefusals).sort()).toEqual([...new Set(shared)].sort());
  });

  it('name mutants that exist, or give a reason', () => {
    for (const [what, cover] of covers) {
      if (typeof cover === 'string') expect([...named.keys()], what).toContain(cover);
      else expect(cover.reason.length, what).toBeGreaterThan(20);
    }
  });
});

/** The rules or rows that a mutant's own source changes, as far as it says so in one object. */
const changedIn = (): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, readonly string[]>();
  for (const file of readdirSync(join(root, 'counterexamples', 'mutants'))) {
    new Visitor({
      CallExpression: ({ arguments: [name, changes] }) => {
        if (name?.type !== 'Literal' || changes?.type !== 'ObjectExpression') return;
        const keys = changes.properties.flatMap((one) =>
          one.type === 'Property' && one.key.type === 'Identifier' ? [one.key.name] : [],
        );
        found.set(String(name.value), keys);
      },
    }).visit(parsed(`counterexamples/mutants/${file}`));
  }
  return found;
};

describe('a mutant listed for', () => {
  const changed = changedIn();

  it.each(Object.entries(coveredRules))('the rule %s changes it (%s)', (rule, name) => {
    const rows = Object.keys(coveredRows);
    const keys = changed.get(name) ?? [];
    expect(keys.includes(rule) || keys.some((key) => rows.includes(key))).toBe(true);
  });
});

type Seen = { readonly refusal: string | null; readonly isSame: boolean };

/** The mutant, with one row watched: the paper is asked about every event that is tried. */
const watching = <T extends EventType>(
  spec: Spec,
  type: T,
  onTried: (mine: Seen, papers: Seen) => void,
): Spec => {
  const row: Action<T> = spec.actions[type];
  const papers: Action<T> = paper.actions[type];
  const watched: Action<T> = {
    ...row,
    next: (state, event: Event<T>) => {
      const outcome = row.next(state, event);
      const other = papers.next(state, event);
      const isSame = JSON.stringify(outcome) === JSON.stringify(other);
      const said = (one: typeof outcome): Seen => ({
        refusal: isRefusal(one) ? one : null,
        isSame,
      });
      onTried(said(outcome), said(other));
      return outcome;
    },
  };
  return { ...spec, actions: { ...spec.actions, [type]: watched } };
};

const runsMax = 400;

/** Whether some run shows that the mutant decides an event of the kind unlike the paper. */
const differs = (
  mutant: Mutant,
  type: EventType,
  isIt: (mine: Seen, papers: Seen) => boolean,
): boolean => {
  const found = { isFound: false };
  const spec = watching(mutant.spec, type, (mine, papers) => {
    if (isIt(mine, papers)) found.isFound = true;
  });
  const quarry = { spec, claims: [], witnesses: new Set<never>(), fixed: mutant.settings };
  for (let run = 0; run < runsMax && !found.isFound; run++) {
    runOnce({ ...quarry, onTried: () => undefined }, `${mutant.spec.name}-${run}`);
  }
  return found.isFound;
};

const mutated = (table: Readonly<Record<string, Cover>>): readonly (readonly [string, Mutant])[] =>
  Object.entries(table).flatMap(([what, cover]) => {
    const mutant = typeof cover === 'string' ? named.get(cover) : undefined;
    return mutant === undefined ? [] : [[what, mutant] as const];
  });

const typeOf = (what: string): EventType => {
  const type = types.find((one) => one === what.split(': ')[0]);
  if (type === undefined) throw new Error(`${what} names no row`);
  return type;
};

describe('a mutant listed', () => {
  it.each(mutated(coveredRows))('for the row %s decides there unlike the paper', (row, mutant) => {
    expect(differs(mutant, typeOf(row), ({ isSame }) => !isSame)).toBe(true);
  });

  it.each(mutated(coveredRefusals))(
    'for "%s" refuses so where the paper does not, or reversely',
    (what, mutant) => {
      const type = typeOf(what);
      const text = what.slice(type.length + 2);
      const isFlipped = (mine: Seen, papers: Seen) =>
        (mine.refusal === text) !== (papers.refusal === text);
      expect(differs(mutant, type, isFlipped)).toBe(true);
    },
  );
});

it('the sources are read rightly: no run meets a refusal that is not listed', () => {
  const listed = (type: EventType, text: string): boolean =>
    `${type}: ${text}` in coveredRefusals || text in sharedRefusals || /^an? \w+ copy /.test(text);
  const strays = new Set<string>();
  const onTried = (type: EventType, refusal: string | null): void => {
    if (refusal !== null && !listed(type, refusal)) strays.add(`${type}: ${refusal}`);
  };
  for (let run = 0; run < 200; run++) {
    runOnce({ spec: paper, claims: [], witnesses: new Set(), fixed: {}, onTried }, `strays-${run}`);
  }
  expect([...strays]).toEqual([]);
});
