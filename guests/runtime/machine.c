#include "machine.h"

#include "virtio.h"

static volatile uint8_t *const uart = (uint8_t *)0x10000000;
static volatile uint32_t *const clint_compare = (uint32_t *)0x02004000;
static volatile uint32_t *const clint_time = (uint32_t *)0x0200bff8;
static volatile uint32_t *const plic = (uint32_t *)0x0c000000;
static volatile uint32_t *const plic_enable = (uint32_t *)0x0c002000;
static volatile uint32_t *const plic_claim = (uint32_t *)0x0c200004;
static volatile uint32_t *const power = (uint32_t *)0x00100000;

void power_off(int status) {
  *power = status == 0 ? 0x5555 : (uint32_t)status << 16 | 0x3333;
  for (;;) wait_for_interrupt();
}

__attribute__((weak)) void on_timer(struct frame *frame) { (void)frame; }

__attribute__((weak)) uint32_t on_call(uint32_t number, uint32_t argument) {
  (void)number;
  return argument;
}

uint64_t read_time(void) {
  for (;;) {
    uint32_t high = clint_time[1];
    uint32_t low = clint_time[0];
    if (clint_time[1] == high) return (uint64_t)high << 32 | low;
  }
}

void set_timer(uint64_t at) {
  clint_compare[1] = UINT32_MAX; // it does not strike between the two halves
  clint_compare[0] = (uint32_t)at;
  clint_compare[1] = (uint32_t)(at >> 32);
}

void put_char(char character) {
  while ((uart[5] & 0x20) == 0) continue;
  uart[0] = (uint8_t)character;
}

void print(const char *text) {
  for (; *text != 0; text++) put_char(*text);
}

void print_number(int64_t number) {
  char digits[24];
  int at = sizeof digits;
  uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
  digits[--at] = 0;
  do {
    digits[--at] = '0' + (char)(rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (number < 0) digits[--at] = '-';
  print(digits + at);
}

void print_hex(uint32_t number) {
  for (int shift = 28; shift >= 0; shift -= 4) put_char("0123456789abcdef"[number >> shift & 15]);
}

enum { TYPED_MAX = 1024 };
static char typed[TYPED_MAX];
static uint32_t typed_in, typed_out;

static void take_typed(void) {
  while ((uart[5] & 1) != 0) {
    char character = (char)uart[0];
    if (typed_in - typed_out < TYPED_MAX) typed[typed_in++ % TYPED_MAX] = character;
  }
}

int get_char(void) {
  take_typed();
  return typed_in == typed_out ? -1 : typed[typed_out++ % TYPED_MAX];
}

void listen_to(uint32_t source) {
  plic[source] = 1;
  *plic_enable |= 1u << source;
  if (source == UART_SOURCE) uart[1] = 1;
  enable_line(EXTERNAL_LINE);
}

void rest(void) {
  wait_for_interrupt();
  interrupts_on();
  interrupts_off();
}

static void take_external(void) {
  uint32_t source;
  while ((source = *plic_claim) != 0) {
    if (source == UART_SOURCE) take_typed();
    else virtio_acknowledge(source);
    *plic_claim = source;
  }
}

void trap(struct frame *frame) {
  enum { IS_INTERRUPT = 1u << 31, TIMER = 7, EXTERNAL = 11, CALL_FROM_USER = 8 };
  uint32_t cause = read_mcause();
  if (cause == (IS_INTERRUPT | TIMER)) {
    on_timer(frame);
  } else if (cause == (IS_INTERRUPT | EXTERNAL)) {
    take_external();
  } else if (cause == CALL_FROM_USER) {
    frame->x[10] = on_call(frame->x[17], frame->x[10]);
    frame->pc += 4;
  } else {
    print("trap ");
    print_hex(cause);
    print(" at ");
    print_hex(frame->pc);
    print(", ");
    print_hex(read_mtval());
    print("\n");
    power_off(1);
  }
}
