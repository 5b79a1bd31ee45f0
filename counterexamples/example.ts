import type { Event } from '../model/event.ts';
import { connectionId, copyId } from '../model/ids.ts';
import { paper } from '../model/paper.ts';
import { defaultClock, defaultSettings, type Settings } from '../model/settings.ts';
import { isRefusal, step } from '../model/spec.ts';
import type { State } from '../model/state.ts';
import { type Bundle, type Counterexample, encodeBundle, type LassoBundle } from './bundle.ts';
import { stateHash } from './state-hash.ts';

const [a, b] = [copyId(0), copyId(1)];
const [execute, receive]: readonly [Event, Event] = [
  { type: 'execute', copy: a },
  { type: 'receive', copy: b },
];

/** One output is produced, logged, acknowledged and released; then the world has its turn. */
const events: readonly Event[] = [
  execute,
  { type: 'tick' },
  { type: 'skew', host: 'A', by: -1 },
  execute,
  { type: 'flush', copy: a },
  { type: 'flush', copy: a },
  receive,
  receive,
  { type: 'acknowledge', copy: b },
  { type: 'readAck', copy: a, connection: connectionId(0) },
  { type: 'release', copy: a },
  { type: 'cut', net: 'log', from: 'A', to: 'B' },
  { type: 'overcommit', host: 'B', speed: 50 },
  { type: 'crash', host: 'A' },
];

const settings = { ...defaultSettings, clock: null };

/** How events end that all happen. */
const endOf = (constants: Settings, all: readonly Event[]): State =>
  all.reduce<State>((state, event) => {
    const outcome = step(paper, state, event);
    if (isRefusal(outcome)) throw new Error(`${event.type}: ${outcome}`);
    return outcome.state;
  }, paper.init(constants));

/** How the script ends. */
export const ended: State = endOf(settings, events);

/** A bundle with nothing wrong in it, though its script breaks no claim. */
export const good: Bundle = {
  format: 1,
  spec: 'paper',
  claim: 'S1',
  at: 10,
  calm: false,
  end: stateHash(ended),
  certificate: { kind: 'locally minimal', tried: 31 },
  settings,
  script: events.map((event, index) => ({ id: 3 * index, ...event })),
};

/** Another one, with the clock and a calm. */
export const timed: Bundle = {
  ...good,
  calm: true,
  at: events.length,
  settings: { ...settings, clock: defaultClock },
};

const disk: Settings = { ...settings, program: ['write x p'], start: 'unprotected' };

/** A VM that runs alone takes input, writes, is moved, and is powered off. */
const alone: readonly Event[] = [
  { type: 'send' },
  { type: 'send' },
  { type: 'deliver', copy: a, count: 2 },
  { type: 'operate', kind: 'KEY' },
  { type: 'feed', copy: a },
  execute,
  { type: 'release', copy: a },
  { type: 'submit', copy: a, io: 0 },
  { type: 'failIo', copy: a, io: 0, transferred: 0 },
  { type: 'complete', copy: a, io: 0 },
  execute,
  { type: 'release', copy: a },
  { type: 'submit', copy: a, io: 1 },
  { type: 'perform', copy: a, io: 1 },
  { type: 'complete', copy: a, io: 1 },
  { type: 'migrate', copy: a, host: 'D' },
  { type: 'precopy', copy: b },
  { type: 'quiesce', copy: a },
  { type: 'quiesce', copy: a },
  { type: 'switchOver', copy: a },
  { type: 'takeUp', copy: b },
  { type: 'order', copy: b, operation: 'powerOff' },
  { type: 'stop', copy: b },
];

/** A third one, with devices and what people ask of a VM. */
export const managed: Bundle = {
  ...good,
  at: alone.length - 1,
  end: stateHash(endOf(disk, alone)),
  settings: disk,
  script: alone.map((event, index) => ({ id: 3 * index, ...event })),
};

/** What a lasso has of a bundle. */
const { spec, end, certificate, script } = good;

/** A fourth one, that goes on for ever with its last two events, though it is no real lasso. */
export const round: LassoBundle = {
  format: 2,
  spec,
  claim: 'L2',
  lasso: { kind: 'cycle', from: 12, owedFrom: 11, asksForBackups: true },
  ...{ end, certificate, settings, script },
};

/** The same, if nothing more happened after it. */
export const stuck: LassoBundle = {
  ...round,
  lasso: { kind: 'dead end', owedFrom: 14, asksForBackups: false },
};

/** What a file can hold, whatever it means. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };
/** The keys and indexes that lead to a value. */
export type Path = readonly string[];

/** Neither a list nor a plain value. */
export const isObject = (json: Json): json is { readonly [key: string]: Json } =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

/** The fields of an object, or the values of a list under their indexes. */
export const childrenOf = (json: Json): readonly (readonly [string, Json])[] =>
  typeof json === 'object' && json !== null ? Object.entries(json) : [];

/** Every value in a bundle, with the way to it. */
export const placesIn = (json: Json, path: Path = []): readonly (readonly [Path, Json])[] => [
  [path, json],
  ...childrenOf(json).flatMap(([key, child]) => placesIn(child, [...path, key])),
];

/** The same value with another one at the end of the path; `undefined` takes it away. */
export const changed = (
  json: Json,
  [key, ...path]: Path,
  to: Json | undefined,
): Json | undefined => {
  if (key === undefined) return to;
  const children = childrenOf(json).flatMap(([name, child]) => {
    const next = name === key ? changed(child, path, to) : child;
    return next === undefined ? [] : [[name, next] as const];
  });
  return Array.isArray(json) ? children.map(([, child]) => child) : Object.fromEntries(children);
};

/** A bundle as it is in its file. */
export const jsonOf = (bundle: Counterexample): Json => JSON.parse(encodeBundle(bundle));

/** JSON as a file may hold it. */
export const written = (json: Json | undefined): string => JSON.stringify(json, null, 2);
