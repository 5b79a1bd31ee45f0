import { match } from 'ts-pattern';
import type { Put, Report } from '../../impl/hypervisor/report.ts';
import { thisPair } from '../../model/actions/channel.ts';
import { connectionOf } from '../../model/actions/notation.ts';
import type { Event, Operation } from '../../model/event.ts';
import { needsOf, type Output } from '../../model/guest.ts';
import type { CopyId } from '../../model/ids.ts';
import { isRefusal, type Spec, step } from '../../model/spec.ts';
import type { Replaying, State, Vm } from '../../model/state.ts';
import { logged as entriesLogged, produced } from '../checker/telling/scene.ts';

/** One step of a specification, with the specification that took it. */
export type Taken = {
  readonly spec: Spec;
  readonly before: State;
  readonly after: State;
  readonly event: Event;
};

/** What the ideal program calls a copy, whatever becomes of it. */
export const nameOfCopy = ({ copies }: State, id: CopyId): string =>
  `${copies[id]?.host ?? '?'}${id}`;

const kinds = ['network', 'console', 'disk', 'packet'];

/** The digest that the ideal program has of a content: of each another one. */
export const idealDigest = (kind: string, content: readonly number[]): number =>
  content.reduce((digest, number) => 10_007 * digest + number + 1, kinds.indexOf(kind));

const putOf = (copy: Vm | undefined, { device, ordinal, number, content }: Output): Put => {
  const pending = copy !== undefined && 'guest' in copy ? copy.guest.pending : [];
  const io = device === 'disk' ? pending.find((one) => one.number === number) : undefined;
  return { device, ordinal, number, digest: idealDigest(device, io?.data ?? [content]) };
};

/** The place of the next line: which copy of which state says it. */
type Voice = Taken & { readonly id: CopyId };

const was = ({ before, id }: Voice): Vm | undefined => before.copies[id];
const is = ({ after, id }: Voice): Vm | undefined => after.copies[id];

const positionIn = (copy: Vm | undefined): number =>
  copy !== undefined && 'guest' in copy ? copy.guest.position : 0;

const generationIn = (copy: Vm | undefined): number =>
  copy !== undefined && 'generation' in copy ? copy.generation : 0;

const connectionIn = (copy: Vm | undefined): number =>
  copy !== undefined && 'connection' in copy ? (copy.connection ?? 0) : 0;

const logging = (voice: Voice): readonly Report[] =>
  entriesLogged({ was: was(voice), is: is(voice) }).map(({ seq, kind }) => ({
    did: 'logged',
    seq,
    kind,
  }));

const outputsOf = (voice: Voice): readonly Put[] =>
  produced({ was: was(voice), is: is(voice) }).map((output) => putOf(is(voice), output));

const halting = (voice: Voice): readonly Report[] => {
  const after = is(voice);
  return after?.mode === 'halted' ? [{ did: 'halted', because: after.because }] : [];
};

const executed = (voice: Voice): readonly Report[] => {
  const { before } = voice;
  const copy = was(voice);
  if (copy === undefined || !('guest' in copy)) return [];
  const needs = needsOf(before.settings.program, copy.guest);
  const after = is(voice);
  const issues = after !== undefined && 'guest' in after && after.guest.issued > copy.guest.issued;
  const { position } = copy.guest;
  if (needs.length === 0 && !issues) return [{ did: 'ran', to: position + 1 }];
  const reading = needs.includes('ND') ? before.now + before.hosts[copy.host].skew : null;
  return [
    ...logging(voice),
    { did: 'performed', position, needs, reading, outputs: outputsOf(voice) },
  ];
};

const deliveredBy = (voice: Voice, count: number): readonly Report[] => {
  const copy = was(voice);
  const packets = copy !== undefined && 'devices' in copy ? copy.devices.nic.slice(0, count) : [];
  const digests = packets.map((packet) => idealDigest('packet', [packet]));
  const outputs = outputsOf(voice);
  return [...logging(voice), { did: 'delivered', position: positionIn(copy), digests, outputs }];
};

const fedBy = (voice: Voice): readonly Report[] => {
  const copy = was(voice);
  const [input] = copy !== undefined && 'devices' in copy ? copy.devices.console : [];
  const kind = input?.kind ?? 'KEY';
  return [...logging(voice), { did: 'fed', position: positionIn(copy), kind }];
};

const completedBy = (voice: Voice, io: number): readonly Report[] => {
  const copy = was(voice);
  const arrived = copy !== undefined && 'devices' in copy ? copy.devices.arrived : [];
  const transferredCount = arrived.find((one) => one.io === io)?.transferred ?? 0;
  return [
    ...logging(voice),
    { did: 'completed', position: positionIn(copy), io, transferredCount },
  ];
};

/** What a replay drops is seen where the variant keeps it (V7). */
const droppedBy = ({ spec, before, event, id }: Voice): readonly Output[] => {
  const settings = { ...before.settings, goLiveOutput: 'emitLast' as const };
  const kept = step(spec, { ...before, settings }, event);
  const copy = isRefusal(kept) ? undefined : kept.state.copies[id];
  return copy !== undefined && 'lastOutputs' in copy ? copy.lastOutputs : [];
};

const replayedBy = (voice: Voice): readonly Report[] => {
  const copy = was(voice);
  const after = is(voice);
  if (copy === undefined || after === undefined || !('consumed' in copy)) return [];
  if (!('consumed' in after)) {
    return [
      { did: 'diverged', seq: copy.consumed + 1, because: 'it does not fit' },
      ...halting(voice),
    ];
  }
  const position = after.guest.position;
  if (after.consumed === copy.consumed) return [{ did: 'replayed', to: position }];
  const outputs =
    after.guest.sent > copy.guest.sent
      ? droppedBy(voice).map((output) => putOf(after, output))
      : [];
  return [{ did: 'consumed', upTo: after.consumed, position, outputs }];
};

const helloOf = (copy: Vm | undefined): readonly Report[] =>
  copy?.mode === 'replaying' ? [{ ...ackOf(copy), isNews: true, isHello: true }] : [];

const ackOf = ({ connection, acked: upTo, asks: wantsQuiet }: Replaying) =>
  ({ did: 'ackSent', connection, upTo, isNews: true, isHello: false, wantsQuiet }) as const;

const ackReadBy = (voice: Voice, connection: number): readonly Report[] => {
  const copy = was(voice);
  const from = connectionOf(voice.before, connection);
  const [ack] = from?.acks ?? [];
  if (copy?.mode !== 'recording' || from === undefined || ack === undefined) return [];
  const isOurs = thisPair(copy, from);
  return [{ did: 'ackRead', connection, upTo: ack.upTo, isNews: true, isOurs }];
};

const receivedBy = (voice: Voice): readonly Report[] => {
  const copy = was(voice);
  const connection = connectionIn(copy);
  const [entry] = connectionOf(voice.before, connection)?.entries ?? [];
  if (copy?.mode !== 'replaying' || entry === undefined) return [];
  const isDuplicate = entry.seq <= copy.received;
  return [{ did: 'entryReceived', connection, seq: entry.seq, isDuplicate }];
};

const channelLines = (voice: Voice): readonly Report[] | null =>
  match(voice.event)
    .returnType<readonly Report[] | null>()
    .with({ type: 'flush' }, () => {
      const copy = is(voice);
      const seq = copy?.mode === 'recording' ? copy.sent : 0;
      return [{ did: 'entrySent', connection: connectionIn(copy), seq }];
    })
    .with({ type: 'receive' }, () => receivedBy(voice))
    .with({ type: 'acknowledge' }, () => {
      const copy = is(voice);
      return copy?.mode === 'replaying' ? [ackOf(copy)] : [];
    })
    .with({ type: 'readAck' }, ({ connection }) => ackReadBy(voice, connection))
    .with({ type: 'reconnect' }, () => helloOf(is(voice)))
    .otherwise(() => null);

const learnedBy = (voice: Voice): readonly Report[] => {
  const reply = voice.before.storage.replies.find(({ copy }) => copy === voice.id);
  if (reply === undefined) return [];
  const { generation, outcome } = reply;
  return [{ did: 'learned', generation, outcome }, ...wentLive(voice), ...halting(voice)];
};

const wentLive = (voice: Voice): readonly Report[] => {
  const copy = is(voice);
  if (copy?.mode !== 'live' || was(voice)?.mode === 'live') return [];
  const { generation, guest } = copy;
  return [{ did: 'wentLive', generation, position: guest.position }];
};

const suspectedBy = (voice: Voice): readonly Report[] => {
  const copy = is(voice);
  const received = copy !== undefined && 'received' in copy ? copy.received : 0;
  return [{ did: 'suspected', evidence: 'log traffic', received }, ...halting(voice)];
};

const failoverLines = (voice: Voice): readonly Report[] | null =>
  match(voice.event)
    .returnType<readonly Report[] | null>()
    .with({ type: 'suspect' }, () => suspectedBy(voice))
    .with({ type: 'testAndSet' }, () => [{ did: 'asked', generation: generationIn(was(voice)) }])
    .with({ type: 'learn' }, () => learnedBy(voice))
    .with({ type: 'goLive' }, () => wentLive(voice))
    .with({ type: 'announce' }, () => [{ did: 'announced' }])
    .otherwise(() => null);

const nameIn = ({ before }: Voice, id: CopyId | null): string =>
  id === null ? '?' : nameOfCopy(before, id);

const otherOf = (voice: Voice): string => {
  const copy = was(voice);
  if (copy?.mode === 'live' && copy.clone !== null) return nameIn(voice, copy.clone);
  return copy !== undefined && 'move' in copy ? nameIn(voice, copy.move) : '?';
};

const armedBy = (voice: Voice): readonly Report[] => {
  const copy = is(voice);
  const generation = generationIn(copy);
  return [{ did: 'armed', generation, position: positionIn(copy) }, ...helloOf(copy)];
};

const orderedBy = (voice: Voice, operation: Operation): readonly Report[] => {
  const share = operation === 'raiseShare' ? 200 : 100;
  const isOff = operation === 'powerOff';
  return [...logging(voice), { did: 'ordered', operation: isOff ? 'powerOff' : 'setShare', share }];
};

const quietedBy = (voice: Voice): readonly Report[] => {
  const copy = is(voice);
  const isReached = copy !== undefined && 'devices' in copy && copy.devices.quiesce === 'reached';
  const quieted: Report = { did: 'quieted', position: positionIn(copy) };
  return isReached ? [...logging(voice), quieted] : [{ did: 'quieting' }];
};

const atCut = { passCount: 1, pageCount: 0 };

const serviceLines = (voice: Voice): readonly Report[] | null =>
  match(voice.event)
    .returnType<readonly Report[] | null>()
    .with({ type: 'requestBackup' }, () => [{ did: 'askedForBackup' }])
    .with({ type: 'precopy' }, () => [{ did: 'gotImage' }])
    .with({ type: 'snapshot' }, () => [
      { did: 'cut', copy: otherOf(voice), position: positionIn(was(voice)), ...atCut },
    ])
    .with({ type: 'arm' }, () => armedBy(voice))
    .with({ type: 'discard' }, () => halting(voice))
    .with({ type: 'abandon' }, () => [{ did: 'abandoned', copy: otherOf(voice) }])
    .with({ type: 'order' }, ({ operation }) => orderedBy(voice, operation))
    .with({ type: 'stop' }, () => [{ did: 'stopped' }, ...halting(voice)])
    .with({ type: 'quiesce' }, () => quietedBy(voice))
    .with({ type: 'switchOver' }, () => [
      { did: 'switchedOver', copy: otherOf(voice), position: positionIn(was(voice)), offer: 1 },
      ...halting(voice),
    ])
    .with({ type: 'takeUp' }, () => [
      { did: 'tookUp', position: positionIn(is(voice)) },
      ...helloOf(is(voice)),
    ])
    .with({ type: 'cancel' }, () => [{ did: 'cancelled', copy: otherOf(voice) }])
    .otherwise(() => null);

const executionLines = (voice: Voice): readonly Report[] | null =>
  match(voice.event)
    .returnType<readonly Report[] | null>()
    .with({ type: 'execute' }, () => executed(voice))
    .with({ type: 'interrupt' }, () => [
      ...logging(voice),
      { did: 'interrupted', position: positionIn(was(voice)) },
    ])
    .with({ type: 'deliver' }, ({ count }) => deliveredBy(voice, count))
    .with({ type: 'feed' }, () => fedBy(voice))
    .with({ type: 'complete' }, ({ io }) => completedBy(voice, io))
    .with({ type: 'replay' }, () => replayedBy(voice))
    .with({ type: 'release' }, () => {
      const copy = was(voice);
      const [output] = copy !== undefined && 'withheld' in copy ? copy.withheld : [];
      return output === undefined ? [] : [{ did: 'released', output: putOf(copy, output) }];
    })
    .with({ type: 'submit' }, ({ io }) => [
      { did: 'submitted', io, generation: generationIn(was(voice)) },
    ])
    .otherwise(() => null);

/** What the copy that acts in a step would say of it. */
export const saidBy = (voice: Taken & { readonly id: CopyId }): readonly Report[] =>
  executionLines(voice) ?? channelLines(voice) ?? failoverLines(voice) ?? serviceLines(voice) ?? [];
