import { inMode, isDue, moved, remember } from '../../model/actions/notation.ts';
import { deliver } from '../../model/actions/record.ts';
import { interrupted } from '../../model/guest.ts';
import { paper, rules, specification } from '../../model/paper.ts';
import type { Mutant } from '../mutant.ts';
import { withRows } from './own-rows.ts';

const ndOpNotLogged: Mutant = {
  spec: specification('nd-op-not-logged', {
    loggedNeeds: (needs) => needs.filter((need) => need !== 'ND'),
  }),
  breaks: ['S4', 'S1'],
  because:
    'Each side reads its own clock when the guest asks for the time. Primary and backup read ' +
    'different values, and are different from then on.',
  cites: ['R21-3'],
  settings: { program: ['readTime', 'transmit', 'compute', 'stamp'] },
};

const boundary = 4;

const eventAtWrongPosition: Mutant = {
  spec: specification('event-at-wrong-position', {
    dueAt: ({ kind, position }, guest) =>
      kind === 'TIMER' || kind === 'RX'
        ? guest.position === boundary * Math.ceil(position / boundary)
        : guest.position === position,
  }),
  breaks: ['S4'],
  because:
    'The backup delivers an event at its next convenient boundary. An instruction before that ' +
    'has run without the interrupt which the primary had taken.',
  cites: ['R21-4', 'R21-6'],
  settings: {},
};

const localEventsLeak: Mutant = {
  spec: withRows('local-events-leak', {
    interrupt: inMode(
      'interrupt',
      ['recording', 'withholding', 'live', 'replaying'],
      (state, copy, event) => {
        if (copy.mode !== 'replaying') return paper.actions.interrupt.next(state, event);
        const isTime = isDue(state, copy.watch.timer, ({ timerEvery }) => timerEvery);
        if (!isTime) return 'no timer is due';
        const watch = remember(state, copy.watch, 'timer');
        return moved(state, { ...copy, guest: interrupted(copy.guest), watch });
      },
    ),
  }),
  breaks: ['S14', 'S4'],
  because:
    "The timer of the backup's host interrupts the replaying guest, which then holds an " +
    'interrupt more than the primary had.',
  cites: ['R20-4'],
  settings: {},
};

const inputNotLogged: Mutant = {
  spec: withRows('input-not-logged', {
    deliver: deliver({ ...rules, admit: (buffer) => buffer }),
  }),
  breaks: ['S4', 'S1'],
  because:
    'An input reaches the guest by a path on which nothing is logged. The primary acts on it, ' +
    'and the backup never sees it.',
  cites: ['R20-3', 'R21-2'],
  settings: {},
};

/** C: deterministic replay. */
export const replayMutants: readonly Mutant[] = [
  ndOpNotLogged,
  eventAtWrongPosition,
  localEventsLeak,
  inputNotLogged,
];
