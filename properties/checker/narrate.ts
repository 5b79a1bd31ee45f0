import { match, P } from 'ts-pattern';
import type { Effect } from '../../model/effect.ts';
import type { Event } from '../../model/event.ts';
import type { HostId } from '../../model/ids.ts';
import { isRefusal, type Refusal, type Spec, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import type { Script } from './script.ts';
import { tellChannel } from './telling/channel.ts';
import { tellControl } from './telling/control.ts';
import { blocksText, tellDisk } from './telling/disk.ts';
import { tellExecution } from './telling/execution.ts';
import { tellFailover } from './telling/failover.ts';
import { tellMigration } from './telling/migration.ts';
import { nameIn, nameOf } from './telling/names.ts';
import { tellProtection } from './telling/protection.ts';
import type { Scene } from './telling/scene.ts';
import { tellWorld } from './telling/world.ts';

/** Where in a diagram an event belongs. */
export type Lane = HostId | 'channel' | 'storage' | 'service' | 'network' | 'world';

/** One event of a script, told. */
export type StoryLine = {
  readonly number: number; // from 1 on
  readonly event: Event;
  readonly lane: Lane;
  readonly who: string; // the copy that acts; empty where none does
  readonly clause: string; // what it does, or what happens
  readonly effects: readonly string[]; // what the world notices, told
  readonly noticed: readonly Effect[]; // the same as data
  readonly refused: Refusal | null;
  readonly before: State;
  readonly after: State; // the same where the event is refused
};

/** A script as it was replayed, with its refused events left out of the states but told. */
export type Story = {
  readonly spec: string;
  readonly begun: State;
  readonly lines: readonly StoryLine[];
  readonly ended: State;
  readonly firstRefused: number | null; // an index in the lines
};

const executions = P.union('execute', 'interrupt', 'deliver', 'feed', 'replay', 'release');
const channels = P.union(
  'flush',
  'receive',
  'acknowledge',
  'readAck',
  'reconnect',
  'heartbeat',
  'keepalive',
);
const failovers = P.union('suspect', 'testAndSet', 'arbitrate', 'learn', 'goLive', 'announce');
const protections = P.union(
  'requestBackup',
  'place',
  'precopy',
  'snapshot',
  'arm',
  'discard',
  'abandon',
  'throttle',
);

const controls = P.union('order', 'stop');
const migrations = P.union('migrate', 'quiesce', 'switchOver', 'takeUp', 'cancel');
const disks = P.union('submit', 'perform', 'complete', 'failIo', 'loseIo');

const clauseOf = (event: Event, scene: Scene): string =>
  match(event)
    .with({ type: executions }, (execution) => tellExecution(execution, scene))
    .with({ type: channels }, (channel) => tellChannel(channel, scene))
    .with({ type: failovers }, (failover) => tellFailover(failover, scene))
    .with({ type: protections }, (protection) => tellProtection(protection, scene))
    .with({ type: controls }, (control) => tellControl(control, scene))
    .with({ type: migrations }, (migration) => tellMigration(migration, scene))
    .with({ type: disks }, (disk) => tellDisk(disk, scene))
    .otherwise((world) => tellWorld(world, scene));

/** Events that name a copy without being its doing. */
const others = P.union(
  ...(['arbitrate', 'place', 'wedge', 'loseRequest', 'loseReply'] as const),
  ...(['perform', 'failIo', 'loseIo'] as const),
);

const subjectOf = (event: Event, state: State): string =>
  match(event)
    .with({ type: others }, () => '')
    .with({ copy: P.number }, ({ copy }) => nameIn(state, copy))
    .otherwise(() => '');

const laneOf = (event: Event, state: State): Lane =>
  match(event)
    .returnType<Lane>()
    .with({ type: P.union('arbitrate', 'loseRequest', 'loseReply') }, () => 'storage')
    .with({ type: P.union('perform', 'failIo', 'loseIo') }, () => 'storage')
    .with({ type: P.union('place', 'loseService', 'regainService') }, () => 'service')
    .with({ type: P.union('cut', 'heal') }, ({ net }) => (net === 'log' ? 'channel' : 'network'))
    .with({ type: 'reset' }, () => 'channel')
    .with({ type: 'send' }, () => 'network')
    .with({ type: P.union('tick', 'operate') }, () => 'world')
    .with({ type: 'migrate' }, ({ copy }) => state.copies[copy]?.host ?? 'world')
    .with({ host: P.string }, ({ host }) => host)
    .with({ copy: P.number }, ({ copy }) => state.copies[copy]?.host ?? 'world')
    .exhaustive();

const sentence = (who: string, clause: string): string =>
  who === '' ? clause : `${who} ${clause}`;

/**
 * An event that has been performed, in one clause. `effects` has to say so where an output of a
 * backup has reached the world all the same.
 */
export const tell = (
  event: Event,
  before: State,
  after: State,
  effects: readonly Effect[] = [],
): string => sentence(subjectOf(event, before), clauseOf(event, { before, after, effects }));

/** What the world notices. */
export const effectClause = (effect: Effect): string =>
  match(effect)
    .with({ type: 'transmit' }, ({ ordinal, content, host, copy }) => {
      const name = nameOf({ host, id: copy });
      return `the world sees output ${ordinal} = ${content} from ${name}`;
    })
    .with({ type: 'print' }, ({ ordinal, content, host, copy }) => {
      const name = nameOf({ host, id: copy });
      return `the console shows output ${ordinal} = ${content} from ${name}`;
    })
    .with({ type: 'submit' }, ({ output, io, host, copy }) => {
      const name = nameOf({ host, id: copy });
      if (output === null) return `read ${io} leaves ${name} for the disk`;
      return `output ${output.ordinal} = ${output.content} leaves ${name} for the disk`;
    })
    .with({ type: 'write' }, ({ blocks, data }) => blocksText(blocks, data))
    .with({ type: 'announce' }, ({ host }) => `the switch learns that the VM is on ${host}`)
    .exhaustive();

/** A read has no outside effect, though it leaves its host (Q22). */
const isNoticed = (effect: Effect): boolean => effect.type !== 'submit' || effect.output !== null;

/**
 * What the world has seen, by device and number: a second time is worth a word, a second value
 * more. Of disk operations both are ordinary: they are submitted again, and blocks change.
 */
type Seen = ReadonlyMap<string, number>;

type Shown = Extract<Effect, { readonly type: 'transmit' | 'print' }>;

const isShown = (effect: Effect): effect is Shown =>
  effect.type === 'transmit' || effect.type === 'print';

const keyOf = ({ device, number }: Shown): string => `${device} ${number}`;

const remark = (effect: Effect, seen: Seen): string => {
  const earlier = isShown(effect) ? seen.get(keyOf(effect)) : undefined;
  if (!isShown(effect) || earlier === undefined) return '';
  return earlier === effect.content ? ', again' : `, not ${earlier}`;
};

const seenAfter = (seen: Seen, effects: readonly Effect[]): Seen => {
  const shown = effects.filter(isShown);
  return shown.length === 0
    ? seen
    : new Map([...seen, ...shown.map((effect) => [keyOf(effect), effect.content] as const)]);
};

const lineOf = (spec: Spec, before: State, event: Event, index: number, seen: Seen) => {
  const outcome = step(spec, before, event);
  const who = subjectOf(event, before);
  const known = { number: index + 1, event, lane: laneOf(event, before), who, before };
  if (isRefusal(outcome)) {
    const where = 'host' in event && !('copy' in event) ? ` of host ${event.host}` : '';
    const clause = `${event.type}${where} is refused: ${outcome}`;
    const line: StoryLine = {
      ...known,
      clause,
      effects: [],
      noticed: [],
      refused: outcome,
      after: before,
    };
    return { line, seen };
  }
  const { state: after, effects } = outcome;
  const noticed = effects.filter(isNoticed);
  const line: StoryLine = {
    ...known,
    clause: clauseOf(event, { before, after, effects }),
    effects: noticed.map((effect) => effectClause(effect) + remark(effect, seen)),
    noticed,
    refused: null,
    after,
  };
  return { line, seen: seenAfter(seen, effects) };
};

/** Replays a script and tells it. What is refused is told too, and the story goes on after it. */
export const narrate = (spec: Spec, { settings, events }: Script): Story => {
  const begun = spec.init(settings);
  const lines: StoryLine[] = [];
  let seen: Seen = new Map();
  let state = begun;
  for (const [index, event] of events.entries()) {
    const told = lineOf(spec, state, event, index, seen);
    lines.push(told.line);
    seen = told.seen;
    state = told.line.after;
  }
  const first = lines.findIndex(({ refused }) => refused !== null);
  const firstRefused = first === -1 ? null : first;
  return { spec: spec.name, begun, lines, ended: state, firstRefused };
};
