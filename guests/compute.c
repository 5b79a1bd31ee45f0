// Counts primes in user mode, and says so now and then by a call of machine mode.
#include "machine.h"

enum { PRINT = 1, NUMBER = 2, REPORT_EVERY = 10000 };

uint32_t on_call(uint32_t number, uint32_t argument) {
  if (number == PRINT) print((const char *)argument);
  else if (number == NUMBER) print_number(argument);
  else return UINT32_MAX;
  return 0;
}

static uint32_t call(uint32_t number, uint32_t argument) {
  register uint32_t a7 __asm__("a7") = number;
  register uint32_t a0 __asm__("a0") = argument;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
  return a0;
}

static bool is_prime(uint32_t number) {
  if (number % 2 == 0) return number == 2;
  for (uint32_t factor = 3; factor <= number / factor; factor += 2) {
    if (number % factor == 0) return false;
  }
  return number > 1;
}

static void count_primes(void) {
  uint32_t found = 0;
  for (uint32_t number = 1;; number++) {
    if (is_prime(number)) found++;
    if (number % REPORT_EVERY != 0) continue;
    call(NUMBER, found);
    call(PRINT, (uint32_t) " primes up to ");
    call(NUMBER, number);
    call(PRINT, (uint32_t) "\n");
  }
}

static uint8_t stack[4096] __attribute__((aligned(16)));

int main(void) {
  print("compute: it is up\n");
  enter_user(count_primes, stack + sizeof stack);
}
