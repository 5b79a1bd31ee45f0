import { CommanderError } from 'commander';
import { badInput, shown } from '../counterexamples/bad-input.ts';

/** What a command ends with: scripts and CI go by these numbers. */
export const exitCodes = { holds: 0, refuted: 1, badInput: 2, inconclusive: 3 } as const;

/** A word on the command line is not what it should be: one sentence, and exit 2. */
export const badOption = (place: string, expected: string, found: unknown): CommanderError =>
  new CommanderError(
    exitCodes.badInput,
    'lockstep.badOption',
    badInput('the command line', place, expected, `is ${shown(found)}`).sentence,
  );

/** A parser for whole numbers within a range, ends included. */
export const wholeNumber =
  (place: string, from: number, to: number) =>
  (text: string): number => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw badOption(place, `a whole number from ${from} to ${to}`, text);
  };

/** A parser for seconds, fractions allowed. */
export const seconds =
  (place: string, to: number) =>
  (text: string): number => {
    const value = /^\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
    if (value > 0 && value <= to) return value;
    throw badOption(place, `a number of seconds above 0 and at most ${to}`, text);
  };

/** A parser for one of a few words. */
export const oneOfWords =
  <K extends string>(place: string, words: readonly K[]) =>
  (text: string): K => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw badOption(place, listed(words), text);
  };

/** `a, b or c`. */
export const listed = (words: readonly string[], joint = 'or'): string =>
  words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} ${joint} ${words.slice(-1).join('')}`;

/** Collects an option that may be given several times. */
export const repeated = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  value,
];

/** What `lockstep check` can be about: the protocol, or the program that is written to it. */
export const sides = ['spec', 'impl', 'both'] as const;

/** The guests that the program can be tried with: the fold machine runs each script's program. */
export const guestNames = ['fold', 'key-value', 'riscv'] as const;

/** The guest of that name. */
export const guestNamed: (text: string) => (typeof guestNames)[number] = oneOfWords(
  '--guest',
  guestNames,
);
/** What `lockstep mutants` can be about. */
export const twoSides = ['spec', 'impl'] as const;

/** The options of `lockstep check`. */
export type CheckOptions = {
  readonly on: (typeof sides)[number];
  readonly guest?: (typeof guestNames)[number];
  readonly spec: string;
  readonly seed?: number;
  readonly runs?: number;
  readonly time?: number;
  readonly workers?: number;
  readonly property: readonly string[];
  readonly strategy: readonly string[];
  readonly without: readonly string[];
  readonly mutant?: string; // of the program
  readonly json?: true;
};

/** The forms in which `lockstep replay` tells a counterexample. */
export const formats = ['lanes', 'text', 'mermaid', 'json', 'itf', 'tla'] as const;

export type Format = (typeof formats)[number];

/** The options of `lockstep replay`. */
export type ReplayOptions = {
  readonly spec?: string;
  readonly format: Format;
  readonly diff?: true;
  readonly step?: true;
  readonly on?: readonly string[]; // a program to which a case of conform is put
} & Partial<LaunchOptions>;

/** The options of `lockstep shrink`. */
export type ShrinkOptions = {
  readonly time: number;
  readonly out?: string;
  readonly spec?: string;
};

/** The options of `lockstep mutants`. */
export type MutantsOptions = {
  readonly on: 'spec' | 'impl';
  readonly only: readonly string[];
  readonly time: number;
  readonly seed: number;
  readonly json?: true;
  readonly write?: true;
};

/** The options of `lockstep explore`. */
export type ExploreOptions = {
  readonly spec: string;
  readonly scope: string;
  readonly property: readonly string[];
  readonly depth?: number;
  readonly memory: number; // megabytes
  readonly workers?: number;
  readonly all?: true;
  readonly list?: true;
  readonly json?: true;
};

/** The options of `lockstep extreme`. */
export type ExtremeOptions = {
  readonly spec: string;
  readonly scope?: string;
  readonly larger: number; // how many larger scopes are tried as well
  readonly memory: number; // megabytes
  readonly json?: true;
};

/** The options of `lockstep doctor`. */
export type DoctorOptions = {
  readonly spec: string;
  readonly seed?: number;
  readonly runs: number;
};

/** The options of `lockstep run`. */
export type RunOptions = {
  readonly timeout: number;
  readonly speed?: number;
  readonly linux?: true;
  readonly folder?: string;
  readonly reports?: true;
  readonly observe?: string;
  readonly json?: true;
};

/** The options of `lockstep host`. */
export type HostOptions = { readonly config: string };

/** The options of `lockstep elf`. */
export type ElfOptions = { readonly limit: number };

/** The options of `lockstep status`. */
export type StatusOptions = {
  readonly watch?: true;
  readonly at: readonly string[];
  readonly json?: true;
};

/** How long a program of somebody else's may take to answer, in milliseconds. */
export const patienceByDefault = 5000;

/** How much memory it may take, in megabytes. */
export const memoryByDefault = 1024;

/** How a program of somebody else's is started. */
type LaunchOptions = {
  readonly patience: number; // milliseconds
  readonly memory?: number; // megabytes
  readonly eachHost?: true;
};

/** The options of `lockstep conform`. */
export type ConformOptions = LaunchOptions & {
  readonly seed?: number;
  readonly scripts?: number;
  readonly time?: number;
  readonly out: string;
  readonly json?: true;
};

/** The options of `lockstep validate`. */
export type ValidateOptions = { readonly json?: true };

/** The options of `lockstep schema`. */
export type SchemaOptions = { readonly write?: true };

/** The languages for which there is a library. */
export const languages = ['ts', 'python', 'c'] as const;

/** The options of `lockstep init`. */
export type InitOptions = { readonly lang: (typeof languages)[number] };
