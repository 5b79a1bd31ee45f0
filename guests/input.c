// Says what is done to the keyboard and the mouse.
#include "machine.h"

enum { SYNC = 0, KEY = 1, RELATIVE = 2 };

static void say(int device, const struct input_event *event) {
  if (event->type == SYNC) return;
  print(input_name(device));
  if (event->type == KEY) {
    print(": key ");
    print_number(event->code);
    print(event->value == 0 ? " up\n" : event->value == 1 ? " down\n" : " again\n");
  } else if (event->type == RELATIVE) {
    print(event->code == 0 ? ": right " : event->code == 1 ? ": down " : ": wheel ");
    print_number(event->value);
    print("\n");
  } else {
    print(": something else\n");
  }
}

int main(void) {
  int count = input_begin();
  print("input: ");
  print_number(count);
  print(" devices\n");
  for (;;) {
    bool is_quiet = true;
    for (int device = 0; device < count; device++) {
      struct input_event event;
      while (input_receive(device, &event)) {
        say(device, &event);
        is_quiet = false;
      }
    }
    if (is_quiet) rest();
  }
}
