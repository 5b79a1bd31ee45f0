// What the shared disk holds, and what each copy's own execution says that it holds.

import { blockCount, type Completion, type Io } from '../../model/disk.ts';
import type { Effect } from '../../model/effect.ts';
import type { Event } from '../../model/event.ts';
import type { Line } from '../../model/ids.ts';
import type { State, Vm } from '../../model/state.ts';
import type { DiskRecord, History } from '../history.ts';

type Blocks = DiskRecord['believed'][number];

const empty: readonly number[] = Array<number>(blockCount).fill(0);

/** Of a disk with more blocks than two those are known that somebody has used; before, blank. */
const withBlock = <T>(all: readonly T[], block: number, value: T, blank: T): readonly T[] =>
  block < all.length
    ? all.with(block, value)
    : [...all, ...Array<T>(block - all.length).fill(blank), value];

const never = -1;

/** A disk that nobody has written to. */
export const emptyDisk = ({ copies, storage }: State): DiskRecord => ({
  applied: empty.map(() => never),
  written: storage.blocks,
  wentBack: false,
  believed: copies.map(() => storage.blocks),
  isMisread: false,
  submitter: [],
});

type Write = Extract<Effect, { readonly type: 'write' }>;

const written = (disk: DiskRecord, effect: Write): DiskRecord => {
  const { io, blocks, data } = effect;
  const wentBack = blocks.some((block, index) => {
    const latest = disk.applied[block] ?? never;
    return io < latest || (io === latest && disk.written[block] !== data[index]);
  });
  const change = (all: readonly number[], value: (index: number) => number, blank: number) =>
    blocks.reduce((now, block, index) => withBlock(now, block, value(index), blank), all);
  return {
    ...disk,
    applied: change(disk.applied, () => io, never),
    written: change(disk.written, (index) => data[index] ?? 0, 0),
    wentBack: disk.wentBack || wentBack,
  };
};

const submitted = (disk: DiskRecord, io: number, line: Line): DiskRecord => {
  const submitter = [...disk.submitter];
  submitter[io] = line;
  return { ...disk, submitter };
};

/** Blocks were written, or a disk operation was submitted. */
export const diskShown = (
  history: History,
  effects: readonly Effect[],
  { copies }: State,
): History => {
  let { disk } = history;
  for (const effect of effects) {
    const line = 'copy' in effect ? copies[effect.copy]?.line : undefined;
    if (effect.type === 'write') disk = written(disk, effect);
    if (effect.type === 'submit' && line !== undefined) disk = submitted(disk, effect.io, line);
  }
  return disk === history.disk ? history : { ...history, disk };
};

type Ended = { readonly io: Io; readonly completion: Completion };

const endedIn = (event: Event, before: Vm): Ended | null => {
  if (!('guest' in before)) return null;
  const completion =
    event.type === 'complete' && 'devices' in before
      ? before.devices.arrived.find(({ io }) => io === event.io)
      : event.type === 'replay' && 'consumed' in before
        ? before.buffer[0]?.completion
        : null;
  const io = before.guest.pending.find(({ number }) => number === completion?.io);
  return io === undefined || !completion ? null : { io, completion };
};

/** After a failed write a block may hold the old content or the new one. */
const afterWrite = (blocks: Blocks, { io, completion }: Ended): Blocks =>
  io.blocks.reduce<Blocks>((now, block, index) => {
    const content = index < completion.transferred ? (io.data[index] ?? 0) : null;
    return withBlock(now, block, content, 0);
  }, blocks);

const afterRead = (blocks: Blocks, { io, completion }: Ended): Blocks =>
  io.blocks
    .slice(0, completion.transferred)
    .reduce<Blocks>(
      (now, block, index) => withBlock(now, block, completion.data[index] ?? 0, 0),
      blocks,
    );

const isMisreading = (blocks: Blocks, { io, completion }: Ended): boolean =>
  io.blocks.slice(0, completion.transferred).some((block, index) => {
    const expected = block < blocks.length ? (blocks[block] ?? null) : 0;
    return expected !== null && expected !== completion.data[index];
  });

/** A guest was handed a completion, by its device or by the log. */
export const diskCompleted = (history: History, event: Event, before: Vm, after: Vm): History => {
  const ended = endedIn(event, before);
  const wasTaken =
    'guest' in before &&
    'guest' in after &&
    after.guest.pending.length < before.guest.pending.length;
  if (ended === null || !wasTaken) return history;
  const { disk } = history;
  const blocks = disk.believed[before.id] ?? empty;
  const isRead = ended.io.kind === 'read';
  const believed = disk.believed.with(
    before.id,
    isRead ? afterRead(blocks, ended) : afterWrite(blocks, ended),
  );
  const isMisread = disk.isMisread || (isRead && isMisreading(blocks, ended));
  return { ...history, disk: { ...disk, believed, isMisread } };
};

/** A copy begins where another one is: it believes the same of the disk. */
export const diskInherited = (disk: DiskRecord, from: number, to: number): DiskRecord => ({
  ...disk,
  believed: disk.believed.with(to, disk.believed[from] ?? empty),
});
