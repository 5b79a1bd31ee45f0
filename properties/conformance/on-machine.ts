import type { Report } from '../../impl/hypervisor/report.ts';
import {
  bytesOfBlocks,
  cloned,
  computed,
  goesLive,
  type Kept,
  type Machine,
  noted,
  performedAt,
  placed,
  posted,
} from './machine.ts';
import { clockAt, type Execution, onExecution, produced, sameOutputs } from './on-execution.ts';
import { consumed, replayed } from './on-machine-replay.ts';
import {
  type Line,
  listText,
  positionOf,
  type Reading,
  type Scene,
  type Senseless,
  samePosition,
  samePositionBefore,
  senseless,
  stands,
  stutters,
  times,
} from './reading.ts';

const keptFor = ({ ledger: { machines }, id }: Scene): Kept | null => {
  const machine = machines?.of.get(id);
  return machines === null || machine === undefined ? null : { machines, machine };
};

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
  let stop = guest.run(to);
  while (stop === 'limit' && guest.position < to) stop = guest.run(to);
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
  const known = guest.outstanding().length;
  const put = guest.perform(reading ?? 0);
  noted(machine, placed(machine, put));
  const ios = guest.outstanding().slice(known);
  const places = performedAt(machines, machine, trap, { outputs: put, ios });
  if (places === 0) return senseless('no instruction of the specification needs and does all that');
  return stands(
    [...clockAt(scene, reading), ...times(places, { type: 'execute', copy: scene.id })],
    [
      before,
      { what: 'needs', program: listText(needs), specification: () => listText(trap.needs) },
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
