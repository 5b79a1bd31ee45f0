#include "test.h"
BEGIN
  la s0, words
  CASE(1); lb a0, 0(s0); lbu a1, 0(s0); EXPECT(a0, -16); EXPECT(a1, 0xf0)
  CASE(2); lh a0, 2(s0); lhu a1, 2(s0); EXPECT(a0, 0xffff8081); EXPECT(a1, 0x8081)
  CASE(3); lw a0, 1(s0); EXPECT(a0, 0x44808182)
  CASE(4); li a0, 0x12345678; sw a0, 3(s0); lw a1, 0(s0); lw a2, 4(s0)
  EXPECT(a1, 0x788182f0); EXPECT(a2, 0x11123456)
  CASE(5); la s1, word; lr.w a0, (s1); li a1, 7; sc.w a2, a1, (s1); lw a3, 0(s1)
  EXPECT(a0, 5); EXPECT(a2, 0); EXPECT(a3, 7)
  CASE(6); sc.w a2, a0, (s1); lw a3, 0(s1); EXPECT(a2, 1); EXPECT(a3, 7)
  CASE(7); li a0, -9; amomin.w a1, a0, (s1); lw a2, 0(s1); EXPECT(a1, 7); EXPECT(a2, -9)
  CASE(8); li a0, 3; amominu.w a1, a0, (s1); lw a2, 0(s1); EXPECT(a1, -9); EXPECT(a2, 3)
  CASE(9); amoadd.w s2, a0, (s1); amoswap.w s2, s2, (s1); EXPECT(s2, 6)
  CASE(10); TRAPS(1f); addi a0, s1, 2; lr.w a1, (a0); j fail; 1: csrr t5, mcause; EXPECT(t5, 4)
  CASE(11); TRAPS(1f); lw a1, 0(x0); j fail; 1: csrr t5, mcause; EXPECT(t5, 5)
  CASE(12); TRAPS(1f); sw a1, 0(x0); j fail; 1: csrr t5, mcause; EXPECT(t5, 7)
  csrr t5, mtval; EXPECT(t5, 0)
  .balign 4
  .data
words: .word 0x808182f0, 0x11223344
word: .word 5
  .text
END
