import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, linkSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { BadConfig } from './config.ts';

/** A folder as one process owns it. */
export type Owned = {
  /** Whether it still does: the next thing done in the folder has to be its own. */
  readonly isOurs: () => boolean;
  readonly release: () => void;
};

const served = /^served\.(\d{1,15})$/;

/** Makes the next `served.N`: a name can be linked once, so of two processes each has another. */
const nextTenancy = (folder: string): string => {
  const attempt = join(folder, `tenant.${randomUUID()}`);
  writeFileSync(attempt, `${process.pid}\n`, { mode: 0o600 });
  try {
    for (;;) {
      const numbers = readdirSync(folder).map((file) => Number(served.exec(file)?.[1] ?? 0));
      const name = join(folder, `served.${Math.max(0, ...numbers) + 1}`);
      try {
        linkSync(attempt, name);
        return name;
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
    }
  } finally {
    rmSync(attempt, { force: true });
  }
};

const isAnswered = async (path: string): Promise<boolean> => {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

const listening = async (path: string): Promise<Server | null> => {
  const server = createServer((socket) => socket.destroy());
  server.listen(path);
  try {
    await once(server, 'listening');
    return server.unref();
  } catch {
    return null;
  }
};

/**
 * A name that the kernel gives to one process: on Linux an abstract socket, which goes with the
 * process however that ends; elsewhere a socket in the folder, which may be left over from a
 * process that has ended and answers nobody then.
 */
const nameTaken = async (folder: string): Promise<Server | null> => {
  const { dev, ino } = statSync(folder);
  if (process.platform === 'linux') return listening(`\0lockstep-storage-${dev}-${ino}`);
  const path = join(folder, 'owner');
  const server = await listening(path);
  if (server !== null || (await isAnswered(path))) return server;
  rmSync(path, { force: true });
  return listening(path);
};

/**
 * Takes a folder; rejects if another process has it. Whoever asks is told so by a name of the
 * kernel's. But such a name does not reach into another network namespace, nor another machine, and
 * one that is left over may be cleared away by two at once: so whoever takes the folder also makes
 * the next `served.N` and removes the earlier ones, and whose own is gone does nothing more there.
 */
export const own = async (folder: string): Promise<Owned> => {
  const server = await nameTaken(folder);
  if (server === null) {
    throw new BadConfig(`Another process serves the storage ${folder} already.`);
  }
  return { ...tenancyOf(folder), release: () => void server.close() };
};

/** The second half of that: until somebody else makes a newer one. */
export const tenancyOf = (folder: string): Pick<Owned, 'isOurs'> => {
  const name = nextTenancy(folder);
  const number = (file: string): number => Number(served.exec(file)?.[1] ?? Infinity);
  const ours = Number(/\d+$/.exec(name)?.[0]);
  for (const file of readdirSync(folder)) {
    if (number(file) < ours) rmSync(join(folder, file), { force: true });
  }
  return { isOurs: () => existsSync(name) };
};
