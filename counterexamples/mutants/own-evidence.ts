import { paper, rules, specification } from '../../model/paper.ts';
import { defaultClock, noFeatures } from '../../model/settings.ts';
import type { Action } from '../../model/spec.ts';
import type { Mutant } from '../mutant.ts';
import { asIf, withRows } from './own-rows.ts';

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
    spec: specification('settled-while-withholding', {
      mustWait: (copy, io) =>
        copy.mode === 'withholding'
          ? rules.mustWait({ ...copy, devices: { ...copy.devices, settled: [] } }, io)
          : rules.mustWait(copy, io),
    }),
    breaks: ['S7a', 'S7'],
    because:
      'once the backup is suspected its acknowledgments are waited for no more: a disk operation ' +
      'goes after one that the backup still believes outstanding, and may submit again',
    cites: ['R34-11', 'R23-4'],
    settings: { program: ['touch p', 'write x p'], features: noFeatures },
  },
  {
    spec: withRows('told-and-stays', {
      replay: unlessTold(paper.actions.replay),
      suspect: unlessTold(paper.actions.suspect),
    }),
    breaks: ['L7'],
    because:
      'a backup that comes to a power-off in its log neither follows it nor looks for its ' +
      'primary any more: it is left over when the VM is gone',
    cites: ['R33-2'],
    settings: { clock: defaultClock, features: { ...noFeatures, control: true } },
  },
];
