import { statSync } from 'node:fs';
import type { Fault } from './hearing.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such command',
  EACCES: 'it is no file that may be executed',
  ENOEXEC: 'it is neither a program nor a script with what runs it in its first line, behind #!',
  E2BIG: 'the command line is too long',
  ERR_INVALID_ARG_VALUE: 'the command is empty, or no text that a command can be',
};

const isThere = (file: string): 'folder' | 'file' | 'nothing' => {
  const found = file.includes('/') ? statSync(file, { throwIfNoEntry: false }) : undefined;
  if (found === undefined) return 'nothing';
  return found.isDirectory() ? 'folder' : 'file';
};

/** Why a command cannot be started. */
export const startFault = ([file = '']: readonly string[], error: unknown): Fault => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const what = isThere(file);
  const told = (why: string): Fault => ({ key: 'no start', does: `cannot be started: ${why}` });
  if (what === 'folder') return told('it is a folder');
  if (what === 'file' && code === 'ENOENT') {
    return told('what should run it, by its first line behind #!, is not there');
  }
  return told(reasons[code] ?? `it fails with ${code}`);
};
