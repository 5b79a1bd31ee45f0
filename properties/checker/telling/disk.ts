import { match } from 'ts-pattern';
import type { Io } from '../../../model/disk.ts';
import type { Event } from '../../../model/event.ts';
import type { Flight, State, Vm } from '../../../model/state.ts';
import { blockName, counted, ioText, listed, nameIn } from './names.ts';
import { type Change, changeOf, joined, loggingText, positionOf, type Scene } from './scene.ts';

/** What a host and the shared storage do about disk operations: section 3.4. */
export type DiskType = 'submit' | 'perform' | 'complete' | 'failIo' | 'loseIo';

/** A disk operation of the guest of a copy that waits for it. */
export const pendingIn = (copy: Vm | undefined, number: number): Io | undefined =>
  copy !== undefined && 'guest' in copy
    ? copy.guest.pending.find((io) => io.number === number)
    : undefined;

/** A disk operation that a copy has submitted, on its way. */
export const flightIn = (state: State, id: number, number: number): Flight | undefined =>
  state.storage.flights.find(({ copy, io }) => copy === id && io.number === number);

const textOf = (io: Io | undefined, number: number): string =>
  io === undefined ? `disk operation ${number}` : ioText(io);

const submits = (change: Change, number: number): string => {
  const { was, is } = change;
  const under = is !== undefined && 'generation' in is ? ` under generation ${is.generation}` : '';
  return `submits ${textOf(pendingIn(was, number), number)}${under}`;
};

const arrivals = (copy: Vm | undefined): number =>
  copy !== undefined && 'devices' in copy ? copy.devices.arrived.length : 0;

const completionOf = (copy: Vm | undefined, number: number) =>
  copy !== undefined && 'devices' in copy
    ? copy.devices.arrived.find(({ io }) => io === number)
    : undefined;

/** Whether the storage let the operation pass: then somebody is told, or the disk is changed. */
const isRefused = ({ before, after, effects }: Scene, { generation, copy }: Flight): boolean =>
  generation < before.storage.generation &&
  effects.length === 0 &&
  arrivals(after.copies[copy]) === arrivals(before.copies[copy]);

/** What a read has read, and whether anybody still waits for the end of the operation. */
const answer = ({ before, after }: Scene, { copy, io }: Flight): string => {
  const is = after.copies[copy];
  if (arrivals(is) === arrivals(before.copies[copy])) return 'nobody waits for it';
  const { data = [] } = completionOf(is, io.number) ?? {};
  return data.map((value, index) => `${blockName(io.blocks[index] ?? 0)} = ${value}`).join(', ');
};

const performs = (scene: Scene, { copy, io: number }: Event<'perform'>): string => {
  const flight = flightIn(scene.before, copy, number);
  const name = nameIn(scene.before, copy);
  if (flight === undefined) return `the storage performs disk operation ${number} of ${name}`;
  const what = `${ioText(flight.io)} of ${name}`;
  if (isRefused(scene, flight)) {
    return `the storage refuses ${what}: it carries generation ${flight.generation}`;
  }
  return joined(`the storage performs ${what}`, answer(scene, flight));
};

const fails = (scene: Scene, { copy, io: number, transferred }: Event<'failIo'>): string => {
  const flight = flightIn(scene.before, copy, number);
  const what = `${textOf(flight?.io, number)} of ${nameIn(scene.before, copy)}`;
  if (flight === undefined) return `${what} fails`;
  if (isRefused(scene, flight)) return `the storage refuses ${what}`;
  const how = transferred === 0 ? 'fails' : `ends short, after ${counted(transferred, 'block')}`;
  return joined(`${what} ${how}`, answer(scene, flight));
};

const completes = (change: Change, number: number): string => {
  const { was } = change;
  const io = pendingIn(was, number);
  const { transferred = 0 } = completionOf(was, number) ?? {};
  const isWhole = io === undefined || transferred >= io.blocks.length;
  const blocks = transferred === 0 ? 'an error' : counted(transferred, 'block');
  const how = isWhole ? '' : ` with ${blocks}`;
  const what = `takes the completion of ${textOf(io, number)}${how}`;
  return joined(`${what} at instruction ${positionOf(was)}`, loggingText(change));
};

/** How a disk operation goes to the shared storage, and what comes back. */
export const tellDisk = (event: Event<DiskType>, scene: Scene): string => {
  const change = changeOf(scene, event.copy);
  return match(event)
    .with({ type: 'submit' }, ({ io }) => submits(change, io))
    .with({ type: 'perform' }, (performing) => performs(scene, performing))
    .with({ type: 'complete' }, ({ io }) => completes(change, io))
    .with({ type: 'failIo' }, (failing) => fails(scene, failing))
    .with({ type: 'loseIo' }, ({ copy, io }) => {
      const text = textOf(flightIn(scene.before, copy, io)?.io, io);
      return `${text} of ${nameIn(scene.before, copy)} is lost with its host`;
    })
    .exhaustive();
};

/** The blocks of the disk after a write: `block x of the disk is 12`. */
export const blocksText = (blocks: readonly number[], data: readonly number[]): string => {
  const names = listed(blocks.map(blockName));
  const values = listed(data.map(String));
  return blocks.length > 1
    ? `blocks ${names} of the disk are ${values}`
    : `block ${names} of the disk is ${values}`;
};
