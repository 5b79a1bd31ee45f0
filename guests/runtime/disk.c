#include "virtio.h"

static struct virtio device;
static struct queue queues[1];

// Three descriptors for each request under way: its head, its data, its end.
static struct {
  uint32_t kind;
  uint32_t reserved;
  uint64_t sector;
} heads[DISK_MAX];
static uint8_t ends[DISK_MAX];
static struct disk_request *requests[DISK_MAX];

bool disk_begin(void) {
  int slot = virtio_find(&device, 2, -1, queues, 1);
  if (slot < 0) return false;
  virtio_start(&device, slot);
  return true;
}

uint32_t disk_sectors(void) { return device.registers[0x100 / 4]; }

bool disk_offer(struct disk_request *request) {
  int place = 0;
  while (place < DISK_MAX && requests[place] != NULL) place++;
  if (place == DISK_MAX) return false;
  requests[place] = request;
  request->is_done = false;
  heads[place].kind = request->is_write ? 1 : 0;
  heads[place].sector = request->sector;
  ends[place] = 0xff;
  uint16_t first = (uint16_t)(3 * place);
  struct descriptor *chain = &queues[0].descriptors[first];
  uint16_t data_flags = request->is_write ? HAS_NEXT : HAS_NEXT | FOR_DEVICE;
  uint32_t length = SECTOR * request->sector_count;
  chain[0] = (struct descriptor){(uint32_t)&heads[place], 16, HAS_NEXT, first + 1};
  chain[1] = (struct descriptor){(uint32_t)request->data, length, data_flags, first + 2};
  chain[2] = (struct descriptor){(uint32_t)&ends[place], 1, FOR_DEVICE, 0};
  queue_offer(&queues[0], first);
  return true;
}

void disk_notify(void) { queue_notify(&device, 0); }

bool disk_issue(struct disk_request *request) {
  bool is_offered = disk_offer(request);
  if (is_offered) disk_notify();
  return is_offered;
}

void disk_poll(void) {
  for (int head; (head = queue_used(&queues[0], NULL)) >= 0;) {
    int place = head / 3;
    struct disk_request *request = requests[place];
    requests[place] = NULL;
    request->has_failed = *(volatile uint8_t *)&ends[place] != 0;
    request->is_done = true;
  }
}
