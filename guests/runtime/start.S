# From the first instruction to `main`, into traps and out of them, and into user mode. What the
# file does not fill of its segment the loader has cleared.

  .section .text.start
  .globl _start
_start:
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  la sp, stack_end
  csrw mie, zero
  csrw mscratch, zero
  # Memory is opened to user mode where there is a PMP. Where there is none, that traps.
  la t0, 1f
  csrw mtvec, t0
  li t0, -1
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  .balign 4
1:
  la t0, trap_entry
  csrw mtvec, t0
  call main
  li a0, 0
  call power_off

# `mscratch` is the stack of machine mode while user mode runs, else 0.
  .text
  .balign 4
trap_entry:
  csrrw sp, mscratch, sp
  bnez sp, 1f
  csrr sp, mscratch
1:
  addi sp, sp, -144
  .irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
  sw x\n, \n*4(sp)
  .endr
  csrrw t0, mscratch, zero
  sw t0, 8(sp) # the stack of what was interrupted
  csrr t1, mepc
  sw t1, 128(sp)
  csrr t1, mstatus
  sw t1, 132(sp)
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  mv a0, sp
  call trap
  lw t1, 128(sp)
  csrw mepc, t1
  lw t1, 132(sp)
  csrw mstatus, t1
  li t0, 0x1800
  and t1, t1, t0
  bnez t1, 2f
  addi t0, sp, 144
  csrw mscratch, t0
2:
  .irp n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
  lw x\n, \n*4(sp)
  .endr
  lw sp, 8(sp)
  mret

# void enter_user(void (*code)(void), void *stack): never comes back, but by traps.
  .globl enter_user
enter_user:
  csrw mscratch, sp
  csrw mepc, a0
  li t0, 0x1800
  csrc mstatus, t0
  li t0, 0x80
  csrs mstatus, t0
  mv sp, a1
  mret

# Of C, which is compiled without Zicsr.
  .globl interrupts_off
interrupts_off:
  csrci mstatus, 8
  ret

  .globl interrupts_on
interrupts_on:
  csrsi mstatus, 8
  ret

# Sleeps with interrupts off: one that is pending ends it.
  .globl wait_for_interrupt
wait_for_interrupt:
  wfi
  ret

  .globl enable_line
enable_line:
  csrs mie, a0
  ret

  .globl read_mcause
read_mcause:
  csrr a0, mcause
  ret

  .globl read_mtval
read_mtval:
  csrr a0, mtval
  ret
