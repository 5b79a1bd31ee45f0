import type { Put } from '../../impl/hypervisor/report.ts';
import type { Event } from '../../model/event.ts';
import type { LogEntry } from '../../model/log.ts';
import { paper } from '../../model/paper.ts';
import { isRefusal, step } from '../../model/spec.ts';
import { aimed } from './given-guest.ts';
import { bytesOfBlocks, type Kept, type Machine, placed } from './machine.ts';
import { putText } from './on-execution.ts';
import {
  type Line,
  listText,
  positionOf,
  type Reading,
  type Same,
  type Scene,
  type Senseless,
  sameOf,
  samePosition,
  senseless,
  stands,
  times,
} from './reading.ts';
import { placeBeyond, positionAt } from './tape.ts';

/** Runs on to a position by itself, as a backup does between entries; a sentence if it cannot. */
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
export const replayed = (
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
export const consumed = (
  scene: Scene,
  kept: Kept,
  report: Line<'consumed'>,
): Reading | Senseless => {
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
    program: listText(outputs.map(putText)),
    specification: () => listText(puts.map(putText)),
  };
  const sent = sameOf(scene, 'outputs so far', machine.sent, (one) =>
    'guest' in one ? one.guest.sent : null,
  );
  return stands(times(head.position - from + 1, event), [...same, put, sent]);
};
