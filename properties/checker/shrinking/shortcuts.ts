import { holderOf } from '../../../model/actions/notation.ts';
import type { EventType } from '../../../model/event.ts';
import { type HostId, hostIds } from '../../../model/ids.ts';
import type { State } from '../../../model/state.ts';
import { extentOf, isFault } from '../faults.ts';
import { type Choices, type Move, withEvents } from './moves.ts';
import type { Renaming } from './renaming.ts';
import type { Proposal, Track } from './track.ts';

/** Who plays which part at a moment: the primary or the copy that is alone, and its backup. */
type Cast = {
  readonly at: number;
  readonly start: 'protected' | 'unprotected';
  readonly copies: readonly number[];
  readonly connections: readonly number[];
  readonly hosts: readonly HostId[];
};

const castOf = (state: State, at: number): readonly Cast[] =>
  state.copies.flatMap((copy): readonly Cast[] => {
    if (copy.mode === 'live' && copy.clone === null) {
      const { id, host } = copy;
      return [{ at, start: 'unprotected', copies: [id], connections: [], hosts: [host] }];
    }
    const backup = copy.mode === 'recording' ? holderOf(state, copy.backup) : undefined;
    if (backup?.mode !== 'replaying' && backup?.mode !== 'cloning') return [];
    const own = backup.mode === 'replaying' ? backup.connection : null;
    const open = state.connections.filter(({ id }) => id === own);
    return [
      {
        at,
        start: 'protected',
        copies: [copy.id, backup.id],
        connections: open.map(({ id }) => id),
        hosts: [copy.host, backup.host],
      },
    ];
  });

const isSameCast = (one: Cast, other: Cast): boolean =>
  one.start === other.start &&
  one.copies.every((copy, index) => copy === other.copies[index]) &&
  one.connections.every((connection, index) => connection === other.connections[index]);

/** The moments at which the cast changes, and the state at the beginning. */
const castsOf = ({ runs }: Track): readonly Cast[] => {
  const found: Cast[] = [];
  let before: readonly Cast[] = [];
  for (const [at, { state }] of runs.entries()) {
    const now = castOf(state, at);
    const isNew = (cast: Cast) => !before.some((other) => isSameCast(cast, other));
    found.push(...now.filter(isNew));
    before = now;
  }
  return found;
};

const permutation = (was: readonly HostId[], is: readonly HostId[]): Record<HostId, HostId> => {
  const hosts: Record<HostId, HostId> = { A: 'A', B: 'B', C: 'C', D: 'D' };
  const left = hostIds.filter((host) => !was.includes(host));
  const free = hostIds.filter((host) => !is.includes(host));
  for (const [index, host] of [...was, ...left].entries()) {
    hosts[host] = [...is, ...free][index] ?? host;
  }
  return hosts;
};

const zipped = (was: readonly number[], is: readonly number[]): Renaming['copies'] =>
  was.map((id, index) => [id, is[index] ?? id]);

const skip = ({ script }: Track, one: Cast, other: Cast): Proposal => ({
  ...script,
  events: [...script.events.slice(0, one.at), ...script.events.slice(other.at)],
  fills: false,
  renaming: {
    from: one.at,
    copies: zipped(other.copies, one.copies),
    connections: zipped(other.connections, one.connections),
    hosts: permutation(other.hosts, one.hosts),
  },
});

const castsMax = 8;

const first = (start: Cast['start']): Cast =>
  start === 'protected'
    ? { at: 0, start, copies: [0, 1], connections: [0], hosts: ['A', 'B'] }
    : { at: 0, start, copies: [0], connections: [], hosts: ['A'] };

/**
 * A long way to a pair, or to a copy alone, is replaced by a shorter one: the first of its kind,
 * or the beginning itself. The copies, connections and hosts of the rest take the others' places.
 */
export const shortcuts: Move = (_, track): Choices => {
  const casts = castsOf(track);
  const { settings } = track.script;
  const later = casts.filter(({ at }) => at > 0);
  const fromStart = later.map((cast): Proposal => {
    const { start } = cast;
    const begun = skip(track, first(start), cast);
    return start === settings.start ? begun : { ...begun, settings: { ...settings, start } };
  });
  const between = casts.slice(0, castsMax).flatMap((one) =>
    later
      .filter((other) => one.at > 0 && other.at > one.at && other.start === one.start)
      .slice(-castsMax)
      .map((other) => skip(track, one, other)),
  );
  const all = [...fromStart.reverse(), ...between];
  return { count: all.length, nth: (index) => all[index] ?? null };
};

const inTime: ReadonlySet<EventType> = new Set(['tick', 'heartbeat', 'keepalive']);
const faultsMax = 6;

/**
 * A lost connection in place of another fault, with no time passing, or none from there on: where
 * that is evidence, a copy suspects its peer at once instead of after a timeout.
 */
export const hurries: Move = (_, track): Choices => {
  const { events } = track.script;
  const at = events.flatMap((event, index) => (isFault(event) ? [index] : []));
  const all = at.slice(0, faultsMax).flatMap((fault) => {
    if (events[fault]?.type === 'reset') return [];
    const extent = extentOf(events, fault);
    const open = track.runs[fault]?.state.connections ?? [];
    return open.flatMap(({ id: connection }) =>
      [0, fault].map((from) => () => {
        const kept = events.flatMap((event, index) => {
          if (index === fault) return [{ type: 'reset' as const, connection }];
          const isLeftOut = extent.includes(index) || (index >= from && inTime.has(event.type));
          return isLeftOut ? [] : [event];
        });
        const settings = { ...track.script.settings, connectionLoss: 'evidence' as const };
        return { ...withEvents(track, kept), settings };
      }),
    );
  });
  return { count: all.length, nth: (index) => all[index]?.() ?? null };
};
