// The M extension, where 32 bits do not do.

/** The upper half of a product of two unsigned words. */
export const mulhu = (one: number, other: number): number => {
  const [oneLow, oneHigh] = [one & 0xffff, one >>> 16];
  const [otherLow, otherHigh] = [other & 0xffff, other >>> 16];
  const middle = oneHigh * otherLow + Math.floor((oneLow * otherLow) / 0x10000);
  const rest = (middle % 0x10000) + oneLow * otherHigh;
  return (oneHigh * otherHigh + Math.floor(middle / 0x10000) + Math.floor(rest / 0x10000)) | 0;
};

/** The same of two signed ones. */
export const mulh = (one: number, other: number): number =>
  (mulhu(one, other) - (one < 0 ? other : 0) - (other < 0 ? one : 0)) | 0;

/** The same of a signed and an unsigned one. */
export const mulhsu = (one: number, other: number): number =>
  (mulhu(one, other) - (one < 0 ? other : 0)) | 0;

/** Division does not trap: by zero it gives -1, and the one overflow gives the dividend. */
export const div = (one: number, other: number): number => (other === 0 ? -1 : (one / other) | 0);

export const divu = (one: number, other: number): number =>
  other === 0 ? -1 : ((one >>> 0) / (other >>> 0)) | 0;

export const rem = (one: number, other: number): number => (other === 0 ? one : (one % other) | 0);

export const remu = (one: number, other: number): number =>
  other === 0 ? one : ((one >>> 0) % (other >>> 0)) | 0;
