import { holderOf } from '../../../model/actions/notation.ts';
import type { Event } from '../../../model/event.ts';
import type { HostId } from '../../../model/ids.ts';
import type { State } from '../../../model/state.ts';

/** What a scope may leave out although its numbers allow it, in the words that follow "no". */
export type Omission =
  | 'suspicion by a primary'
  | 'second request while an answer is under way'
  | 'clone where a copy has been'
  | 'crash but of a host whose copy serves'
  | 'cut but between a primary and what it sends its backup';

/** Whether a host sends another what makes a backup of a copy there: the clone, or the log. */
const supplies = (state: State, from: HostId, to: HostId): boolean =>
  state.copies.some((copy) => {
    if (copy.host !== to || (copy.mode !== 'replaying' && copy.mode !== 'cloning')) return false;
    const source = holderOf(state, copy.mode === 'cloning' ? copy.source : copy.primary);
    return source?.host === from && (source.mode === 'recording' || source.mode === 'live');
  });

/** Of each omission: whether an event, in the state in which it would happen, falls under it. */
export const omissions: Readonly<Record<Omission, (before: State, event: Event) => boolean>> = {
  'suspicion by a primary': ({ copies }, event) =>
    event.type === 'suspect' && copies[event.copy]?.mode === 'recording',
  'second request while an answer is under way': ({ storage }, event) =>
    event.type === 'testAndSet' && storage.replies.some(({ copy }) => copy === event.copy),
  'clone where a copy has been': ({ copies }, event) =>
    event.type === 'place' && copies.some(({ host }) => host === event.host),
  'crash but of a host whose copy serves': ({ copies }, event) =>
    event.type === 'crash' &&
    !copies.some((copy) => copy.host === event.host && 'withheld' in copy),
  'cut but between a primary and what it sends its backup': (state, event) =>
    event.type === 'cut' && !supplies(state, event.from, event.to),
};
