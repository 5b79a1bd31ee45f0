import { describe, expect, it } from 'vitest';
import type { State } from '../model/state.ts';
import { childrenOf, ended, isObject, type Json } from './example.ts';
import { stateHash } from './state-hash.ts';

describe('the hash of a state', () => {
  const reversed = (json: Json): Json => {
    if (Array.isArray(json)) return json.map(reversed);
    if (!isObject(json)) return json;
    const fields = childrenOf(json).map(([name, child]) => [name, reversed(child)] as const);
    return Object.fromEntries(fields.toReversed());
  };

  it('has 16 digits and does not depend on the order of keys', () => {
    const state: State = JSON.parse(JSON.stringify(reversed(JSON.parse(JSON.stringify(ended)))));
    expect(JSON.stringify(state)).not.toBe(JSON.stringify(ended));
    expect(stateHash(state)).toBe(stateHash(ended));
    expect(stateHash(ended)).toMatch(/^[\da-f]{16}$/);
  });

  it('differs in both halves between states that differ in a digit', () => {
    const hashes = Array.from({ length: 2000 }, (_, now) => stateHash({ ...ended, now }));
    for (const half of [
      hashes,
      hashes.map((it) => it.slice(0, 8)),
      hashes.map((it) => it.slice(8)),
    ]) {
      expect(new Set(half).size).toBe(hashes.length);
    }
  });
});
