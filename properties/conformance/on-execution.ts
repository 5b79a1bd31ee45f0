import { match } from 'ts-pattern';
import type { Put, Report } from '../../impl/hypervisor/report.ts';
import type { Event } from '../../model/event.ts';
import { type Guest, needsOf, type Output } from '../../model/guest.ts';
import { type CopyId, position } from '../../model/ids.ts';
import { paper } from '../../model/paper.ts';
import { isRefusal, step } from '../../model/spec.ts';
import type { State, Vm } from '../../model/state.ts';
import { submitted } from './bridge.ts';
import { digestFor, type Ledger } from './ledger.ts';
import {
  listText,
  type Passage,
  positionOf,
  type Reading,
  type Same,
  type Scene,
  type Senseless,
  type Shown,
  sameMode,
  sameOf,
  samePosition,
  samePositionBefore,
  senseless,
  stands,
  stutters,
  times,
} from './reading.ts';

/** What a copy says that its guest did, or that it did with the guest's outputs. */
export type Execution = Extract<
  Report,
  {
    readonly did:
      | 'ran'
      | 'performed'
      | 'interrupted'
      | 'delivered'
      | 'fed'
      | 'completed'
      | 'stalled'
      | 'replayed'
      | 'consumed'
      | 'digested'
      | 'diverged'
      | 'released'
      | 'announced'
      | 'submitted';
  }
>;

const guestOf = (copy: Vm | undefined): Guest | null =>
  copy !== undefined && 'guest' in copy ? copy.guest : null;

/** One output in words, its content by the program's digest. */
export const putText = ({ device, ordinal, number, digest }: Put): string =>
  `output ${ordinal} (${device} ${number}, digest ${digest})`;

/** What is in an output: of a disk write the blocks, of which its content is a mixture. */
const contentOf = (
  copy: Vm | undefined,
  { device, number, content }: Output,
): readonly number[] => {
  const io = device === 'disk' ? guestOf(copy)?.pending.find((one) => one.number === number) : null;
  return io?.data ?? [content];
};

/** An output of a copy of the specification as the program would say it. */
export const outputText = (
  ledger: Ledger,
  { id, copy }: { readonly id: CopyId; readonly copy: Vm | undefined },
  output: Output,
  said: Put | undefined,
): string => {
  const { device, ordinal, number } = output;
  const machine = ledger.machines?.of.get(id);
  if (machine !== undefined) {
    const known = machine.tape.digests[ordinal] ?? -1;
    return putText({ device, ordinal, number, digest: known });
  }
  const digest = digestFor(ledger, device, contentOf(copy, output), said?.digest);
  return putText({ device, ordinal, number, digest });
};

/** What the line says was put out is what the specification puts out there. */
export const sameOutputs = (
  { ledger, id }: Scene,
  puts: readonly Put[],
  outputs: (passage: Passage) => readonly Output[],
): Same =>
  sameOf({ id }, 'outputs', listText(puts.map(putText)), (copy, passage) =>
    listText(
      outputs(passage).map((output, index) =>
        outputText(ledger, { id, copy }, output, puts[index]),
      ),
    ),
  );

/** The outputs that have joined those withheld. */
export const produced =
  ({ id }: Scene) =>
  ({ before, after }: Passage): readonly Output[] => {
    const was = before.copies[id];
    const is = after.copies[id];
    if (was === undefined || is === undefined) return [];
    return 'withheld' in was && 'withheld' in is ? is.withheld.slice(was.withheld.length) : [];
  };

const nothingProduced = (scene: Scene): Same => sameOutputs(scene, [], produced(scene));

/**
 * The guest reads what the program says that it read: the host's clock jumps there first. No rule
 * of the protocol reads it, and in the specification it may jump whenever the world likes (R21-3).
 */
export const clockAt = ({ state, copy }: Scene, reading: number | null): readonly Event[] => {
  if (reading === null) return [];
  const by = reading - state.now - state.hosts[copy.host].skew;
  return by === 0 ? [] : [{ type: 'skew', host: copy.host, by }];
};

/** Instructions up to there: as many steps of the specification. */
const upTo = (scene: Scene, to: number, type: 'execute' | 'replay'): Reading | Senseless => {
  const from = positionOf(scene.copy);
  if (from === null) return senseless(`a ${scene.copy.mode} copy has no guest to run`);
  if (to < from) return senseless(`it is at ${from} and cannot run back to ${to}`);
  const events = times(to - from, { type, copy: scene.id });
  return stands(events, [samePosition(scene, to), nothingProduced(scene)]);
};

const trapsOnTheWay = ({ copy, state }: Scene, to: number): number => {
  const guest = guestOf(copy);
  if (guest === null) return -1;
  for (let at = guest.position; at < to; at = position(at + 1)) {
    const needs = needsOf(state.settings.program, { ...guest, position: at });
    if (needs.includes('ND') || needs.includes('OFF')) return at;
  }
  return -1;
};

const ran = (scene: Scene, to: number): Reading | Senseless => {
  const trap = trapsOnTheWay(scene, to);
  return trap < 0
    ? upTo(scene, to, 'execute')
    : senseless(`the instruction at ${trap} does not run without a trap`);
};

type Performed = Extract<Report, { readonly did: 'performed' }>;

const performed = (scene: Scene, report: Performed): Reading => {
  const { copy, id, state } = scene;
  const guest = guestOf(copy);
  const needs = guest === null ? [] : needsOf(state.settings.program, guest);
  return stands(
    [...clockAt(scene, report.reading), { type: 'execute', copy: id }],
    [
      samePositionBefore(scene, report.position),
      { what: 'needs', program: listText(report.needs), specification: () => listText(needs) },
      sameOutputs(scene, report.outputs, produced(scene)),
    ],
  );
};

type Delivered = Extract<Report, { readonly did: 'delivered' }>;

const delivered = (scene: Scene, { position: at, digests, outputs }: Delivered): Reading => {
  const { copy, id, ledger } = scene;
  const packets = 'devices' in copy ? copy.devices.nic.slice(0, digests.length) : [];
  const known = packets.map((packet, index) =>
    digestFor(ledger, 'packet', [packet], digests[index]),
  );
  return stands(
    [{ type: 'deliver', copy: id, count: digests.length }],
    [
      samePositionBefore(scene, at),
      {
        what: 'packets',
        program: listText(digests.map(String)),
        specification: () => listText(known.map(String)),
      },
      sameOutputs(scene, outputs, produced(scene)),
    ],
  );
};

type Completed = Extract<Report, { readonly did: 'completed' }>;

const completed = (scene: Scene, report: Completed): Reading => {
  const { copy, id } = scene;
  const { io, transferredCount, position: at } = report;
  const arrived = 'devices' in copy ? copy.devices.arrived.find((one) => one.io === io) : undefined;
  return stands(
    [{ type: 'complete', copy: id, io }],
    [
      samePositionBefore(scene, at),
      {
        what: 'blocks transferred',
        program: transferredCount,
        specification: () => arrived?.transferred ?? null,
      },
    ],
  );
};

/** What a replay puts out is dropped (R20-5): it is seen where it would be kept (V7). */
const dropped =
  ({ id }: Scene) =>
  ({ before, after }: Passage): readonly Output[] => {
    const was = guestOf(before.copies[id]);
    const is = guestOf(after.copies[id]);
    if (was === null || is === null || was.sent === is.sent) return [];
    const settings = { ...before.settings, goLiveOutput: 'emitLast' as const };
    const kept = step(paper, { ...before, settings } satisfies State, { type: 'replay', copy: id });
    const copy = isRefusal(kept) ? undefined : kept.state.copies[id];
    return copy !== undefined && 'lastOutputs' in copy ? copy.lastOutputs : [];
  };

type Consumed = Extract<Report, { readonly did: 'consumed' }>;

const consumed = (scene: Scene, { upTo: last, position: at, outputs }: Consumed): Reading =>
  stands(
    [{ type: 'replay', copy: scene.id }],
    [
      sameOf(scene, 'consumed', last, (copy) => ('consumed' in copy ? copy.consumed : null)),
      samePosition(scene, at),
      sameOutputs(scene, outputs, dropped(scene)),
    ],
  );

const released = ({ id }: Scene, output: Put): Reading => {
  const shown: readonly Shown[] =
    output.device === 'disk'
      ? []
      : [{ type: output.device === 'network' ? 'transmit' : 'print', output }];
  return stands([{ type: 'release', copy: id }], [], shown);
};

const sameReleased = (scene: Scene, output: Put): Same => {
  const [first] = 'withheld' in scene.copy ? scene.copy.withheld : [];
  return {
    what: 'the oldest output withheld',
    program: putText(output),
    specification: () =>
      first === undefined ? null : outputText(scene.ledger, scene, first, output),
  };
};

/** What a line about the guest, or about its outputs, stands for. */
export const onExecution = (scene: Scene, report: Execution): Reading | Senseless => {
  const copy = scene.id;
  return (
    match(report)
      .returnType<Reading | Senseless>()
      .with({ did: 'ran' }, ({ to }) => ran(scene, to))
      .with({ did: 'performed' }, (line) => performed(scene, line))
      .with({ did: 'interrupted' }, ({ position: at }) =>
        stands([{ type: 'interrupt', copy }], [samePositionBefore(scene, at)]),
      )
      .with({ did: 'delivered' }, (line) => delivered(scene, line))
      .with({ did: 'fed' }, ({ position: at, kind }) => {
        const [first] = 'devices' in scene.copy ? scene.copy.devices.console : [];
        const input: Same = {
          what: 'input',
          program: kind,
          specification: () => first?.kind ?? null,
        };
        return stands([{ type: 'feed', copy }], [samePositionBefore(scene, at), input]);
      })
      .with({ did: 'completed' }, (line) => completed(scene, line))
      // the program's buffers are counted in bytes, and the specification's have room here
      .with({ did: 'stalled' }, () => stutters(sameMode(scene, 'recording', 'withholding')))
      .with({ did: 'replayed' }, ({ to }) => upTo(scene, to, 'replay'))
      .with({ did: 'consumed' }, (line) => consumed(scene, line))
      // its own guest the specification knows in full: all that it puts out shows its state
      .with({ did: 'digested' }, ({ position: at }) => stutters(samePosition(scene, at)))
      .with({ did: 'diverged' }, () =>
        stands([{ type: 'replay', copy }], [sameMode(scene, 'halted')]),
      )
      .with({ did: 'released' }, ({ output }) => {
        const { events, shown } = released(scene, output);
        return stands(events, [sameReleased(scene, output)], shown);
      })
      .with({ did: 'announced' }, () =>
        stands([{ type: 'announce', copy }], [], [{ type: 'announce' }]),
      )
      .with({ did: 'submitted' }, ({ io, generation }) =>
        stands(
          submitted(scene.state, scene.copy.host, [{ type: 'submit', copy, io }]),
          [],
          [{ type: 'submit', io, generation }],
        ),
      )
      .exhaustive()
  );
};
