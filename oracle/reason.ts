import { match } from 'ts-pattern';
import type { Vm } from '../model/state.ts';
import type { Refused } from './judge.ts';

/** The copy that the specification refused. */
export const copyOf = ({ breach, state }: Refused): Vm | undefined =>
  breach.kind === 'refused' && 'copy' in breach.event ? state.copies[breach.event.copy] : undefined;

/** Why a backup has nothing to acknowledge although the line says so. */
export const unacknowledged = ({ state }: Refused, copy: Vm): 'replayed' | 'group' | 'nothing' => {
  if (copy.mode !== 'replaying' || copy.received === copy.acked) return 'nothing';
  return state.settings.ackPoint === 'replayed' ? 'replayed' : 'group';
};

const ofAcknowledge = (refused: Refused, copy: Vm): string => {
  if (copy.mode !== 'replaying') return '';
  const { received, consumed, acked } = copy;
  const standing = `it has received entries up to ${received} and acknowledged up to ${acked}`;
  return match(unacknowledged(refused, copy))
    .with(
      'replayed',
      () =>
        `: ${standing}, and under ackPoint replayed (V1) it acknowledges what it has replayed, ` +
        `which is up to ${consumed}`,
    )
    .with(
      'group',
      () =>
        `: ${standing}, and of entry ${acked + 1} and those that are one group with it ` +
        'not all have come; only whole groups are acknowledged',
    )
    .with('nothing', () => `: ${standing}`)
    .exhaustive();
};

const ofRelease = (copy: Vm): string => {
  const output = 'withheld' in copy ? copy.withheld[0] : undefined;
  if (output === undefined || !('acked' in copy)) return '';
  return `: output ${output.ordinal} needs entry ${output.needs}, acknowledged are ${copy.acked}`;
};

const ofFullBuffer = ({ state: { settings } }: Refused, copy: Vm): string =>
  'logged' in copy
    ? `: it holds ${copy.buffer.length} entries that are not acknowledged, flushed or not, ` +
      `and has room for ${settings.primaryCapacity}`
    : '';

const ofReplay = ({ line }: Refused, copy: Vm): string => {
  if (line.did !== 'replay' || !('consumed' in copy)) return '';
  const { position, upTo } = line;
  const received = copy.buffer.at(-1)?.seq ?? copy.consumed;
  return received === upTo ? `: no entry behind ${upTo} leads to position ${position}` : '';
};

/** The values on both sides behind a rule that refuses, if it is one about values. */
export const valuesBehind = (refused: Refused, refusal: string): string => {
  const copy = copyOf(refused);
  if (copy === undefined) return '';
  return match(refusal)
    .with('the Output Rule holds it back', () => ofRelease(copy))
    .with('nothing new is to be acknowledged', () => ofAcknowledge(refused, copy))
    .with('the log buffer is full: the primary stops', () => ofFullBuffer(refused, copy))
    .with('no entry is in hand: the backup stops', () => ofReplay(refused, copy))
    .otherwise(() => '');
};

/** The rule or the value that is not the same, in one sentence. */
export const breachSentence = (refused: Refused): string =>
  match(refused.breach)
    .with({ kind: 'refused' }, ({ event, refusal }) => {
      const known = valuesBehind(refused, refusal);
      return known === '' ? `${event.type}: ${refusal}.` : `${refusal}${known}.`;
    })
    .with(
      { kind: 'differs' },
      ({ what, said, specification }) =>
        `The line says ${what}: ${said}; the specification has ${specification}.`,
    )
    .with({ kind: 'senseless' }, ({ sentence }) => `It makes no sense there: ${sentence}.`)
    .exhaustive();
