import { match, P } from 'ts-pattern';
import { holderOf } from '../../model/actions/notation.ts';
import type { Event, HostEventType } from '../../model/event.ts';
import { type CopyId, copyId, type HostId } from '../../model/ids.ts';
import type { Connection } from '../../model/log.ts';
import { paper } from '../../model/paper.ts';
import { isRefusal, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import type { Happening, Net } from '../simulation/reported.ts';
import { putOff } from './bridge.ts';
import { acksLost, connectionAt, hostNamed, type Late, type Ledger } from './ledger.ts';
import { ofCopy, onStorage, type Place } from './on-storage.ts';
import { type Reading, type Same, type Senseless, senseless, stands, stutters } from './reading.ts';

type PlainHostEvent = Exclude<HostEventType, 'place' | 'migrate' | 'skew' | 'overcommit'>;

const onHost = ({ ledger }: Place, type: PlainHostEvent, name: string): Reading | Senseless => {
  const host = hostNamed(ledger, name);
  return host === undefined ? senseless(`there is no host ${name}`) : stands([{ type, host }]);
};

const crashed = (place: Place, name: string): Reading | Senseless => {
  const { state, ledger } = place;
  const host = hostNamed(ledger, name);
  if (host === undefined) return senseless(`there is no host ${name}`);
  const { copies } = state;
  for (const [destination, source] of ledger.leaving) {
    // both ends of a switchover are gone then, and nobody can tell whether it has been
    const isLost = copies[source]?.host === host && copies[destination]?.mode !== 'arriving';
    if (isLost) ledger.leaving.delete(destination);
  }
  const leaving = putOff(state, ledger, (copy) => copy.host === host);
  return stands([...leaving, { type: 'crash', host }]);
};

const onNet = (
  { ledger }: Place,
  type: 'cut' | 'heal',
  line: { readonly net: Net; readonly from: string; readonly to: string },
): Reading | Senseless => {
  const from = hostNamed(ledger, line.from);
  const to = hostNamed(ledger, line.to);
  if (from === undefined || to === undefined) return senseless('there is no such host');
  return stands([{ type, net: line.net, from, to }]);
};

const sameHost = (ledger: Ledger, name: string, host: HostId | undefined): Same => ({
  what: 'host',
  program: hostNamed(ledger, name) ?? null,
  specification: () => host ?? null,
});

type Placed = Extract<Happening, { readonly what: 'placed' }>;

/** Whether the service may have picked that host: no living copy is there (R20-1, R33-4). */
const mayHost = ({ state, ledger }: Place, host: HostId): boolean =>
  state.hosts[host].up &&
  state.hosts[host].storage &&
  !state.copies.some(
    ({ id, host: on, mode }) =>
      on === host && mode !== 'halted' && mode !== 'crashed' && !ledger.remains.has(id),
  );

/** What the source has said while the service was away, and it hears now that it is back. */
const heardNow = ({ state, ledger }: Place, source: CopyId, { purpose }: Placed) => {
  const copy = state.copies[source];
  const isNews = copy?.mode === 'live' && !copy.told && ledger.unheard.delete(source);
  const isHeard = isNews && purpose === 'clone' && state.service.up;
  return isHeard ? [{ type: 'requestBackup', copy: source } as const] : [];
};

const isPossible = (state: State, events: readonly Event[]): boolean => {
  let now = state;
  return events.every((event) => {
    const outcome = step(paper, now, event);
    if (!isRefusal(outcome)) now = outcome.state;
    return !isRefusal(outcome);
  });
};

/**
 * The service reserves a host and tells the source. One that is busy, or is gone, or is itself a
 * destination of which nobody wants anything, wants nothing of it, and there is no such destination
 * then in the specification; the source must never say that there is one.
 */
const placed = (place: Place, line: Placed): Reading | Senseless => {
  const { state, ledger } = place;
  const host = hostNamed(ledger, line.host);
  if (host === undefined) return senseless(`there is no host ${line.host}`);
  const unwanted = (): Reading => {
    ledger.unwanted.add(line.copy);
    return stutters();
  };
  if (ledger.unwanted.has(line.source) && mayHost(place, host)) return unwanted();
  return ofCopy(place, line.source, (source) => {
    const type = line.purpose === 'clone' ? 'place' : 'migrate';
    const events: readonly Event[] = [
      ...heardNow(place, source, line),
      { type, copy: source, host },
    ];
    if (!isPossible(state, events) && mayHost(place, host)) return unwanted();
    ledger.copies.set(line.copy, copyId(state.copies.length));
    return stands(events);
  });
};

type Reset = Extract<Happening, { readonly what: 'reset' }>;

/** The ends of a connection whose hosts stand still: they hear of its loss when they go on. */
const lateEndsOf = (state: State, ledger: Ledger, lost: Connection): readonly Late[] =>
  [holderOf(state, lost.primary), holderOf(state, lost.backup)].flatMap((copy) => {
    if (copy === undefined || !state.hosts[copy.host].paused) return [];
    const acks = [...(ledger.acks.get(lost.id) ?? [])];
    return [{ copy: copy.id, lost, entriesRead: 0, acksRead: 0, acks }];
  });

const reset = ({ state, ledger }: Place, line: Reset): Reading => {
  const connection = connectionAt(ledger, line.copy, line.connection);
  const known = state.connections.find(({ id }) => id === connection);
  // before its first message a connection is none in the specification, and after a suspicion it
  // is closed there
  if (known === undefined || !known.open) return stutters();
  ledger.late = [...ledger.late, ...lateEndsOf(state, ledger, known)];
  acksLost(ledger, known.id);
  return stands([{ type: 'reset', connection: known.id }]);
};

/** Of a copy that has handed its VM over, if only to nobody, only the remains can be stuck. */
const wedged = ({ state }: Place, copy: CopyId): Reading => {
  const left = state.copies[copy];
  const isGone = left?.mode === 'halted' || (left !== undefined && 'wedged' in left && left.wedged);
  return isGone ? stutters() : stands([{ type: 'wedge', copy }]);
};

type Booted = Extract<Happening, { readonly what: 'booted' }>;

const booted = ({ state, ledger }: Place, line: Booted): Reading | Senseless => {
  if (ledger.copies.size > 0) return senseless('the VM boots only once');
  ledger.copies.set(line.copy, copyId(0));
  return stutters(sameHost(ledger, line.host, state.copies[0]?.host));
};

/** What a line about the world stands for. */
export const onWorld = (place: Place, happening: Happening): Reading | Senseless => {
  const { network } = place.state;
  return (
    match(happening)
      .returnType<Reading | Senseless>()
      .with({ what: 'booted' }, (line) => booted(place, line))
      .with({ what: 'sent' }, ({ packet, host }) =>
        stands(
          [{ type: 'send' }],
          [
            { what: 'packet', program: packet, specification: () => network.packets },
            sameHost(place.ledger, host, network.port),
          ],
        ),
      )
      .with({ what: 'operated' }, ({ kind, number }) =>
        stands(
          [{ type: 'operate', kind }],
          [{ what: 'number', program: number, specification: () => network.operated }],
        ),
      )
      .with({ what: 'crashed' }, ({ host }) => crashed(place, host))
      .with({ what: 'repaired' }, ({ host }) => onHost(place, 'repair', host))
      .with({ what: 'paused' }, ({ host }) => onHost(place, 'pause', host))
      .with({ what: 'resumed' }, ({ host }) => onHost(place, 'resume', host))
      .with({ what: 'storageLost' }, ({ host }) => onHost(place, 'loseStorage', host))
      .with({ what: 'storageRegained' }, ({ host }) => onHost(place, 'regainStorage', host))
      .with({ what: 'cut' }, (line) => onNet(place, 'cut', line))
      .with({ what: 'healed' }, (line) => onNet(place, 'heal', line))
      .with({ what: 'reset' }, (line) => reset(place, line))
      .with({ what: 'serviceLost' }, () => stands([{ type: 'loseService' }]))
      .with({ what: 'serviceRegained' }, () => stands([{ type: 'regainService' }]))
      .with({ what: 'placed' }, (line) => placed(place, line))
      .with({ what: 'wedged' }, ({ copy: name }) =>
        place.ledger.unwanted.has(name)
          ? stutters()
          : ofCopy(place, name, (copy) => wedged(place, copy)),
      )
      // every reading of a clock says what it read, and here time has no speed
      .with({ what: P.union('skewed', 'overcommitted') }, () => stutters())
      .otherwise((line) => onStorage(place, line))
  );
};
