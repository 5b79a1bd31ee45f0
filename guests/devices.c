// A little of each device at once, for trials: every datagram has some blocks of the disk read and
// written, of which the disk is told together, and is answered with what has come of it all so far.
// The timer strikes while it calculates, and folds in where it struck.
#include <string.h>

#include "machine.h"

enum { PERIOD = 100000, AREA = 8, TOGETHER = 3, BLOCKS = 4, ECHO_MAX = 16, PRINT_EVERY = 8 };

static volatile uint32_t struck = 1; // changed by the timer's strikes alone
static uint32_t word = 1, served;
static uint32_t blocks[BLOCKS][SECTOR / 4] __attribute__((aligned(SECTOR)));
static struct disk_request requests[DISK_MAX];
static bool is_under_way[DISK_MAX];

static uint32_t folded(uint32_t to, uint32_t value) { return (to ^ value) * 0x9e3779b1u + (to >> 15); }

static void fold(uint32_t value) { word = folded(word, value); }

void on_timer(struct frame *frame) {
  struck = folded(struck, frame->pc);
  set_timer(read_time() + PERIOD);
}

static uint32_t time_of_hart(void) {
  uint32_t time;
  __asm__ volatile(".option push\n.option arch, +zicsr\nrdtime %0\n.option pop" : "=r"(time));
  return time;
}

// Requests between blocks of memory and of the disk that others may use as well; false if there is
// no room for as many.
static bool ask_disk(void) {
  int places[TOGETHER], count = 0;
  for (int at = 0; at < DISK_MAX && count < TOGETHER; at++) {
    if (!is_under_way[at]) places[count++] = at;
  }
  if (count < TOGETHER) return false;
  uint32_t some = 1 + served % TOGETHER;
  for (uint32_t at = 0; at < some; at++) {
    uint32_t choice = word >> (8 * at);
    uint32_t *block = blocks[(choice >> 1) % BLOCKS];
    block[choice % (SECTOR / 4)] ^= word;
    struct disk_request *request = &requests[places[at]];
    *request = (struct disk_request){choice & 1, (choice >> 4) % AREA, 1, block, false, false};
    is_under_way[places[at]] = true;
    disk_offer(request);
  }
  disk_notify();
  return true;
}

static bool look_at_disk(void) {
  bool has_finished = false;
  disk_poll();
  for (int at = 0; at < DISK_MAX; at++) {
    if (!is_under_way[at] || !requests[at].is_done) continue;
    is_under_way[at] = false;
    has_finished = true;
    fold(requests[at].has_failed);
    const uint32_t *block = requests[at].data;
    for (int place = 0; place < SECTOR / 4; place++) fold(block[place]);
  }
  return has_finished;
}

static void answer(const struct client *client, const uint8_t *request, uint32_t length) {
  uint8_t reply[ECHO_MAX + 12];
  if (length > ECHO_MAX) length = ECHO_MAX;
  uint32_t facts[] = {word, struck, time_of_hart()};
  memcpy(reply, request, length);
  memcpy(reply + length, facts, sizeof facts);
  network_send(client, reply, length + sizeof facts);
}

static bool serve(void) {
  static uint8_t request[PAYLOAD_MAX];
  static int waiting = -1; // the length of one for which the disk had no room yet
  static struct client client;
  if (waiting < 0) waiting = network_receive(&client, request);
  if (waiting < 0) return false;
  if (!ask_disk()) return false;
  for (int at = 0; at < waiting; at++) fold(request[at]);
  answer(&client, request, (uint32_t)waiting);
  waiting = -1;
  if (++served % PRINT_EVERY == 0) {
    print_hex(word);
    print("\n");
  }
  return true;
}

static bool look_at_operator(void) {
  bool has_come = false;
  for (int typed; (typed = get_char()) >= 0; has_come = true) {
    fold((uint32_t)typed);
    put_char((char)typed);
  }
  struct input_event event;
  for (int device = 0; device < 2; device++) {
    while (input_receive(device, &event)) {
      fold((uint32_t)event.type << 16 ^ event.code ^ (uint32_t)event.value << 8);
      has_come = true;
    }
  }
  return has_come;
}

// The timer may strike at each of these instructions.
static void calculate(void) {
  interrupts_on();
  for (uint32_t at = 0; at < 32; at++) fold(at);
  interrupts_off();
}

int main(void) {
  if (!network_begin() || !disk_begin() || input_begin() != 2) {
    print("devices: some are missing\n");
    power_off(1);
  }
  set_timer(read_time() + PERIOD);
  enable_line(TIMER_LINE);
  listen_to(UART_SOURCE);
  print("up\n");
  for (;;) {
    bool has_worked = look_at_disk();
    has_worked |= serve();
    has_worked |= look_at_operator();
    if (has_worked) calculate();
    else rest();
  }
}
