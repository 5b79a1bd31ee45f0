import type { Effect } from '../../model/effect.ts';
import type { State, Vm } from '../../model/state.ts';
import { pairWith } from '../history.ts';
import type { EveryStep, Sight, Sometimes } from '../property.ts';

type Transmit = Extract<Effect, { readonly type: 'transmit' }>;

const transmits = ({ effects }: Sight): readonly Transmit[] =>
  effects.filter((effect) => effect.type === 'transmit');

/** The copy that this step made live, if it was a backup before. */
const promoted = ({ before, event, after }: Sight): Vm | null => {
  if (!('copy' in event)) return null;
  const was = before.copies[event.copy];
  const is = after.copies[event.copy];
  if (is?.mode !== 'live' || was === undefined || was === is) return null;
  return was.mode === 'frozen' || was.mode === 'draining' || was.mode === 'replaying' ? is : null;
};

const agreesAtGoLive = (sight: Sight): boolean => {
  const copy = promoted(sight);
  if (copy === null) return true;
  return (pairWith(sight.past, copy.id)?.emitted.length ?? 0) === 0;
};

/** An output of the old primary that is seen late is in the execution that goes on. */
const agreesAfterwards = ({ past }: Sight, output: Transmit): boolean => {
  const pair = past.pairs.find(({ backup }) => backup === past.gone.copy);
  if (output.copy === past.gone.copy || pair?.primary !== output.copy) return true;
  if (output.ordinal < pair.cut.sent) return true;
  return pair.executed.some(
    ({ ordinal, content }) => ordinal === output.ordinal && content === output.content,
  );
};

export const outputConsistency: EveryStep = {
  id: 'S1',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'a VM that takes over agrees with every output the world has seen',
  cites: ['R22-1', 'R22-2'],
  holds: (sight) =>
    agreesAtGoLive(sight) && transmits(sight).every((output) => agreesAfterwards(sight, output)),
};

const isCovered = ({ past, before }: Sight, { copy, ordinal }: Transmit): boolean => {
  const primary = before.copies[copy];
  if (primary?.mode !== 'recording' && primary?.mode !== 'withholding') return true;
  const pair = past.pairs.findLast((one) => one.primary === copy);
  if (pair === undefined || ordinal < pair.cut.sent) return true;
  const marker = pair.marked.find((output) => output.ordinal === ordinal)?.marker ?? null;
  const { ackPoint } = before.settings;
  return marker !== null && marker <= (ackPoint === 'replayed' ? pair.replayed : pair.held);
};

/** An output that was emitted has no marker left: to emit it again breaks the rule too (R22-11). */
export const outputRule: EveryStep = {
  id: 'S2',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'a primary emits an output only when its backup has received the output entry',
  cites: ['R22-4', 'R22-5'],
  holds: (sight) => transmits(sight).every((output) => isCovered(sight, output)),
};

/** Whatever leaves the queue of a copy that goes on is seen by the world in the same step. */
export const noLostOutput: EveryStep = {
  id: 'L1a',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'a withheld output leaves its queue only by being emitted, or with its holder',
  cites: ['R22-8', 'R22-11', 'R23-8'],
  holds: (sight) => {
    const { before, event, after } = sight;
    const was = 'copy' in event ? before.copies[event.copy] : undefined;
    const is = was === undefined ? undefined : after.copies[was.id];
    if (was === is || was === undefined || is === undefined) return true;
    if (!('withheld' in was) || !('withheld' in is)) return true;
    const kept = [...is.withheld, ...transmits(sight)].map(({ ordinal }) => ordinal);
    return was.withheld.every(({ ordinal }) => kept.includes(ordinal));
  },
};

const isLive = (state: State, copy: number): boolean => state.copies[copy]?.mode === 'live';

const startsLive = ({ before, event, after }: Sight): Vm | null => {
  if (!('copy' in event) || isLive(before, event.copy)) return null;
  const copy = after.copies[event.copy];
  return copy?.mode === 'live' ? copy : null;
};

export const singleLive: EveryStep = {
  id: 'S3',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'once a copy is live, no other goes live with it or emits what it has not executed',
  cites: ['R20-6', 'R22-14', 'R23-17'],
  holds: (sight) => {
    const { gone } = sight.past;
    const started = startsLive(sight);
    const isSecond =
      started?.mode === 'live' && started.id !== gone.copy && started.generation <= gone.generation;
    const isStray = ({ copy, ordinal }: Transmit) => copy !== gone.copy && ordinal >= gone.prefix;
    return !isSecond && !transmits(sight).some(isStray);
  },
};

export const backupSilent: EveryStep = {
  id: 'S6',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'a copy has no effect on the outside before it is live',
  cites: ['R20-5', 'R23-12'],
  holds: ({ before, effects }) =>
    effects.every(({ copy }) => {
      const mode = before.copies[copy]?.mode;
      return mode === 'live' || mode === 'recording' || mode === 'withholding';
    }),
};

export const takesOverWithBacklog: Sometimes = {
  id: 'W1',
  kind: 'sometimes',
  guards: ['S1'],
  claim: 'a backup takes over while entries it has acknowledged are still unconsumed',
  cites: ['R23-10'],
  holds: ({ event, after }) => {
    if (event.type !== 'learn') return false;
    const copy = after.copies[event.copy];
    return copy?.mode === 'draining' && copy.buffer.length > 0;
  },
};

export const releasedAfterWaiting: Sometimes = {
  id: 'W2',
  kind: 'sometimes',
  guards: ['S2'],
  claim: 'an output leaves a primary after an acknowledgment has set it free',
  cites: ['R22-4'],
  holds: ({ event, before }) => {
    if (event.type !== 'release') return false;
    const copy = before.copies[event.copy];
    return copy?.mode === 'recording' && (copy.withheld[0]?.needs ?? 0) > 0;
  },
};

export const emittedLate: Sometimes = {
  id: 'W3',
  kind: 'sometimes',
  guards: ['S1', 'S3'],
  claim: 'the old primary still emits an output while another copy is live',
  cites: ['R22-14'],
  holds: (sight) => transmits(sight).some(({ copy }) => copy !== sight.past.gone.copy),
};

export const replaysOutput: Sometimes = {
  id: 'W4',
  kind: 'sometimes',
  guards: ['S6'],
  claim: 'a backup replays an output operation, and its effect is dropped',
  cites: ['R20-5'],
  holds: ({ event, before }) => {
    if (event.type !== 'replay') return false;
    const copy = before.copies[event.copy];
    return copy?.mode === 'replaying' && copy.buffer[0]?.kind === 'OUT';
  },
};
