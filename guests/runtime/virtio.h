// Virtio devices on MMIO, version 2, with split queues.
#pragma once

#include "machine.h"

enum { QUEUE_MAX = 32, QUEUES_MAX = 2, VIRTIO_MAX = 8 };
enum { HAS_NEXT = 1, FOR_DEVICE = 2 };

struct descriptor {
  uint64_t address;
  uint32_t length;
  uint16_t flags;
  uint16_t next;
};

struct queue {
  struct descriptor descriptors[QUEUE_MAX];
  struct {
    uint16_t flags;
    uint16_t index;
    uint16_t ring[QUEUE_MAX];
    uint16_t used_event;
  } available;
  struct {
    uint16_t flags;
    uint16_t index;
    struct {
      uint32_t head;
      uint32_t length;
    } ring[QUEUE_MAX];
    uint16_t available_event;
  } used __attribute__((aligned(4)));
  uint16_t seen; // of the used ring
} __attribute__((aligned(16)));

struct virtio {
  volatile uint32_t *registers;
  struct queue *queues;
};

// The device of that kind, of those after `slot`; its slot, or -1. It is set up but for driver_ok.
int virtio_find(struct virtio *device, uint32_t kind, int slot, struct queue *queues, int count);
void virtio_start(struct virtio *device, int slot);
void virtio_acknowledge(uint32_t source);

// Makes a chain available that begins at a descriptor, and tells the device of what there is.
void queue_offer(struct queue *queue, uint16_t head);
void queue_notify(struct virtio *device, int number);
// The head of a chain that was used, and its length; -1 if there is none.
int queue_used(struct queue *queue, uint32_t *length);
