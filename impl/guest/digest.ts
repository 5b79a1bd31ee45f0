/**
 * A whole number below 2^52 that depends on every byte and its place: two lanes of 32 bits, each
 * multiplied by its own odd number byte by byte, mixed at the end and cut to 26 bits. It is no
 * defence against an adversary, and needs none: it compares copies of one machine (R21-1).
 */
export const digestOf = (bytes: Uint8Array): number => {
  let one = 0xdeadbeef ^ bytes.length;
  let other = 0x41c6ce57 ^ bytes.length;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    one = Math.imul(one ^ byte, 0x9e3779b1);
    one ^= one >>> 15; // without it the high bits would never reach the low ones
    other = Math.imul(other ^ byte, 0x85ebca77);
    other ^= other >>> 13;
  }
  one = Math.imul(one ^ (one >>> 16), 0x7feb352d) ^ Math.imul(other ^ (other >>> 13), 0xc2b2ae3d);
  other = Math.imul(other ^ (other >>> 16), 0x846ca68b) ^ Math.imul(one ^ (one >>> 13), 0x27d4eb2f);
  return ((one ^ (one >>> 15)) >>> 6) * 0x4000000 + ((other ^ (other >>> 14)) >>> 6);
};
