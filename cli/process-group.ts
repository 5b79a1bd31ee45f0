import { readdirSync, readFileSync } from 'node:fs';

type Entry = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
};

const fileOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
};

/** What stands behind the name, which may have spaces and brackets of its own. */
const entryOf = (pid: number): Entry | null => {
  const stat = fileOf(`/proc/${pid}/stat`);
  const [, parent, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (session === undefined) return null;
  return { pid, parent: Number(parent), group: Number(group), session: Number(session) };
};

const entries = (): readonly Entry[] => {
  try {
    const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return names.flatMap((name) => entryOf(Number(name)) ?? []);
  } catch {
    return []; // there is no /proc here
  }
};

const variable = 'LOCKSTEP_CONFORM';

/** A process that was started, and what its environment says of it. */
export type Leader = { readonly pid: number; readonly mark: string };

/** An environment by which what a process starts is known, whoever is its parent by now. */
export const marked = (mark: string): NodeJS.ProcessEnv => ({ ...process.env, [variable]: mark });

const isMarked = (pid: number, mark: string): boolean =>
  fileOf(`/proc/${pid}/environ`).split('\0').includes(`${variable}=${mark}`);

/** A process, its group and session, what has its mark, and all that descends from them. */
const familyOf = ({ pid: leader, mark }: Leader): readonly number[] => {
  const all = entries();
  const family = new Set<number>();
  for (const { pid, group, session } of all) {
    const isNear = pid === leader || group === leader || session === leader;
    if (isNear || isMarked(pid, mark)) family.add(pid);
  }
  for (let before = -1; before !== family.size; ) {
    before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return [...family];
};

const kilobytesIn = (text: string, names: RegExp): number =>
  [...text.matchAll(names)].reduce((sum, [, kilobytes]) => sum + Number(kilobytes), 0);

const resident = (pid: number): number =>
  kilobytesIn(fileOf(`/proc/${pid}/status`), /^Vm(?:RSS|Swap):\s+(\d+) kB$/gm);

/** What processes share, as after a fork, is divided among them; this takes longer to tell. */
const proportional = (pid: number): number =>
  kilobytesIn(fileOf(`/proc/${pid}/smaps_rollup`), /^(?:Pss|SwapPss):\s+(\d+) kB$/gm) ||
  resident(pid);

const sumOf = (family: readonly number[], kilobytes: (pid: number) => number): number =>
  Math.ceil(family.reduce((sum, pid) => sum + kilobytes(pid), 0) / 1024);

/**
 * The memory that a process and all that it has started take, in megabytes, swapped or not; exact
 * above the bound, and at most it where what is shared counts several times. 0 without /proc.
 */
export const memoryOf = (leader: Leader, bound: number): number => {
  const family = familyOf(leader);
  const most = sumOf(family, resident);
  return most > bound && family.length > 1 ? sumOf(family, proportional) : most;
};

const signalled = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended already
  }
};

const watched = new Set<Leader>();

/** Ends a process and all that it has started: what has left its group is found by /proc. */
export const endFamily = (leader: Leader): void => {
  if (!watched.delete(leader)) return; // its number may be another's by now
  const family = familyOf(leader);
  signalled(-leader.pid);
  for (const pid of family) signalled(pid);
};

const endAll = (): void => {
  for (const leader of watched) endFamily(leader);
};

const hungUp = 129;

/** However this process ends, but by SIGKILL, the other one and all that it has started end too. */
export const watchOver = (leader: Leader): void => {
  watched.add(leader);
  if (process.listeners('exit').includes(endAll)) return;
  process.on('exit', endAll);
  process.once('SIGHUP', () => process.exit(hungUp));
};
