import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type BadInput, isBadInput } from '../counterexamples/bad-input.ts';
import {
  type Bundle,
  type Counterexample,
  isLasso,
  type Certificate as Noted,
} from '../counterexamples/bundle.ts';
import type { Spec } from '../model/spec.ts';
import type { Certificate } from '../properties/checker/certificate.ts';
import type { Refutation, Script } from '../properties/checker/script.ts';
import { type Progress, type Shrunk, shrink } from '../properties/checker/shrink.ts';
import type { Claim } from '../properties/property.ts';
import { readBundle, saveBundle } from './files.ts';
import { bundleOf } from './refutation.ts';

/** Where `check` saves what it finds and looks first, below the current folder. */
export const failuresFolder: string = join('.lockstep', 'failures');

/** A counterexample that an earlier check has saved. */
export type Failure = { readonly file: string; readonly bundle: Counterexample };

/** The saved counterexamples of a specification, and what could not be read among them. */
export type Failures = {
  readonly known: readonly Failure[];
  readonly complaints: readonly string[]; // a sentence each
};

const plain = (name: string): string => name.replace(/[^\w.-]+/g, '-').slice(0, 80);

const filesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json') && !file.startsWith('.'))
      .toSorted();
  } catch {
    return []; // nothing was saved yet
  }
};

/** What an earlier check of the specification has saved, in the order of the names. */
export const failuresOf = (spec: string, folder: string = failuresFolder): Failures => {
  const known: Failure[] = [];
  const complaints: string[] = [];
  for (const name of filesIn(folder)) {
    if (!name.startsWith(`${plain(spec)}-`)) continue;
    const file = join(folder, name);
    const bundle = readBundle(file);
    if (isBadInput(bundle)) complaints.push(bundle.sentence);
    else if (bundle.spec === spec) known.push({ file, bundle });
  }
  return { known, complaints };
};

/** Where a counterexample is saved: the same one always at the same place. */
export const failureFile = (bundle: Counterexample, folder: string = failuresFolder): string => {
  const { spec, claim, settings, script } = bundle;
  const events = script.map(({ id: _, ...event }) => event);
  const goesOn = isLasso(bundle) ? bundle.lasso : bundle.calm;
  const text = JSON.stringify([settings, events, goesOn]);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return join(folder, `${plain(spec)}-${claim}-${hash}.json`);
};

/** What a bundle notes of a certificate: how sure, and how many reductions it took to know. */
export const noted = ({ certificate, tried }: Pick<Shrunk, 'certificate' | 'tried'>): Noted => {
  if (certificate.kind !== 'locally minimal') return { kind: 'not minimized', tried };
  const { deletions, faults, swaps, alike } = certificate;
  return { kind: 'locally minimal', tried: deletions + faults + swaps + alike };
};

/** A counterexample that was found, made small and saved. */
export type Kept = {
  readonly bundle: Bundle;
  readonly script: Script;
  readonly refutation: Refutation;
  readonly certificate: Certificate;
  readonly file: string | null; // null: it could not be saved
  readonly complaint: BadInput | null;
  readonly seconds: number; // that shrinking took
};

/** Saves a story that is known to be the shortest, or cannot be made shorter, as it is. */
export const keepShortest = (bundle: Counterexample): Pick<Kept, 'file' | 'complaint'> => {
  const file = failureFile(bundle);
  const complaint = saveBundle(file, bundle);
  return { file: complaint === null ? file : null, complaint };
};

const candidatesMax = 1_000_000;

/** Shrinks for at most so many seconds, in this thread. */
export const shrunkWithin = (
  seconds: number,
  spec: Spec,
  claim: Claim,
  script: Script,
  refutation: Refutation,
  onProgress: (progress: Progress) => void = () => undefined,
): Shrunk & { readonly seconds: number } => {
  const began = performance.now();
  const passed = (): number => (performance.now() - began) / 1000;
  const shrunk = shrink(spec, script, refutation, {
    claims: [claim],
    budget: candidatesMax,
    deadline: () => passed() >= seconds,
    onProgress,
  });
  return { ...shrunk, seconds: passed() };
};

/**
 * Saves what was found before anything else is done with it, shrinks it, and saves the result in
 * its place.
 */
export const keep = (
  spec: Spec,
  claim: Claim,
  script: Script,
  refutation: Refutation,
  onProgress: (progress: Progress) => void,
): Kept => {
  const raw = bundleOf(spec, claim, script, refutation, { kind: 'not minimized', tried: 0 });
  const first = failureFile(raw);
  const unsaved = saveBundle(first, raw);
  const shrunk = shrunkWithin(2, spec, claim, script, refutation, onProgress);
  const bundle = bundleOf(spec, claim, shrunk.script, shrunk.refutation, noted(shrunk));
  const { certificate, seconds } = shrunk;
  const kept = { script: shrunk.script, refutation: shrunk.refutation, certificate, seconds };
  if (unsaved !== null) return { ...kept, bundle, file: null, complaint: unsaved };
  const file = failureFile(bundle);
  const complaint = saveBundle(file, bundle);
  if (complaint !== null) return { ...kept, bundle, file: first, complaint };
  if (file !== first) rmSync(first, { force: true });
  return { ...kept, bundle, file, complaint: null };
};
