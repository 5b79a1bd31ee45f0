import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BadInput, badInput } from '../counterexamples/bad-input.ts';
import { readText, saveText } from './files.ts';
import { exitCodes, type InitOptions } from './options.ts';
import { complain, printCommand, printWrapped, type Terminal } from './terminal.ts';

type Language = InitOptions['lang'];

type Kit = {
  readonly folder: string;
  readonly files: Readonly<Record<string, string>>; // by their name there, from where
  readonly run: string;
};

const kits: Readonly<Record<Language, Kit>> = {
  ts: {
    folder: 'typescript',
    files: { 'lockstep.ts': 'lockstep.ts', 'pair.ts': 'stub/pair.ts' },
    run: 'lockstep conform -- node pair.ts',
  },
  python: {
    folder: 'python',
    files: { 'lockstep.py': 'lockstep.py', 'pair.py': 'stub/pair.py' },
    run: 'lockstep conform -- python3 pair.py',
  },
  c: {
    folder: 'c',
    files: { 'lockstep.h': 'lockstep.h', 'lockstep.c': 'lockstep.c', 'pair.c': 'stub/pair.c' },
    run: 'cc -O2 -o pair pair.c lockstep.c && lockstep conform -- ./pair',
  },
};

// the source is one folder below the package, its build two
const places = ['../docs/adapters/', '../../docs/adapters/'];

const adapters = (): string => {
  const found = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return found.find((path) => existsSync(path)) ?? found[0] ?? '';
};

/** In the repository a stub stands one folder below its library. */
const asOwn = (text: string): string => text.replace("'../lockstep.ts'", "'./lockstep.ts'");

const written = (from: string, to: string, { run }: Kit): BadInput | null => {
  const text = readText(from);
  return typeof text === 'string' ? saveText(to, asOwn(text).replace('@RUN@', run)) : text;
};

/** `lockstep init`: a program that runs at once and is refused, and how to go on from there. */
export const init = (folder: string, { lang }: InitOptions, terminal: Terminal): number => {
  const kit = kits[lang];
  const sources = Object.entries({ ...kit.files, 'README.md': '../next-steps.md' });
  const taken = sources.map(([name]) => join(folder, name)).find((path) => existsSync(path));
  if (taken !== undefined) {
    const wrong = badInput(
      'the command line',
      'the folder',
      'one without these files',
      `has ${basename(taken)}`,
    );
    complain(terminal, wrong.sentence);
    return exitCodes.badInput;
  }
  for (const [name, source] of sources) {
    const complaint = written(join(adapters(), kit.folder, source), join(folder, name), kit);
    if (complaint === null) continue;
    complain(terminal, complaint.sentence);
    return exitCodes.badInput;
  }
  const names = sources.map(([name]) => name).join(', ');
  printWrapped(`${folder} has ${names}. It runs, and is refused: README.md leads on.`, terminal);
  if (lang === 'ts' && !process.features.typescript) {
    const own = `this is ${process.version}`;
    printWrapped(`To run pair.ts as it is takes Node 22.18 or later; ${own}.`, terminal);
  }
  printCommand(terminal, 'Next', `cd ${folder} && ${kit.run}`);
  return exitCodes.holds;
};
