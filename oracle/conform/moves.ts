import { holdsTheEntry } from '../../model/actions/control.ts';
import { full } from '../../model/actions/record.ts';
import type { Event } from '../../model/event.ts';
import type { CopyId } from '../../model/ids.ts';
import { paper } from '../../model/paper.ts';
import { enabled, isRefusal, step } from '../../model/spec.ts';
import type { Reply, State, Vm } from '../../model/state.ts';
import { answered, isLongSilence } from './answered.ts';
import { type Finding, notDoing } from './finding.ts';
import {
  carriesTo,
  copyOn,
  isAwake,
  pairHosts,
  periods,
  type Silence,
  stateOf,
  type UnderWay,
  vmOn,
  type World,
} from './pair-world.ts';
import type { PairHost } from './script.ts';
import type { Said, Stimulus, Told } from './stimulus.ts';

/** A course of stimuli, each given back its answer. */
export type Course<T> = Generator<Stimulus, T, readonly Said[]>;

const guestEvent = (stimulus: Told, copy: Vm): Event | null => {
  if (stimulus.do === 'execute') return { type: 'execute', copy: copy.id };
  if (stimulus.do === 'order') {
    return { type: 'order', copy: copy.id, operation: stimulus.operation };
  }
  return stimulus.do === 'interrupt' ? { type: 'interrupt', copy: copy.id } : null;
};

/** A guest that may run runs: it waits for room in the log, and for nothing else (R22-7). */
const mustRun = (state: State, copy: Vm, stimulus: Told): boolean => {
  const event = guestEvent(stimulus, copy);
  if (event === null || (copy.mode !== 'recording' && copy.mode !== 'live')) return false;
  const program = stimulus.do === 'execute' ? [stimulus.does] : state.settings.program;
  const aimed = { ...state, settings: { ...state.settings, program } };
  return !isRefusal(step(paper, aimed, event));
};

const dues = {
  execute: ['its guest runs', ['R22-7', 'R21-2']],
  interrupt: ['the timer of its guest is due', ['R21-4', 'R21-6']],
  order: ['its administrator orders that', ['R33-1', 'R33-2']],
} as const;

const stoodStill = (host: PairHost, { do: due }: Told): Finding => {
  const [what, cites] = dues[due === 'execute' || due === 'order' ? due : 'interrupt'];
  const sentence = `${copyOn(host)} on ${host} does nothing although ${what} and nothing stops it`;
  return notDoing(due, cites, sentence);
};

/** Where room is counted in bytes, whether there is any is known of an empty log buffer only. */
const mayStall = (world: World, host: PairHost, told: Told): boolean => {
  const copy = vmOn(world, host);
  const isUsed = 'logged' in copy && copy.buffer.length > 0;
  const isBehind = told.do !== 'execute' && world.notes[host].stalled !== null;
  return world.room === 'bytes' && (isUsed || isBehind);
};

/** An order is obeyed at once, if there is room to log it. */
const mayWait = (world: World, host: PairHost, told: Told): boolean => {
  if (mayStall(world, host, told)) return true;
  const event = guestEvent(told, vmOn(world, host));
  return event !== null && step(paper, stateOf(world), event) === full;
};

/** What a copy of a pair could suspect for at this tick, so that the story says so. */
const silenceAt = (world: World, host: PairHost, told: Told): Silence | null => {
  const { mode } = vmOn(world, host);
  if (told.do !== 'tick' || (mode !== 'recording' && mode !== 'replaying')) return null;
  const { heardHeartbeat, heardLog } = world.notes[host];
  const since = (heard: number): number | null => (isLongSilence(world, heard) ? heard : null);
  return { heartbeat: since(heardHeartbeat), log: since(heardLog) };
};

/** A host is told something, and what it answers is judged. */
export const tell = function* (world: World, host: PairHost, told: Told): Course<void> {
  if (world.finding !== null) return;
  const mustDo = mustRun(stateOf(world), vmOn(world, host), told) && !mayStall(world, host, told);
  world.episodes.push({ kind: 'told', stimulus: told, silence: silenceAt(world, host, told) });
  const { orders } = world.notes[host];
  if (told.do === 'order') orders.push(told.operation);
  const said = yield told;
  for (const one of said) answered(world, host, one, told);
  if (told.do === 'order' && !mayWait(world, host, told)) orders.splice(0);
  const isDone = said.some(({ line }) => line.did === told.do);
  if (world.room === 'bytes' && told.do === 'execute') {
    world.notes[host].stalled = isDone ? null : told;
  }
  if (mustDo && !isDone) world.finding ??= stoodStill(host, told);
};

/** Whether the next message on a network can arrive at the host. */
export const arrives = (world: World, net: 'log' | 'heartbeat', to: PairHost): boolean =>
  isAwake(world, to) && carriesTo(world, net, to) && world[net][to].length > 0;

const given = function* (world: World, to: PairHost, one: UnderWay, net: string): Course<void> {
  const notes = world.notes[to];
  if (one === 'lost') {
    notes.isLost = true;
    yield* tell(world, to, { do: 'lost', host: to });
    return;
  }
  if (one.begins) joined(world, to);
  if (net === 'log') notes.heardLog = world.now;
  else notes.heardHeartbeat = world.now;
  const { kind, message } = one;
  yield* tell(world, to, { do: 'message', host: to, kind, message });
};

/** Its first message is the connection's (R33-11). */
const joined = (world: World, host: PairHost): void => {
  const notes = world.notes[host];
  notes.isJoined = true;
  notes.isLost = false;
  notes.saidLog = world.now;
};

/** The next message on a network to the host arrives, if it can. */
export const carry = function* (
  world: World,
  net: 'log' | 'heartbeat',
  to: PairHost,
): Course<void> {
  if (!arrives(world, net, to)) return;
  const one = world[net][to].shift();
  if (one !== undefined) yield* given(world, to, one, net);
};

/** All that can arrive there arrives. */
export const carryAll = function* (
  world: World,
  net: 'log' | 'heartbeat',
  to: PairHost,
): Course<void> {
  while (arrives(world, net, to) && world.finding === null) yield* carry(world, net, to);
};

const heartless = (world: World, host: PairHost): Finding | null => {
  const { mode } = vmOn(world, host);
  const silence = world.now - world.notes[host].saidHeartbeat;
  const isOwed = (mode === 'recording' || mode === 'replaying') && silence > periods.timeout;
  if (!isOwed) return null;
  const sentence = `${copyOn(host)} on ${host} has sent no heartbeat for ${silence} ms`;
  return notDoing('heartbeat', ['R23-1'], sentence);
};

/**
 * Log traffic never ceases: an idle VM has keepalives, in both directions (Q9). One that is off is
 * not running any more, and a channel that one side knows to be closed carries nothing.
 */
const mute = (world: World, host: PairHost): Finding | null => {
  const copy = vmOn(world, host);
  const { saidLog, isJoined } = world.notes[host];
  const isOn =
    (copy.mode === 'recording' && !copy.guest.isOff) ||
    (copy.mode === 'replaying' && !holdsTheEntry(copy));
  const silence = world.now - saidLog;
  if (!isOn || !world.isOpen || !isJoined || silence <= periods.timeout) return null;
  const sentence = `${copyOn(host)} on ${host} has sent nothing on the channel for ${silence} ms`;
  return notDoing('keepalive', ['R23-2', 'R23-3'], sentence);
};

/** Heartbeats have stopped, or what its peer sends on the channel does not arrive (R23-3). */
const isSilent = ({ now, notes, log }: World, host: PairHost): boolean => {
  const { heardHeartbeat, heardLog, resumed, connected } = notes[host];
  const isLong = (heard: number): boolean => now - Math.max(heard, resumed) > periods.timeout;
  return isLong(heardHeartbeat) || (log[host].length > 0 && isLong(Math.max(heardLog, connected)));
};

const patientTicks = 2;

/** Silence counts on the clock of who hears it: at the third tick it is noticed. */
const trusting = (world: World, host: PairHost): Finding | null => {
  const notes = world.notes[host];
  const { mode } = vmOn(world, host);
  const isPair = mode === 'recording' || mode === 'replaying';
  notes.silentTicks = isPair && isSilent(world, host) ? notes.silentTicks + 1 : 0;
  if (notes.silentTicks <= patientTicks) return null;
  const since = world.now - Math.min(notes.heardHeartbeat, notes.heardLog);
  const sentence =
    `${copyOn(host)} on ${host} does not suspect its peer after ${since} ms without ` +
    `${world.now - notes.heardHeartbeat > periods.timeout ? 'a heartbeat' : 'log traffic'}`;
  return notDoing('suspect on silence', ['R23-3'], sentence);
};

/** A backup that has been told of the loss could have another connection (V4). */
export const mayConnect = (world: World, host: PairHost): boolean => {
  const { id } = vmOn(world, host);
  const isAble = isAwake(world, host) && world.notes[host].isLost;
  return isAble && enabled(paper, stateOf(world), 'reconnect').some((one) => isOf(one, id));
};

const isOf = (event: Event, id: CopyId): boolean => 'copy' in event && event.copy === id;

/** The network takes a connection of the logging channel again, and the backup is told so. */
export const connect = function* (world: World, host: PairHost): Course<void> {
  const notes = world.notes[host];
  if (!mayConnect(world, host)) return;
  notes.offered = { since: notes.offered?.since ?? world.now, last: world.now };
  yield* tell(world, host, { do: 'connected', host });
};

/**
 * A loss that is no evidence leads to another connection, or in time to a needless failover. It may
 * leave some time between two attempts; it is told at which moments one would succeed.
 */
const reluctant = (world: World, host: PairHost): Finding | null => {
  const notes = world.notes[host];
  if (!mayConnect(world, host)) notes.offered = null;
  if (notes.offered === null) return null;
  const waited = notes.offered.last - notes.offered.since;
  if (waited <= periods.retryEvery + periods.heartbeatEvery) return null;
  const sentence =
    `${copyOn(host)} on ${host} opens no connection, although it could have one for ` +
    `${waited} ms and a loss is no evidence`;
  return notDoing('reconnect', ['R33-11', 'R23-5'], sentence);
};

/** A host that is awake is told the time. */
export const tick = function* (world: World, host: PairHost): Course<void> {
  if (!isAwake(world, host)) return;
  yield* tell(world, host, { do: 'tick', host, now: world.now });
  world.finding ??= heartless(world, host) ?? mute(world, host);
  world.finding ??= trusting(world, host) ?? reluctant(world, host);
};

/** Time passes, and heartbeats arrive. */
export const pass = function* (world: World, ticks: number): Course<void> {
  for (let count = 0; count < ticks && world.finding === null; count++) {
    world.now += periods.heartbeatEvery;
    for (const host of pairHosts) yield* tick(world, host);
    for (const host of pairHosts) yield* carryAll(world, 'heartbeat', host);
  }
};

/** The storage's answer that the host waits for. */
export const replyFor = (world: World, host: PairHost): Reply | undefined => {
  const { storage, hosts } = stateOf(world);
  const { id, mode } = vmOn(world, host);
  const isThere = isAwake(world, host) && hosts[host].storage;
  if (!isThere || mode === 'halted') return undefined;
  const replies = storage.replies.filter(({ copy }) => copy === id);
  return replies[world.notes[host].repliesGiven];
};

/** The storage's answer reaches the host. */
export const answer = function* (world: World, host: PairHost): Course<void> {
  const reply = replyFor(world, host);
  if (reply === undefined) return;
  world.notes[host].repliesGiven++;
  yield* tell(world, host, { do: 'reply', host, outcome: reply.outcome });
};

const holdsWork = (world: World, host: PairHost): boolean => {
  const copy = vmOn(world, host);
  return 'consumed' in copy && copy.buffer.length > 0 && isAwake(world, host);
};

/** A backup that holds entries gets CPU time. */
export const replay = function* (world: World, host: PairHost): Course<void> {
  if (holdsWork(world, host)) yield* tell(world, host, { do: 'replay', host });
};

/** What it does not do now it does not do the next time either. */
export const replayAll = function* (world: World, host: PairHost): Course<void> {
  while (holdsWork(world, host) && world.finding === null) {
    const before = vmOn(world, host);
    yield* replay(world, host);
    if (vmOn(world, host) === before) return;
  }
};
