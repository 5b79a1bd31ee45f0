import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command as it is started in a checkout. */
export const launcher: string = fileURLToPath(new URL('../bin/lockstep.js', import.meta.url));

/** What a command has printed, and its exit code; null if a signal has ended it. */
export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

/** Runs the launcher with its output in pipes, as CI does. */
export const lockstep = (folder: string, ...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, FORCE_COLOR: '1', CI: '1' };
    const child = spawn(process.execPath, [launcher, ...args], { cwd: folder, env });
    const text = { out: '', err: '' };
    child.stdout.on('data', (data) => {
      text.out += data;
    });
    child.stderr.on('data', (data) => {
      text.err += data;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...text }));
  });

/** Folders for commands to run in, each with the files given; `remove` removes them all. */
export type Rooms = {
  readonly room: (files?: Readonly<Record<string, string>>) => string;
  readonly remove: () => void;
};

/** No folder yet. */
export const rooms = (): Rooms => {
  const root = mkdtempSync(join(tmpdir(), 'lockstep-cli-'));
  let count = 0;
  return {
    room: (files = {}) => {
      const folder = join(root, `${count++}`);
      mkdirSync(folder);
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      return folder;
    },
    remove: () => rmSync(root, { recursive: true }),
  };
};

/** Lines of more than 80 columns; a command to be copied is one piece, however long. */
export const wideLines = (out: string): readonly string[] =>
  out.split('\n').filter((line) => Array.from(line).length > 80 && !/^npx lockstep /.test(line));

/** Whether there are characters that only a screen understands. */
export const isPlain = ({ out, err }: Ran): boolean => !/[^\P{Cc}\n]/u.test(out + err);
