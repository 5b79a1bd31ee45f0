import { goLive } from '../../model/actions/go-live.ts';
import { moved, withCopy, withDevices } from '../../model/actions/notation.ts';
import type { Io } from '../../model/disk.ts';
import { paper, rules } from '../../model/paper.ts';
import { defaultClock, noFeatures } from '../../model/settings.ts';
import { type Action, isRefusal } from '../../model/spec.ts';
import type { Vm } from '../../model/state.ts';
import type { Mutant } from '../mutant.ts';
import { withRows } from './own-rows.ts';
import { type Following, replayWith, type Then, withFlights } from './replay-with.ts';

const writer = { program: ['touch p', 'write x p'], features: noFeatures } as const;

const noReissue: Mutant = {
  spec: withRows('no-reissue', {
    goLive: goLive({
      ...rules,
      alreadySubmitted: ({ pending }) => pending.map(({ number }) => number),
    }),
  }),
  breaks: ['L2a'],
  because:
    'The backup goes live as if somebody else had submitted what is outstanding. The primary has ' +
    'died before it could, and the guest waits for ever.',
  cites: ['R34-6', 'R34-7'],
  settings: { ...writer, clock: defaultClock },
};

/** A backup that remembers the disk operations whose completions it replays as it drains. */
type Remembering = Following & { readonly done: readonly Io[] };

const isRemembering = (copy: Vm | undefined): copy is Remembering =>
  copy !== undefined && 'done' in copy;

const remembered: Then = ({ state, effects }, copy, before) => {
  const { pending } = copy.guest;
  const completed = before.pending.filter(({ number }) =>
    pending.every((io) => io.number !== number),
  );
  const done = [...(isRemembering(copy) ? copy.done : []), ...completed];
  const remembering: Remembering = { ...copy, done };
  return { state: withCopy(state, remembering), effects };
};

const submitsAll: Action<'goLive'> = {
  ...paper.actions.goLive,
  next: (state, event) => {
    const before = state.copies[event.copy];
    const outcome = paper.actions.goLive.next(state, event);
    if (isRefusal(outcome) || !isRemembering(before)) return outcome;
    const { id: copy, generation } = before;
    const flights = before.done.map((io) => ({ copy, generation, io }));
    return { ...outcome, state: withFlights(outcome.state, flights) };
  },
};

const reissueCompleted: Mutant = {
  spec: withRows('reissue-completed', {
    replay: replayWith(['frozen', 'draining'], remembered),
    goLive: submitsAll,
  }),
  breaks: ['S7', 'S7a'],
  because:
    'A backup that goes live submits again also the disk operations whose completions it has ' +
    'replayed while it drained its log. A write comes back over the one that the guest has made ' +
    'since.',
  cites: ['R34-7'],
  settings: writer,
};

/** Nobody knows what became of what was outstanding, so the guest is told that it failed. */
const failsAll: Action<'goLive'> = {
  ...paper.actions.goLive,
  next: (state, event) => {
    const outcome = paper.actions.goLive.next(state, event);
    const copy = isRefusal(outcome) ? undefined : outcome.state.copies[event.copy];
    if (isRefusal(outcome) || copy?.mode !== 'live') return outcome;
    const submitted = copy.guest.pending.map(({ number }) => number);
    const arrived = submitted.map((io) => ({ io, transferred: 0, data: [] }));
    return moved(outcome.state, withDevices(copy, { submitted, arrived }));
  },
};

const errorsInstead: Mutant = {
  spec: withRows('errors-instead-of-reissue', { goLive: failsAll }),
  breaks: 'nothing',
  because:
    'What is outstanding when the backup goes live ends with an error. That is legal, and not ' +
    "the paper's choice: guests handle the errors of a local disk badly.",
  cites: ['R34-6', 'R34-7'],
  settings: writer,
};

/** D: disk operations that are outstanding when the backup goes live. */
export const pendingIoMutants: readonly Mutant[] = [noReissue, reissueCompleted, errorsInstead];
