import type { Stop } from '../guest/guest.ts';
import { div, divu, mulh, mulhsu, mulhu, rem, remu } from './arithmetic.ts';
import { branchOffsetIn, jumpOffsetIn, storeOffsetIn } from './encoding.ts';
import type { Hart } from './hart.ts';
import { ramStart } from './ram.ts';
import { step, unlogged } from './step.ts';

const countMax = 0x40000000; // instructions of one call: they are counted in a small integer

/**
 * Executes until `limit` instructions were attempted in all, and stops before one that has to be
 * logged, unless that is the first and `mayLog`. What concerns registers and aligned words of RAM
 * is done here, and all else by `step`. The words are interpreted as they are in memory: nothing is
 * decoded ahead that a store would have to invalidate, or a snapshot to hold. It is one function,
 * as calls would take half of the speed.
 */
export const execute = (hart: Hart, limit: number, mayLog: boolean): Stop => {
  const { memory, x } = hart;
  const { words, halves, bytes, written, size } = memory;
  const start = hart.count;
  const most = Math.min(limit - start, countMax);
  let pc = hart.pc | 0;
  let count = 0;
  while (count < most) {
    const at = (pc ^ ramStart) >>> 0;
    const word = at < size ? (words[at >>> 2] ?? 0) : 0;
    const one = x[(word >> 15) & 31] ?? 0;
    let value = 0;
    let isPlain = true; // it is done here
    switch (word & 127) {
      case 0x13:
        switch ((word >> 12) & 7) {
          case 0:
            value = (one + (word >> 20)) | 0;
            break;
          case 1:
            value = one << ((word >> 20) & 31);
            isPlain = word >>> 25 === 0;
            break;
          case 2:
            value = one < word >> 20 ? 1 : 0;
            break;
          case 3:
            value = one >>> 0 < (word >> 20) >>> 0 ? 1 : 0;
            break;
          case 4:
            value = one ^ (word >> 20);
            break;
          case 5:
            value = word >>> 25 === 0 ? one >>> ((word >> 20) & 31) : one >> ((word >> 20) & 31);
            isPlain = ((word >>> 25) & ~32) === 0;
            break;
          case 6:
            value = one | (word >> 20);
            break;
          default:
            value = one & (word >> 20);
        }
        break;
      case 0x33: {
        const other = x[(word >> 20) & 31] ?? 0;
        switch (((word >>> 22) & 0x3f8) | ((word >> 12) & 7)) {
          case 0x000:
            value = (one + other) | 0;
            break;
          case 0x100:
            value = (one - other) | 0;
            break;
          case 0x001:
            value = one << (other & 31);
            break;
          case 0x002:
            value = one < other ? 1 : 0;
            break;
          case 0x003:
            value = one >>> 0 < other >>> 0 ? 1 : 0;
            break;
          case 0x004:
            value = one ^ other;
            break;
          case 0x005:
            value = one >>> (other & 31);
            break;
          case 0x105:
            value = one >> (other & 31);
            break;
          case 0x006:
            value = one | other;
            break;
          case 0x007:
            value = one & other;
            break;
          case 0x008:
            value = Math.imul(one, other);
            break;
          case 0x009:
            value = mulh(one, other);
            break;
          case 0x00a:
            value = mulhsu(one, other);
            break;
          case 0x00b:
            value = mulhu(one, other);
            break;
          case 0x00c:
            value = div(one, other);
            break;
          case 0x00d:
            value = divu(one, other);
            break;
          case 0x00e:
            value = rem(one, other);
            break;
          case 0x00f:
            value = remu(one, other);
            break;
          default:
            isPlain = false;
        }
        break;
      }
      case 0x03: {
        const from = ((one + (word >> 20)) ^ ramStart) >>> 0;
        const kind = (word >> 12) & 7;
        if (from >= size) isPlain = false;
        else if (kind === 2) {
          value = words[from >>> 2] ?? 0;
          isPlain = (from & 3) === 0;
        } else if (kind === 4) value = bytes[from] ?? 0;
        else if (kind === 0) value = ((bytes[from] ?? 0) << 24) >> 24;
        else {
          const half = halves[from >>> 1] ?? 0;
          value = kind === 5 ? half : (half << 16) >> 16;
          isPlain = (from & 1) === 0 && (kind === 5 || kind === 1);
        }
        break;
      }
      case 0x23: {
        const to = ((one + storeOffsetIn(word)) ^ ramStart) >>> 0;
        const kind = (word >> 12) & 7;
        const other = x[(word >> 20) & 31] ?? 0;
        if (to >= size || kind > 2 || (to & ((1 << kind) - 1)) !== 0) {
          isPlain = false;
          break;
        }
        if (kind === 2) words[to >>> 2] = other;
        else if (kind === 0) bytes[to] = other;
        else halves[to >>> 1] = other;
        written[to >>> 12] = 1;
        pc = (pc + 4) | 0;
        count++;
        continue;
      }
      case 0x63: {
        const other = x[(word >> 20) & 31] ?? 0;
        let isTaken = false;
        switch ((word >> 12) & 7) {
          case 0:
            isTaken = one === other;
            break;
          case 1:
            isTaken = one !== other;
            break;
          case 4:
            isTaken = one < other;
            break;
          case 5:
            isTaken = one >= other;
            break;
          case 6:
            isTaken = one >>> 0 < other >>> 0;
            break;
          case 7:
            isTaken = one >>> 0 >= other >>> 0;
            break;
          default:
            isPlain = false;
        }
        const offset = branchOffsetIn(word);
        if (!isPlain || (isTaken && (offset & 2) !== 0)) {
          isPlain = false;
          break;
        }
        pc = (pc + (isTaken ? offset : 4)) | 0;
        count++;
        continue;
      }
      case 0x6f: {
        const offset = jumpOffsetIn(word);
        if ((offset & 2) !== 0) {
          isPlain = false;
          break;
        }
        const rd = (word >> 7) & 31;
        if (rd !== 0) x[rd] = pc + 4;
        pc = (pc + offset) | 0;
        count++;
        continue;
      }
      case 0x67: {
        const to = (one + (word >> 20)) & ~1;
        if ((to & 2) !== 0 || (word & 0x7000) !== 0) {
          isPlain = false;
          break;
        }
        const rd = (word >> 7) & 31;
        if (rd !== 0) x[rd] = pc + 4;
        pc = to;
        count++;
        continue;
      }
      case 0x37:
        value = word & ~0xfff;
        break;
      case 0x17:
        value = (pc + (word & ~0xfff)) | 0;
        break;
      default:
        isPlain = false;
    }
    if (isPlain) {
      const rd = (word >> 7) & 31;
      if (rd !== 0) x[rd] = value;
      pc = (pc + 4) | 0;
      count++;
      continue;
    }
    hart.pc = pc >>> 0;
    hart.count = start + count;
    if (step(hart, word, mayLog && count === 0) === unlogged) return 'trap';
    pc = hart.pc | 0;
    count++;
    if (hart.isWaiting) break;
  }
  hart.pc = pc >>> 0;
  hart.count = start + count;
  if (hart.isWaiting) return 'idle';
  return 'limit';
};
