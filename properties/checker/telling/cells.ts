import { match, P } from 'ts-pattern';
import { holderOf } from '../../../model/actions/notation.ts';
import type { Io } from '../../../model/disk.ts';
import type { Event } from '../../../model/event.ts';
import { instructionAt } from '../../../model/guest.ts';
import type { HostId } from '../../../model/ids.ts';
import type { State, Vm } from '../../../model/state.ts';
import type { StoryLine } from '../narrate.ts';
import { acked, ackRead, flushed, taken } from './channel.ts';
import { flightIn, pendingIn } from './disk.ts';
import { replyTo } from './failover.ts';
import { nameIn } from './names.ts';
import { type Change, changeOf, gone, logged, type Scene } from './scene.ts';
import { takerOf } from './world.ts';

/** The columns of the diagram: the hosts, the wires, the arbiter, and the world outside. */
export type LaneId = HostId | 'channel' | 'storage' | 'world';

/** What an event leaves in one lane. */
export type Cell = { readonly lane: LaneId; readonly text: string };

const hostOf = (state: State, id: number): HostId | null => state.copies[id]?.host ?? null;

const peerHost = (state: State, copy: Vm | undefined): HostId | null =>
  match(copy)
    .with({ mode: 'recording' }, ({ backup }) => holderOf(state, backup)?.host ?? null)
    .with({ mode: 'replaying' }, ({ primary }) => holderOf(state, primary)?.host ?? null)
    .otherwise(() => null);

/** An arrow points from sender to receiver, as the lanes stand: `e3 ->` and then `-> e3`. */
const arrow = (text: string, own: HostId, peer: HostId | null, isSent: boolean): string => {
  const isRight = peer === null || peer > own === isSent; // the way it travels
  if (isSent) return isRight ? `${text} ->` : `<- ${text}`;
  return isRight ? `-> ${text}` : `${text} <-`;
};

const names = (entries: readonly { readonly seq: number }[]): string =>
  entries.map(({ seq }) => `e${seq}`).join(' ');

const spaced = (...parts: readonly string[]): string => parts.filter((it) => it !== '').join(' ');

const instruction = ({ before }: Scene, { was }: Change): string =>
  was !== undefined && 'guest' in was ? instructionAt(before.settings.program, was.guest) : 'run';

const replayed = (scene: Scene, change: Change): string => {
  if (change.is?.mode === 'halted') return 'diverges';
  const used = gone(change);
  return used.length === 0 ? instruction(scene, change) : `replay ${names(used)}`;
};

type CopyEvent = Extract<Event, { readonly copy: number }>;

const onChannel = (event: CopyEvent, scene: Scene, change: Change): string | null => {
  const own = hostOf(scene.before, event.copy) ?? 'A';
  const peer = peerHost(scene.before, change.was);
  const entry = (it: { readonly seq: number } | null): string => `e${it?.seq ?? '?'}`;
  const ack = (it: { readonly upTo: number } | null): string => `ack ${it?.upTo ?? '?'}`;
  const puts = (what: string): string => arrow(what, own, peer, true);
  const takes = (what: string): string => arrow(what, own, peer, false);
  return match(event)
    .with({ type: 'flush' }, () => puts(entry(flushed(scene, change))))
    .with({ type: 'receive' }, () => takes(entry(taken(scene, change))))
    .with({ type: 'acknowledge' }, () => puts(ack(acked(scene, change))))
    .with({ type: 'readAck' }, (read) => takes(ack(ackRead(scene, read))))
    .with({ type: 'reconnect' }, () => 'connect')
    .with({ type: P.union('heartbeat', 'keepalive') }, ({ type }) => puts(type))
    .otherwise(() => null);
};

const learned = ({ before }: Scene, change: Change, id: number): string => {
  const reply = replyTo(before, id);
  if (change.was?.mode === change.is?.mode) return 'ignores it';
  return reply === undefined ? 'learns' : reply.outcome;
};

const packets = ({ was }: Change, count: number): string => {
  const nic = was !== undefined && 'devices' in was ? was.devices.nic.slice(0, count) : [];
  return `RX ${nic.length === 0 ? '?' : nic.join(' ')}`;
};

const input = ({ was }: Change): string => {
  const [first] = was !== undefined && 'devices' in was ? was.devices.console : [];
  return first === undefined ? 'input' : `${first.kind} ${first.number}`;
};

/** `w3` is write 3, `r4` read 4. */
const shortIo = (io: Io | undefined, number: number): string =>
  `${io?.kind === 'read' ? 'r' : 'w'}${number}`;

const orders = {
  powerOff: 'power off',
  raiseShare: 'CPU share 2',
  lowerShare: 'CPU share 1',
} as const;

const quieted = ({ is }: Change): string =>
  is !== undefined && 'devices' in is && is.devices.quiesce === 'reached' ? 'is quiet' : 'quiesce';

const output = ({ was }: Change): string => {
  const [first] = was !== undefined && 'withheld' in was ? was.withheld : [];
  return `release ${first?.ordinal ?? '?'}`;
};

const generationAfter = ({ was }: Change): string =>
  `TAS ${was !== undefined && 'generation' in was ? was.generation + 1 : '?'}`;

const limit = ({ is }: Change): string =>
  `limit ${is?.mode === 'recording' ? is.throttle.limit : '?'}%`;

/** What its own devices and its managers have a copy do. */
const onHost = (event: CopyEvent, { was, is }: Change, loggedNow: string): string | null =>
  match(event)
    .with({ type: 'submit' }, ({ io }) => `submit ${shortIo(pendingIn(was, io), io)}`)
    .with({ type: 'complete' }, ({ io }) =>
      spaced(`DONE ${shortIo(pendingIn(was, io), io)}`, loggedNow),
    )
    .with({ type: 'order' }, ({ operation }) => spaced(orders[operation], loggedNow))
    .with({ type: 'stop' }, () => 'is off')
    .with({ type: 'migrate' }, ({ host }) => `move to ${host}`)
    .with({ type: 'quiesce' }, () => spaced(quieted({ was, is }), loggedNow))
    .with({ type: 'switchOver' }, () => 'hand over')
    .with({ type: 'takeUp' }, () => 'take up')
    .with({ type: 'cancel' }, () => 'stay here')
    .otherwise(() => null);

const ofCopy = (
  event: CopyEvent,
  scene: Scene,
  change: Change,
  loggedNow: string = names(logged(change)),
): string =>
  match(event)
    .with({ type: 'execute' }, () => spaced(instruction(scene, change), loggedNow))
    .with({ type: 'interrupt' }, () => spaced('TIMER', loggedNow))
    .with({ type: 'deliver' }, ({ count }) => spaced(packets(change, count), loggedNow))
    .with({ type: 'feed' }, () => spaced(input(change), loggedNow))
    .with({ type: 'replay' }, () => replayed(scene, change))
    .with({ type: 'release' }, () => output(change))
    .with({ type: 'suspect' }, () => 'suspect')
    .with({ type: 'testAndSet' }, () => generationAfter(change))
    .with({ type: 'learn' }, ({ copy }) => learned(scene, change, copy))
    .with({ type: 'goLive' }, () => 'go live')
    .with({ type: 'requestBackup' }, () => 'ask service')
    .with({ type: 'place' }, ({ host }) => `clone to ${host}`)
    .with({ type: 'snapshot' }, () => 'cut')
    .with({ type: 'throttle' }, () => limit(change))
    .with({ type: 'wedge' }, () => 'STUCK')
    .otherwise(({ type }) => onHost(event, change, loggedNow) ?? type);

/** What becomes of a disk operation at the storage. */
const atDisk = (event: CopyEvent, { before }: Scene): string | null => {
  if (event.type !== 'perform' && event.type !== 'failIo' && event.type !== 'loseIo') return null;
  const flight = flightIn(before, event.copy, event.io);
  const what = shortIo(flight?.io, event.io);
  if (event.type === 'loseIo') return `${what} LOST`;
  const isRefused = flight !== undefined && flight.generation < before.storage.generation;
  if (isRefused) return `${what} refused`;
  return event.type === 'perform' ? what : `${what} ${event.transferred > 0 ? 'SHORT' : 'FAILS'}`;
};

const atArbiter = ({ type, copy }: CopyEvent, { after }: Scene): string | null => {
  const name = nameIn(after, copy);
  const reply = after.storage.replies.findLast((one) => one.copy === copy);
  if (type === 'arbitrate') {
    const outcome = reply?.outcome === 'won' ? 'wins' : 'loses';
    return `${name} ${outcome} ${(reply?.generation ?? 0) + 1}`;
  }
  if (type === 'loseRequest') return `${name} unheard`;
  return type === 'loseReply' ? `${name} untold` : null;
};

const ofWorld = (event: Exclude<Event, CopyEvent>, scene: Scene): Cell =>
  match(event)
    .returnType<Cell>()
    .with({ type: 'tick' }, () => ({ lane: 'world', text: `time ${scene.after.now}` }))
    .with({ type: 'send' }, () => {
      const lane = takerOf(scene)?.host ?? 'world';
      return { lane, text: `packet ${scene.before.network.packets}` };
    })
    .with({ type: 'operate' }, ({ kind }) => {
      const lane = takerOf(scene)?.host ?? 'world';
      return { lane, text: `${kind.toLowerCase()} ${scene.before.network.operated}` };
    })
    .with({ type: P.union('cut', 'heal') }, ({ type, net, from, to }) => ({
      lane: net === 'log' ? 'channel' : 'world',
      text: `${net === 'log' ? '' : 'hb '}${type} ${from}->${to}`,
    }))
    .with({ type: 'reset' }, () => ({ lane: 'channel', text: 'RESET' }))
    .with({ type: P.union('loseService', 'regainService') }, ({ type }) => ({
      lane: 'world',
      text: type === 'loseService' ? 'service away' : 'service back',
    }))
    .with({ type: 'loseStorage' }, ({ host }) => ({ lane: host, text: 'no storage' }))
    .with({ type: 'regainStorage' }, ({ host }) => ({ lane: host, text: 'storage' }))
    .with({ type: 'skew' }, ({ host, by }) => ({
      lane: host,
      text: `clock ${by < 0 ? '' : '+'}${by}`,
    }))
    .with({ type: 'overcommit' }, ({ host, speed }) => ({ lane: host, text: `CPU ${speed}%` }))
    .with({ type: P.union('crash', 'repair', 'pause', 'resume') }, ({ type, host }) => ({
      lane: host,
      text: type.toUpperCase(),
    }))
    .exhaustive();

/** The lane in which an event is drawn, and the few letters that stand for it there. */
export const cellOf = ({ event, before, after, refused }: StoryLine): Cell => {
  const scene: Scene = { before, after, effects: [] };
  if (!('copy' in event)) {
    const { lane, text } = ofWorld(event, scene);
    return { lane, text: refused === null ? text : `✗ ${event.type}` };
  }
  const host = hostOf(before, event.copy);
  if (host === null) return { lane: 'world', text: `✗ ${event.type}` };
  if (refused !== null) return { lane: host, text: `✗ ${event.type}` };
  const decided = atDisk(event, scene) ?? atArbiter(event, scene);
  if (decided !== null) return { lane: 'storage', text: decided };
  const change = changeOf(scene, event.copy);
  const text = onChannel(event, scene, change) ?? ofCopy(event, scene, change);
  return { lane: host, text };
};
