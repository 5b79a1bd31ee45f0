/* A test of the processor in the style of riscv-tests: numbered cases, the number in gp, and the
   verdict in tohost. A trap that no case asked for fails the case it comes in. */

#define BEGIN                                                                                  \
  .text; .globl _start; .globl tohost;                                                         \
  _start: la t0, trapped; csrw mtvec, t0; li gp, 0; j begin;                                  \
  .balign 4; trapped: beqz s11, fail; mv t0, s11; li s11, 0; jr t0;                           \
  fail: slli gp, gp, 1; ori gp, gp, 1; 1: la t0, tohost; sw gp, 0(t0); j 1b;                  \
  pass: li gp, 1; 1: la t0, tohost; sw gp, 0(t0); j 1b;                                       \
  begin:

#define END                                                                                    \
  j pass; .section .tohost, "aw"; .balign 64; tohost: .dword 0; .dword 0

#define CASE(number) li gp, number

#define EXPECT(register, value) li t6, value; bne register, t6, fail

/* The next trap is asked for, and goes on there. */
#define TRAPS(there) la s11, there
