import type { Event } from '../model/event.ts';
import { instructionAt } from '../model/guest.ts';
import type { CopyId } from '../model/ids.ts';
import type { LogEntry } from '../model/log.ts';
import type { State, Vm, Withheld } from '../model/state.ts';
import {
  type Breach,
  copyIn,
  guestIn,
  placeOf,
  reach,
  reachedBy,
  same,
  sameContent,
  take,
  tellPlace,
  type Walk,
  walkFrom,
} from './candidate.ts';
import type { LoggedEntry, Observed, Put } from './observation.ts';
import { posted } from './posted.ts';

const listText = (texts: readonly string[]): string =>
  texts.length === 0 ? 'none' : texts.join(', ');

const newEntries = (was: Vm | undefined, is: Vm | undefined): readonly LogEntry[] => {
  if (was === undefined || is === undefined || !('logged' in was) || !('logged' in is)) return [];
  const count = is.logged - was.logged;
  return count > 0 ? is.buffer.slice(-count) : [];
};

const sameEntries = (
  was: Vm | undefined,
  is: Vm | undefined,
  said: readonly LoggedEntry[],
  type: Event['type'],
): Breach | null => {
  const found = newEntries(was, is);
  const areSame =
    found.length === said.length &&
    found.every(({ seq, kind }, at) => said[at]?.seq === seq && said[at]?.kind === kind);
  if (areSame) return null;
  const text = (entries: readonly LoggedEntry[]): string =>
    listText(entries.map(({ seq, kind }) => `e${seq} ${kind}`));
  return same('entries logged', text(said), text(found), type);
};

const newOutputs = (was: Vm | undefined, is: Vm | undefined): readonly Withheld[] => {
  if (was === undefined || is === undefined || !('withheld' in was) || !('withheld' in is)) {
    return [];
  }
  const count = is.guest.sent - was.guest.sent;
  return count > 0 ? is.withheld.slice(-count) : [];
};

const sameOutputs = (
  walk: Walk,
  was: Vm | undefined,
  is: Vm | undefined,
  said: readonly Put[] | undefined,
  type: Event['type'],
): Breach | null => {
  if (said === undefined) return null;
  const found = newOutputs(was, is);
  const text = (puts: readonly Omit<Put, 'content'>[]): string =>
    listText(puts.map(({ ordinal, device = 'network' }) => `${ordinal} (${device})`));
  const breach = same('outputs', text(said), text(found), type);
  if (breach !== null) return breach;
  for (const [at, { content }] of found.entries()) {
    const put = said[at];
    const other = put === undefined ? null : sameContent(walk, put, content, type);
    if (other !== null) return other;
  }
  return null;
};

/** The longest stretch of instructions of a known program that may go untold. */
const longestStretch = 100_000;

/** Instructions that need nothing are not told: the guest has come to a position all the same. */
export const comeTo = (walk: Walk, id: CopyId, position: number): Breach | null => {
  const from = reachedBy(walk, id);
  if (position === from) return null;
  if (position < from || position - from > longestStretch) {
    if (position < from || !walk.log.isTold) {
      return same('position', position, from, 'execute');
    }
  }
  if (walk.log.isTold) {
    tellPlace(walk, id, { does: 'compute', end: position });
    const breach = take(walk, { type: 'execute', copy: id }, 'compute');
    if (breach === null) reach(walk, id, position);
    return breach;
  }
  for (let at = from; at < position; at++) {
    const was = copyIn(walk, id);
    const breach = take(walk, { type: 'execute', copy: id });
    if (breach !== null) return breach;
    const is = copyIn(walk, id);
    if (newEntries(was, is).length > 0 || newOutputs(was, is).length > 0) {
      const sentence = `the instruction at position ${at} logs or puts out something: it is told`;
      return { kind: 'senseless', sentence };
    }
  }
  return null;
};

/** Stands for a reading that is not told; that of another copy is another. */
const unsaid = (copy: CopyId): number => -1_000_000 - copy;

/** A guest that asks for the time reads what the line says it has read (R21-3). */
const withReading = (state: State, copy: Vm | undefined, said: readonly LoggedEntry[]): State => {
  if (copy === undefined) return state;
  const value = said.find(({ kind }) => kind === 'ND')?.value ?? unsaid(copy.id);
  const host = { ...state.hosts[copy.host], skew: value - state.now };
  return { ...state, hosts: { ...state.hosts, [copy.host]: host } };
};

type ByGuest = Observed<'execute' | 'interrupt' | 'deliver' | 'feed' | 'complete'>;

/** How many disk operations the line is about: of writes each is put out. */
const iosOf = (line: ByGuest): number => {
  const outputs = line.did === 'execute' && line.does === 'write' ? (line.outputs ?? []) : [];
  return Math.max(1, outputs.length);
};

const given = (walk: Walk, id: CopyId, line: ByGuest, event: Event): Breach | null => {
  const stretch = comeTo(walk, id, line.position);
  if (stretch !== null) return stretch;
  const along = 'outputs' in line ? posted(walk, id, line) : null;
  if (along !== null) return along;
  const was = copyIn(walk, id);
  const said = line.entries ?? [];
  const does = line.did === 'execute' ? line.does : undefined;
  const ios = iosOf(line);
  if (does !== undefined) {
    const guest = guestIn(walk, id);
    const { candidate } = walk;
    if (!walk.log.isTold && guest !== null) {
      const due = instructionAt(candidate.state.settings.program, guest);
      const breach = same('instruction', does, due, 'execute');
      if (breach !== null) return breach;
    }
    tellPlace(walk, id, { does, end: line.position + 1, ios });
    walk.candidate = { ...candidate, state: withReading(candidate.state, was, said) };
  }
  const breach = take(walk, event, does, ios);
  if (breach !== null) return breach;
  if (does !== undefined) reach(walk, id, line.position + 1);
  const is = copyIn(walk, id);
  const outputs = 'outputs' in line ? line.outputs : undefined;
  return sameEntries(was, is, said, event.type) ?? sameOutputs(walk, was, is, outputs, event.type);
};

/** The guest executes an instruction that logs something or puts something out, or any other. */
export const execute = (walk: Walk, id: CopyId, line: Observed<'execute'>): Breach | null =>
  given(walk, id, line, { type: 'execute', copy: id });

/** A timer interrupt strikes. */
export const interrupt = (walk: Walk, id: CopyId, line: Observed<'interrupt'>): Breach | null =>
  given(walk, id, line, { type: 'interrupt', copy: id });

/** Packets are given to the guest: those that have waited longest. */
export const deliver = (walk: Walk, id: CopyId, line: Observed<'deliver'>): Breach | null => {
  const copy = copyIn(walk, id);
  const count = line.packets.length;
  const waiting = copy !== undefined && 'devices' in copy ? copy.devices.nic.slice(0, count) : [];
  const breach = given(walk, id, line, { type: 'deliver', copy: id, count });
  if (breach !== null) return breach;
  return same(
    'packets',
    listText(line.packets.map(String)),
    listText(waiting.map(String)),
    'deliver',
  );
};

/** What an operator did is given to the guest. */
export const feed = (walk: Walk, id: CopyId, line: Observed<'feed'>): Breach | null => {
  const copy = copyIn(walk, id);
  const kind = copy !== undefined && 'devices' in copy ? copy.devices.console[0]?.kind : undefined;
  const breach = given(walk, id, line, { type: 'feed', copy: id });
  return breach ?? same('kind', line.kind, kind ?? null, 'feed');
};

/** The completion of a disk operation is given to the guest. */
export const complete = (walk: Walk, id: CopyId, line: Observed<'complete'>): Breach | null =>
  given(walk, id, line, { type: 'complete', copy: id, io: line.io });

/** An order of an administrator, or a quiet disk, has an entry of its own (R33-1, R33-7). */
export const logs = (
  walk: Walk,
  id: CopyId,
  line: Observed<'order' | 'quiesce'>,
  event: Event,
): Breach | null => {
  const was = copyIn(walk, id);
  const breach = take(walk, event);
  return breach ?? sameEntries(was, copyIn(walk, id), line.entries ?? [], event.type);
};

const isOut = (copy: Vm | undefined): Withheld | null =>
  copy !== undefined && 'withheld' in copy ? (copy.withheld[0] ?? null) : null;

/** Writes leave for the queue of their disk as soon as they may, which nobody sees (R34-11). */
export const writesReleased = (walk: Walk, id: CopyId): void => {
  while (isOut(copyIn(walk, id))?.device === 'disk') {
    if (take(walk, { type: 'release', copy: id }) !== null) return;
  }
};

/** An output leaves the host. */
export const release = (walk: Walk, id: CopyId, line: Observed<'release'>): Breach | null => {
  writesReleased(walk, id);
  const output = isOut(copyIn(walk, id));
  const { ordinal, device = 'network' } = line;
  const other =
    output === null
      ? null
      : (same('ordinal', ordinal, output.ordinal, 'release') ??
        same('device', device, output.device, 'release'));
  const breach = other ?? take(walk, { type: 'release', copy: id });
  if (breach !== null || output === null) return breach;
  return sameContent(walk, line, output.content, 'release');
};

const consumedBy = (copy: Vm | undefined): number | null =>
  copy !== undefined && 'consumed' in copy ? copy.consumed : null;

/** A step of a backup: an instruction that needs no entry, or a group of entries. */
export const replayOne = (walk: Walk, id: CopyId): Breach | null => {
  const copy = copyIn(walk, id);
  const place = copy === undefined ? undefined : placeOf(walk.log, copy);
  const position = guestIn(walk, id)?.position;
  const breach = take(walk, { type: 'replay', copy: id }, place?.does ?? 'compute', place?.ios);
  if (breach !== null) return breach;
  const moved = guestIn(walk, id)?.position !== position;
  if (moved && place !== undefined) reach(walk, id, place.end);
  return null;
};

const isAhead = (copy: Vm | undefined, { position }: LogEntry): boolean =>
  copy !== undefined && 'guest' in copy && position > copy.guest.position;

/** Within a stretch of instructions a backup is at no place of its own; it has to have an entry. */
const runsOnTo = (walk: Walk, id: CopyId, position: number): Breach | null => {
  const reached = reachedBy(walk, id);
  const copy = copyIn(walk, id);
  const next = copy !== undefined && 'consumed' in copy ? copy.buffer[0] : undefined;
  const isWithin = position > reached && next !== undefined && isAhead(copy, next);
  if (walk.log.isTold && isWithin) return null;
  if (position > reached && next === undefined) {
    const here = walkFrom(walk.log, walk.candidate);
    return replayOne(here, id) ?? same('position', position, reached, 'replay');
  }
  return same('position', position, reached, 'replay');
};

/**
 * A backup has consumed the entries up to one and has come to a position; instructions that need
 * none are not told.
 */
export const replay = (walk: Walk, id: CopyId, line: Observed<'replay'>): Breach | null => {
  const { upTo, position } = line;
  if (consumedBy(copyIn(walk, id)) === null) return replayOne(walk, id);
  while ((consumedBy(copyIn(walk, id)) ?? upTo) < upTo) {
    const breach = replayOne(walk, id);
    if (breach !== null) return breach;
  }
  while (consumedBy(copyIn(walk, id)) === upTo) {
    const from = reachedBy(walk, id);
    if (from >= position) break;
    const copy = copyIn(walk, id);
    const end = copy === undefined ? undefined : placeOf(walk.log, copy)?.end;
    // within a stretch: it has begun, and that it may go on is all there is to say
    if (walk.log.isTold && (end === undefined || end > position)) break;
    const breach = replayOne(walk, id);
    if (breach !== null) return breach;
  }
  const copy = copyIn(walk, id);
  if (copy?.mode === 'halted') {
    return { kind: 'senseless', sentence: 'the entry does not fit its guest: it has diverged' };
  }
  return (
    same('entries consumed up to', upTo, consumedBy(copy), 'replay') ?? runsOnTo(walk, id, position)
  );
};
