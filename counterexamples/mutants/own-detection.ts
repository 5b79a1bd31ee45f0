import { suspect } from '../../model/actions/detection.ts';
import { holderOf } from '../../model/actions/notation.ts';
import { unthrottled } from '../../model/boot.ts';
import type { Event } from '../../model/event.ts';
import { copyId } from '../../model/ids.ts';
import { paper, rules, specification } from '../../model/paper.ts';
import { defaultClock, noFeatures } from '../../model/settings.ts';
import { type Action, isRefusal } from '../../model/spec.ts';
import type { State, Withholding } from '../../model/state.ts';
import type { Mutant } from '../mutant.ts';
import { asIf, withClock, withRows } from './own-rows.ts';

/** The hypervisor says that all is well without looking whether the VM runs. */
const keepsAnyVmAlive: Action<'keepalive'> = {
  ...paper.actions.keepalive,
  next: (state, event) => {
    const copy = state.copies[event.copy];
    if (copy?.mode !== 'recording') return paper.actions.keepalive.next(state, event);
    const running = { ...state, copies: state.copies.with(copy.id, { ...copy, wedged: false }) };
    const outcome = paper.actions.keepalive.next(running, event);
    const after = isRefusal(outcome) ? undefined : outcome.state.copies[copy.id];
    if (isRefusal(outcome) || after?.mode !== 'recording') return outcome;
    const copies = outcome.state.copies.with(copy.id, { ...after, wedged: copy.wedged });
    return { ...outcome, state: { ...outcome.state, copies } };
  },
};

const suspecting = (state: State, event: Event<'readAck'>): Withholding | null => {
  const copy = state.copies[event.copy];
  const connection = state.connections.find(({ id }) => id === event.connection);
  const isOurs = connection?.primary === copy?.line;
  return copy?.mode === 'withholding' && isOurs && connection?.generation === copy.generation
    ? copy
    : null;
};

/** An acknowledgment puts an end to the suspicion. */
const trustsAgain: Action<'readAck'> = {
  ...paper.actions.readAck,
  instances: (state) =>
    state.connections
      .filter(({ acks }) => acks.length > 0)
      .map(({ id, primary }) => ({
        type: 'readAck',
        copy: holderOf(state, primary)?.id ?? copyId(primary),
        connection: id,
      })),
  next: (state, event) => {
    const copy = suspecting(state, event);
    const connection = state.connections.find(({ id }) => id === event.connection);
    if (copy === null || connection === undefined) return paper.actions.readAck.next(state, event);
    const copies = state.copies.with(copy.id, {
      ...copy,
      mode: 'recording',
      backup: connection.backup,
      connection: null,
      sent: copy.acked,
      reached: true,
      throttle: unthrottled,
      isAskedForQuiet: false,
      move: null,
    });
    return paper.actions.readAck.next({ ...state, copies }, event);
  },
};

/** The time in which it did not listen is not forgiven when it listens again. */
const doesNotForgive: Action<'replay'> = {
  ...paper.actions.replay,
  next: (state, event) => {
    const outcome = paper.actions.replay.next(state, event);
    const before = state.copies[event.copy];
    const after = isRefusal(outcome) ? undefined : outcome.state.copies[event.copy];
    if (isRefusal(outcome) || before?.mode !== 'replaying' || after?.mode !== 'replaying') {
      return outcome;
    }
    const watch = { ...after.watch, channelHeard: before.watch.channelHeard };
    const copies = outcome.state.copies.with(event.copy, { ...after, watch });
    return { ...outcome, state: { ...outcome.state, copies } };
  },
};

/** Only entries taken or consumed count as progress, not the instructions between two of them. */
const countsEntriesOnly: Action<'readAck'> = {
  ...paper.actions.readAck,
  next: (state, event) => {
    const outcome = paper.actions.readAck.next(state, event);
    const before = state.copies[event.copy];
    const after = isRefusal(outcome) ? undefined : outcome.state.copies[event.copy];
    if (isRefusal(outcome) || before?.mode !== 'recording' || after?.mode !== 'recording') {
      return outcome;
    }
    const isNews =
      after.acked > before.acked ||
      after.throttle.consumed > before.throttle.consumed ||
      after.connection !== before.connection;
    const progressed = isNews ? after.watch.progressed : before.watch.progressed;
    const watch = { ...after.watch, progressed };
    const copies = outcome.state.copies.with(event.copy, { ...after, watch });
    return { ...outcome, state: { ...outcome.state, copies } };
  },
};

/** A guest that computes for long between two entries, on a backup with little room. */
const slowGuest = {
  program: ['compute', 'compute', 'compute', 'compute', 'compute', 'transmit'],
  clock: { ...defaultClock, speed: 1, timerEvery: null },
  backupCapacity: 1,
} as const;

const silence: readonly Mutant[] = [
  {
    spec: specification('suspects-a-tick-of-silence', {
      isFailure: ({ heartbeats, channel }) => heartbeats > 1 || channel > 1,
    }),
    breaks: ['T3'],
    because:
      'the timeout is as short as the interval between two signs of life: any delay is death',
    cites: ['R23-3', 'R23-5'],
    settings: { clock: defaultClock },
  },
  {
    spec: specification('suspects-late', {
      isFailure: (silence, clock, copy) =>
        rules.isFailure(silence, { ...clock, timeout: clock.timeout + 2 }, copy),
    }),
    breaks: ['T1d'],
    because: 'silence is borne for two ticks longer than the timeout allows',
    cites: ['R23-3', 'R32-8'],
    settings: { clock: defaultClock },
  },
  {
    spec: specification('channel-only', {
      isFailure: ({ channel }, { timeout }) => channel > timeout,
    }),
    breaks: ['L3', 'T1d'],
    because:
      'heartbeats are ignored: a pair that has lost the heartbeat network goes on as if nothing ' +
      'had happened, although another host is there for a better one',
    cites: ['R23-3'],
    settings: { clock: defaultClock },
  },
  {
    spec: withRows('full-buffer-is-silence', {
      suspect: suspect({ ...rules, causesSilence: () => false }),
    }),
    breaks: ['T3'],
    because:
      'a slow backup stops reading, hears nothing because it does not listen, and takes its ' +
      'primary for dead',
    cites: ['R23-3', 'R32-4'],
    settings: slowGuest,
  },
  {
    spec: withRows('own-silence-not-forgiven', { replay: doesNotForgive }),
    breaks: ['T3'],
    because:
      'a backup whose buffer was full for long has room again, and at once reckons the time in ' +
      'which it did not read as silence of its primary',
    cites: ['R23-3', 'R32-4'],
    settings: slowGuest,
  },
  {
    spec: specification('heartbeat-of-anybody', { countsAs: () => true }),
    breaks: ['L2', 'L1'],
    because:
      'any heartbeat counts as the peer that is watched: a former partner that does not know ' +
      'that it is one no more keeps a dead pair alive',
    cites: ['R23-1'],
    settings: { clock: defaultClock },
  },
  {
    spec: withRows('heartbeats-too-rare', {
      heartbeat: asIf(paper.actions.heartbeat, withClock({ heartbeatEvery: 12 })),
    }),
    breaks: ['T3'],
    because: 'a heartbeat is sent every twelve ticks and awaited for six',
    cites: ['R23-1', 'R23-5'],
    settings: { clock: defaultClock },
  },
  {
    spec: withRows('keepalives-too-rare', {
      keepalive: asIf(paper.actions.keepalive, withClock({ keepaliveEvery: 12 })),
    }),
    breaks: ['T3'],
    because: 'an idle guest logs nothing, and its hypervisor shows too seldom that it lives',
    cites: ['R23-2', 'R23-5'],
    settings: { clock: { ...defaultClock, timerEvery: null }, program: ['reply'] },
  },
  {
    spec: withRows('keeps-a-stuck-vm-alive', { keepalive: keepsAnyVmAlive }),
    breaks: ['L2'],
    because:
      'the hypervisor sends keepalives for a VM that is stuck: heartbeats and log traffic go on, ' +
      'and nobody ever takes over',
    cites: ['R23-2', 'R23-3'],
    settings: { clock: defaultClock },
  },
];

const stalls: readonly Mutant[] = [
  {
    spec: specification('stall-never-suspected', { isStalled: () => false }),
    breaks: ['L1', 'L4'],
    because:
      'the backup lives and is heard but its host gives it no CPU: it consumes nothing, the ' +
      'buffers fill, and outputs wait for ever',
    cites: ['R23-3', 'R32-4'],
    settings: { clock: defaultClock },
  },
  {
    spec: specification('idle-is-stalled', {
      isStalled: ({ progress }, { stallTimeout }) => progress > stallTimeout,
    }),
    breaks: ['T3'],
    because: 'nothing moves because there is nothing to do, and the primary takes it for a stall',
    cites: ['R23-3'],
    settings: { clock: { ...defaultClock, timerEvery: null }, program: ['reply'] },
  },
  {
    spec: withRows('computing-is-stalling', { readAck: countsEntriesOnly }),
    breaks: ['T3'],
    because:
      'a slow backup computes for long between two entries; because it consumes none the primary ' +
      'takes it for stalled',
    cites: ['R23-3', 'R32-7'],
    settings: {
      clock: { ...defaultClock, speed: 1, timerEvery: null },
      features: noFeatures,
      hostCount: 3,
    },
  },
  {
    spec: specification('only-primary-watches', { watches: ({ mode }) => mode === 'recording' }),
    breaks: ['L2', 'T1d'],
    because: 'the backup never suspects: when the primary has crashed nobody takes over',
    cites: ['R23-2', 'R23-3'],
    settings: { clock: defaultClock },
  },
  {
    spec: withRows('suspicion-undone', { readAck: trustsAgain }),
    breaks: ['L2', 'L1', 'L4', 'S4'],
    because:
      'a primary that has asked the arbiter hears from its backup and records again; it has won ' +
      'the generation that its backup will need',
    cites: ['R23-6'],
    settings: {},
  },
];

const freezing: readonly Mutant[] = [
  {
    spec: specification('freezes-one-short', { freeze: (copy) => rules.freeze(copy).slice(0, -1) }),
    breaks: ['S5', 'S1'],
    because: 'the last entry of the frozen log is left out although it was acknowledged',
    cites: ['R23-11', 'R22-14'],
    settings: {},
  },
  {
    spec: specification('freezes-nothing', { freeze: () => [] }),
    breaks: ['S5', 'S1'],
    because:
      'on suspicion the log buffer is given up with the channel: what was acknowledged is gone',
    cites: ['R23-10', 'R23-11'],
    settings: {},
  },
  {
    spec: specification('freezes-all', { freeze: ({ buffer }) => buffer }),
    breaks: 'nothing',
    because:
      'an incomplete last group is frozen with the rest; nobody replays it, so it goes unused',
    cites: ['R23-11', 'R21-9'],
    settings: {},
  },
  {
    spec: specification('freezes-what-it-acked', {
      freeze: (copy) => rules.freeze(copy).filter(({ seq: number }) => number <= copy.acked),
    }),
    breaks: 'nothing',
    because: 'entries not yet acknowledged are given up: no output has left that rests on them',
    cites: ['R22-14', 'R23-11'],
    settings: {},
  },
];

/** Mistakes in noticing a failure (2.3). */
export const ownDetection: readonly Mutant[] = [...silence, ...stalls, ...freezing];
