import { digestOf } from './digest.ts';
import { StateReader, StateWriter } from './state-bytes.ts';

const magic = 0x4c53474d; // LSGM, for people who look at the bytes
const version = 1;
const headBytes = 5 * 8; // magic, version, name's digest, length of the state, its digest

/**
 * A snapshot of a machine (R31-4): its state, after a head that says which image it is of, how long
 * it is, and a check.
 */
export const sealed = (name: string, state: Uint8Array): Uint8Array => {
  const head = new StateWriter();
  const named = digestOf(new TextEncoder().encode(name));
  for (const field of [magic, version, named, state.length, digestOf(state)]) head.number(field);
  const snapshot = new Uint8Array(headBytes + state.length);
  snapshot.set(head.written());
  snapshot.set(state, headBytes);
  return snapshot;
};

const refusal = (name: string, snapshot: Uint8Array): string | null => {
  if (snapshot.length < headBytes) {
    return `the snapshot is too short: expected ${headBytes} bytes or more, got ${snapshot.length}`;
  }
  const head = new StateReader(snapshot.subarray(0, 16));
  if (head.number() !== magic) return 'these bytes are no snapshot of a machine';
  const itsVersion = head.number();
  if (itsVersion !== version) {
    return `the snapshot has an unknown format: expected version ${version}, got ${itsVersion}`;
  }
  const rest = new StateReader(snapshot.subarray(16));
  const named = rest.number();
  if (named !== digestOf(new TextEncoder().encode(name))) {
    return `the snapshot is of another machine: expected one of '${name}'`;
  }
  const length = headBytes + rest.number();
  if (snapshot.length !== length) {
    return `the snapshot is not whole: expected ${length} bytes, got ${snapshot.length}`;
  }
  const isSound = rest.number() === digestOf(snapshot.subarray(headBytes));
  return isSound ? null : 'the snapshot is damaged: its check does not match its state';
};

/** The state in a snapshot of the named image; throws a sentence if it is none, or not sound. */
export const unsealed = (name: string, snapshot: Uint8Array): Uint8Array => {
  const because = refusal(name, snapshot);
  if (because !== null) throw new Error(because);
  return snapshot.subarray(headBytes);
};
