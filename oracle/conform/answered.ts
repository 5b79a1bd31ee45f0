import type { Observed } from '../observation.ts';
import { submits } from './disk.ts';
import { type Finding, refusedBy, unusable } from './finding.ts';
import {
  befall,
  carriesTo,
  copyOn,
  isAwake,
  isLinkedTo,
  otherThan,
  periods,
  record,
  stateOf,
  unheard,
  unread,
  vmOn,
  type World,
} from './pair-world.ts';
import type { PairHost } from './script.ts';
import type { Said, Sending, Stimulus } from './stimulus.ts';

const isOfPair = (world: World, host: PairHost): boolean =>
  ['recording', 'replaying'].includes(vmOn(world, host).mode);

/**
 * What is sent on a connection that is closed reaches nobody, and is no mistake of a copy that may
 * not know. One that is of no pair any more sends nothing at all (R22-14, R23-6).
 */
const sends = (
  world: World,
  host: PairHost,
  kind: Exclude<Sending, 'reconnect'>,
  { line, message }: Said,
): void => {
  const isOpen = world.isOpen && world.notes[host].isJoined;
  const isData = kind === 'flush' || kind === 'acknowledge';
  if (isData && !isOpen && isOfPair(world, host)) {
    unheard(world, host, line);
    return;
  }
  record(world, host, line);
  const to = otherThan(host);
  if (kind === 'heartbeat') {
    world.notes[host].saidHeartbeat = world.now;
    const isHeard = isAwake(world, to) && carriesTo(world, 'heartbeat', to);
    if (isHeard) world.heartbeat[to].push({ kind, message, lines: 0, begins: false });
    return;
  }
  const notes = world.notes[host];
  if (kind !== 'keepalive') notes.unsent++;
  if (isOpen && (kind === 'keepalive' || message !== undefined)) ships(world, host, kind, message);
};

/** What was said since the last message goes with this one. */
const ships = (world: World, host: PairHost, kind: Sending, message: unknown): void => {
  const notes = world.notes[host];
  const { unsent: lines, begins } = notes;
  world.log[otherThan(host)].push({ kind, message, lines, begins });
  notes.unsent = 0;
  notes.begins = false;
  notes.saidLog = world.now;
};

/** A connection begins where the network is whole; its first message is an acknowledgment. */
const reconnects = (world: World, host: PairHost, { line, message }: Said): void => {
  const to = otherThan(host);
  if (!isLinkedTo(world, to)) {
    unheard(world, host, line);
    return;
  }
  record(world, host, line);
  const notes = world.notes[host];
  notes.isJoined = true;
  notes.isLost = false;
  notes.offered = null;
  notes.connected = world.now;
  notes.saidLog = world.now;
  world.notes[to].isJoined = false;
  world.isOpen = true;
  notes.begins = true;
  notes.unsent = 1;
  if (message !== undefined) ships(world, host, 'reconnect', message);
};

/** Silence for longer than the timeout, but for one period: clocks are read at ticks (R23-3). */
export const isLongSilence = ({ now }: World, heard: number): boolean =>
  now - heard + periods.heartbeatEvery >= periods.timeout;

/** Silence, or the loss of the connection where that counts (V4). */
const hasEvidence = (world: World, host: PairHost): boolean => {
  const { heardHeartbeat, heardLog, isLost } = world.notes[host];
  const isEvidence = isLost && stateOf(world).settings.connectionLoss === 'evidence';
  return isEvidence || isLongSilence(world, Math.min(heardHeartbeat, heardLog));
};

/** The other side reads what was sent before, and then that the connection is gone. */
const closes = (world: World, host: PairHost): void => {
  if (!world.isOpen || !world.notes[host].isJoined) return;
  world.isOpen = false;
  world.log[host] = [];
  world.log[otherThan(host)].push('lost');
};

const suspects = (world: World, host: PairHost, { line }: Said): void => {
  const isPair = isOfPair(world, host);
  record(world, host, line);
  if (isPair && world.finding === null && !hasEvidence(world, host)) {
    const { heardHeartbeat, heardLog } = world.notes[host];
    const since = world.now - Math.min(heardHeartbeat, heardLog);
    const sentence =
      `${line.copy} on ${host} suspects its peer after ${since} ms of silence, ` +
      `and the timeout is ${periods.timeout} ms`;
    world.finding = refusedBy(line, 'suspects too early', ['R23-3', 'R23-5'], sentence);
  }
  closes(world, host);
};

/** A request to a storage that is away goes nowhere; one that is asked again replaces the last. */
const asks = (world: World, host: PairHost, { line }: Said): void => {
  const state = stateOf(world);
  const { id, mode } = vmOn(world, host);
  if (!state.hosts[host].storage && (mode === 'withholding' || mode === 'frozen')) {
    unheard(world, host, line);
    return;
  }
  const isUnderWay = state.storage.requests.some(({ copy }) => copy === id);
  if (isUnderWay) befall(world, { did: 'loseRequest', copy: copyOn(host) });
  record(world, host, line);
};

/** What the storage has decided is known from its answer alone (R23-17). */
const learns = (world: World, host: PairHost, line: Observed<'learn'>): void => {
  const notes = world.notes[host];
  record(world, host, line);
  if (notes.repliesGiven > 0) notes.repliesGiven--;
  else {
    const sentence = `${line.copy} on ${host} says learn, and no answer has arrived there`;
    world.finding ??= refusedBy(line, 'learns ahead', ['R23-17'], sentence);
  }
};

/** The guest executes what it was told to, once, and reads what its clock showed (R21-3). */
const executed = (
  world: World,
  host: PairHost,
  line: Observed<'execute'>,
  stimulus: Stimulus,
): void => {
  record(world, host, line);
  if (world.finding !== null) return;
  if (stimulus.do !== 'execute' || stimulus.does !== line.does) {
    const told = stimulus.do === 'execute' ? `executes ${stimulus.does}` : 'executes nothing now';
    const sentence = `${line.copy} on ${host} says ${line.does}, but its guest ${told}`;
    world.finding = refusedBy(line, 'executes something else', ['R21-2'], sentence);
    return;
  }
  const read = line.entries?.find(({ kind }) => kind === 'ND');
  if (read === undefined || read.value === stimulus.reading) return;
  const sentence =
    `entry ${read.seq} says that the guest has read ${read.value ?? 'nothing'}, ` +
    `and it read ${stimulus.reading}`;
  world.finding = refusedBy(line, 'another reading', ['R21-3'], sentence);
};

/** Nothing is powered off that nobody powers off (R33-1). */
const obeys = (world: World, host: PairHost, line: Observed<'order'>): void => {
  const { orders } = world.notes[host];
  const at = orders.indexOf(line.operation);
  record(world, host, line);
  if (at >= 0) orders.splice(at, 1);
  else if (world.finding === null) {
    const sentence = `${line.copy} on ${host} obeys ${line.operation}, which nobody has ordered`;
    world.finding = refusedBy(line, 'obeys nobody', ['R33-1'], sentence);
  }
};

const answersFor = (world: World, host: PairHost, said: Said, stimulus: Stimulus): void => {
  const { line } = said;
  switch (line.did) {
    case 'flush':
    case 'acknowledge':
    case 'heartbeat':
    case 'keepalive':
      sends(world, host, line.did, said);
      break;
    case 'reconnect':
      reconnects(world, host, said);
      break;
    case 'suspect':
      suspects(world, host, said);
      break;
    case 'testAndSet':
      asks(world, host, said);
      break;
    case 'execute':
      executed(world, host, line, stimulus);
      break;
    case 'order':
      obeys(world, host, line);
      break;
    case 'submit':
      submits(world, host, said);
      break;
    case 'stop':
      record(world, host, line);
      closes(world, host);
      break;
    case 'learn':
      learns(world, host, line);
      break;
    case 'announce':
      world.notes[host].hasAnnounced = true;
      record(world, host, line);
      break;
    default:
      record(world, host, line);
  }
};

/** A guest that serves executes what it is told to: it is nowhere else than that leads to. */
const elsewhere = (world: World, host: PairHost, line: Observed): Finding | null => {
  const { mode } = vmOn(world, host);
  const { position } = world.notes[host];
  const isServing = mode === 'recording' || mode === 'withholding' || mode === 'live';
  if (!isServing || !('position' in line) || line.position === position) return null;
  const sentence =
    `${copyOn(host)} on ${host} says ${line.did} at position ${line.position}, ` +
    `and its guest was told to execute ${position} instructions`;
  return refusedBy(line, 'another position', ['R21-2', 'R21-4'], sentence);
};

/** Nothing passes between the copies but messages: what is read has arrived before. */
const readsAhead = (world: World, host: PairHost, line: Observed): Finding | null => {
  const isRead = line.did === 'receive' || line.did === 'readAck';
  if (!isRead || unread(world, host) >= 0) return null;
  const sentence = `${copyOn(host)} on ${host} says ${line.did} of what has not arrived there`;
  return refusedBy(line, 'reads ahead', ['R32-2'], sentence);
};

/** Where the guest is behind the line. */
const comesTo = (world: World, host: PairHost, line: Observed): void => {
  if (line.did === 'execute') world.notes[host].position = line.position + 1;
  else if (line.did === 'replay') world.notes[host].position = line.position;
};

/** One line of an answer to what a host was told. */
export const answered = (
  world: World,
  host: PairHost | null,
  said: Said,
  stimulus: Stimulus,
): void => {
  if (world.finding !== null) return;
  if (host === null || said.line.copy !== copyOn(host)) {
    const where = host === null ? 'nothing happens on any host' : `${host} was told something`;
    const sentence = `it says something of copy ${said.line.copy}, while ${where}`;
    world.finding = unusable('another copy', sentence);
    return;
  }
  const misplaced = elsewhere(world, host, said.line);
  answersFor(world, host, said, stimulus);
  world.finding ??= misplaced ?? readsAhead(world, host, said.line);
  comesTo(world, host, said.line);
};
