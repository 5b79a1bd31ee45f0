import { idleDevices } from '../../model/boot.ts';
import { generation } from '../../model/ids.ts';
import { paper, rules, specification } from '../../model/paper.ts';
import { defaultClock, noFeatures } from '../../model/settings.ts';
import { type Action, isRefusal } from '../../model/spec.ts';
import type { Frozen, Live, Withholding } from '../../model/state.ts';
import type { Mutant } from '../mutant.ts';
import { withRows } from './own-rows.ts';

/** The copy runs on its own, in the generation after its own, whatever the arbiter thinks. */
const runsAlone = (copy: Withholding | Frozen): Live => {
  const { id, line, host, guest, share, wedged, watch } = copy;
  const devices = copy.mode === 'withholding' ? copy.devices : idleDevices;
  const won = generation(copy.generation + 1);
  const kept = { id, line, host, guest, generation: won, share, wedged, watch, devices };
  const alone = { told: false, clone: null, move: null, reached: true };
  return { mode: 'live', ...kept, withheld: [], ...alone };
};

/** Asked once without an answer, it assumes that the storage would have agreed. */
const assumesSuccess: Action<'testAndSet'> = {
  ...paper.actions.testAndSet,
  next: (state, event) => {
    const outcome = paper.actions.testAndSet.next(state, event);
    const copy = state.copies[event.copy];
    const isContender = copy?.mode === 'withholding' || copy?.mode === 'frozen';
    if (isRefusal(outcome) || !isContender || copy.watch.asked < 0) return outcome;
    return { ...outcome, state: { ...state, copies: state.copies.with(copy.id, runsAlone(copy)) } };
  },
};

/** The frozen log is replayed before the arbiter is asked, although the setting is the other. */
const drainsMeanwhile: Action<'replay'> = {
  ...paper.actions.replay,
  next: (state, event) => {
    const settings = { ...state.settings, arbitration: 'drainThenTestAndSet' as const };
    const outcome = paper.actions.replay.next({ ...state, settings }, event);
    if (isRefusal(outcome)) return outcome;
    return { ...outcome, state: { ...outcome.state, settings: state.settings } };
  },
};

/** Mistakes in asking the arbiter, in its answer and in what becomes of it (2.3). */
export const ownArbitration: readonly Mutant[] = [
  {
    spec: specification('owner-is-the-vm', {
      arbitrate: (storage, request) =>
        storage.generation <= request.generation + 1 ? 'won' : 'lost',
    }),
    breaks: ['S12', 'S3'],
    because:
      'the owner stored is the VM, and both copies are copies of it: the second to ask is told ' +
      'that it has won before',
    cites: ['R23-21'],
    settings: {},
  },
  {
    spec: specification('skips-a-generation', {
      store: (storage, request) => ({
        ...rules.store(storage, request),
        generation: generation(request.generation + 2),
      }),
    }),
    breaks: ['L2', 'L3', 'L2a'],
    because:
      'the arbiter moves on by two and the winner by one: nobody ever wins again, and a winner ' +
      'that asks a second time has lost',
    cites: ['R23-19'],
    settings: {},
  },
  {
    spec: specification('stores-the-owner-alone', {
      store: (storage, request) => ({ ...storage, owner: request.copy }),
    }),
    breaks: ['S12', 'S3', 'L2'],
    because: 'the winner is written down but the generation stays: the other side wins it as well',
    cites: ['R23-17', 'R23-19'],
    settings: {},
  },
  {
    spec: specification('asks-when-drained-only', {
      mayAsk: (_, copy) => copy.mode === 'withholding' || copy.buffer.length === 0,
    }),
    breaks: ['L2', 'T1c'],
    because:
      'the backup waits to be drained before it asks, and may not drain before it has won: it ' +
      'waits for ever',
    cites: ['R23-15', 'R23-10'],
    settings: { arbitration: 'testAndSetThenDrain' },
  },
  {
    spec: specification('asks-before-drained', { mayAsk: () => true }),
    breaks: 'nothing',
    because: 'a backup that should drain first asks at once: both orders are safe',
    cites: ['R23-15'],
    settings: { arbitration: 'drainThenTestAndSet' },
  },
  {
    spec: withRows('drains-while-it-asks', { replay: drainsMeanwhile }),
    breaks: 'nothing',
    because: 'the frozen log is replayed while the arbiter is asked: both orders are safe',
    cites: ['R23-15'],
    settings: { arbitration: 'testAndSetThenDrain' },
  },
  {
    spec: specification('unreachable-is-success', { whenAway: runsAlone }),
    breaks: ['S3', 'S1', 'L1a'],
    because: 'a contender that cannot reach the storage takes it that nobody else can',
    cites: ['R23-17'],
    settings: {},
  },
  {
    spec: withRows('silence-is-consent', { testAndSet: assumesSuccess }),
    breaks: ['S3', 'S1', 'L1a'],
    because:
      'the request or its reply is lost, or slow; when it is time to ask again the contender ' +
      'assumes success instead',
    cites: ['R23-21'],
    settings: { clock: defaultClock },
  },
  {
    spec: specification('loser-stays', { whenLost: (copy) => copy }),
    breaks: ['L1', 'T1c', 'L2'],
    because: 'the loser neither halts nor runs: it asks again and again, and keeps its outputs',
    cites: ['R23-22'],
    settings: {},
  },
  {
    spec: specification('loser-runs-alone', { whenLost: runsAlone }),
    breaks: ['S3', 'S1'],
    because: 'the loser gives up its log and what it withheld, and serves all the same',
    cites: ['R23-17', 'R23-22'],
    settings: {},
  },
  {
    spec: specification('earlier-reply-believed', { isAnswer: () => true }),
    breaks: ['S3'],
    because:
      'a copy that asked twice has won and is paired again; when it suspects its next backup, ' +
      'the second reply of the first contest tells it that it has won',
    cites: ['R23-19', 'R23-21'],
    settings: { clock: null, features: noFeatures, hostCount: 3, packetGroup: 1 },
  },
  {
    spec: specification('reply-of-the-next-contest', {
      isAnswer: (copy, reply) => reply.generation === copy.generation + 1,
    }),
    breaks: ['L2', 'L1', 'T1c'],
    because: 'replies are matched with the generation to be won, not the one it was asked from',
    cites: ['R23-21'],
    settings: {},
  },
  {
    spec: specification('keeps-acked-outputs-only', {
      onPrimaryLive: (copy) =>
        rules.onPrimaryLive({
          ...copy,
          withheld: copy.withheld.filter(({ needs }) => needs <= copy.acked),
        }),
    }),
    breaks: ['L1a'],
    because:
      'a primary that goes live alone drops the outputs that were not acknowledged: the world ' +
      'never sees them, though no failover has happened',
    cites: ['R23-8', 'R22-11'],
    settings: {},
  },
  {
    spec: specification('outputs-wait-for-the-old-log', {
      onPrimaryLive: ({ withheld }) => withheld,
    }),
    breaks: ['L1', 'T4'],
    because:
      'what a primary withheld when it went live alone still names entries of the log that is ' +
      'over; paired again before it left, it waits for as many entries of the new one',
    cites: ['R23-8', 'R22-8'],
    settings: {
      clock: { ...defaultClock, timerEvery: null },
      program: ['transmit'],
      start: 'protected',
      primaryCapacity: 6,
      wireCapacity: 2,
      backupCapacity: 2,
      ackPoint: 'replayed',
      connectionLoss: 'evidence',
      features: noFeatures,
      hostCount: 3,
      packetGroup: 1,
    },
  },
];
