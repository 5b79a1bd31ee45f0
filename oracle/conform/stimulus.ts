import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { shortened, shown } from '../../counterexamples/bad-input.ts';
import { nearest } from '../../counterexamples/nearest.ts';
import type { Operation } from '../../model/event.ts';
import type { Instruction, Operated } from '../../model/guest.ts';
import type { Outcome } from '../../model/state.ts';
import { type Field, record, word } from '../fields.ts';
import { type Claimed, claimed, profiles } from '../header.ts';
import {
  type CopyDid,
  isDid,
  type Observed,
  observed,
  ofCopies,
  type Profile,
} from '../observation.ts';

/** The version of the protocol between the harness and a program. */
export const protocolVersion = 1;

/** Settings by which a program can be played: the harness's channel has room for everything. */
type Played = Omit<Claimed, 'wireCapacity'>;

/** Where the pair begins, by which settings it works, and its periods in virtual milliseconds. */
export type Reset = {
  readonly do: 'reset';
  readonly settings: Required<Played>;
  readonly hosts: readonly string[];
  readonly primary: { readonly copy: string; readonly host: string };
  readonly backup: { readonly copy: string; readonly host: string };
  readonly timeout: number; // of silence, that is a failure (R23-3)
  readonly heartbeatEvery: number; // the period of the ticks
  readonly retryEvery: number; // between two requests to the storage
};

/** What a copy sends with a line: the word it came with, and whatever the program put into it. */
export type Carried = { readonly kind: Sending; readonly message: unknown };

/** How a disk operation ended: so many blocks are done, and what a read has found in them. */
export type Completed = {
  readonly io: number;
  readonly transferred: number;
  readonly data: readonly unknown[];
};

type OnHost = { readonly host: string };

/** What the harness tells a copy on its host. */
export type Told = OnHost &
  (
    | { readonly do: 'execute'; readonly does: Instruction; readonly reading: number }
    | { readonly do: 'interrupt' }
    | { readonly do: 'packet'; readonly packet: number }
    | { readonly do: 'operated'; readonly kind: Operated['kind']; readonly number: number }
    | { readonly do: 'order'; readonly operation: Operation }
    | ({ readonly do: 'completed' } & Completed)
    | { readonly do: 'replay' }
    | ({ readonly do: 'message' } & Carried)
    | { readonly do: 'lost' }
    | { readonly do: 'connected' }
    | { readonly do: 'tick'; readonly now: number }
    | { readonly do: 'reply'; readonly outcome: Outcome }
    | { readonly do: 'crash' }
  );

/** Everything that the harness says. Each is one line, with an `id`. */
export type Stimulus = { readonly do: 'hello'; readonly version: number } | Reset | Told;

/** The lines of a copy that may carry a message to the other host. */
export type Sending = 'flush' | 'acknowledge' | 'reconnect' | 'heartbeat' | 'keepalive';

const sending: ReadonlySet<string> = new Set<Sending>([
  'flush',
  'acknowledge',
  'reconnect',
  'heartbeat',
  'keepalive',
]);

/** Whether lines with the word may carry a message to the other host, or data to the disk. */
const mayCarry = (did: string): boolean => did === 'submit' || sending.has(did);

/** What a copy says it did; node and number are the harness's. */
export type Said = {
  readonly line: Observed<CopyDid>;
  readonly message: unknown; // undefined: it carries none
};

/** What a program says of itself: its variants of the protocol, and its parts. */
export type Claims = Played & {
  readonly profile?: readonly Profile[];
  readonly room?: Room;
};

/**
 * In what log buffers are counted. Where it is bytes, a capacity is how many entries fit at most,
 * and only an empty log buffer is sure to have room for a group (R32-13).
 */
export type Room = 'entries' | 'bytes';

/** How a claim or a script says so. */
export const room: Field<Room> = word<Room>('entries', 'bytes');

/** One line of an answer. */
export type Spoken =
  | ({ readonly kind: 'said' } & Said)
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'hello'; readonly settings: Claims }
  | { readonly kind: 'cannotReset' }
  | { readonly kind: 'garbled'; readonly sentence: string };

const garbled = (sentence: string): Spoken => ({ kind: 'garbled', sentence });

const strange = (text: string, because: string): Spoken =>
  garbled(`it says ${shortened(text)}, ${because}`);

const faultOf = (errors: t.Errors): string => {
  const context = errors.at(-1)?.context ?? [];
  const at = context.at(-1);
  const path = context.flatMap(({ key }) => (key === '' ? [] : [key])).join('.');
  const place = path === '' ? 'which' : `where ${path}`;
  return `${place} should be ${at?.type.name ?? 'an observation'}, but is ${shown(at?.actual)}`;
};

const isOfCopy = (line: Observed): line is Observed<CopyDid> => Object.hasOwn(ofCopies, line.did);

const saidIn = (text: string, value: { readonly [key: string]: unknown }): Spoken => {
  const { message, ...rest } = value;
  const line = { node: 'host', n: 1, ...rest };
  const decoded = observed.validate(line, []);
  if (!isRight(decoded)) return strange(text, faultOf(decoded.left));
  const right = decoded.right;
  if ('node' in value || 'n' in value) return strange(text, 'but node and n are for the harness');
  if (!isOfCopy(right)) return strange(text, 'but what happens to the world is for the harness');
  if (message !== undefined && !mayCarry(right.did)) {
    return strange(text, `but a line with ${right.did} carries no message`);
  }
  return { kind: 'said', line: right, message };
};

const parts = record({}, { profile: profiles, room });

const helloIn = (text: string, value: { readonly [key: string]: unknown }): Spoken => {
  const { lockstep, version, settings = {}, profile, room: counted } = value;
  if (lockstep !== 'conform' || version !== protocolVersion) {
    const expected = `{"lockstep":"conform","version":${protocolVersion}}`;
    return strange(text, `where the answer to hello should be ${expected}`);
  }
  const decoded = claimed.validate(settings, []);
  if (!isRight(decoded)) return strange(text, faultOf(decoded.left));
  const said = Object.entries({ profile, room: counted }).filter(([, one]) => one !== undefined);
  const more = parts.validate(Object.fromEntries(said), []);
  if (!isRight(more)) return strange(text, faultOf(more.left));
  const { wireCapacity, ...played } = decoded.right;
  if (wireCapacity !== undefined) return strange(text, 'but wireCapacity is not played');
  if (more.right.profile?.includes('migration') === true) {
    return strange(text, 'but migration is not played');
  }
  return { kind: 'hello', settings: { ...played, ...more.right } };
};

/** A line of a program, understood or not. */
export const spokenIn = (text: string): Spoken => {
  const value = jsonOf(text);
  if (!t.UnknownRecord.is(value)) return strange(text, 'which is no object of JSON on one line');
  const { did, done, cannot } = value;
  if (isDid(did)) return saidIn(text, value);
  if (typeof done === 'number') return { kind: 'done', id: done };
  if ('lockstep' in value) return helloIn(text, value);
  if (cannot === 'reset') return { kind: 'cannotReset' };
  return strange(text, 'did' in value ? unknownIn(did) : 'which is no line of the protocol');
};

const unknownIn = (did: unknown): string => {
  const meant = typeof did === 'string' ? nearest(did.slice(0, 60), Object.keys(ofCopies)) : null;
  const hint = meant === null ? '' : ` (did you mean ${meant}?)`;
  return `where did should be what a copy does, but is ${shown(did)}${hint}`;
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
