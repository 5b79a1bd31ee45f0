import type { Guest } from '../model/guest.ts';
import type { Connection, LogEntry } from '../model/log.ts';
import type { Devices, State, Storage, Vm } from '../model/state.ts';
import type { Candidate } from './candidate.ts';

type Plain = number | string | boolean | null | readonly Plain[];

/** A stretch of the log: what its entries say follows from the lines. */
const stretch = (entries: readonly LogEntry[]): Plain => [entries[0]?.seq ?? 0, entries.length];

const ofGuest = ({ position, word, sent, pending, posted, isOff }: Guest): Plain => [
  ...[position, word, sent, pending.map(({ number }) => number), posted.length, isOff],
];

const ofDevices = ({ nic, console, submitted, arrived, settled, quiesce }: Devices): Plain => [
  ...[nic, console.length, submitted, arrived.map(({ io }) => io), settled.length, quiesce],
];

/** Of a copy all that can differ between ways to the same lines, and matter later. */
const allOf = (copy: Vm): Plain => [
  copy.mode,
  'wedged' in copy && copy.wedged,
  'because' in copy ? copy.because : null,
  'generation' in copy ? copy.generation : null,
  'guest' in copy ? [ofGuest(copy.guest), copy.share] : null,
  'buffer' in copy ? stretch(copy.buffer) : null,
  'received' in copy ? [copy.received, copy.consumed, copy.lastOutputs.length] : null,
  'logged' in copy ? copy.logged : null,
  'acked' in copy ? copy.acked : null,
  'sent' in copy ? copy.sent : null,
  'backup' in copy ? copy.backup : null,
  'primary' in copy ? copy.primary : null,
  'connection' in copy ? copy.connection : null,
  'withheld' in copy ? copy.withheld.map(({ ordinal, needs }) => [ordinal, needs]) : null,
  'devices' in copy ? ofDevices(copy.devices) : null,
  'isAskedForQuiet' in copy ? copy.isAskedForQuiet : null,
  'asks' in copy ? [copy.asks, copy.isQuiesced] : null,
  'move' in copy ? copy.move : null,
  'clone' in copy ? [copy.clone, copy.told] : null,
  'image' in copy ? copy.image !== null : null,
  'snapshot' in copy && copy.snapshot !== null ? ofGuest(copy.snapshot.guest) : null,
  'handed' in copy && copy.handed !== null ? allOf(copy.handed) : null,
];

const isAwaited = ({ copies }: State, { line }: Vm): boolean =>
  copies.some((one) => one.mode === 'recording' && one.backup === line && one.connection === null);

/** What is the same object in two states is the same in both. */
const remembered = <T extends object>(told: (one: T) => Plain): ((one: T) => string) => {
  const known = new WeakMap<T, string>();
  return (one) => {
    const text = known.get(one);
    if (text !== undefined) return text;
    const first = JSON.stringify(told(one));
    known.set(one, first);
    return first;
  };
};

const copyText = remembered(allOf);

/** Whether a destination was discarded before its host crashed matters to who waits for it. */
const isGone = (state: State, copy: Vm): boolean =>
  (copy.mode === 'crashed' || (copy.mode === 'halted' && copy.because === 'discarded')) &&
  !isAwaited(state, copy);

/** Another has won the generation after its own: it will not run, wherever it is. */
const isBeaten = ({ storage }: State, copy: Vm): boolean =>
  copy.mode === 'frozen' && storage.generation > copy.generation && storage.owner !== copy.id;

/** A destination that its source does not wait for any more. */
const isStale = ({ copies }: State, copy: Vm): boolean => {
  if (copy.mode === 'arriving') {
    const source = copies[copy.source];
    const isMoving = source !== undefined && 'move' in source && source.move === copy.id;
    return !isMoving && copy.handed === null;
  }
  if (copy.mode !== 'cloning' || copy.snapshot !== null) return false;
  return !copies.some((one) => one.mode === 'live' && one.clone === copy.id);
};

const ofCopy = (state: State, copy: Vm, isOutside: boolean): string => {
  if (isGone(state, copy)) return '-';
  if (isOutside && isBeaten(state, copy)) return `beaten ${'wedged' in copy && copy.wedged}`;
  if (isStale(state, copy)) return `stale ${'wedged' in copy && copy.wedged}`;
  return copyText(copy);
};

const connectionText = remembered<Connection>(({ id, open, isHandover, entries, acks }) => {
  const said = acks.map(({ upTo, quiesce }) => [upTo, quiesce]);
  return [id, open, isHandover, stretch(entries), said];
});

/** What is on a connection that nobody reads any more is lost. */
const ofConnection = ({ copies }: State, connection: Connection, isOutside: boolean): string => {
  if (!isOutside) return connectionText(connection);
  const isUsed = copies.some(
    (copy) =>
      (copy.mode === 'recording' && copy.line === connection.primary) ||
      (copy.mode === 'replaying' && copy.connection === connection.id) ||
      (copy.mode === 'arriving' && copy.handed !== null),
  );
  return isUsed ? connectionText(connection) : String(connection.id);
};

const storageText = remembered<Storage>((storage) => [
  ...[storage.generation, storage.owner, storage.blocks],
  storage.requests.map(({ copy, generation }) => [copy, generation]),
  storage.replies.map(({ copy, generation, outcome }) => [copy, generation, outcome]),
  storage.flights.map(({ copy, generation, io }) => [copy, generation, io.number]),
]);

const hostsText = remembered<State['hosts']>((hosts) =>
  Object.values(hosts).map(({ up, paused, storage }) => [up, paused, storage]),
);

const cutsText = remembered<State['cuts']>((cuts) =>
  cuts.map(({ net, from, to }) => [net, from, to]),
);

const networkText = remembered<State['network']>(({ port, packets, operated }) => [
  ...[port, packets, operated],
]);

const reachedText = remembered<Candidate['reached']>((reached) => Object.values(reached));

/** Two ways to the same lines with the same outlook can go on alike. */
export const outlook = ({ state, reached }: Candidate, isOutside: boolean): string => {
  const { copies, connections, storage, hosts, cuts, network, service } = state;
  const parts = [
    ...copies.map((copy) => ofCopy(state, copy, isOutside)),
    ...connections.map((one) => ofConnection(state, one, isOutside)),
  ];
  parts.push(storageText(storage), hostsText(hosts), cutsText(cuts), networkText(network));
  parts.push(reachedText(reached), service.up ? '' : 'away');
  return parts.join();
};
