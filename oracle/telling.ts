import type { Event, EventType } from '../model/event.ts';
import { instructionAt } from '../model/guest.ts';
import type { CopyId } from '../model/ids.ts';
import type { State, Vm, Withheld } from '../model/state.ts';
import type { LoggedEntry, Put } from './observation.ts';
import * as world from './telling-world.ts';
import { nameOf, type Teller, type Telling, type Told } from './told.ts';

const none: readonly Telling[] = [];

const vmIn = ({ copies }: State, id: CopyId): Vm | undefined => copies[id];

/** The entries that the copy has logged in the step; a live copy logs nothing and says so. */
const entriesOf = (was: Vm | undefined, is: Vm | undefined): { entries?: LoggedEntry[] } => {
  if (was === undefined || is === undefined || !('logged' in was) || !('logged' in is)) return {};
  const entries = is.buffer
    .filter(({ seq }) => seq > was.logged)
    .map(({ seq, kind, value }): LoggedEntry => {
      return kind === 'ND' ? { seq, kind, value } : { seq, kind };
    });
  return { entries };
};

const putOf = ({ ordinal, device, content }: Withheld): Put => ({
  ordinal,
  ...(device === 'network' ? {} : { device }),
  content: String(content),
});

const outputsOf = (was: Vm | undefined, is: Vm | undefined): { outputs?: Put[] } => {
  if (was === undefined || is === undefined || !('withheld' in was) || !('withheld' in is)) {
    return {};
  }
  const outputs = is.withheld.slice(was.withheld.length).map(putOf);
  return outputs.length === 0 ? {} : { outputs };
};

type ByCopy = Extract<Event, { readonly copy: CopyId }>['type'];

/** The copy of an event, before and after it, and the name under which it is told. */
const subject = ({ before, event, after }: Told<ByCopy>) => ({
  copy: nameOf(event.copy),
  was: vmIn(before, event.copy),
  is: vmIn(after, event.copy),
});

const positionOf = (copy: Vm | undefined): number =>
  copy !== undefined && 'guest' in copy ? copy.guest.position : 0;

/** A copy says in which mode it is, where that has changed. */
const changedMode = (was: Vm | undefined, is: Vm | undefined, copy: string): readonly Telling[] =>
  is === undefined || is.mode === was?.mode || is.mode === 'crashed'
    ? none
    : [{ did: 'mode', copy, mode: is.mode }];

/** The state of the guest, where it runs. */
const digestOf = (is: Vm | undefined, copy: string): readonly Telling[] =>
  is !== undefined && 'guest' in is
    ? [{ did: 'digest', copy, position: is.guest.position, digest: String(is.guest.word) }]
    : none;

/** A line with nothing but its word, and the mode to which it led. */
type Plain = Extract<
  ByCopy,
  | ('announce' | 'suspect' | 'requestBackup' | 'precopy' | 'snapshot' | 'arm' | 'discard')
  | ('abandon' | 'stop' | 'switchOver' | 'takeUp' | 'cancel' | 'heartbeat' | 'keepalive')
>;

const plain = (told: Told<Plain>): readonly Telling[] => {
  const { copy, was, is } = subject(told);
  return [{ did: told.event.type, copy }, ...changedMode(was, is, copy)];
};

const execute: Teller<'execute'> = (told) => {
  const { copy, was, is } = subject(told);
  if (was === undefined || !('guest' in was)) return none;
  const { position } = was.guest;
  const does = instructionAt(told.before.settings.program, was.guest);
  const line = { position, does, ...entriesOf(was, is), ...outputsOf(was, is) };
  return [{ did: 'execute', copy, ...line }, ...digestOf(is, copy)];
};

const interrupt: Teller<'interrupt'> = (told) => {
  const { copy, was, is } = subject(told);
  return [{ did: 'interrupt', copy, position: positionOf(was), ...entriesOf(was, is) }];
};

const deliver: Teller<'deliver'> = (told) => {
  const { copy, was, is } = subject(told);
  const nic = was !== undefined && 'devices' in was ? was.devices.nic : [];
  const packets = nic.slice(0, told.event.count);
  const line = { position: positionOf(was), packets, ...entriesOf(was, is), ...outputsOf(was, is) };
  return [{ did: 'deliver', copy, ...line }];
};

const feed: Teller<'feed'> = (told) => {
  const { copy, was, is } = subject(told);
  const [input] = was !== undefined && 'devices' in was ? was.devices.console : [];
  if (input === undefined) return none;
  const { kind } = input;
  return [{ did: 'feed', copy, position: positionOf(was), kind, ...entriesOf(was, is) }];
};

/** A write leaves for the queue of its disk, which nobody sees (R34-11). */
const release: Teller<'release'> = (told) => {
  const { copy, was } = subject(told);
  const [output] = was !== undefined && 'withheld' in was ? was.withheld : [];
  if (output === undefined || output.device === 'disk') return none;
  return [{ did: 'release', copy, ...putOf(output) }];
};

const flush: Teller<'flush'> = (told) => {
  const { copy, is } = subject(told);
  return is?.mode === 'recording' ? [{ did: 'flush', copy, seq: is.sent }] : none;
};

const channelOf = ({ connections }: State, copy: Vm | undefined) => {
  const id = copy !== undefined && 'connection' in copy ? copy.connection : null;
  return connections.find((one) => one.id === id);
};

const receive: Teller<'receive'> = (told) => {
  const { copy, was } = subject(told);
  const entry = channelOf(told.before, was)?.entries[0];
  return entry === undefined ? none : [{ did: 'receive', copy, seq: entry.seq }];
};

const acknowledging = (told: Told<'acknowledge' | 'reconnect'>): readonly Telling[] => {
  const { copy, is } = subject(told);
  return is?.mode === 'replaying' ? [{ did: told.event.type, copy, upTo: is.acked }] : none;
};

const readAck: Teller<'readAck'> = (told) => {
  const { copy } = subject(told);
  const own = told.before.connections.find(({ id }) => id === told.event.connection);
  const [ack] = own?.acks ?? [];
  const holders = told.before.copies.filter(({ line }) => line === own?.backup);
  // what a backup has said before it moved
  const before = own?.isHandover === true ? holders.at(-2) : undefined;
  const sender = before ?? holders.at(-1);
  if (ack === undefined || sender === undefined) return none;
  return [{ did: 'readAck', copy, upTo: ack.upTo, from: nameOf(sender.id) }];
};

const consumedBy = (copy: Vm | undefined): number =>
  copy !== undefined && 'consumed' in copy ? copy.consumed : 0;

/** Instructions that need no entry are not told: the next group says how far it has come. */
const replay: Teller<'replay'> = (told) => {
  const { copy, was, is } = subject(told);
  const upTo = consumedBy(is);
  if (upTo === consumedBy(was)) return changedMode(was, is, copy);
  const line: Telling = { did: 'replay', copy, position: positionOf(is), upTo };
  return [line, ...digestOf(is, copy)];
};

const generationOf = (copy: Vm | undefined): { generation?: number } =>
  copy !== undefined && 'generation' in copy ? { generation: copy.generation } : {};

const testAndSet: Teller<'testAndSet'> = (told) => {
  const { copy, was } = subject(told);
  return [{ did: 'testAndSet', copy, ...generationOf(was) }];
};

const learn: Teller<'learn'> = (told) => {
  const { copy, was, is } = subject(told);
  const reply = told.before.storage.replies.find((one) => one.copy === told.event.copy);
  if (reply === undefined) return none;
  return [{ did: 'learn', copy, outcome: reply.outcome }, ...changedMode(was, is, copy)];
};

const goLive: Teller<'goLive'> = (told) => {
  const { copy, was, is } = subject(told);
  const line = { ...generationOf(is), position: positionOf(is) };
  return [{ did: 'goLive', copy, ...line }, ...changedMode(was, is, copy)];
};

/** The destination is the newest copy. */
const destined = (told: Told<'place' | 'migrate'>): readonly Telling[] => {
  const { copy } = subject(told);
  const destination = nameOf(told.before.copies.length);
  return [{ did: told.event.type, copy, destination, host: told.event.host }];
};

const order: Teller<'order'> = (told) => {
  const { copy, was, is } = subject(told);
  const { operation } = told.event;
  return [{ did: 'order', copy, operation, ...entriesOf(was, is) }];
};

const quiesce: Teller<'quiesce'> = (told) => {
  const { copy, was, is } = subject(told);
  return [{ did: 'quiesce', copy, ...entriesOf(was, is) }];
};

const ofIo = (told: Told<'submit' | 'perform' | 'loseIo'>): readonly Telling[] => [
  { did: told.event.type, copy: nameOf(told.event.copy), io: told.event.io },
];

const complete: Teller<'complete'> = (told) => {
  const { copy, was, is } = subject(told);
  const { io } = told.event;
  return [{ did: 'complete', copy, position: positionOf(was), io, ...entriesOf(was, is) }];
};

/** Time is a program's own: nobody tells of it, nor of the speed at which it runs. */
const untold = (): readonly Telling[] => none;

/** What is told of each kind of event. */
export const tellings: { readonly [T in EventType]: Teller<T> } = {
  execute,
  interrupt,
  deliver,
  feed,
  replay,
  flush,
  receive,
  acknowledge: acknowledging,
  readAck,
  reconnect: acknowledging,
  release,
  heartbeat: plain,
  keepalive: plain,
  suspect: plain,
  testAndSet,
  arbitrate: world.arbitrate,
  learn,
  goLive,
  announce: plain,
  requestBackup: plain,
  place: destined,
  precopy: plain,
  snapshot: plain,
  arm: plain,
  discard: plain,
  abandon: plain,
  throttle: untold,
  order,
  stop: plain,
  migrate: destined,
  quiesce,
  switchOver: plain,
  takeUp: plain,
  cancel: plain,
  submit: ofIo,
  perform: ofIo,
  complete,
  failIo: world.failIo,
  loseIo: ofIo,
  tick: untold,
  send: world.send,
  operate: world.operate,
  crash: world.onHost,
  repair: world.onHost,
  pause: world.onHost,
  resume: world.onHost,
  wedge: world.ofCopy,
  cut: world.onLink,
  heal: world.onLink,
  reset: world.reset,
  loseStorage: world.onHost,
  regainStorage: world.onHost,
  loseRequest: world.ofCopy,
  loseReply: world.ofCopy,
  loseService: world.plainly,
  regainService: world.plainly,
  skew: untold,
  overcommit: untold,
};
