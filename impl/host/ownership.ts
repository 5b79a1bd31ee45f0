import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { linkSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

const numbersIn = (folder: string): readonly number[] =>
  readdirSync(folder).flatMap((file) => {
    const number = served.exec(file)?.[1];
    return number === undefined ? [] : [Number(number)];
  });

const newestIn = (folder: string): number => Math.max(0, ...numbersIn(folder));

const isLinked = (attempt: string, name: string): boolean => {
  try {
    linkSync(attempt, name);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
};

/**
 * Makes the newest `served.N`. A name can be linked once while it is there, and again when it has
 * been removed: so whoever finds a newer one when he has linked his own removes that and takes the
 * next. The newest is never removed, so two never have it.
 */
const nextTenancy = (folder: string): number => {
  const attempt = join(folder, `tenant.${randomUUID()}`);
  writeFileSync(attempt, `${process.pid}\n`, { mode: 0o600 });
  try {
    for (;;) {
      const number = newestIn(folder) + 1;
      const name = join(folder, `served.${number}`);
      if (!isLinked(attempt, name)) continue;
      if (newestIn(folder) === number) return number;
      rmSync(name, { force: true });
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
 * the newest `served.N` and removes the older ones; who does not have it does nothing more there.
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
  const ours = nextTenancy(folder);
  for (const number of numbersIn(folder)) {
    if (number < ours) rmSync(join(folder, `served.${number}`), { force: true });
  }
  return { isOurs: () => newestIn(folder) === ours };
};
