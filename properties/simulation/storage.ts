import type { Completion, Io, Range } from '../../impl/guest/guest.ts';
import { must } from './program.ts';
import { type Contest, type Copy, type Flight, happened, pend, type World } from './world.ts';

const isAnswerable = ({ core }: Copy): boolean => core !== null;

const isRequest = ({ pending }: Contest): boolean => pending.kind === 'request';

const unreachable = (world: World, copy: Copy, generation: number): void => {
  const here = copy.host.name;
  pend(world, { kind: 'unreachable', from: here, to: here, copy: copy.name }, () =>
    world.give(copy, { type: 'decided', generation, outcome: 'unreachable' }),
  );
};

const without = (world: World, contest: Contest): void => {
  world.storage.contests = world.storage.contests.filter((one) => one !== contest);
};

/**
 * One test-and-set: atomic, decided by what is stored; asked again by its owner, the storage gives
 * the same answer (R23-17, R23-19, R23-21).
 */
const arbitrate = ({ storage }: World, copy: string, generation: number): 'won' | 'lost' => {
  if (storage.generation === generation) {
    storage.generation = generation + 1;
    storage.owner = copy;
    return 'won';
  }
  return storage.generation === generation + 1 && storage.owner === copy ? 'won' : 'lost';
};

const decided = (world: World, copy: Copy, generation: number): void => {
  const outcome = arbitrate(world, copy.name, generation);
  happened(world, { what: 'arbitrated', copy: copy.name, generation, outcome });
  if (!isAnswerable(copy)) return;
  const way = { kind: 'reply' as const, from: 'storage', to: copy.host.name, copy: copy.name };
  const pending = pend(world, way, () => {
    without(world, contest);
    world.give(copy, { type: 'decided', generation, outcome });
  });
  const contest: Contest = { copy: copy.name, generation, pending };
  world.storage.contests.push(contest);
};

/**
 * A copy asks the arbiter. No request leaves a host that does not reach the storage; its hypervisor
 * learns that nobody answers (R23-17). Whoever asks again while it is on its way asks twice.
 */
export const testAndSet = (world: World, copy: Copy, generation: number): void => {
  if (!copy.host.hasStorage) {
    unreachable(world, copy, generation);
    return;
  }
  const way = { kind: 'request' as const, from: copy.host.name, to: 'storage', copy: copy.name };
  const pending = pend(world, way, () => {
    without(world, contest);
    decided(world, copy, generation);
  });
  const contest: Contest = { copy: copy.name, generation, pending };
  world.storage.contests.push(contest);
};

/** A request, or a reply, gets lost: its sender learns that nobody has answered (R23-21). */
export const loseContest = (world: World, contest: Contest): void => {
  const copy = world.copies.get(contest.copy);
  contest.pending.isOver = true;
  without(world, contest);
  happened(world, { what: isRequest(contest) ? 'requestLost' : 'replyLost', copy: contest.copy });
  if (copy !== undefined && isAnswerable(copy)) unreachable(world, copy, contest.generation);
};

const blocksOf = (ranges: readonly Range[]): readonly number[] =>
  ranges.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at));

/** The operation is done as far as it goes, whatever has become of who submitted it. */
const apply = (world: World, io: Io, transferredCount: number): Completion => {
  const { blockBytes } = world.options;
  const blocks = blocksOf(io.blocks).slice(0, transferredCount);
  const data = new Uint8Array(io.kind === 'read' ? transferredCount * blockBytes : 0);
  for (const [at, block] of blocks.entries()) {
    const place = at * blockBytes;
    if (io.kind === 'read') data.set(world.storage.blocks.get(block) ?? [], place);
    else world.storage.blocks.set(block, io.data.slice(place, place + blockBytes));
  }
  return { io: io.number, transferredCount, data };
};

const answer = (world: World, copy: Copy, io: number, give: () => void): void => {
  if (!isAnswerable(copy)) return;
  pend(world, { kind: 'done', from: 'storage', to: copy.host.name, copy: copy.name, io }, give);
};

/** The blocks of an operation. */
export const blockCountOf = ({ blocks }: Io): number => blocksOf(blocks).length;

/**
 * The storage performs an operation, or as much of it as it can; it refuses all that were submitted
 * under an earlier generation than the one that was won last (R23-20, R34-10).
 */
export const perform = (world: World, flight: Flight, transferredCount: number): void => {
  const { generation, io, copy: name } = flight;
  world.storage.flights = world.storage.flights.filter((one) => one !== flight);
  flight.pending.isOver = true;
  const copy = world.copies.get(name);
  if (copy === undefined) return;
  const where = { copy: name, generation, io: io.number };
  if (generation < world.storage.generation) {
    happened(world, { what: 'refusedIo', ...where });
    const refused = { type: 'ioRefused' as const, io: io.number, generation };
    answer(world, copy, io.number, () => world.give(copy, refused));
    return;
  }
  const completion = apply(world, io, transferredCount);
  const isWhole = transferredCount === blockCountOf(io);
  happened(world, { what: 'applied', ...where, transferredCount, isWhole });
  if (io.kind === 'write') world.witnessed.written.push({ copy: name, io, transferredCount });
  answer(world, copy, io.number, () => {
    const { completions } = world.witnessed;
    const named = `${name}/${io.number}`;
    // an answer under an older generation, which comes late, is none (R23-20)
    const isLatest = generation >= (completions.get(named)?.generation ?? 0);
    if (isLatest) completions.set(named, { generation, completion });
    world.give(copy, { type: 'ioDone', completion, generation });
  });
};

/** A disk operation goes to the shared storage under its tag (R23-20). */
export const submit = (world: World, copy: Copy, io: Io, generation: number): void => {
  const count = blockCountOf(io);
  const { blockBytes, blockCount } = world.options;
  const isInside = io.blocks.every(({ start, end }) => start >= 0 && end <= blockCount);
  must(isInside && count > 0, `operation ${io.number} names blocks that the disk has not`);
  const byteCount = io.kind === 'write' ? count * blockBytes : 0;
  must(io.data.length === byteCount, `operation ${io.number} brings ${io.data.length} bytes`);
  const way = { kind: 'io' as const, from: copy.host.name, to: 'storage', copy: copy.name };
  const pending = pend(world, { ...way, io: io.number }, () => perform(world, flight, count));
  const flight: Flight = { copy: copy.name, generation, io, pending };
  world.storage.flights.push(flight);
};

/** What a host that has crashed had submitted may be lost with it (R34-6). */
export const loseFlight = (world: World, flight: Flight): void => {
  const { copy, generation, io, pending } = flight;
  world.storage.flights = world.storage.flights.filter((one) => one !== flight);
  pending.isOver = true;
  happened(world, { what: 'lostIo', copy, generation, io: io.number });
};
