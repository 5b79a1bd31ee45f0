import { deliver } from '../../model/actions/network.ts';
import { inMode, isDue, moved, remember, withCopy } from '../../model/actions/notation.ts';
import { interrupted } from '../../model/guest.ts';
import { paper, rules, specification } from '../../model/paper.ts';
import { noFeatures } from '../../model/settings.ts';
import type { Action } from '../../model/spec.ts';
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
  cites: ['R21-3', 'R21-5'],
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

const noSerialization: Mutant = {
  spec: specification('no-race-serialization', { mustWait: () => false }),
  breaks: ['S7a', 'S7', 'S4'],
  because:
    'Disk operations that overlap are with the storage together. It performs two writes in the ' +
    'other order, and a copy that takes over submits them again in the first.',
  cites: ['R34-1', 'R34-11'],
  settings: { program: ['touch p', 'write x p'] },
};

const statusNotLogged: Mutant = {
  spec: specification('status-not-logged', {
    loggedCompletion: (io, { data }) => ({
      io: io.number,
      transferred: io.blocks.length,
      data: io.kind === 'read' ? io.blocks.map((_, index) => data[index] ?? 0) : [],
    }),
  }),
  breaks: ['S4'],
  because:
    'The backup takes it that every disk operation succeeds. A read fails on the primary, whose ' +
    'guest goes another way from there.',
  cites: ['R34-10'],
  settings: { program: ['read x p', 'touch p', 'write y p'] },
};

/** The ring is filled when a packet comes; the interrupt adds nothing to it. */
const early = specification('async-rx-ring', {
  onArrival: (guest) => ({ ...guest, requests: guest.requests + 1 }),
});

const interruptOnly: Action<'deliver'> = {
  ...early.actions.deliver,
  next: (state, event) => {
    const copy = state.copies[event.copy];
    if (copy === undefined || !('devices' in copy)) return early.actions.deliver.next(state, event);
    const requests = Math.max(0, copy.guest.requests - event.count);
    const emptied = withCopy(state, { ...copy, guest: { ...copy.guest, requests } });
    return early.actions.deliver.next(emptied, event);
  },
};

const asyncRing: Mutant = {
  spec: { ...early, actions: { ...early.actions, deliver: interruptOnly } },
  breaks: ['S4', 'S1'],
  because:
    'The receive ring is filled while the VM runs, and only the interrupt is logged. The guest ' +
    'polls its ring in between and finds a packet; on the backup it is not there yet.',
  cites: ['R35-1', 'R35-2'],
  settings: { program: ['compute', 'reply'] },
};

const consoleNotLogged: Mutant = {
  spec: specification('console-input-not-logged', { operatorEntries: () => [] }),
  breaks: ['S4'],
  because:
    'Keyboard and mouse reach the guest by a path on which nothing is logged. An operator types ' +
    'at the console of the primary, and the backup never sees it.',
  cites: ['R20-3'],
  settings: { features: { ...noFeatures, console: true } },
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
  noSerialization,
  statusNotLogged,
  asyncRing,
  consoleNotLogged,
  inputNotLogged,
];
