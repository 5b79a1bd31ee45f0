// Where an instruction holds what.

export const rdIn = (word: number): number => (word >> 7) & 31;
export const rs1In = (word: number): number => (word >> 15) & 31;
export const rs2In = (word: number): number => (word >> 20) & 31;
export const funct3In = (word: number): number => (word >> 12) & 7;

/** The immediate of a load, of a JALR and of what computes with one. */
export const immediateIn = (word: number): number => word >> 20;

/** That of a store. */
export const storeOffsetIn = (word: number): number => ((word >> 25) << 5) | ((word >> 7) & 31);

/** That of a branch. */
export const branchOffsetIn = (word: number): number =>
  ((word >> 31) << 12) | ((word << 4) & 0x800) | ((word >> 20) & 0x7e0) | ((word >> 7) & 30);

/** That of a JAL. */
export const jumpOffsetIn = (word: number): number =>
  ((word >> 31) << 20) | (word & 0xff000) | ((word >> 9) & 0x800) | ((word >> 20) & 0x7fe);

/** Whether a load or a store of this kind exists; other ones are illegal. */
export const isLoadKind = (funct3: number): boolean => funct3 < 3 || funct3 === 4 || funct3 === 5;
export const isStoreKind = (funct3: number): boolean => funct3 < 3;

/** The opcodes that there are. */
export const opcode = {
  load: 0x03,
  fence: 0x0f,
  immediate: 0x13,
  auipc: 0x17,
  store: 0x23,
  atomic: 0x2f,
  register: 0x33,
  lui: 0x37,
  branch: 0x63,
  jumpRegister: 0x67,
  jump: 0x6f,
  system: 0x73,
} as const;
