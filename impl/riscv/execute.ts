import type { Stop } from '../guest/guest.ts';
import { div, divu, mulh, mulhsu, mulhu, rem, remu } from './arithmetic.ts';
import { branchOffsetIn, jumpOffsetIn, storeOffsetIn } from './encoding.ts';
import type { Hart } from './hart.ts';
import { ramStart } from './ram.ts';
import { step, unlogged } from './step.ts';

const countMax = 0x40000000; // instructions of one call: they are counted in a small integer

/**
 * Executes until `limit` instructions were attempted in all, and stops before one that has to be
 * logged, unless that is the first and `mayLog`, or when the bus is spent. What concerns registers
 * and aligned words of RAM is done here, and all else by `step`. Words are interpreted as they are:
 * nothing is decoded ahead that a store would have to invalidate, or a snapshot to hold.
 *
 * It is written for speed: one function, for a call takes as long as an instruction; one jump by
 * opcode and funct3; each case reads the registers that it needs, writes its own, and goes on. Of
 * the distance of a shift JavaScript takes the lowest five bits, as the ISA does.
 */
export const execute = (hart: Hart, limit: number, mayLog: boolean): Stop => {
  const { memory, x } = hart;
  const { words, halves, bytes, written, size } = memory;
  const start = hart.count;
  const most = Math.min(limit - start, countMax);
  let pc = hart.pc | 0;
  let count = 0;
  for (; count < most; count++) {
    const at = (pc ^ ramStart) >>> 0;
    const word = at < size ? (words[at >>> 2] ?? 0) : 0;
    const one = x[(word >> 15) & 31] ?? 0;
    // bits 2 to 6, and above them funct3; x0, which is rd if its bits are 0, stays as it is
    switch ((word & 3) === 3 ? ((word >>> 2) & 31) | ((word >>> 7) & 0xe0) : 31) {
      case 0x04: // addi
        if ((word & 0xf80) !== 0) x[(word >> 7) & 31] = one + (word >> 20);
        pc = (pc + 4) | 0;
        continue;
      case 0x24: // slli
        if (word >>> 25 !== 0) break;
        if ((word & 0xf80) !== 0) x[(word >> 7) & 31] = one << (word >> 20);
        pc = (pc + 4) | 0;
        continue;
      case 0x44: // slti
        if ((word & 0xf80) !== 0) x[(word >> 7) & 31] = one < word >> 20 ? 1 : 0;
        pc = (pc + 4) | 0;
        continue;
      case 0x64: // sltiu
        if ((word & 0xf80) !== 0) x[(word >> 7) & 31] = one >>> 0 < (word >> 20) >>> 0 ? 1 : 0;
        pc = (pc + 4) | 0;
        continue;
      case 0x84: // xori
        if ((word & 0xf80) !== 0) x[(word >> 7) & 31] = one ^ (word >> 20);
        pc = (pc + 4) | 0;
        continue;
      case 0xa4: // srli, srai
        if ((word & 0xbe000000) !== 0) break;
        if ((word & 0xf80) !== 0)
          x[(word >> 7) & 31] = word >>> 25 === 0 ? one >>> (word >> 20) : one >> (word >> 20);
        pc = (pc + 4) | 0;
        continue;
      case 0xc4: // ori
        if ((word & 0xf80) !== 0) x[(word >> 7) & 31] = one | (word >> 20);
        pc = (pc + 4) | 0;
        continue;
      case 0xe4: // andi
        if ((word & 0xf80) !== 0) x[(word >> 7) & 31] = one & (word >> 20);
        pc = (pc + 4) | 0;
        continue;
      case 0x0c: {
        // add, mul, sub
        const other = x[(word >> 20) & 31] ?? 0;
        const kind = word >>> 25;
        if (kind > 1 && kind !== 32) break;
        if ((word & 0xf80) !== 0)
          x[(word >> 7) & 31] =
            kind === 0 ? one + other : kind === 1 ? Math.imul(one, other) : one - other;
        pc = (pc + 4) | 0;
        continue;
      }
      case 0x2c: {
        // sll, mulh
        const other = x[(word >> 20) & 31] ?? 0;
        if (word >>> 26 !== 0) break;
        if ((word & 0xf80) !== 0)
          x[(word >> 7) & 31] = word >>> 25 === 0 ? one << other : mulh(one, other);
        pc = (pc + 4) | 0;
        continue;
      }
      case 0x4c: {
        // slt, mulhsu
        const other = x[(word >> 20) & 31] ?? 0;
        if (word >>> 26 !== 0) break;
        if ((word & 0xf80) !== 0)
          x[(word >> 7) & 31] = word >>> 25 === 0 ? (one < other ? 1 : 0) : mulhsu(one, other);
        pc = (pc + 4) | 0;
        continue;
      }
      case 0x6c: {
        // sltu, mulhu
        const other = x[(word >> 20) & 31] ?? 0;
        if (word >>> 26 !== 0) break;
        if ((word & 0xf80) !== 0)
          x[(word >> 7) & 31] =
            word >>> 25 === 0 ? (one >>> 0 < other >>> 0 ? 1 : 0) : mulhu(one, other);
        pc = (pc + 4) | 0;
        continue;
      }
      case 0x8c: {
        // xor, div
        const other = x[(word >> 20) & 31] ?? 0;
        if (word >>> 26 !== 0) break;
        if ((word & 0xf80) !== 0)
          x[(word >> 7) & 31] = word >>> 25 === 0 ? one ^ other : div(one, other);
        pc = (pc + 4) | 0;
        continue;
      }
      case 0xac: {
        // srl, divu, sra
        const other = x[(word >> 20) & 31] ?? 0;
        const kind = word >>> 25;
        if (kind > 1 && kind !== 32) break;
        if ((word & 0xf80) !== 0)
          x[(word >> 7) & 31] =
            kind === 0 ? one >>> other : kind === 1 ? divu(one, other) : one >> other;
        pc = (pc + 4) | 0;
        continue;
      }
      case 0xcc: {
        // or, rem
        const other = x[(word >> 20) & 31] ?? 0;
        if (word >>> 26 !== 0) break;
        if ((word & 0xf80) !== 0)
          x[(word >> 7) & 31] = word >>> 25 === 0 ? one | other : rem(one, other);
        pc = (pc + 4) | 0;
        continue;
      }
      case 0xec: {
        // and, remu
        const other = x[(word >> 20) & 31] ?? 0;
        if (word >>> 26 !== 0) break;
        if ((word & 0xf80) !== 0)
          x[(word >> 7) & 31] = word >>> 25 === 0 ? one & other : remu(one, other);
        pc = (pc + 4) | 0;
        continue;
      }
      case 0x40: {
        // lw
        const from = ((one + (word >> 20)) ^ ramStart) >>> 0;
        if (from >= size || (from & 3) !== 0) break;
        if ((word & 0xf80) !== 0) x[(word >> 7) & 31] = words[from >>> 2] ?? 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 0x80: {
        // lbu
        const from = ((one + (word >> 20)) ^ ramStart) >>> 0;
        if (from >= size) break;
        if ((word & 0xf80) !== 0) x[(word >> 7) & 31] = bytes[from] ?? 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 0x00: {
        // lb
        const from = ((one + (word >> 20)) ^ ramStart) >>> 0;
        if (from >= size) break;
        if ((word & 0xf80) !== 0) x[(word >> 7) & 31] = ((bytes[from] ?? 0) << 24) >> 24;
        pc = (pc + 4) | 0;
        continue;
      }
      case 0xa0: {
        // lhu
        const from = ((one + (word >> 20)) ^ ramStart) >>> 0;
        if (from >= size || (from & 1) !== 0) break;
        if ((word & 0xf80) !== 0) x[(word >> 7) & 31] = halves[from >>> 1] ?? 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 0x20: {
        // lh
        const from = ((one + (word >> 20)) ^ ramStart) >>> 0;
        if (from >= size || (from & 1) !== 0) break;
        if ((word & 0xf80) !== 0) x[(word >> 7) & 31] = ((halves[from >>> 1] ?? 0) << 16) >> 16;
        pc = (pc + 4) | 0;
        continue;
      }
      case 0x48: {
        // sw
        const to = ((one + storeOffsetIn(word)) ^ ramStart) >>> 0;
        if (to >= size || (to & 3) !== 0) break;
        words[to >>> 2] = x[(word >> 20) & 31] ?? 0;
        written[to >>> 12] = 1;
        pc = (pc + 4) | 0;
        continue;
      }
      case 0x08: {
        // sb
        const to = ((one + storeOffsetIn(word)) ^ ramStart) >>> 0;
        if (to >= size) break;
        bytes[to] = x[(word >> 20) & 31] ?? 0;
        written[to >>> 12] = 1;
        pc = (pc + 4) | 0;
        continue;
      }
      case 0x28: {
        // sh
        const to = ((one + storeOffsetIn(word)) ^ ramStart) >>> 0;
        if (to >= size || (to & 1) !== 0) break;
        halves[to >>> 1] = x[(word >> 20) & 31] ?? 0;
        written[to >>> 12] = 1;
        pc = (pc + 4) | 0;
        continue;
      }
      case 0x18: // beq; bit 8 would make it go to where no instruction can be
        if (one === (x[(word >> 20) & 31] ?? 0)) {
          if ((word & 0x100) !== 0) break;
          pc = (pc + branchOffsetIn(word)) | 0;
        } else pc = (pc + 4) | 0;
        continue;
      case 0x38: // bne
        if (one !== (x[(word >> 20) & 31] ?? 0)) {
          if ((word & 0x100) !== 0) break;
          pc = (pc + branchOffsetIn(word)) | 0;
        } else pc = (pc + 4) | 0;
        continue;
      case 0x98: // blt
        if (one < (x[(word >> 20) & 31] ?? 0)) {
          if ((word & 0x100) !== 0) break;
          pc = (pc + branchOffsetIn(word)) | 0;
        } else pc = (pc + 4) | 0;
        continue;
      case 0xb8: // bge
        if (one >= (x[(word >> 20) & 31] ?? 0)) {
          if ((word & 0x100) !== 0) break;
          pc = (pc + branchOffsetIn(word)) | 0;
        } else pc = (pc + 4) | 0;
        continue;
      case 0xd8: // bltu
        if (one >>> 0 < (x[(word >> 20) & 31] ?? 0) >>> 0) {
          if ((word & 0x100) !== 0) break;
          pc = (pc + branchOffsetIn(word)) | 0;
        } else pc = (pc + 4) | 0;
        continue;
      case 0xf8: // bgeu
        if (one >>> 0 >= (x[(word >> 20) & 31] ?? 0) >>> 0) {
          if ((word & 0x100) !== 0) break;
          pc = (pc + branchOffsetIn(word)) | 0;
        } else pc = (pc + 4) | 0;
        continue;
      case 0x1b: // jal
      case 0x3b:
      case 0x5b:
      case 0x7b:
      case 0x9b:
      case 0xbb:
      case 0xdb:
      case 0xfb:
        if ((word & 0x200000) !== 0) break;
        if ((word & 0xf80) !== 0) x[(word >> 7) & 31] = pc + 4;
        pc = (pc + jumpOffsetIn(word)) | 0;
        continue;
      case 0x19: {
        // jalr
        const to = (one + (word >> 20)) & ~1;
        if ((to & 2) !== 0) break;
        if ((word & 0xf80) !== 0) x[(word >> 7) & 31] = pc + 4;
        pc = to;
        continue;
      }
      case 0x05: // auipc
      case 0x0d: // lui
      case 0x25:
      case 0x2d:
      case 0x45:
      case 0x4d:
      case 0x65:
      case 0x6d:
      case 0x85:
      case 0x8d:
      case 0xa5:
      case 0xad:
      case 0xc5:
      case 0xcd:
      case 0xe5:
      case 0xed:
        if ((word & 0xf80) !== 0)
          x[(word >> 7) & 31] = ((word & 32) === 0 ? pc : 0) + (word & ~0xfff);
        pc = (pc + 4) | 0;
        continue;
    }
    hart.pc = pc >>> 0;
    hart.count = start + count;
    if (step(hart, word, mayLog && count === 0) === unlogged) return 'trap';
    pc = hart.pc | 0;
    if (!hart.isWaiting && !hart.bus.isSpent) continue;
    count++;
    break;
  }
  hart.pc = pc >>> 0;
  hart.count = start + count;
  return hart.isWaiting ? 'idle' : 'limit';
};
