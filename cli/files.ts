import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BadInput, badInput } from '../counterexamples/bad-input.ts';
import { type Counterexample, decodeBundle, encodeBundle } from '../counterexamples/bundle.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such folder',
  EISDIR: 'is a folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'a file stands where a folder should be',
};

/** Why a file cannot be read or written, as a clause. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : error.name;
  return reasons[code] ?? `it fails with ${code}`;
};

/** The bytes of a file; why they cannot be had is told in one sentence. */
export const readBytes = (path: string): Uint8Array | BadInput => {
  try {
    return fs.readFileSync(path);
  } catch (error) {
    return badInput(path, 'the file', 'readable', reasonOf(error));
  }
};

/** The text of a file, in UTF-8; why it cannot be had is told in one sentence. */
export const readText = (path: string): string | BadInput => {
  const read = readBytes(path);
  if (!(read instanceof Uint8Array)) return read;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(read);
  } catch {
    return badInput(path, 'the file', 'text in UTF-8', 'is none');
  }
};

/** The bundle in a file; what cannot be read or is no bundle is told in one sentence. */
export const readBundle = (path: string): Counterexample | BadInput => {
  const text = readText(path);
  return typeof text === 'string' ? decodeBundle(text, path) : text;
};

const writeThrough = (path: string, text: string): void => {
  const file = fs.openSync(path, 'wx');
  try {
    fs.writeFileSync(file, text);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
};

const removed = (path: string): void => {
  try {
    fs.rmSync(path, { force: true });
  } catch {
    // what kept it from being written is told already
  }
};

/**
 * Saves a text whole or not at all: whoever looks at `path` sees the old file or the new one.
 * Folders are made; `null` says that it is saved.
 */
export const saveText = (path: string, text: string): BadInput | null => {
  const folder = dirname(path);
  const draft = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    fs.mkdirSync(folder, { recursive: true });
    writeThrough(draft, text);
    fs.renameSync(draft, path);
    return null;
  } catch (error) {
    removed(draft);
    return badInput(path, 'the file', 'writable', reasonOf(error));
  }
};

/** Saves a bundle, whole or not at all. */
export const saveBundle = (path: string, bundle: Counterexample): BadInput | null =>
  saveText(path, encodeBundle(bundle));
