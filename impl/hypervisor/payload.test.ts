import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  completionOf,
  completionPayload,
  isGuestsOwn,
  offPayload,
  readingOf,
  readingPayload,
  shareOf,
  sharePayload,
} from './payload.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

it('what is put into the payload of an entry comes out of it', () => {
  const completion = fc.record({
    io: fc.maxSafeNat(),
    transferredCount: fc.maxSafeNat(),
    data: fc.uint8Array(),
  });
  fc.assert(
    fc.property(finite, completion, fc.boolean(), (number, done, isOwn) => {
      expect(readingOf(readingPayload(number))).toBe(number);
      expect(completionOf(completionPayload(done))).toEqual(done);
      expect(isGuestsOwn(offPayload(isOwn))).toBe(isOwn);
      const share = Math.abs(number);
      expect(shareOf(sharePayload(share))).toBe(share === 0 ? null : share);
    }),
  );
});

it('a payload that is none is refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (payload) => {
      if (payload.length !== 8)
        expect([readingOf(payload), shareOf(payload)]).toEqual([null, null]);
      if (payload.length < 16) expect(completionOf(payload)).toBeNull();
      if (payload.length !== 1 || payload.some((byte) => byte > 1)) {
        expect(isGuestsOwn(payload)).toBeNull();
      }
    }),
  );
});
