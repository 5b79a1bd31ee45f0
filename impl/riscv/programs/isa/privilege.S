#include "test.h"
BEGIN
  CASE(1); TRAPS(1f); ecall; j fail; 1: csrr t5, mcause; EXPECT(t5, 11)
  CASE(2); TRAPS(1f); .word 0; j fail; 1: csrr t5, mcause; EXPECT(t5, 2)
  CASE(3); TRAPS(1f); 2: ebreak; j fail; 1: csrr t5, mcause; EXPECT(t5, 3)
  csrr t5, mepc; la t6, 2b; bne t5, t6, fail
  CASE(4); csrr a0, misa; EXPECT(a0, 0x40101101)
  CASE(5); csrr a0, mhpmcounter31; csrr a1, mhpmevent3; EXPECT(a0, 0); EXPECT(a1, 0)
  CASE(6); TRAPS(1f); csrr a0, satp; j fail; 1: csrr t5, mcause; EXPECT(t5, 2)
  CASE(7); csrr a0, mcycle; nop; nop; csrr a1, mcycle; sub a1, a1, a0; EXPECT(a1, 3)
  CASE(8); li a0, 0x1880; csrc mstatus, a0; la t0, user; csrw mepc, t0; TRAPS(1f); mret
user: ecall; j fail
1: csrr t5, mcause; EXPECT(t5, 8); csrr a0, mstatus; li a1, 0x1800; and a0, a0, a1; EXPECT(a0, 0)
  CASE(9); la t0, 2f; csrw mepc, t0; TRAPS(1f); mret
2: csrr a0, mstatus; j fail
1: csrr t5, mcause; EXPECT(t5, 2)
  CASE(10); li t0, 0x02000000; li t1, 1; li t2, 8; csrw mie, t2; TRAPS(1f); sw t1, 0(t0)
  csrs mstatus, t2; j fail
1: li t0, 0x02000000; sw x0, 0(t0); csrr t5, mcause; EXPECT(t5, 0x80000003)
  CASE(11); TRAPS(1f); la a0, fail; addi a0, a0, 2; jr a0
1: csrr t5, mcause; EXPECT(t5, 0); csrr t5, mtval; bne t5, a0, fail
END
