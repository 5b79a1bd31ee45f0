import { position } from '../../model/ids.ts';
import { specification } from '../../model/paper.ts';
import type { Mutant } from '../mutant.ts';

/** Mistakes in recording and replaying (2.1). */
export const ownReplay: readonly Mutant[] = [
  {
    spec: specification('logged-one-early', {
      loggedPosition: (guest) => position(Math.max(0, guest.position - 1)),
    }),
    breaks: ['S4'],
    because:
      'entries carry the position before the right one: the backup has already passed it, or ' +
      'takes an interrupt one instruction too early',
    cites: ['R21-4'],
    settings: {},
  },
  {
    spec: specification('timer-one-early', {
      dueAt: ({ kind, position: at }, guest) =>
        kind === 'TIMER'
          ? at === guest.position || at === guest.position + 1
          : at === guest.position,
    }),
    breaks: ['S4'],
    because:
      'an interrupt is delivered one instruction before its place; all else is exact, so nothing ' +
      'looks wrong until the states are compared',
    cites: ['R21-4'],
    settings: {},
  },
  {
    spec: specification('replays-half-a-group', { mayApply: (buffer) => buffer.length > 0 }),
    breaks: ['S4'],
    because:
      'the backup replays an instruction of which it holds the value and not yet the output ' +
      'entry, and takes the missing entry for a divergence',
    cites: ['R21-9'],
    settings: { program: ['stamp', 'compute'] },
  },
  {
    spec: specification('replays-one-behind', {
      mayRunOn: ({ buffer }) => buffer.length > 1,
    }),
    breaks: ['T1c', 'L2', 'T3'],
    because:
      'the backup runs only while it holds two entries: in working order it merely lags, but ' +
      'after the primary has gone it never drains its last entry',
    cites: ['R21-8', 'R23-10'],
    settings: {},
  },
  {
    spec: specification('logs-first-need-only', { loggedNeeds: (needs) => needs.slice(0, 1) }),
    breaks: ['S2', 'S1'],
    because:
      'an instruction logs one entry at most: one that reads the time and puts it out leaves no ' +
      'output entry behind, and its output waits for the wrong one',
    cites: ['R21-9', 'R22-3'],
    settings: { program: ['stamp', 'compute'] },
  },
  {
    spec: specification('output-entry-first', { loggedNeeds: (needs) => needs.toReversed() }),
    breaks: 'nothing',
    because:
      'the output entry comes before the value in its group; no harm, since acknowledgments ' +
      'never end inside a group and outputs wait for the end of theirs',
    cites: ['R21-9'],
    settings: { program: ['stamp', 'compute'] },
  },
  {
    spec: specification('packet-twice', { take: (nic) => nic }),
    breaks: ['S14'],
    because: 'a packet stays in the network card and is given to the guest a second time',
    cites: ['R22-12'],
    settings: {},
  },
  {
    spec: specification('packet-takes-another', { take: ([, , ...rest]) => rest }),
    breaks: 'nothing',
    because: 'each packet takes the next one along: lost input is what any network may do',
    cites: ['R22-12'],
    settings: {},
  },
];
