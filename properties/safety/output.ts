import { holderOf } from '../../model/actions/notation.ts';
import { type CopyId, type Line, lineFrom } from '../../model/ids.ts';
import type { State, Vm, Withheld } from '../../model/state.ts';
import { type Emission, emissionOf, pairWith } from '../history.ts';
import type { EveryStep, Sight, Sometimes } from '../property.ts';

const none: readonly Emission[] = [];

// most steps show the outside nothing
const emissions = ({ effects }: Sight): readonly Emission[] =>
  effects.length === 0 ? none : effects.flatMap((effect) => emissionOf(effect) ?? []);

const lineOf = ({ copies }: State, id: CopyId): Line => copies[id]?.line ?? lineFrom(id);

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
  return (pairWith(sight.past, copy.line)?.emitted.length ?? 0) === 0;
};

/** An output of an old primary that is seen late is in the execution of the copy that took over. */
const agreesAfterwards = ({ past, before }: Sight, { copy, output }: Emission): boolean => {
  const line = lineOf(before, copy);
  const pair = past.pairs.findLast(({ primary }) => primary === line);
  const hasTakenOver = past.takeovers.some((one) => one.line === pair?.backup);
  if (pair === undefined || !hasTakenOver || output.ordinal < pair.cut.sent) return true;
  return pair.executed.some(
    ({ ordinal, content, device }) =>
      ordinal === output.ordinal && content === output.content && device === output.device,
  );
};

export const outputConsistency: EveryStep = {
  id: 'S1',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'a VM that takes over agrees with every output the world has seen',
  cites: ['R22-1', 'R22-2'],
  holds: (sight) =>
    agreesAtGoLive(sight) && emissions(sight).every((one) => agreesAfterwards(sight, one)),
};

const isCovered = ({ past, before }: Sight, { copy, output }: Emission): boolean => {
  const primary = before.copies[copy];
  if (primary?.mode !== 'recording' && primary?.mode !== 'withholding') return true;
  const pair = past.pairs.findLast((one) => one.primary === primary.line);
  if (pair === undefined || output.ordinal < pair.cut.sent) return true;
  const marker = pair.marked.find(({ ordinal }) => ordinal === output.ordinal)?.marker ?? null;
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
  holds: (sight) => emissions(sight).every((one) => isCovered(sight, one)),
};

/**
 * Where an output of a copy is when it is withheld no more: in the queue of the disk, or outside.
 */
const isKept = (sight: Sight, is: Vm, output: Withheld): boolean => {
  const { ordinal, device, number } = output;
  if ('withheld' in is && is.withheld.some((one) => one.ordinal === ordinal)) return true;
  if (emissions(sight).some((one) => one.output.ordinal === ordinal)) return true;
  const isQueued = 'guest' in is && is.guest.pending.some((io) => io.number === number);
  return device === 'disk' && isQueued;
};

const withheldBy = (copy: Vm | null): readonly Withheld[] =>
  copy !== null && 'withheld' in copy ? copy.withheld : [];

/** Who goes on with what a copy withheld: itself, or the VM handed to its destination (R33-6). */
const heirOf = ({ copies }: State, copy: Vm): Vm | null => {
  if (copy.mode !== 'halted' || copy.because !== 'moved') return 'withheld' in copy ? copy : null;
  const to = copies.find((other) => other.mode === 'arriving' && other.source === copy.id);
  return (to?.mode === 'arriving' ? to.handed : null) ?? copy;
};

/**
 * Whatever leaves the queue of a copy that goes on is seen by the world, or by its disk's queue.
 */
export const noLostOutput: EveryStep = {
  id: 'L1a',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'a withheld output leaves its queue only by being emitted, or with a holder that fails',
  cites: ['R22-8', 'R22-11', 'R23-8'],
  holds: (sight) => {
    const { before, event, after } = sight;
    const was = 'copy' in event ? before.copies[event.copy] : undefined;
    const is = was === undefined ? undefined : after.copies[was.id];
    if (was === is || was === undefined || is === undefined) return true;
    const withheld = withheldBy(was.mode === 'arriving' ? was.handed : was);
    if (is.mode === 'halted' && is.because === 'off') return withheld.length === 0;
    const heir = heirOf(after, is);
    return heir === null || withheld.every((output) => isKept(sight, heir, output));
  },
};

const isLive = (state: State, copy: number): boolean => state.copies[copy]?.mode === 'live';

const startsLive = ({ before, event, after }: Sight): Vm | null => {
  if (!('copy' in event) || isLive(before, event.copy)) return null;
  const copy = after.copies[event.copy];
  return copy?.mode === 'live' ? copy : null;
};

/** How much its execution may have put out when the first copy took over from this one (S3). */
const prefixFor = ({ past, before }: Sight, copy: CopyId): number => {
  const emitter = before.copies[copy];
  const since = emitter !== undefined && 'generation' in emitter ? emitter.generation : 0;
  const first = past.takeovers.find(
    ({ generation, line }) => generation > since && line !== emitter?.line,
  );
  return first?.prefix ?? Number.POSITIVE_INFINITY;
};

/** An output, or a change of the disk, that the execution which goes on knows nothing of. */
const isStray = (sight: Sight): boolean => {
  const { before, past, effects } = sight;
  const hasMovedOn = (copy: CopyId): boolean => holderOf(before, lineOf(before, copy))?.id !== copy;
  return (
    emissions(sight).some(
      ({ copy, output }) => hasMovedOn(copy) || output.ordinal >= prefixFor(sight, copy),
    ) ||
    effects.some(
      (effect) => effect.type === 'write' && lineOf(before, effect.copy) !== past.gone.line,
    )
  );
};

export const singleLive: EveryStep = {
  id: 'S3',
  kind: 'everyStep',
  needs: 'nothing',
  claim:
    'once a copy is live, no other goes live with it, writes to the disk or emits what it has not',
  cites: ['R20-6', 'R22-14', 'R23-17', 'R23-20', 'R33-6'],
  holds: (sight) => {
    const { gone } = sight.past;
    const started = startsLive(sight);
    const isSecond =
      started?.mode === 'live' &&
      started.line !== gone.line &&
      started.generation <= gone.generation;
    return !isSecond && !isStray(sight);
  },
};

export const backupSilent: EveryStep = {
  id: 'S6',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'a copy has no effect on the outside before it is live',
  cites: ['R20-5', 'R23-12'],
  holds: ({ before, effects }) =>
    effects.every(({ type, copy }) => {
      if (type === 'write') return true; // the storage's doing, later than the copy's
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
  holds: ({ event, after, past }) => {
    if (event.type !== 'learn') return false;
    const copy = after.copies[event.copy];
    return copy?.mode === 'draining' && copy.consumed < (pairWith(past, copy.line)?.acked ?? 0);
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
  holds: (sight) =>
    emissions(sight).some(({ copy }) => {
      const { before, past } = sight;
      const isOther = lineOf(before, copy) !== past.gone.line;
      return isOther && holderOf(before, past.gone.line)?.mode === 'live';
    }),
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
