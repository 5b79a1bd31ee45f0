#include "virtio.h"

enum {
  MAGIC = 0x000,
  VERSION = 0x004,
  DEVICE = 0x008,
  FEATURES = 0x010,
  FEATURES_SELECT = 0x014,
  ACCEPTED = 0x020,
  ACCEPTED_SELECT = 0x024,
  SELECT = 0x030,
  SIZE = 0x038,
  READY = 0x044,
  NOTIFY = 0x050,
  INTERRUPT = 0x060,
  ACKNOWLEDGE = 0x064,
  STATUS = 0x070,
  DESCRIPTORS = 0x080,
  AVAILABLE = 0x090,
  USED = 0x0a0,
};

enum { SEEN = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8 };

static volatile uint32_t *registers_of(int slot) {
  return (volatile uint32_t *)(0x10001000 + 0x1000 * slot);
}

static void put(volatile uint32_t *registers, int offset, uint32_t value) {
  registers[offset / 4] = value;
}

static void order(void) { __asm__ volatile("fence" ::: "memory"); }

int virtio_find(struct virtio *device, uint32_t kind, int after, struct queue *queues, int count) {
  for (int slot = after + 1; slot < VIRTIO_MAX; slot++) {
    volatile uint32_t *registers = registers_of(slot);
    bool is_it = registers[MAGIC / 4] == 0x74726976 && registers[VERSION / 4] == 2;
    if (!is_it || registers[DEVICE / 4] != kind) continue;
    device->registers = registers;
    device->queues = queues;
    put(registers, STATUS, 0);
    put(registers, STATUS, SEEN | DRIVER);
    put(registers, ACCEPTED_SELECT, 0);
    put(registers, ACCEPTED, 0);
    put(registers, ACCEPTED_SELECT, 1);
    put(registers, ACCEPTED, 1); // version 1, and nothing else
    put(registers, STATUS, SEEN | DRIVER | FEATURES_OK);
    for (int number = 0; number < count; number++) {
      struct queue *queue = &queues[number];
      put(registers, SELECT, number);
      put(registers, SIZE, QUEUE_MAX);
      put(registers, DESCRIPTORS, (uint32_t)queue->descriptors);
      put(registers, DESCRIPTORS + 4, 0);
      put(registers, AVAILABLE, (uint32_t)&queue->available);
      put(registers, AVAILABLE + 4, 0);
      put(registers, USED, (uint32_t)&queue->used);
      put(registers, USED + 4, 0);
      put(registers, READY, 1);
    }
    return slot;
  }
  return -1;
}

void virtio_start(struct virtio *device, int slot) {
  put(device->registers, STATUS, SEEN | DRIVER | FEATURES_OK | DRIVER_OK);
  listen_to(1 + slot);
}

void virtio_acknowledge(uint32_t source) {
  volatile uint32_t *registers = registers_of((int)source - 1);
  put(registers, ACKNOWLEDGE, registers[INTERRUPT / 4]);
}

void queue_offer(struct queue *queue, uint16_t head) {
  queue->available.ring[queue->available.index % QUEUE_MAX] = head;
  order();
  queue->available.index++;
  order();
}

void queue_notify(struct virtio *device, int number) { put(device->registers, NOTIFY, number); }

int queue_used(struct queue *queue, uint32_t *length) {
  if (queue->seen == *(volatile uint16_t *)&queue->used.index) return -1;
  order();
  int at = queue->seen++ % QUEUE_MAX;
  if (length != NULL) *length = queue->used.ring[at].length;
  return (int)queue->used.ring[at].head;
}
