import { connectionOf } from '../model/actions/notation.ts';
import type { Event } from '../model/event.ts';
import { type CopyId, copyId, type HostId } from '../model/ids.ts';
import type { Cut, Vm } from '../model/state.ts';
import {
  type Breach,
  copyIn,
  guestIn,
  reach,
  reachedBy,
  same,
  sameDigest,
  take,
  type Walk,
} from './candidate.ts';
import type { CopyDid, Did, Observed } from './observation.ts';
import { arbitrate, learn, testAndSet } from './on-arbiter.ts';
import type { OnCopy } from './on-channel.ts';
import * as channel from './on-channel.ts';
import * as execution from './on-execution.ts';

type OnWorld<D extends Did> = (walk: Walk, line: Observed<D>) => Breach | null;

/** The event of that name, of the copy; nothing more is said of it. */
const simply =
  (type: 'announce' | 'suspect' | 'precopy' | 'discard' | 'abandon') =>
  (walk: Walk, id: CopyId): Breach | null =>
    take(walk, { type, copy: id });

const generationOf = (copy: Vm | undefined): number | null =>
  copy !== undefined && 'generation' in copy ? copy.generation : null;

const goLive: OnCopy<'goLive'> = (walk, id, { generation, position }) => {
  const breach = take(walk, { type: 'goLive', copy: id });
  if (breach !== null) return breach;
  const own = generationOf(copyIn(walk, id));
  const other = generation === undefined ? null : same('generation', generation, own, 'goLive');
  if (other !== null || position === undefined) return other;
  return same('position', position, reachedBy(walk, id), 'goLive');
};

/** What the service has heard it may be told again; while it is away nobody hears (R31-6). */
const requestBackup: OnCopy<'requestBackup'> = (walk, id) => {
  const copy = copyIn(walk, id);
  const isAlone = copy?.mode === 'live' && copy.clone === null;
  const isIdle = isAlone && (copy.told || !walk.candidate.state.service.up);
  return isIdle ? null : take(walk, { type: 'requestBackup', copy: id });
};

/** A destination is named by whoever picks its host. */
const destined =
  (type: 'place' | 'migrate'): OnCopy<'place' | 'migrate'> =>
  (walk, id, { destination, host: name }) => {
    const host = walk.log.hosts.get(name);
    if (host === undefined) return { kind: 'senseless', sentence: `there is no host ${name}` };
    const next = walk.candidate.state.copies.length;
    const known = walk.log.copies.get(destination);
    // in another way to the same line it has been named already
    if (known !== undefined && known !== next) {
      return { kind: 'senseless', sentence: `there is a copy ${destination} already` };
    }
    const breach = take(walk, { type, copy: id, host });
    if (breach === null) walk.log.copies.set(destination, copyId(next));
    return breach;
  };

/** The destination begins where its source is. */
const handing =
  (type: 'snapshot' | 'switchOver'): OnCopy<'snapshot' | 'switchOver'> =>
  (walk, id) => {
    const copy = copyIn(walk, id);
    const to = copy?.mode === 'live' && type === 'snapshot' ? copy.clone : null;
    const destination = to ?? (copy !== undefined && 'move' in copy ? copy.move : null);
    const reached = reachedBy(walk, id);
    execution.writesReleased(walk, id);
    const breach = take(walk, { type, copy: id });
    if (breach === null && destination !== null) reach(walk, destination, reached);
    return breach;
  };

const order: OnCopy<'order'> = (walk, id, line) =>
  execution.logs(walk, id, line, { type: 'order', copy: id, operation: line.operation });

/** A primary that is asked by its backup already asks for itself as well: nothing new (R33-8). */
const quiesce: OnCopy<'quiesce'> = (walk, id, line) => {
  const copy = copyIn(walk, id);
  const isAsking = copy?.mode === 'recording' && (line.entries ?? []).length === 0;
  if (isAsking && copy.devices.quiesce !== 'none') return null;
  return execution.logs(walk, id, line, { type: 'quiesce', copy: id });
};

/**
 * To the storage an operation goes by an adapter of the host. Without the way to the storage it
 * stays there: as if there had been a gap of no length, as nothing is performed before the next.
 */
const submit: OnCopy<'submit'> = (walk, id, { io }) => {
  execution.writesReleased(walk, id);
  const host = copyIn(walk, id)?.host;
  const isCutOff = host !== undefined && !walk.candidate.state.hosts[host].storage;
  const submitted: Event = { type: 'submit', copy: id, io };
  if (!isCutOff) return take(walk, submitted);
  return (
    take(walk, { type: 'regainStorage', host }) ??
    take(walk, submitted) ??
    take(walk, { type: 'loseStorage', host })
  );
};

/** A backup whose primary has closed the channel first is gone by suspecting it (R33-2d). */
const stop: OnCopy<'stop'> = (walk, id) => {
  execution.writesReleased(walk, id);
  const copy = copyIn(walk, id);
  const isBackup = copy?.mode === 'replaying' && copy.guest.isOff;
  const connection = isBackup ? connectionOf(walk.candidate.state, copy.connection) : undefined;
  return take(walk, { type: connection?.open === false ? 'suspect' : 'stop', copy: id });
};

const mode: OnCopy<'mode'> = (walk, id, line) =>
  same('mode', line.mode, copyIn(walk, id)?.mode ?? null, null);

/** Words of the specification's guest: an event can lead to the same one. */
const words = 9973;

/** How many entries have made the state of a copy's guest what it is. */
const entriesOf = (walk: Walk, id: CopyId): number => {
  const copy = copyIn(walk, id);
  if (copy === undefined) return 0;
  if ('logged' in copy) return copy.logged;
  return 'consumed' in copy ? copy.consumed : 0;
};

const digest: OnCopy<'digest'> = (walk, id, line) => {
  const guest = guestIn(walk, id);
  if (guest === null) return { kind: 'senseless', sentence: 'it has no guest that runs' };
  const { position, digest: said } = line;
  const isGuided = copyIn(walk, id)?.mode === 'replaying' || copyIn(walk, id)?.mode === 'draining';
  const breach = isGuided
    ? same('position', position, reachedBy(walk, id), 'replay')
    : execution.comeTo(walk, id, position);
  // a live copy does not tell what its guest reads, so its state is known to nobody else
  if (breach !== null || copyIn(walk, id)?.mode === 'live') return breach;
  return sameDigest(walk, position, guest.word + words * entriesOf(walk, id), said);
};

/** Time is the program's own: that a copy shows that it lives says nothing about it. */
const stutter = (): null => null;

const ofCopies: { readonly [D in CopyDid]: OnCopy<D> } = {
  execute: execution.execute,
  interrupt: execution.interrupt,
  deliver: execution.deliver,
  feed: execution.feed,
  release: execution.release,
  announce: simply('announce'),
  flush: channel.flush,
  receive: channel.receive,
  acknowledge: channel.acknowledge,
  readAck: channel.readAck,
  reconnect: channel.reconnect,
  replay: execution.replay,
  suspect: simply('suspect'),
  testAndSet,
  learn,
  goLive,
  requestBackup,
  place: destined('place'),
  precopy: simply('precopy'),
  snapshot: handing('snapshot'),
  arm: (walk, id) => take(walk, { type: 'arm', copy: id }),
  discard: simply('discard'),
  abandon: simply('abandon'),
  order,
  stop,
  migrate: destined('migrate'),
  quiesce,
  switchOver: handing('switchOver'),
  takeUp: (walk, id) => take(walk, { type: 'takeUp', copy: id }),
  cancel: (walk, id) => take(walk, { type: 'cancel', copy: id }),
  submit,
  complete: execution.complete,
  mode,
  digest,
  heartbeat: stutter,
  keepalive: stutter,
};

type HostFault = Extract<
  Event['type'],
  'crash' | 'repair' | 'pause' | 'resume' | 'loseStorage' | 'regainStorage'
>;

const unknown = (what: string, name: string): Breach => ({
  kind: 'senseless',
  sentence: `there is no ${what} ${name}`,
});

const onHost =
  (type: HostFault): OnWorld<HostFault> =>
  (walk, { host: name }) => {
    const host = walk.log.hosts.get(name);
    return host === undefined ? unknown('host', name) : take(walk, { type, host });
  };

const onLink =
  (type: 'cut' | 'heal'): OnWorld<'cut' | 'heal'> =>
  (walk, line) => {
    const from = walk.log.hosts.get(line.from);
    const to = walk.log.hosts.get(line.to);
    if (from === undefined) return unknown('host', line.from);
    if (to === undefined) return unknown('host', line.to);
    const link: Cut = { net: line.net, from, to };
    return take(walk, { type, ...link });
  };

const named =
  <D extends Did>(
    event: (walk: Walk, id: CopyId, line: Observed<D> & { readonly copy: string }) => Breach | null,
  ) =>
  (walk: Walk, line: Observed<D> & { readonly copy: string }): Breach | null => {
    const id = walk.log.copies.get(line.copy);
    return id === undefined ? unknown('copy', line.copy) : event(walk, id, line);
  };

const send: OnWorld<'send'> = (walk, { packet }) => {
  const { packets } = walk.candidate.state.network;
  return same('packet', packet, packets, 'send') ?? take(walk, { type: 'send' });
};

/** Of an operation without a place nobody knows how long it is: it ends, short or not (R34-10). */
const failIo = (walk: Walk, id: CopyId, { io, transferred }: Observed<'failIo'>): Breach | null => {
  const { flights } = walk.candidate.state.storage;
  const flight = flights.find((one) => one.copy === id && one.io.number === io);
  if (flight?.io.blocks.length === 0) return take(walk, { type: 'perform', copy: id, io });
  return take(walk, { type: 'failIo', copy: id, io, transferred });
};

const reset = named<'reset'>((walk, id) => {
  const copy = copyIn(walk, id);
  const connection = copy !== undefined && 'connection' in copy ? copy.connection : null;
  if (connection === null) return { kind: 'senseless', sentence: 'it has no channel' };
  // that it is lost is no news where the peer has closed it
  const isClosed = connectionOf(walk.candidate.state, connection)?.open === false;
  return isClosed ? null : take(walk, { type: 'reset', connection });
});

const ofTheWorld: { readonly [D in Exclude<Did, CopyDid>]: OnWorld<D> } = {
  send,
  operate: (walk, { kind }) => take(walk, { type: 'operate', kind }),
  crash: onHost('crash'),
  repair: onHost('repair'),
  pause: onHost('pause'),
  resume: onHost('resume'),
  wedge: named<'wedge'>((walk, id) => take(walk, { type: 'wedge', copy: id })),
  cut: onLink('cut'),
  heal: onLink('heal'),
  reset,
  loseStorage: onHost('loseStorage'),
  regainStorage: onHost('regainStorage'),
  loseService: (walk) => take(walk, { type: 'loseService' }),
  regainService: (walk) => take(walk, { type: 'regainService' }),
  arbitrate: named<'arbitrate'>(arbitrate),
  loseRequest: named<'loseRequest'>((walk, id) => take(walk, { type: 'loseRequest', copy: id })),
  loseReply: named<'loseReply'>((walk, id) => take(walk, { type: 'loseReply', copy: id })),
  perform: named<'perform'>((walk, id, { io }) => take(walk, { type: 'perform', copy: id, io })),
  failIo: named<'failIo'>(failIo),
  loseIo: named<'loseIo'>((walk, id, { io }) => take(walk, { type: 'loseIo', copy: id, io })),
};

const isOfCopy = (line: Observed): line is Observed<CopyDid> => Object.hasOwn(ofCopies, line.did);

const byCopy = <D extends CopyDid>(walk: Walk, line: Observed<D>): Breach | null => {
  const { copy: name, node } = line as Observed<CopyDid>;
  const id = walk.log.copies.get(name);
  if (id === undefined) return unknown('copy', name);
  const host: HostId | undefined = walk.log.hosts.get(node);
  const copy = copyIn(walk, id);
  if (host !== undefined && copy?.host !== host) {
    return { kind: 'senseless', sentence: `copy ${name} is not on ${node}` };
  }
  const on: OnCopy<D> = ofCopies[line.did as D];
  return on(walk, id, line);
};

/** The line happens, as one or several events of the specification, or it cannot. */
export const happen = (walk: Walk, line: Observed): Breach | null => {
  if (isOfCopy(line)) return byCopy(walk, line);
  const on = ofTheWorld[line.did] as OnWorld<Did>;
  return on(walk, line);
};
