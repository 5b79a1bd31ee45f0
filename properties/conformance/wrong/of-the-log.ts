import { completionOf, completionPayload } from '../../../impl/hypervisor/payload.ts';
import type { Policies } from '../../../impl/hypervisor/policies.ts';
import {
  grouped,
  ordered,
  plain,
  pressed,
  reconnecting,
  ringed,
  typed,
  type WrongProgram,
  writing,
} from './wrong-program.ts';

type Kind = Parameters<Policies['isLogged']>[0];
type Draft = Parameters<Policies['written']>[0][number];

const notLogged = (
  name: string,
  kinds: readonly Kind[],
  rest: Pick<WrongProgram, 'fixed' | 'answersTo'> = {},
): WrongProgram => ({
  name,
  mistake: `no entry is made of ${kinds.join(' and ')}`,
  cites: ['R20-3', 'R21-10'],
  policies: { isLogged: (kind) => !kinds.includes(kind) },
  ...rest,
});

const nothing = new Uint8Array(0);

const rewritten = (kind: Kind, change: (draft: Draft) => Draft): Partial<Policies> => ({
  written: (drafts) => drafts.map((draft) => (draft.kind === kind ? change(draft) : draft)),
});

/** A completion logged as if so many blocks had been transferred, given how many were. */
const counted = (count: (transferredCount: number) => number): Partial<Policies> =>
  rewritten('DONE', (draft) => {
    const completion = completionOf(draft.payload);
    if (completion === null) return draft;
    const transferredCount = count(completion.transferredCount);
    return { ...draft, payload: completionPayload({ ...completion, transferredCount }) };
  });

const isOf =
  (kind: Kind) =>
  (draft: Draft): boolean =>
    draft.kind === kind;

/** What is logged, and as what. */
export const ofTheLog: readonly WrongProgram[] = [
  notLogged('timer-not-logged', ['TIMER'], { answersTo: [] }),
  notLogged('input-not-logged', ['RX']),
  notLogged('nd-op-not-logged', ['ND']),
  notLogged('console-input-not-logged', ['KEY', 'MOUSE'], { fixed: typed }),
  notLogged('mouse-not-logged', ['MOUSE'], { fixed: typed }),
  notLogged('resource-change-local', ['SHARE'], { fixed: ordered }),
  notLogged('poweroff-not-forwarded', ['OFF'], { fixed: ordered }),
  notLogged('guest-shutdown-not-logged', ['OFF'], { fixed: pressed }),
  notLogged('completion-not-logged', ['DONE'], { fixed: writing }),
  {
    name: 'effect-before-log',
    mistake: 'an entry carries the position after the one at which it happened',
    cites: ['R21-10', 'R21-4'],
    policies: { recordedAt: (position) => position + 1 },
  },
  {
    name: 'logged-one-early',
    mistake: 'an entry carries the position before the one at which it happened',
    cites: ['R21-4'],
    policies: { recordedAt: (position) => Math.max(0, position - 1) },
  },
  {
    name: 'drop-when-full',
    mistake: 'an entry that does not fit into the log buffer is dropped, and the guest runs on',
    cites: ['R32-4', 'R32-6'],
    policies: { stallsWhenFull: () => false },
  },
  {
    name: 'logs-first-need-only',
    mistake: 'an instruction logs one entry at most',
    cites: ['R21-9', 'R22-3'],
    policies: { written: (drafts) => drafts.slice(0, 1) },
    fixed: grouped,
  },
  {
    name: 'group-logged-in-part',
    mistake: 'of a group of packets the first is logged',
    cites: ['R35-2', 'R20-3'],
    policies: {
      written: (drafts) => {
        const first = drafts.find(isOf('RX'));
        return drafts.filter((draft) => draft.kind !== 'RX' || draft === first);
      },
    },
    fixed: ringed,
  },
  {
    name: 'group-in-another-order',
    mistake: 'the packets of a group are logged from the newest to the oldest',
    cites: ['R35-2', 'R21-7'],
    policies: {
      written: (drafts) => {
        const packets = drafts.filter(isOf('RX')).toReversed();
        return [...packets, ...drafts.filter((draft) => draft.kind !== 'RX')];
      },
    },
    fixed: ringed,
  },
  {
    name: 'ring-sent-without-an-entry',
    mistake: 'what leaves along with received packets has no output entry',
    cites: ['R35-4', 'R22-3'],
    policies: {
      written: (drafts) => (drafts.some(isOf('RX')) ? drafts.filter(isOf('RX')) : drafts),
    },
    fixed: ringed,
  },
  {
    name: 'ring-logged-before-what-sends-it',
    mistake: 'the output entry of the ring comes before the packets with which it leaves',
    cites: ['R35-4', 'R21-7'],
    policies: {
      written: (drafts) =>
        drafts.some(isOf('RX')) ? drafts.toSorted((one) => (one.kind === 'OUT' ? -1 : 0)) : drafts,
    },
    fixed: ringed,
  },
  {
    name: 'go-live-point-on-each-packet',
    mistake: 'each entry of a group is marked as its last',
    cites: ['R35-2', 'R21-9'],
    policies: { endsGroup: () => true },
    fixed: ringed,
  },
  {
    name: 'go-live-point-on-the-first-packet',
    mistake: 'the first entry of a group is marked instead of the last one',
    cites: ['R35-2', 'R21-9'],
    policies: { endsGroup: (index) => index === 0 },
    fixed: ringed,
  },
  {
    name: 'keys-without-value',
    mistake: 'that a key was pressed is logged, and not which',
    cites: ['R20-3', 'R21-3'],
    policies: rewritten('KEY', ({ kind }) => ({ kind, payload: new Uint8Array(4) })),
    fixed: typed,
  },
  {
    name: 'share-for-power-off',
    mistake: 'every order is logged as a change of resources',
    cites: ['R33-2', 'R33-1'],
    policies: rewritten('OFF', () => ({ kind: 'SHARE', payload: nothing })),
    fixed: ordered,
  },
  {
    name: 'completion-without-data',
    mistake: 'a completion is logged with its status alone',
    cites: ['R34-10'],
    policies: rewritten('DONE', ({ kind, payload }) => ({ kind, payload: payload.slice(0, 16) })),
    fixed: { program: ['read x p', 'touch p', 'transmit'] },
  },
  {
    name: 'status-not-logged',
    mistake: 'every completion is logged as a success',
    cites: ['R34-10'],
    policies: counted((transferredCount) => Math.max(1, transferredCount)),
    fixed: { program: ['write x p', 'transmit'], features: { ...plain, disk: true }, clock: null },
  },
  {
    name: 'short-is-success',
    mistake: 'a transfer that ended short is logged as if it had been whole',
    cites: ['R34-10'],
    policies: counted((transferredCount) => (transferredCount === 1 ? 2 : transferredCount)),
    fixed: {
      program: ['write xy pq', 'transmit'],
      features: { ...plain, disk: true },
      clock: null,
    },
  },
  {
    name: 'frees-one-more',
    mistake: 'the primary frees an entry beyond those acknowledged, and welcomes who lacks it',
    cites: ['R21-12'],
    policies: { mayFree: ({ acked }) => acked + 1, isWelcome: () => true },
    fixed: reconnecting,
  },
];
