import { suspect } from '../../model/actions/detection.ts';
import { complete } from '../../model/actions/disk.ts';
import { withDevices } from '../../model/actions/notation.ts';
import { type Completion, type Io, race } from '../../model/disk.ts';
import { paper, rules, specification } from '../../model/paper.ts';
import { defaultClock } from '../../model/settings.ts';
import type { Action } from '../../model/spec.ts';
import type { Settled, Vm } from '../../model/state.ts';
import type { Mutant } from '../mutant.ts';
import { leaving, seeing, withRows } from './own-rows.ts';

const writer = { program: ['touch p', 'write x p'] } as const;
const reader = { program: ['read x p', 'touch p', 'write y p'] } as const;
const rereader = { program: ['touch p', 'write x p', 'read x q'] } as const;
const timed = { clock: defaultClock };

const withSettled = (after: Vm, settled: (now: readonly Settled[]) => readonly Settled[]): Vm =>
  'devices' in after ? withDevices(after, { settled: settled(after.devices.settled) }) : after;

const settledOf = (copy: Vm): readonly Settled[] => ('devices' in copy ? copy.devices.settled : []);

const blind = (copy: Vm): Vm => ('withheld' in copy ? { ...copy, withheld: [] } : copy);

const withheldAsBefore = (after: Vm, before: Vm): Vm =>
  'withheld' in after && 'withheld' in before ? { ...after, withheld: before.withheld } : after;

/** The queue of the device, withheld writes included. */
const submitsAll: Action<'submit'> = {
  ...leaving(seeing(paper.actions.submit, blind), withheldAsBefore),
  instances: ({ copies }) =>
    copies.flatMap((copy) =>
      'devices' in copy
        ? copy.guest.pending.map(({ number }) => ({ type: 'submit', copy: copy.id, io: number }))
        : [],
    ),
};

const meets = (one: readonly number[], other: readonly number[]): boolean =>
  one.some((place) => other.includes(place));

const dataOf = (io: Io, { data }: Completion): readonly number[] =>
  io.kind === 'read' ? io.blocks.map((_, index) => data[index] ?? 0) : [];

const races: readonly Mutant[] = [
  {
    spec: specification('races-in-memory-only', {
      mustWait: ({ guest, devices }, { kind, pages, number }) => {
        const races = (earlier: Pick<Io, 'kind' | 'pages'>): boolean =>
          (kind === 'read' || earlier.kind === 'read') && meets(pages, earlier.pages);
        return (
          guest.pending.some((earlier) => earlier.number < number && races(earlier)) ||
          devices.settled.some(races)
        );
      },
    }),
    breaks: ['S7a', 'S7'],
    because: 'overlapping pages are looked for and overlapping blocks are not: two writes race',
    cites: ['R34-1'],
    settings: writer,
  },
  {
    spec: specification('races-on-the-disk-only', {
      mustWait: ({ guest, devices }, { kind, blocks, number }) => {
        const races = (earlier: Pick<Io, 'kind' | 'blocks'>): boolean =>
          (kind === 'write' || earlier.kind === 'write') && meets(blocks, earlier.blocks);
        return (
          guest.pending.some((earlier) => earlier.number < number && races(earlier)) ||
          devices.settled.some(races)
        );
      },
    }),
    breaks: ['S7a'],
    because: 'two reads into one page of memory are with the storage at once',
    cites: ['R34-1'],
    settings: { program: ['read x p', 'read y p'] },
  },
  {
    spec: specification('reads-overtake-withheld-writes', {
      mustWait: (copy, io) => {
        const pending = copy.guest.pending.filter(({ number }) =>
          copy.devices.submitted.includes(number),
        );
        return rules.mustWait({ ...copy, guest: { ...copy.guest, pending } }, io);
      },
    }),
    breaks: ['S7a', 'S7'],
    because:
      'a disk operation waits for those that the storage has, not for those that are withheld: a ' +
      'guest reads what was there before its own write',
    cites: ['R34-9'],
    settings: rereader,
  },
  {
    spec: specification('reads-never-wait', {
      mustWait: (copy, io) => io.kind === 'write' && rules.mustWait(copy, io),
    }),
    breaks: ['S7a', 'S7'],
    because: 'a read has no effect, and so is never made to wait: it overtakes the write before it',
    cites: ['R34-9', 'R34-1'],
    settings: rereader,
  },
  {
    spec: specification('waits-for-delivery-only', {
      mustWait: (copy, io) =>
        rules.mustWait({ ...copy, devices: { ...copy.devices, settled: [] } }, io),
    }),
    breaks: ['S7a', 'S7'],
    because:
      'a disk operation waits until the earlier one is completed for the guest, not until the ' +
      'backup knows it: the one that takes over submits the earlier one again',
    cites: ['R34-11'],
    settings: writer,
  },
  {
    spec: withRows('settled-one-entry-early', {
      readAck: leaving(paper.actions.readAck, (after) =>
        after.mode === 'recording'
          ? withSettled(after, (now) => now.filter(({ seq }) => seq > after.acked + 1))
          : after,
      ),
    }),
    breaks: ['S7a', 'S7'],
    because: 'the acknowledgment of the entry before the completion is thought to be enough',
    cites: ['R34-11'],
    settings: writer,
  },
  {
    spec: withRows('settled-on-suspicion', {
      suspect: leaving(paper.actions.suspect, (after) => withSettled(after, () => [])),
    }),
    breaks: ['S7a', 'S7'],
    because:
      'a primary that suspects its backup forgets which completions that has not acknowledged, ' +
      'before the arbiter has spoken',
    cites: ['R34-11', 'R23-4'],
    settings: writer,
  },
  {
    spec: withRows('settled-for-ever', {
      readAck: leaving(paper.actions.readAck, (after, before) =>
        withSettled(after, () => settledOf(before)),
      ),
    }),
    breaks: ['L2a'],
    because: 'a disk operation waits for an earlier one although the backup knows that it is done',
    cites: ['R34-11'],
    settings: { ...writer, ...timed },
  },
  {
    spec: specification('waits-for-later-ones-too', {
      mustWait: (copy, io) =>
        rules.mustWait(copy, io) ||
        copy.guest.pending.some((later) => later.number > io.number && race(later, io)),
    }),
    breaks: ['L2a'],
    because: 'of two disk operations that overlap each waits for the other',
    cites: ['R34-1'],
    settings: { ...writer, ...timed },
  },
];

const buffers: readonly Mutant[] = [
  {
    spec: specification('writes-from-memory', {
      payload: ({ pages }, { memory }) => pages.map((page) => memory[page] ?? 0),
    }),
    breaks: ['S1', 'S3', 'S7', 'S2'],
    because:
      'a write takes its data from the memory of the guest when it is submitted, and the guest ' +
      'has changed it since',
    cites: ['R34-2', 'R34-4'],
    settings: { program: ['write x p', 'touch p'] },
  },
  {
    spec: specification('read-lands-on-arrival', {
      onArrived: (guest, io, { transferred, data }) =>
        io.kind === 'write'
          ? guest
          : {
              ...guest,
              memory: io.pages
                .slice(0, transferred)
                .reduce((now, page, index) => now.with(page, data[index] ?? 0), guest.memory),
            },
    }),
    breaks: ['S4', 'S1'],
    because:
      'what is read goes straight into the memory of the guest, which looks at it before the ' +
      'completion is logged',
    cites: ['R34-2', 'R34-3'],
    settings: { program: ['touch q', 'write x q', 'read x p', 'touch p'] },
  },
  {
    spec: specification('completion-without-data', {
      loggedCompletion: (_, completion) => ({ ...completion, data: [] }),
    }),
    breaks: ['S4'],
    because: 'a completion is logged with its status alone: the backup reads nothing',
    cites: ['R34-10'],
    settings: { program: ['touch q', 'write x q', 'read x p'] },
  },
  {
    spec: specification('short-is-success', {
      loggedCompletion: (io, completion) =>
        completion.transferred === 0
          ? completion
          : { io: io.number, transferred: io.blocks.length, data: dataOf(io, completion) },
    }),
    breaks: ['S4'],
    because: 'a transfer that ended short is logged as if it had been whole',
    cites: ['R34-10'],
    settings: { program: ['write xy pq', 'read xy pq'] },
  },
  {
    spec: withRows('completion-not-logged', {
      complete: complete({ ...rules, admit: (buffer) => buffer }),
    }),
    breaks: ['S4', 'S7', 'S7a'],
    because:
      'the completion of a disk operation reaches the guest and is not logged: the backup waits ' +
      'for it for ever, and submits it again',
    cites: ['R20-3', 'R34-10'],
    settings: reader,
  },
];

const submissions: readonly Mutant[] = [
  {
    spec: withRows('submitted-while-withheld', { submit: submitsAll }),
    breaks: ['S2', 'S7'],
    because: 'a write is taken from the queue of the device although the Output Rule holds it back',
    cites: ['R22-10', 'R22-4'],
    settings: writer,
  },
  {
    spec: specification('submits-only-writes-again', {
      alreadySubmitted: ({ pending }) =>
        pending.filter(({ kind }) => kind === 'read').map(({ number }) => number),
    }),
    breaks: ['L2a'],
    because: 'whoever goes live submits its writes again, and waits for its reads',
    cites: ['R34-7'],
    settings: { ...reader, ...timed },
  },
  {
    spec: specification('fence-one-early', {
      isFenced: ({ generation }, tag) => tag <= generation,
    }),
    breaks: ['L2a'],
    because: 'the storage refuses the generation that was won last along with the earlier ones',
    cites: ['R23-20'],
    settings: { ...writer, ...timed },
  },
  {
    spec: specification('fence-one-late', {
      isFenced: ({ generation }, tag) => tag < generation - 1,
    }),
    breaks: ['S7', 'S3'],
    because: 'the storage still takes what was submitted one generation before the last win',
    cites: ['R23-20'],
    settings: writer,
  },
  {
    spec: withRows('disk-quiet-alone', {
      suspect: suspect({
        ...rules,
        quietAlone: (quiesce) => (quiesce === 'none' ? 'asked' : quiesce),
      }),
    }),
    breaks: ['L5', 'L2a'],
    because: 'a primary that suspects its backup quiets its disk until it is protected again',
    cites: ['R33-8', 'R23-9'],
    settings: { ...writer, ...timed },
  },
];

/** Mistakes in using the disk (3.4). */
export const ownDisk: readonly Mutant[] = [...races, ...buffers, ...submissions];
