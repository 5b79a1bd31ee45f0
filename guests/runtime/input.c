#include "virtio.h"

enum { DEVICES = 2, NAME_MAX = 64 };

static struct virtio devices[DEVICES];
static struct queue queues[DEVICES][2];
static struct input_event events[DEVICES][QUEUE_MAX];
static char names[DEVICES][NAME_MAX + 1];

static void offer_event(int device, uint16_t place) {
  struct queue *queue = &queues[device][0];
  uint32_t at = (uint32_t)&events[device][place];
  queue->descriptors[place] = (struct descriptor){at, sizeof events[0][0], FOR_DEVICE, 0};
  queue_offer(queue, place);
}

static void learn_name(int device) {
  volatile uint8_t *config = (volatile uint8_t *)devices[device].registers + 0x100;
  config[0] = 1;
  config[1] = 0;
  uint32_t length = config[2] < NAME_MAX ? config[2] : NAME_MAX;
  for (uint32_t at = 0; at < length; at++) names[device][at] = (char)config[8 + at];
}

int input_begin(void) {
  int slot = -1;
  for (int device = 0; device < DEVICES; device++) {
    slot = virtio_find(&devices[device], 18, slot, queues[device], 2);
    if (slot < 0) return device;
    learn_name(device);
    virtio_start(&devices[device], slot);
    for (uint16_t place = 0; place < QUEUE_MAX; place++) offer_event(device, place);
    queue_notify(&devices[device], 0);
  }
  return DEVICES;
}

const char *input_name(int device) { return names[device]; }

bool input_receive(int device, struct input_event *event) {
  int place = queue_used(&queues[device][0], NULL);
  if (place < 0) return false;
  *event = events[device][place];
  offer_event(device, (uint16_t)place);
  queue_notify(&devices[device], 0);
  return true;
}
