import type { Line } from '../ids.ts';
import { completeUpTo, type LogEntry } from '../log.ts';
import type { Clock } from '../settings.ts';
import type { Action, Refusal, Step } from '../spec.ts';
import type {
  Cloning,
  Devices,
  Recording,
  Replaying,
  State,
  Vm,
  Watch,
  Withholding,
} from '../state.ts';
import type { IsTold } from './control.ts';
import {
  connectionOf,
  halted,
  holderOf,
  inMode,
  isCut,
  isDue,
  moved,
  remember,
  silent,
  withConnection,
  withCopy,
  withDevices,
} from './notation.ts';

type Watching = Recording | Replaying;
type Sender = Watching | Cloning;

const peerOf = (copy: Sender): Line => {
  if (copy.mode === 'recording') return copy.backup;
  return copy.mode === 'replaying' ? copy.primary : copy.source;
};

/** What a hypervisor knows of its peer's silence, in ticks. */
export type Silence = {
  readonly heartbeats: number;
  readonly channel: number;
  readonly progress: number; // since the log last moved on
  readonly isLost: boolean; // the connection was lost or closed by the peer
};

/** Whether the silence is a failure, with time modelled (R23-3). */
export type IsFailure = (silence: Silence, clock: Clock, copy: Watching) => boolean;

/** Heartbeats or log traffic have stopped for longer than the timeout: either is enough (R23-3). */
export const eitherStopped: IsFailure = ({ heartbeats, channel }, { timeout }) =>
  heartbeats > timeout || channel > timeout;

/** A backup that does not read, its buffer being full, causes the silence that it hears (Q13). */
export type CausesSilence = (copy: Replaying, capacity: number) => boolean;

/** With a full log buffer it reads nothing, whatever is sent (R32-4). */
export const notReading: CausesSilence = ({ buffer }, capacity) => buffer.length >= capacity;

/** Whether entries wait although the backup neither takes nor consumes any (Q13). */
export type IsStalled = (silence: Silence, clock: Clock, copy: Recording) => boolean;

/** Entries wait, and for the stall timeout nothing has come of it (Q13). */
export const outstanding: IsStalled = ({ progress }, { stallTimeout }, { throttle }) =>
  throttle.stamps.length > 0 && progress > stallTimeout;

/** Whether this side looks for failures at all: both do (R23-2). */
export type Watches = (copy: Watching) => boolean;

/** Primary and backup alike; either can be the one that is left (R23-2). */
export const bothSides: Watches = () => true;

/** What of its log a backup keeps when it suspects its primary and reads no more (R23-11). */
export type Freeze = (copy: Replaying) => readonly LogEntry[];

/** All that it has received and not consumed, up to the last complete group. */
export const completeGroups: Freeze = ({ buffer, consumed }) => {
  const end = completeUpTo(buffer, consumed);
  return buffer.filter(({ seq }) => seq <= end);
};

/** Whether a hypervisor counts a heartbeat as its peer's (R23-1). */
export type CountsAs = (hearer: Watching, from: Sender) => boolean;

/** Only of the copy it is paired with: a former partner may not know that it is one no more. */
export const fromItsPeer: CountsAs = (hearer, from) => peerOf(hearer) === from.line;

/** Whether the disk of a primary that suspects its backup stays quiesced (R33-8). */
export type QuietAlone = (quiesce: Devices['quiesce']) => Devices['quiesce'];

/** Nobody is being moved any more: it takes up its disk again. */
export const ends: QuietAlone = () => 'none';

/** The decisions about failures and what follows at once (section 2.3 of the paper). */
export type DetectionRules = {
  readonly isTold: IsTold;
  readonly quietAlone: QuietAlone;
  readonly isFailure: IsFailure;
  readonly causesSilence: CausesSilence;
  readonly isStalled: IsStalled;
  readonly watches: Watches;
  readonly freeze: Freeze;
  readonly countsAs: CountsAs;
};

/** A backup that has consumed everything owes no progress until there is a new entry (Q13). */
const waitingSince = (copy: Watching): number =>
  copy.mode === 'recording' ? (copy.throttle.stamps[0] ?? 0) : 0;

const silenceOf = (rules: DetectionRules, state: State, copy: Watching): Silence => {
  const { now, settings } = state;
  const { heartbeatHeard, channelHeard, progressed } = copy.watch;
  const isDeaf = copy.mode === 'replaying' && rules.causesSilence(copy, settings.backupCapacity);
  const connection = connectionOf(state, copy.connection);
  return {
    heartbeats: now - heartbeatHeard,
    channel: isDeaf ? 0 : now - channelHeard,
    progress: now - Math.max(progressed, waitingSince(copy)),
    isLost: connection !== undefined && !connection.open && !connection.isHandover,
  };
};

const hasEvidence = (rules: DetectionRules, state: State, copy: Watching): boolean => {
  const { clock, connectionLoss } = state.settings;
  if (!rules.watches(copy)) return false;
  if (clock === null) return true;
  const silence = silenceOf(rules, state, copy);
  if (silence.isLost && connectionLoss === 'evidence') return true;
  if (rules.isFailure(silence, clock, copy)) return true;
  return copy.mode === 'recording' && rules.isStalled(silence, clock, copy);
};

const withholding = (rules: DetectionRules, copy: Recording): Withholding => {
  const { id, line, host, guest, generation, share, wedged, logged, buffer, acked } = copy;
  const { withheld, reached, watch } = copy;
  const quiesce = rules.quietAlone(copy.devices.quiesce);
  const { devices } = withDevices(copy, { quiesce });
  const kept = { id, line, host, guest, generation, share, wedged, logged, buffer, acked };
  return { mode: 'withholding', ...kept, withheld, devices, reached, watch: unasked(watch) };
};

const unasked = (watch: Watch): Watch => ({ ...watch, asked: -1 });

/** From here on its log neither grows nor is acknowledged (R23-11, R22-14). */
const frozen = (rules: DetectionRules, copy: Replaying): Vm => {
  if (rules.isTold(copy)) return halted(copy, 'off');
  const { id, line, host, guest, generation, share, wedged, consumed, lastOutputs } = copy;
  const buffer = rules.freeze(copy);
  const received = buffer.at(-1)?.seq ?? consumed;
  const kept = { id, line, host, guest, generation, share, wedged, consumed, lastOutputs };
  return { mode: 'frozen', ...kept, received, buffer, watch: unasked(copy.watch) };
};

/** The side that suspects closes the channel; a backup reads no more of it (R23-6, R22-14). */
const closing = (state: State, copy: Watching): State => {
  const connection = connectionOf(state, copy.connection);
  if (connection === undefined) return state;
  const entries = copy.mode === 'replaying' ? [] : connection.entries;
  return withConnection(state, { ...connection, open: false, entries });
};

/**
 * A side declares its peer failed, rightly or not (R23-4). The pair is over: nothing but the
 * test-and-set can follow (R23-6), unless the VM is being powered off: a backup that knows it stops
 * (R33-2d). Without time, silence may be suspected at any moment.
 */
export const suspect = (rules: DetectionRules): Action<'suspect'> =>
  inMode('suspect', ['recording', 'replaying'], (state, copy) => {
    if (!hasEvidence(rules, state, copy)) return 'it has no evidence against its peer';
    const after = copy.mode === 'recording' ? withholding(rules, copy) : frozen(rules, copy);
    return moved(closing(state, copy), after);
  });

const hears = (copy: Vm | undefined): copy is Recording | Replaying =>
  copy?.mode === 'recording' || copy?.mode === 'replaying';

/** The peer's host hears it, if it is up and the network between them whole. */
const heardBy = (
  rules: DetectionRules,
  state: State,
  from: Sender,
  net: 'log' | 'heartbeat',
  what: Exclude<keyof Watch, 'credit'>,
): State => {
  const peer = holderOf(state, peerOf(from));
  if (!hears(peer) || !rules.countsAs(peer, from)) return state;
  const host = state.hosts[peer.host];
  if (!host.up || host.paused || isCut(state, net, from.host, peer.host)) return state;
  return withCopy(state, { ...peer, watch: remember(state, peer.watch, what) });
};

const untimed = 'time is not modelled';

/** The host sends a heartbeat to the peer's host; it lives even if the VM is stuck (R23-1). */
export const heartbeat = (rules: DetectionRules): Action<'heartbeat'> =>
  inMode(
    'heartbeat',
    ['recording', 'replaying', 'cloning'],
    (state, copy): Step | Refusal => {
      if (state.settings.clock === null) return untimed;
      if (!isDue(state, copy.watch.heartbeatSent, ({ heartbeatEvery }) => heartbeatEvery)) {
        return 'no heartbeat is due';
      }
      const watch = remember(state, copy.watch, 'heartbeatSent');
      return silent(
        heardBy(rules, withCopy(state, { ...copy, watch }), copy, 'heartbeat', 'heartbeatHeard'),
      );
    },
    { needs: 'host' },
  );

/**
 * The primary's hypervisor shows on the channel that its VM is not stuck (Q9). The model delivers
 * it at once or, where the channel is cut, closed or not read, not at all.
 */
export const keepalive = (rules: DetectionRules): Action<'keepalive'> =>
  inMode('keepalive', ['recording'], (state, copy) => {
    if (state.settings.clock === null) return untimed;
    const connection = connectionOf(state, copy.connection);
    if (connection === undefined || !connection.open) return 'the logging channel is not connected';
    if (!isDue(state, copy.watch.channelSent, ({ keepaliveEvery }) => keepaliveEvery)) {
      return 'no keepalive is due';
    }
    const sent = withCopy(state, { ...copy, watch: remember(state, copy.watch, 'channelSent') });
    const peer = holderOf(state, copy.backup);
    const isRead =
      peer?.mode === 'replaying' && !rules.causesSilence(peer, state.settings.backupCapacity);
    return silent(isRead ? heardBy(rules, sent, copy, 'log', 'channelHeard') : sent);
  });
