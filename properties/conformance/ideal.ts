import { match } from 'ts-pattern';
import type { Put, Report } from '../../impl/hypervisor/report.ts';
import { thisPair } from '../../model/actions/channel.ts';
import { connectionOf } from '../../model/actions/notation.ts';
import type { Event, EventMap, Operation } from '../../model/event.ts';
import { needsOf, type Output } from '../../model/guest.ts';
import { type CopyId, copyId } from '../../model/ids.ts';
import { isRefusal, type Spec, type Step, step } from '../../model/spec.ts';
import type { Replaying, State, Vm } from '../../model/state.ts';
import type { Script } from '../checker/script.ts';
import { logged as entriesLogged, produced } from '../checker/telling/scene.ts';
import type { Happening, Reported } from '../simulation/reported.ts';

/** One step of a specification, with the specification that took it. */
type Taken = {
  readonly spec: Spec;
  readonly before: State;
  readonly after: State;
  readonly event: Event;
};

/** What the ideal program calls a copy, whatever becomes of it. */
export const nameOfCopy = ({ copies }: State, id: CopyId): string =>
  `${copies[id]?.host ?? '?'}${id}`;

/** The digest that the ideal program has of a content: of each another one. */
export const idealDigest = (content: number): number => 3 * content + 1;

const putOf = ({ device, ordinal, number, content }: Output): Put => ({
  device,
  ordinal,
  number,
  digest: idealDigest(content),
});

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
  produced({ was: was(voice), is: is(voice) }).map(putOf);

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
  const digests = packets.map(idealDigest);
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
  const outputs = after.guest.sent > copy.guest.sent ? droppedBy(voice).map(putOf) : [];
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

const serviceLines = (voice: Voice): readonly Report[] | null =>
  match(voice.event)
    .returnType<readonly Report[] | null>()
    .with({ type: 'requestBackup' }, () => [{ did: 'askedForBackup' }])
    .with({ type: 'precopy' }, () => [{ did: 'gotImage' }])
    .with({ type: 'snapshot' }, () => [
      { did: 'cut', copy: otherOf(voice), position: positionIn(was(voice)) },
    ])
    .with({ type: 'arm' }, () => armedBy(voice))
    .with({ type: 'discard' }, () => halting(voice))
    .with({ type: 'abandon' }, () => [{ did: 'abandoned', copy: otherOf(voice) }])
    .with({ type: 'order' }, ({ operation }) => orderedBy(voice, operation))
    .with({ type: 'stop' }, () => [{ did: 'stopped' }, ...halting(voice)])
    .with({ type: 'quiesce' }, () => quietedBy(voice))
    .with({ type: 'switchOver' }, () => [
      { did: 'switchedOver', copy: otherOf(voice), position: positionIn(was(voice)) },
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
      return output === undefined ? [] : [{ did: 'released', output: putOf(output) }];
    })
    .with({ type: 'submit' }, ({ io }) => [
      { did: 'submitted', io, generation: generationIn(was(voice)) },
    ])
    .otherwise(() => null);

const ioOf = ({ before, event }: Taken, id: CopyId, io: number): Happening | null => {
  const { flights, generation: current } = before.storage;
  const flight = flights.find((one) => one.copy === id && one.io.number === io);
  if (flight === undefined) return null;
  const { generation } = flight;
  const tagged = { copy: nameOfCopy(before, id), generation, io };
  if (event.type === 'loseIo') return { what: 'lostIo', ...tagged };
  if (generation < current) return { what: 'refusedIo', ...tagged };
  const whole = flight.io.blocks.length;
  const transferredCount = event.type === 'failIo' ? event.transferred : whole;
  return { what: 'applied', ...tagged, transferredCount, isWhole: transferredCount === whole };
};

const arbitratedBy = ({ before, after }: Taken, id: CopyId): Happening => {
  const generation = before.storage.requests.find(({ copy }) => copy === id)?.generation ?? 0;
  const { owner, generation: now } = after.storage;
  const outcome = owner === id && now === generation + 1 ? 'won' : 'lost';
  return { what: 'arbitrated', copy: nameOfCopy(before, id), generation, outcome };
};

const placedBy = (
  { before, after }: Taken,
  { copy, host }: EventMap['place'],
  purpose: 'clone' | 'arrive',
): Happening => {
  const made = after.copies.at(-1);
  const name = made === undefined ? '?' : nameOfCopy(after, made.id);
  return { what: 'placed', source: nameOfCopy(before, copy), copy: name, host, purpose };
};

/** The end by which a loss of a connection is told is that of its backup. */
const endOf = ({ before }: Taken, connection: number): Happening | null => {
  const backup = before.copies.find(
    (copy) => copy.mode === 'replaying' && copy.connection === connection,
  );
  if (backup === undefined) return null;
  return { what: 'reset', copy: nameOfCopy(before, backup.id), connection };
};

const networkHappening = (taken: Taken): Happening | null => {
  const { network } = taken.before;
  return match(taken.event)
    .returnType<Happening | null>()
    .with({ type: 'send' }, () => ({ what: 'sent', packet: network.packets, host: network.port }))
    .with({ type: 'operate' }, ({ kind }) => ({
      what: 'operated',
      kind,
      number: network.operated,
    }))
    .with({ type: 'cut' }, ({ net, from, to }) => ({ what: 'cut', net, from, to }))
    .with({ type: 'heal' }, ({ net, from, to }) => ({ what: 'healed', net, from, to }))
    .with({ type: 'reset' }, ({ connection }) => endOf(taken, connection))
    .otherwise(() => null);
};

const happeningOf = (taken: Taken): Happening | null => {
  const { before } = taken;
  return match(taken.event)
    .returnType<Happening | null>()
    .with({ type: 'crash' }, ({ host }) => ({ what: 'crashed', host }))
    .with({ type: 'repair' }, ({ host }) => ({ what: 'repaired', host }))
    .with({ type: 'pause' }, ({ host }) => ({ what: 'paused', host }))
    .with({ type: 'resume' }, ({ host }) => ({ what: 'resumed', host }))
    .with({ type: 'loseStorage' }, ({ host }) => ({ what: 'storageLost', host }))
    .with({ type: 'regainStorage' }, ({ host }) => ({ what: 'storageRegained', host }))
    .with({ type: 'loseService' }, () => ({ what: 'serviceLost' }))
    .with({ type: 'regainService' }, () => ({ what: 'serviceRegained' }))
    .with({ type: 'loseRequest' }, ({ copy }) => ({
      what: 'requestLost',
      copy: nameOfCopy(before, copy),
    }))
    .with({ type: 'loseReply' }, ({ copy }) => ({
      what: 'replyLost',
      copy: nameOfCopy(before, copy),
    }))
    .with({ type: 'arbitrate' }, ({ copy }) => arbitratedBy(taken, copy))
    .with({ type: 'perform' }, ({ copy, io }) => ioOf(taken, copy, io))
    .with({ type: 'failIo' }, ({ copy, io }) => ioOf(taken, copy, io))
    .with({ type: 'loseIo' }, ({ copy, io }) => ioOf(taken, copy, io))
    .with({ type: 'place' }, (event) => placedBy(taken, event, 'clone'))
    .with({ type: 'migrate' }, (event) => placedBy(taken, event, 'arrive'))
    .otherwise(() => networkHappening(taken));
};

const saidBy = (voice: Voice): readonly Report[] =>
  executionLines(voice) ?? channelLines(voice) ?? failoverLines(voice) ?? serviceLines(voice) ?? [];

/** The lines that an ideal program would report of one step. */
const linesOf = (taken: Taken): readonly Reported[] => {
  const { event, before, after } = taken;
  const happening = happeningOf(taken);
  if (happening !== null) return [{ by: 'world', atMs: before.now, happening }];
  if (!('copy' in event)) return [];
  const id = event.copy;
  const host = before.copies[id]?.host ?? '?';
  const copy = nameOfCopy(after, id);
  const atMs = before.now;
  return saidBy({ ...taken, id }).map((report) => ({ by: 'copy', copy, host, atMs, report }));
};

/** The report that a program would give which does what the specification does in the script. */
export const ideal = (spec: Spec, { settings, events }: Script): readonly Reported[] => {
  let state = spec.init(settings);
  const copy = nameOfCopy(state, copyId(0));
  const lines: Reported[] = [
    { by: 'world', atMs: 0, happening: { what: 'booted', copy, host: 'A' } },
  ];
  for (const event of events) {
    const outcome: Step | string = step(spec, state, event);
    if (isRefusal(outcome)) continue;
    lines.push(...linesOf({ spec, before: state, after: outcome.state, event }));
    state = outcome.state;
  }
  return lines;
};
