// Writes blocks of the disk and reads them again, several requests at a time, in patterns that
// overlap on the disk and in memory, and prints checksums of what it read.
#include <string.h>

#include "machine.h"

enum { AREA = 64, LENGTH = 8 }; // sectors

static uint8_t memory[DISK_MAX][LENGTH * SECTOR] __attribute__((aligned(SECTOR)));
static struct disk_request requests[DISK_MAX];
static uint32_t random_state = 1;

static uint32_t next_random(void) {
  random_state = random_state * 1664525u + 1013904223u;
  return random_state >> 8;
}

static void fill(uint8_t *block, uint32_t seed) {
  for (uint32_t at = 0; at < SECTOR; at++) block[at] = (uint8_t)(seed * 31 + at * (seed | 1));
}

static uint32_t sum_of(const uint8_t *bytes, uint32_t length) {
  uint32_t sum = 0x811c9dc5u;
  for (uint32_t at = 0; at < length; at++) sum = (sum ^ bytes[at]) * 16777619u;
  return sum;
}

static void finish(int count) {
  for (int at = 0; at < count; at++) {
    for (;;) {
      disk_poll();
      if (requests[at].is_done) break;
      rest();
    }
    if (requests[at].has_failed) print("disk: a request has failed\n");
  }
}

static void ask(int at, bool is_write, uint32_t sector, uint32_t count, void *data) {
  requests[at] = (struct disk_request){is_write, sector, count, data, false, false};
  disk_issue(&requests[at]);
}

// Eight writes side by side, then reads of the same blocks that overlap each other.
static uint32_t apart(uint32_t round) {
  for (int at = 0; at < DISK_MAX; at++) {
    for (int block = 0; block < LENGTH; block++) {
      fill(memory[at] + SECTOR * block, round * AREA + LENGTH * at + block);
    }
    ask(at, true, LENGTH * at, LENGTH, memory[at]);
  }
  finish(DISK_MAX);
  memset(memory, 0, sizeof memory);
  for (int at = 0; at < DISK_MAX; at++) {
    ask(at, false, next_random() % (AREA - LENGTH), LENGTH, memory[at]);
  }
  finish(DISK_MAX);
  return sum_of(memory[0], sizeof memory);
}

// Writes that overlap on the disk, all at once: each block is that of one of them, whole.
static int torn(uint32_t round) {
  for (int at = 0; at < DISK_MAX; at++) memset(memory[at], (int)(round + at), sizeof memory[at]);
  for (int at = 0; at < DISK_MAX; at++) ask(at, true, AREA + 3 * at, LENGTH, memory[at]);
  finish(DISK_MAX);
  int count = 0;
  for (int from = 0; from < 3 * DISK_MAX; from += LENGTH) {
    ask(0, false, AREA + from, LENGTH, memory[0]);
    finish(1);
    for (int block = 0; block < LENGTH; block++) {
      const uint8_t *bytes = memory[0] + SECTOR * block;
      bool is_of_one = bytes[0] - (round & 0xff) < DISK_MAX || round % 256 > 256 - DISK_MAX;
      for (int at = 1; at < SECTOR; at++) is_of_one = is_of_one && bytes[at] == bytes[0];
      if (!is_of_one) count++;
    }
  }
  return count;
}

// A read that lands where another write is taken from: the order of issue decides.
static void crossed(void) {
  ask(0, true, 2 * AREA, LENGTH, memory[0]);
  ask(1, false, 0, LENGTH, memory[1]);
  ask(2, true, 2 * AREA + LENGTH / 2, LENGTH, memory[2]);
  ask(3, false, LENGTH, LENGTH, memory[3]);
  finish(4);
}

int main(void) {
  if (!disk_begin()) {
    print("disk: there is none\n");
    power_off(1);
  }
  print("disk: it is up\n");
  for (uint32_t round = 0;; round++) {
    uint32_t sum = apart(round);
    int count = torn(round);
    crossed();
    print("round ");
    print_number(round);
    print(": ");
    print_hex(sum);
    print(", torn blocks ");
    print_number(count);
    print("\n");
  }
}
