import { statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BadInput, badInput, isBadInput, shown } from '../counterexamples/bad-input.ts';
import type { Mutant } from '../counterexamples/mutant.ts';
import { nearest } from '../counterexamples/nearest.ts';
import { paper } from '../model/paper.ts';
import { defaultSettings } from '../model/settings.ts';
import type { Spec } from '../model/spec.ts';

/** What is to be checked: a specification, and by which word it is found again. */
export type Specification = {
  readonly spec: Spec;
  readonly file: string | null; // the module it comes from, absolute; null: it is in the catalogue
  readonly mutant: Mutant | null;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Fault = { readonly place: string; readonly expected: string; readonly found: string };

const fault = (place: string, expected: string, value: unknown): Fault => ({
  place,
  expected,
  found: value === undefined ? 'is missing' : `is ${shown(value)}`,
});

const faultInActions = (actions: Readonly<Record<string, unknown>>): Fault | null => {
  for (const type of Object.keys(paper.actions)) {
    const action = actions[type];
    const place = `spec.actions.${type}`;
    if (!isObject(action)) return fault(place, 'an action with by, instances and next', action);
    const { by, instances, next } = action;
    if (by !== 'world' && by !== 'protocol') return fault(`${place}.by`, 'world or protocol', by);
    if (typeof instances !== 'function')
      return fault(`${place}.instances`, 'a function', instances);
    if (typeof next !== 'function') return fault(`${place}.next`, 'a function', next);
  }
  const extra = Object.keys(actions).find((type) => !Object.hasOwn(paper.actions, type));
  return extra === undefined
    ? null
    : fault(`spec.actions.${extra}`, "absent, as the paper's table has no such event", 0);
};

const name = /^[\w.-]{1,80}$/;

type Known = (name: string) => Spec | null;

/** What keeps a value from being a specification of one's own; `null` if it is one. */
const faultIn = (value: unknown, named: Known): Fault | null => {
  if (!isObject(value)) return fault('the export `spec`', 'a specification', value);
  const { name: called, init, actions } = value;
  const words = 'a name of 1 to 80 letters, digits, dots, hyphens or underscores';
  if (typeof called !== 'string' || !name.test(called)) return fault('spec.name', words, called);
  if (named(called) !== null) {
    return fault('spec.name', 'a name of its own, which the catalogue has not given', called);
  }
  if (typeof init !== 'function') return fault('spec.init', 'a function', init);
  return isObject(actions)
    ? faultInActions(actions)
    : fault('spec.actions', 'the table of actions', actions);
};

const isSpec = (value: unknown, named: Known): value is Spec => faultIn(value, named) === null;

const messageOf = (error: unknown): string => {
  const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
  return line.replace(/[.\s]+$/, '');
};

const cannotStrip = (file: string): boolean =>
  /\.[cm]?ts$/.test(file) && !process.features.typescript;

type Loaded = { readonly exports: Readonly<Record<string, unknown>> };

const loaded = async (path: string, file: string): Promise<Loaded | BadInput> => {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    return badInput(path, 'the file', 'a module', 'there is no such file');
  }
  if (cannotStrip(file)) {
    const found = `Node ${process.versions.node} cannot read TypeScript (22.18 and later can)`;
    return badInput(path, 'the file', 'a .js module', found);
  }
  try {
    const exports: unknown = await import(pathToFileURL(file).href);
    return { exports: isObject(exports) ? exports : {} };
  } catch (error) {
    return badInput(path, 'the file', 'a module that loads', `it fails: ${messageOf(error)}`);
  }
};

const faultAtStart = (spec: Spec): Fault | null => {
  const expected = 'a state such as `boot` makes';
  try {
    const state: unknown = spec.init(defaultSettings);
    const { copies, hosts } = isObject(state) ? state : {};
    const isState = Array.isArray(copies) && isObject(hosts);
    return isState ? null : fault('what spec.init returns', expected, state);
  } catch (error) {
    return { place: 'what spec.init returns', expected, found: `it fails: ${messageOf(error)}` };
  }
};

/** The specification that a module exports as `spec`, or by default. */
export const specificationIn = async (path: string): Promise<Specification | BadInput> => {
  const file = resolve(path);
  const { specificationNamed: named } = await import('../counterexamples/catalogue.ts');
  const module = await loaded(path, file);
  if (isBadInput(module)) return module;
  const { spec, default: byDefault } = module.exports;
  const exported = spec ?? byDefault;
  if (!isSpec(exported, named)) {
    const { place, expected, found } = faultIn(exported, named) ?? fault('spec', 'known', exported);
    return badInput(path, place, expected, found);
  }
  const wrong = faultAtStart(exported);
  if (wrong !== null) return badInput(path, wrong.place, wrong.expected, wrong.found);
  return { spec: exported, file, mutant: null };
};

const looksLikeFile = (word: string): boolean => /[\\/]|\.[cm]?[jt]s$/.test(word);

/** The specification that a word on the command line stands for: a name, else a module. */
export const specificationOf = async (word: string): Promise<Specification | BadInput> => {
  // the paper is asked for most, and needs nothing of the many mutants
  if (word === paper.name) return { spec: paper, file: null, mutant: null };
  const { mutants, specificationNamed } = await import('../counterexamples/catalogue.ts');
  const spec = specificationNamed(word);
  if (spec !== null) {
    return { spec, file: null, mutant: mutants.find((one) => one.spec === spec) ?? null };
  }
  if (looksLikeFile(word)) return specificationIn(word);
  const names = ['paper', ...mutants.map(({ spec }) => spec.name)];
  const meant = nearest(word, names);
  const expected = 'paper, a mutant (counterexamples/README.md lists them) or a .ts or .js module';
  const hint = meant === null ? '' : `; did you mean ${meant}?`;
  const found = `is ${shown(word)}${hint}`;
  return badInput('the command line', '--spec', expected, found);
};

/** What goes behind `lockstep check` or `replay` to mean this specification again. */
export const optionFor = ({ spec, file }: Specification): string => {
  if (file === null) return spec.name === 'paper' ? '' : ` --spec ${spec.name}`;
  const near = relative(process.cwd(), file);
  const path = near.startsWith('..') ? file : `./${near}`;
  return ` --spec ${/^[\w./-]+$/.test(path) ? path : JSON.stringify(path)}`;
};
