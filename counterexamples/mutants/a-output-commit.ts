import { moved, withDevices } from '../../model/actions/notation.ts';
import { release } from '../../model/actions/output-commit.ts';
import type { Event } from '../../model/event.ts';
import { paper, rules, specification } from '../../model/paper.ts';
import { defaultClock } from '../../model/settings.ts';
import { type Action, isRefusal, type Step } from '../../model/spec.ts';
import type { Mutant } from '../mutant.ts';
import { withRows } from './own-rows.ts';

const noOutputRule: Mutant = {
  spec: specification('no-output-rule', { outputRule: () => true }),
  breaks: ['S2', 'S1'],
  because:
    'Outputs leave at once. The primary answers a request whose entry is not on the backup yet ' +
    'and crashes; the backup goes live without ever having received the request.',
  cites: ['R22-1', 'R22-4'],
  settings: {},
};

const outputEntryOmitted: Mutant = {
  spec: specification('output-entry-omitted', {
    loggedNeeds: (needs) => needs.filter((need) => need !== 'OUT'),
  }),
  breaks: ['S2', 'S1'],
  because:
    'An output waits only for the entries before it. The backup goes live after the last of ' +
    'them, where its own timer may lead it down another path than the one that put the output ' +
    'out.',
  cites: ['R22-3', 'R22-13'],
  settings: {},
};

const releaseOffByOne: Mutant = {
  spec: specification('release-off-by-one', {
    outputRule: ({ acked }, { needs }) => needs <= acked + 1,
  }),
  breaks: ['S2', 'S1'],
  because:
    'The entry before the output entry is thought to be enough. The output leaves, the primary ' +
    'crashes before its own entry has arrived, and the backup goes live short of it.',
  cites: ['R22-4', 'R22-8'],
  settings: {},
};

const ackOnSend: Mutant = {
  spec: specification('ack-on-send', { ackedOnSend: (_, sent) => sent }),
  breaks: ['S2', 'S1', 'S5', 'S4'],
  because:
    'A successful write to the socket counts as an acknowledgment. The host dies with the entry ' +
    'still unsent in the socket, and the output has left.',
  cites: ['R22-5', 'R22-6'],
  settings: {},
};

/** Three values of one decision: what is read is acknowledged before it is put into the buffer. */
const ackBeforeEnqueue: Mutant = {
  spec: specification('ack-before-enqueue', {
    hasRoom: () => true,
    ackPoint: (_, copy) => copy.received,
    enqueue: (buffer, entry, capacity) => (buffer.length < capacity ? [...buffer, entry] : buffer),
  }),
  breaks: ['S5', 'S1', 'S2', 'S4'],
  because:
    'The backup acknowledges an entry when it has read it, and only then looks for room in its ' +
    'log buffer. There is none, the entry is dropped, and the output that needed it has left.',
  cites: ['R22-5', 'R32-4'],
  settings: { ackPoint: 'received' },
};

const transportAck: Mutant = {
  spec: specification('transport-ack', {
    ackPoint: ({ connections }, copy) => {
      const connection = connections.find(({ id }) => id === copy.connection);
      const unread = connection?.entries.findLast(({ last }) => last)?.seq ?? copy.received;
      return unread > copy.received ? unread : copy.received;
    },
  }),
  breaks: ['S5', 'S2', 'S1', 'S4'],
  because:
    "What the backup's kernel has taken off the network counts as held. The backup closes the " +
    'socket when it suspects the primary, and what was in it and not in the log buffer is gone.',
  cites: ['R22-5'],
  settings: { ackPoint: 'received' },
};

const unruled: Action<'release'> = release(() => true);

const allAfter = (step: Step, event: Event<'release'>): Step => {
  const next = unruled.next(step.state, event);
  if (isRefusal(next)) return step;
  return allAfter({ state: next.state, effects: [...step.effects, ...next.effects] }, event);
};

const releaseAllOnAnyAck: Mutant = {
  spec: withRows('release-all-on-any-ack', {
    release: {
      ...paper.actions.release,
      next: (state, event) => {
        const first = paper.actions.release.next(state, event);
        return isRefusal(first) ? first : allAfter(first, event);
      },
    },
  }),
  breaks: ['S2', 'S1'],
  because:
    'The acknowledgment that frees one output frees all that are withheld. The later ones leave ' +
    'before their own entries have reached the backup.',
  cites: ['R22-4', 'R22-8'],
  settings: {},
};

const stopAtOutput: Mutant = {
  spec: specification('stop-at-output', { mayRun: ({ withheld }) => withheld.length === 0 }),
  breaks: ['T2'],
  because:
    'The guest stops at each output until the acknowledgment has come, as in earlier systems. ' +
    'That is safe, and costs it a round trip for each.',
  cites: ['R22-7'],
  settings: { clock: defaultClock },
};

const disksExempt: Mutant = {
  spec: specification('disk-writes-exempt', {
    outputRule: (primary, output) => output.device === 'disk' || rules.outputRule(primary, output),
  }),
  breaks: ['S2', 'S7', 'S1'],
  because:
    'Writes to the shared disk are not withheld. The primary writes what followed from an input ' +
    'that its backup never received, and the one that takes over reads what it has not written.',
  cites: ['R22-10', 'R41-1'],
  settings: { program: ['touch p', 'write x p'] },
};

const dropping = specification('drop-withheld-at-primary-go-live', { onPrimaryLive: () => [] });

/** A disk write that was withheld counts as submitted, and never is. */
const writesDropped: Action<'learn'> = {
  ...dropping.actions.learn,
  next: (state, event) => {
    const before = state.copies[event.copy];
    const outcome = dropping.actions.learn.next(state, event);
    const after = isRefusal(outcome) ? undefined : outcome.state.copies[event.copy];
    if (isRefusal(outcome) || before?.mode !== 'withholding' || after?.mode !== 'live') {
      return outcome;
    }
    const writes = before.withheld.filter(({ device }) => device === 'disk');
    const submitted = writes.map(({ number }) => number);
    return moved(outcome.state, withDevices(after, { submitted }));
  },
};

const dropWithheld: Mutant = {
  spec: { ...dropping, actions: { ...dropping.actions, learn: writesDropped } },
  breaks: ['L1a', 'L2a'],
  because:
    'A primary that goes live alone clears its queue of withheld outputs with its log. The ' +
    'guest has sent them and the world never sees them; its writes never complete.',
  cites: ['R23-8'],
  settings: {},
};

const releaseInAnotherOrder: Mutant = {
  spec: withRows('release-in-another-order', {
    release: {
      ...paper.actions.release,
      next: (state, event) => {
        const copy = state.copies[event.copy];
        if (copy === undefined || !('withheld' in copy)) {
          return paper.actions.release.next(state, event);
        }
        const needs = 'acked' in copy ? copy.acked : 0;
        const newest = copy.withheld.findLast(
          (output) => output.device === 'network' && output.needs <= needs,
        );
        const rest = copy.withheld.filter((output) => output !== newest);
        const withheld = newest === undefined ? rest : [newest, ...rest];
        const copies = state.copies.with(copy.id, { ...copy, withheld });
        return paper.actions.release.next({ ...state, copies }, event);
      },
    },
  }),
  breaks: 'nothing',
  because:
    'Of the packets whose entries are acknowledged the newest leaves first. A network may ' +
    'reorder packets as well.',
  cites: ['R22-8'],
  settings: {},
};

/** A: output commit. */
export const outputCommitMutants: readonly Mutant[] = [
  noOutputRule,
  outputEntryOmitted,
  releaseOffByOne,
  ackOnSend,
  ackBeforeEnqueue,
  transportAck,
  releaseAllOnAnyAck,
  disksExempt,
  stopAtOutput,
  dropWithheld,
  releaseInAnotherOrder,
];
