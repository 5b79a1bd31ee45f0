import type { Action, Step } from '../spec.ts';
import type { Live, Recording, State, Withheld, Withholding } from '../state.ts';
import { inMode, silent, withCopy } from './notation.ts';

/** Whether an output may leave a host that has, or had, a backup, so that none of it is ever
 * contradicted (R22-1, R22-4). */
export type OutputRule = (primary: Recording | Withholding, output: Withheld) => boolean;

/** The backup has acknowledged the entry of the operation that produced the output (R22-4). */
export const outputRule: OutputRule = (primary, output) => output.needs <= primary.acked;

/** The world sees outputs of a copy, and the switch learns where its MAC address is (R23-13). */
const emitting = (state: State, copy: Recording | Withholding | Live, output: Withheld): Step => {
  const after = withCopy(state, copy);
  const { device, ordinal, number, content } = output;
  const what = { copy: copy.id, host: copy.host, device, ordinal, number, content };
  if (device === 'disk') return silent(after);
  if (device === 'console') return { state: after, effects: [{ type: 'print', ...what }] };
  const network = { ...state.network, port: copy.host };
  return { state: { ...after, network }, effects: [{ type: 'transmit', ...what }] };
};

/**
 * The oldest withheld output leaves, if the rule lets it: outputs never overtake (R22-8). A disk
 * write leaves for the queue of its device, which submits it when it may (R34-11). A live copy has
 * no backup that could contradict it, so nothing holds its outputs back (R31-7).
 */
export const release = (mayLeave: OutputRule): Action<'release'> =>
  inMode('release', ['recording', 'withholding', 'live'], (state, copy) => {
    const [output, ...withheld] = copy.withheld;
    if (output === undefined) return 'nothing is withheld';
    if (copy.mode !== 'live' && !mayLeave(copy, output)) return 'the Output Rule holds it back';
    return emitting(state, { ...copy, withheld }, output);
  });
