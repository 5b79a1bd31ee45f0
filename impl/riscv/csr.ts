/** Fields of `mstatus`. */
export const mstatus = {
  mie: 0x8,
  mpie: 0x80,
  mppAt: 11,
  mpp: 0x1800,
  mprv: 0x20000,
  tw: 0x200000,
} as const;

/** Bits of `mip` and `mie`, by number. */
export const line = { software: 3, timer: 7, external: 11 } as const;

/** The order in which interrupts that are pending at once are taken. */
export const linesByPriority: readonly number[] = [line.external, line.software, line.timer];

/** Causes of traps. */
export const cause = {
  interrupt: 0x80000000,
  fetchMisaligned: 0,
  fetchFault: 1,
  illegal: 2,
  breakpoint: 3,
  loadMisaligned: 4,
  loadFault: 5,
  storeMisaligned: 6,
  storeFault: 7,
  callFromUser: 8,
  callFromMachine: 11,
} as const;

/** Numbers of the control and status registers. */
export const csr = {
  cycle: 0xc00,
  time: 0xc01,
  instret: 0xc02,
  cycleh: 0xc80,
  timeh: 0xc81,
  instreth: 0xc82,
  mstatus: 0x300,
  misa: 0x301,
  mie: 0x304,
  mtvec: 0x305,
  mcounteren: 0x306,
  menvcfg: 0x30a,
  mstatush: 0x310,
  menvcfgh: 0x31a,
  mcountinhibit: 0x320,
  mhpmevent3: 0x323,
  mscratch: 0x340,
  mepc: 0x341,
  mcause: 0x342,
  mtval: 0x343,
  mip: 0x344,
  mcycle: 0xb00,
  minstret: 0xb02,
  mhpmcounter3: 0xb03,
  mcycleh: 0xb80,
  minstreth: 0xb82,
  mhpmcounter3h: 0xb83,
  mvendorid: 0xf11,
  marchid: 0xf12,
  mimpid: 0xf13,
  mhartid: 0xf14,
  mconfigptr: 0xf15,
} as const;

/** RV32 with I, M, A and U. */
export const misa: number = (1 << 30) | (1 << 8) | (1 << 12) | (1 << 0) | (1 << 20);
