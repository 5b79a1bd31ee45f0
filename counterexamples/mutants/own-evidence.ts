import { withDevices } from '../../model/actions/notation.ts';
import { paper } from '../../model/paper.ts';
import { defaultClock, noFeatures } from '../../model/settings.ts';
import type { Action } from '../../model/spec.ts';
import type { Mutant } from '../mutant.ts';
import { asIf, leaving, withRows } from './own-rows.ts';

/** A row that a backup with a power-off at the head of its log does not take. */
const unlessTold = <T extends 'replay' | 'suspect'>(row: Action<T>): Action<T> => ({
  ...row,
  next: (state, event) => {
    const copy = state.copies[event.copy];
    const isTold = copy?.mode === 'replaying' && copy.buffer[0]?.kind === 'OFF';
    return isTold ? 'it stays as it is' : row.next(state, event);
  },
});

/** Mistakes in what a lost connection, an unacknowledged completion or a power-off tells. */
export const ownEvidence: readonly Mutant[] = [
  {
    spec: withRows('suspects-on-any-loss', {
      suspect: asIf(paper.actions.suspect, (settings) => ({
        ...settings,
        connectionLoss: 'evidence',
      })),
    }),
    breaks: ['T3'],
    because:
      'a lost connection is a failure at once, though it was agreed that it is none and that the ' +
      'backup connects again',
    cites: ['R23-3'],
    settings: { clock: defaultClock, connectionLoss: 'ignored', features: noFeatures },
  },
  {
    spec: withRows('settled-while-withholding', {
      complete: leaving(paper.actions.complete, (after, before) =>
        before.mode === 'withholding' && after.mode === 'withholding'
          ? withDevices(after, { settled: before.devices.settled })
          : after,
      ),
    }),
    breaks: ['S7a', 'S7'],
    because:
      'what is completed while the arbiter is asked counts as known to the backup: a disk ' +
      'operation goes after one that the backup believes outstanding, and may submit again',
    cites: ['R34-11', 'R23-4'],
    settings: { program: ['write x p'], features: noFeatures, clock: null, hostCount: 3 },
  },
  {
    spec: withRows('told-and-stays', {
      replay: unlessTold(paper.actions.replay),
      suspect: unlessTold(paper.actions.suspect),
    }),
    breaks: ['L7', 'T3', 'T1d'],
    because:
      'a backup that comes to a power-off in its log neither follows it nor looks for its ' +
      'primary any more: it is left over when the VM is gone',
    cites: ['R33-2'],
    settings: { clock: defaultClock, features: { ...noFeatures, control: true } },
  },
];
