// How the rules see the code: every file parsed once, and a notation for rules over it.

import { type ESTree, parseSync, Visitor, type VisitorObject } from 'rolldown/utils';

export type Import = { readonly at: number; readonly name: string; readonly erased: boolean };
export type Code = {
  readonly path: string;
  readonly text: string;
  readonly program: ESTree.Program;
  readonly imports: readonly Import[];
};
export type Tree = { readonly codes: ReadonlyMap<string, Code>; readonly requirements: string };
export type Breach = { readonly at: number; readonly what: string };
export type Sample = Readonly<Record<string, string>>;
export type Rule = {
  readonly check: (code: Code, tree: Tree) => readonly Breach[];
  readonly bad: readonly Sample[];
  readonly good: readonly Sample[];
};

export const requirementsFile = 'docs/requirements.md';

export const within = (path: string, ...places: readonly string[]): boolean =>
  places.some((place) => path.startsWith(`${place}/`));
export const isTest = (path: string): boolean =>
  path.endsWith('.test.ts') || within(path, 'properties/tidy');

// The places that a reader of the model or a claim must be able to trust blindly.
export const isArgument = (path: string): boolean =>
  within(path, 'model', 'impl', 'properties', 'counterexamples', 'oracle') && !isTest(path);

const importsOf = (program: ESTree.Program): readonly Import[] => {
  const found: Import[] = [];
  const note = (source: ESTree.Node | null, erased: boolean): void => {
    if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
    found.push({ at: source.start, name: source.value, erased });
  };
  new Visitor({
    ImportDeclaration: (node) => note(node.source, node.importKind === 'type'),
    ExportNamedDeclaration: (node) => note(node.source, node.exportKind === 'type'),
    ExportAllDeclaration: (node) => note(node.source, node.exportKind === 'type'),
    ImportExpression: (node) => note(node.source, false),
    TSImportType: (node) => note(node.source, true),
  }).visit(program);
  return found;
};

const parse = (path: string, text: string): Code => {
  const { program } = parseSync(path, text);
  return { path, text, program, imports: importsOf(program) };
};

export const treeOf = (sample: Sample): Tree => {
  const { [requirementsFile]: requirements = '', ...sources } = sample;
  const codes = Object.entries(sources).map(([path, text]) => [path, parse(path, text)] as const);
  return { codes: new Map(codes), requirements };
};

export const breachesOf = (rule: Rule, tree: Tree): readonly string[] =>
  [...tree.codes.values()].flatMap((code) =>
    rule.check(code, tree).map(({ at, what }) => {
      const line = code.text.slice(0, at).split('\n').length;
      return `${code.path}:${line} ${what}`;
    }),
  );

/** Collects breaches from the syntax tree, so that comments and strings never count. */
export const look = (
  { program }: Code,
  visitor: (say: (node: ESTree.Span, what: string) => void) => VisitorObject,
): readonly Breach[] => {
  const found: Breach[] = [];
  new Visitor(visitor((node, what) => found.push({ at: node.start, what }))).visit(program);
  return found;
};
