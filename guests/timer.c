// Counts as fast as it can. Each strike of the timer folds into a word where it struck: what was
// counted by then, and which instruction was next.
#include "machine.h"

enum { PERIOD = 10000, REPORT_EVERY = 50 }; // ticks; strikes

static volatile uint32_t counted, strikes, word = 1;
static volatile bool is_due;

static void fold(uint32_t value) { word = (word ^ value) * 0x9e3779b1u + (word >> 15); }

void on_timer(struct frame *frame) {
  fold(counted);
  fold(frame->pc);
  strikes++;
  is_due = strikes % REPORT_EVERY == 0;
  set_timer(read_time() + PERIOD);
}

int main(void) {
  print("timer: it is up\n");
  set_timer(read_time() + PERIOD);
  enable_line(TIMER_LINE);
  interrupts_on();
  for (;;) {
    counted++;
    if (!is_due) continue;
    is_due = false;
    print_number(strikes);
    print(" strikes, counted ");
    print_number(counted);
    print(", ");
    print_hex(word);
    print("\n");
  }
}
