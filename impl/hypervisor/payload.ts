import type { Completion } from '../guest/guest.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

// Payloads of entries, as `LogEntry` says. A decoder gives `null` for bytes that are none of its.

const whole = <T>(from: ByteReader, value: T): T | null => (from.isDone ? value : null);

/** Of `ND`: what the clock said (R21-3). */
export const readingPayload = (reading: number): Uint8Array => new ByteWriter().f64(reading).done();

export const readingOf = (payload: Uint8Array): number | null => {
  const from = new ByteReader(payload);
  return whole(from, from.f64());
};

/** Of `DONE`: how the operation ended, with the data of a read (R34-10). */
export const completionPayload = ({ io, transferredCount, data }: Completion): Uint8Array =>
  new ByteWriter().u64(io).u64(transferredCount).bytes(data).done();

export const completionOf = (payload: Uint8Array): Completion | null => {
  const from = new ByteReader(payload);
  const [io, transferredCount, data] = [from.u64(), from.u64(), from.rest()];
  return whole(from, { io, transferredCount, data });
};

/** Of `SHARE`: the VM's share of the CPU (R33-3). */
export const sharePayload = (share: number): Uint8Array => new ByteWriter().f64(share).done();

export const shareOf = (payload: Uint8Array): number | null => {
  const from = new ByteReader(payload);
  const share = whole(from, from.f64());
  return share !== null && share > 0 ? share : null;
};

/** Of `OFF`: was it the guest that shut itself down, or an administrator? (Q17) */
export const offPayload = (isGuestsOwn: boolean): Uint8Array =>
  new ByteWriter().flag(isGuestsOwn).done();

export const isGuestsOwn = (payload: Uint8Array): boolean | null => {
  const from = new ByteReader(payload);
  return whole(from, from.flag());
};
