import type { Put, Report } from '../../impl/hypervisor/report.ts';
import type { Event } from '../../model/event.ts';
import type { LogEntry } from '../../model/log.ts';
import { paper } from '../../model/paper.ts';
import { isRefusal, step } from '../../model/spec.ts';
import { aimed } from './given-guest.ts';
import {
  bytesOfBlocks,
  cloned,
  computed,
  goesLive,
  type Machine,
  type Machines,
  noted,
  performedAt,
  placed,
  posted,
} from './machine.ts';
import {
  clockAt,
  type Execution,
  onExecution,
  produced,
  putText,
  sameOutputs,
} from './on-execution.ts';
import {
  positionOf,
  type Reading,
  type Same,
  type Scene,
  type Senseless,
  sameOf,
  samePosition,
  samePositionBefore,
  senseless,
  stands,
  stutters,
} from './reading.ts';
import { placeBeyond, positionAt } from './tape.ts';

/** The machine of a copy, with those of all copies. */
type Kept = { readonly machines: Machines; readonly machine: Machine };

const keptFor = ({ ledger: { machines }, id }: Scene): Kept | null => {
  const machine = machines?.of.get(id);
  return machines === null || machine === undefined ? null : { machines, machine };
};

const textOf = (texts: readonly string[]): string => (texts.length === 0 ? 'none' : texts.join());

const times = (count: number, event: Event): readonly Event[] => Array<Event>(count).fill(event);

type Line<D extends Report['did']> = Extract<Report, { readonly did: D }>;

const isAtItsEnd = ({ copy }: Scene, { tape }: Machine): boolean =>
  positionOf(copy) === tape.program.length;

/** Nobody executes anything new who has not booted or gone live: the specification says why. */
const outOfPlace = (scene: Scene, position: number): Reading =>
  stands([{ type: 'execute', copy: scene.id }], [samePosition(scene, position)]);

const ran = (scene: Scene, { machine }: Kept, { to }: Line<'ran'>): Reading | Senseless => {
  const { guest } = machine;
  const from = guest.position;
  if (!isAtItsEnd(scene, machine)) return outOfPlace(scene, to);
  if (to < from) return senseless(`it is at ${from} and cannot run back to ${to}`);
  const stop = guest.run(to);
  if (guest.position < to) {
    return senseless(`one machine alone stops at ${guest.position} (${stop}) on its way to ${to}`);
  }
  computed(machine);
  const nothing = sameOutputs(scene, [], produced(scene));
  return stands([{ type: 'execute', copy: scene.id }], [samePosition(scene, to), nothing]);
};

const performed = (
  scene: Scene,
  { machines, machine }: Kept,
  report: Line<'performed'>,
): Reading | Senseless => {
  const { guest } = machine;
  const { position, reading, needs, outputs } = report;
  if (!isAtItsEnd(scene, machine)) return outOfPlace(scene, position + 1);
  const before = samePositionBefore(scene, position);
  const trap = guest.isOff || guest.position !== position ? null : guest.trap();
  if (trap === null) {
    return senseless(`one machine alone is at ${guest.position}, and does not trap at ${position}`);
  }
  const put = guest.perform(reading ?? 0);
  noted(machine, placed(machine, put));
  const places = performedAt(machines, machine, trap, put);
  if (places === 0) return senseless('no instruction of the specification needs and does all that');
  return stands(
    [...clockAt(scene, reading), ...times(places, { type: 'execute', copy: scene.id })],
    [
      before,
      { what: 'needs', program: textOf(needs), specification: () => textOf(trap.needs) },
      sameOutputs(scene, outputs, produced(scene)),
    ],
  );
};

const delivered = (scene: Scene, kept: Kept, report: Line<'delivered'>): Reading | Senseless => {
  const { machines, machine } = kept;
  const nic = 'devices' in scene.copy ? scene.copy.devices.nic : [];
  const numbers = nic.slice(0, report.digests.length);
  if (!isAtItsEnd(scene, machine)) return outOfPlace(scene, report.position);
  const reading = onExecution(scene, report);
  if ('senseless' in reading) return reading;
  const needs = machine.guest.needsOfReceiving();
  const put = machine.guest.receive(numbers.map((number) => machines.clients.packet(number)));
  const isNetwork = put.every(({ device }) => device === 'network');
  if (!isNetwork || needs.length > 0 !== put.length > 0) {
    return senseless('what leaves along with packets is not what the machine has said');
  }
  const count = posted(machine, put.length);
  noted(machine, placed(machine, put));
  const along = times(count, { type: 'execute', copy: scene.id });
  return { ...reading, events: [...along, ...reading.events] };
};

const completed = (
  scene: Scene,
  { machines, machine }: Kept,
  report: Line<'completed'>,
): Reading | Senseless => {
  const arrived = 'devices' in scene.copy ? scene.copy.devices.arrived : [];
  const completion = arrived.find(({ io }) => io === report.io);
  if (completion === undefined) return onExecution(scene, report);
  const { io, transferred: transferredCount } = completion;
  const data = bytesOfBlocks(machines, completion.data);
  return machine.guest.complete({ io, transferredCount, data })
    ? onExecution(scene, report)
    : senseless(`one machine alone waits for no disk operation ${io}`);
};

/** What befalls the guest between two instructions. */
const befallen = (
  scene: Scene,
  { machines, machine }: Kept,
  report: Line<'interrupted' | 'fed'>,
): Reading | Senseless => {
  if (report.did === 'interrupted') machine.guest.interrupt();
  else {
    const [first] = 'devices' in scene.copy ? scene.copy.devices.console : [];
    if (first !== undefined) {
      const bytes = machines.clients.operated(first.kind, first.number);
      machine.guest.operate({ kind: first.kind, bytes });
    }
  }
  return onExecution(scene, report);
};

/** Runs on to a position by itself, as a backup does between two entries; a sentence if it cannot. */
const reach = ({ guest }: Machine, position: number): string | null => {
  while (guest.position < position) {
    const stop = guest.run(position);
    if (stop === 'limit') continue;
    const needs = (stop === 'trap' ? guest.trap() : null)?.needs;
    if (needs === undefined || needs.length > 0) {
      return `one machine alone stops at ${guest.position} (${stop}) on its way to ${position}`;
    }
    guest.perform(0);
  }
  return null;
};

/**
 * A backup stops anywhere between two places of the tape, where its time is used up. It must have
 * been allowed to run at all, and not beyond its next entry (R21-8).
 */
const replayed = (
  scene: Scene,
  { machines, machine }: Kept,
  { to }: Line<'replayed'>,
): Reading | Senseless => {
  const { copy, id, state } = scene;
  const from = positionOf(copy);
  if (from === null || !('buffer' in copy)) {
    return senseless(`a ${copy.mode} copy has no guest to replay with`);
  }
  const event: Event = { type: 'replay', copy: id };
  const refusal = step(paper, aimed(machines, state, event), event);
  if (isRefusal(refusal)) return stands([event]);
  const next = copy.buffer[0]?.position ?? from;
  const limit = positionAt(machine.tape, next);
  if (to > limit) return senseless(`its next entry is due at ${limit}: it cannot run to ${to}`);
  const wrong = to < machine.guest.position ? `it cannot run back to ${to}` : reach(machine, to);
  if (wrong !== null) return senseless(wrong);
  const place = placeBeyond(machine.tape, from, next, to);
  return stands(times(place - from, event), [samePosition(scene, to)]);
};

const isTrapping = ({ guest }: Machine, group: readonly LogEntry[]): boolean =>
  !guest.isOff && guest.trap()?.needs.join() === group.map(({ kind }) => kind).join();

const performedBy = (machine: Machine, group: readonly LogEntry[]): readonly Put[] | null => {
  if (!isTrapping(machine, group)) return null;
  const reading = group.find(({ kind }) => kind === 'ND')?.value ?? 0;
  return placed(machine, machine.guest.perform(reading));
};

/** What was logged happens to the machine; `null` if it cannot. */
const applied = (
  { machines, machine }: Kept,
  head: LogEntry,
  group: readonly LogEntry[],
): readonly Put[] | null => {
  const { guest } = machine;
  const { kind, value, completion } = head;
  const { packet, operated } = machines.clients;
  switch (kind) {
    case 'TIMER':
      guest.interrupt();
      return [];
    case 'RX': {
      const received = group.filter((entry) => entry.kind === 'RX');
      return placed(machine, guest.receive(received.map((entry) => packet(entry.value))));
    }
    case 'KEY':
    case 'MOUSE':
      guest.operate({ kind, bytes: operated(kind, value) });
      return [];
    case 'DONE': {
      if (completion === null) return null;
      const { io, transferred: transferredCount } = completion;
      const data = bytesOfBlocks(machines, completion.data);
      return guest.complete({ io, transferredCount, data }) ? [] : null;
    }
    case 'SHARE':
    case 'QUIESCE':
      return [];
    case 'OFF':
      if (value !== 0) return performedBy(machine, group);
      guest.powerOff();
      return [];
    case 'ND':
    case 'OUT':
      return performedBy(machine, group);
  }
};

/** What a replay puts out is dropped, and has to be what the machine puts out there (R20-5). */
const consumed = (scene: Scene, kept: Kept, report: Line<'consumed'>): Reading | Senseless => {
  const { machine } = kept;
  const { copy, id } = scene;
  const { upTo, position, outputs } = report;
  const from = positionOf(copy);
  const group = 'buffer' in copy ? copy.buffer.filter(({ seq }) => seq <= upTo) : [];
  const [head] = group;
  const event: Event = { type: 'replay', copy: id };
  const same = [
    sameOf(scene, 'consumed', upTo, (one) => ('consumed' in one ? one.consumed : null)),
    samePosition(scene, position),
  ];
  if (head === undefined || from === null) return stands([event], same);
  const due = positionAt(machine.tape, head.position);
  if (due !== machine.guest.position) {
    return senseless(`entry ${head.seq} is due at ${due}, and it is at ${machine.guest.position}`);
  }
  const puts = applied(kept, head, group);
  if (puts === null) return senseless(`entry ${head.seq} cannot happen to one machine alone there`);
  const put: Same = {
    what: 'outputs',
    program: textOf(outputs.map(putText)),
    specification: () => textOf(puts.map(putText)),
  };
  const sent = sameOf(scene, 'outputs so far', machine.sent, (one) =>
    'guest' in one ? one.guest.sent : null,
  );
  return stands(times(head.position - from + 1, event), [...same, put, sent]);
};

const digested = (
  scene: Scene,
  { machine }: Kept,
  { position, digest }: Line<'digested'>,
): Reading =>
  stutters(samePosition(scene, position), {
    what: `the digest of the guest at ${position}`,
    program: digest,
    specification: () => machine.guest.digest(),
  });

/**
 * What a line about the guest stands for where the guest is of any image: a machine alone is given
 * the same, and what it does is what the specification's guest does there.
 */
export const onMachine = (scene: Scene, report: Execution): Reading | Senseless => {
  const kept = keptFor(scene);
  if (kept === null) return senseless(`a ${scene.copy.mode} copy has no guest`);
  switch (report.did) {
    case 'ran':
      return ran(scene, kept, report);
    case 'performed':
      return performed(scene, kept, report);
    case 'delivered':
      return delivered(scene, kept, report);
    case 'completed':
      return completed(scene, kept, report);
    case 'interrupted':
    case 'fed':
      return befallen(scene, kept, report);
    case 'replayed':
      return replayed(scene, kept, report);
    case 'consumed':
      return consumed(scene, kept, report);
    case 'digested':
      return digested(scene, kept, report);
    default:
      return onExecution(scene, report);
  }
};

/** The machine goes where its copy goes: to a clone at the cut, along with a move, into service. */
export const followsCopy = (scene: Scene, report: Report): void => {
  const kept = keptFor(scene);
  if (kept === null) return;
  const { machines, machine } = kept;
  const { copy } = scene;
  const place = positionOf(copy);
  if (report.did === 'cut' && copy.mode === 'live' && copy.clone !== null) {
    cloned(machines, machine, copy.clone);
  } else if (report.did === 'switchedOver' && 'move' in copy && copy.move !== null) {
    machines.of.set(copy.move, machine);
  } else if (report.did === 'wentLive' && place !== null) {
    goesLive(machine, place);
  } else if (report.did === 'ordered' && report.operation === 'powerOff') {
    machine.guest.powerOff();
  }
};
