#include <string.h>

#include "virtio.h"

enum { RECEIVE, TRANSMIT };
enum { HEAD = 12, FRAME_MAX = 1514, BUFFER = 1536 };
enum { ETHERNET = 14, ARP = 28, IP = 20, UDP = 8 };
enum { PORT = 7, UDP_PROTOCOL = 17, IP_TYPE = 0x0800, ARP_TYPE = 0x0806 };

static struct virtio device;
static struct queue queues[2];
static uint8_t received[QUEUE_MAX][BUFFER];
static uint8_t sent[QUEUE_MAX][BUFFER];
static uint32_t sending; // transmitted so far, and not yet given back
static uint32_t next_sent;
static uint8_t own_mac[6];
static const uint8_t own_address[4] = {10, 0, 2, 15};
static const uint8_t router_address[4] = {10, 0, 2, 2};

static void put16(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static uint32_t get16(const uint8_t *at) { return (uint32_t)at[0] << 8 | at[1]; }

static void offer_buffer(uint16_t place) {
  struct descriptor *buffer = &queues[RECEIVE].descriptors[place];
  *buffer = (struct descriptor){(uint32_t)received[place], BUFFER, FOR_DEVICE, 0};
  queue_offer(&queues[RECEIVE], place);
}

// Where the next frame is to be written.
static uint8_t *frame_to(const uint8_t *mac, uint32_t type) {
  while (sending == QUEUE_MAX) {
    while (queue_used(&queues[TRANSMIT], NULL) >= 0) sending--;
  }
  uint8_t *buffer = sent[next_sent % QUEUE_MAX];
  memset(buffer, 0, HEAD);
  uint8_t *frame = buffer + HEAD;
  memcpy(frame, mac, 6);
  memcpy(frame + 6, own_mac, 6);
  put16(frame + 12, type);
  return frame;
}

static void transmit(uint32_t length) {
  uint16_t place = (uint16_t)(next_sent++ % QUEUE_MAX);
  struct descriptor *buffer = &queues[TRANSMIT].descriptors[place];
  *buffer = (struct descriptor){(uint32_t)sent[place], HEAD + length, 0, 0};
  sending++;
  queue_offer(&queues[TRANSMIT], place);
  queue_notify(&device, TRANSMIT);
  while (queue_used(&queues[TRANSMIT], NULL) >= 0) sending--;
}

// Asks for a neighbour, or answers one.
static void say_arp(uint32_t operation, const uint8_t *mac, const uint8_t *address) {
  static const uint8_t all[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  bool asks = operation == 1;
  uint8_t *arp = frame_to(asks ? all : mac, ARP_TYPE) + ETHERNET;
  put16(arp, 1);
  put16(arp + 2, IP_TYPE);
  arp[4] = 6;
  arp[5] = 4;
  put16(arp + 6, operation);
  memcpy(arp + 8, own_mac, 6);
  memcpy(arp + 14, own_address, 4);
  if (asks) memset(arp + 18, 0, 6);
  else memcpy(arp + 18, mac, 6);
  memcpy(arp + 24, address, 4);
  transmit(ETHERNET + ARP);
}

bool network_begin(void) {
  int slot = virtio_find(&device, 1, -1, queues, 2);
  if (slot < 0) return false;
  volatile uint8_t *config = (volatile uint8_t *)device.registers + 0x100;
  for (int at = 0; at < 6; at++) own_mac[at] = config[at];
  queues[TRANSMIT].available.flags = 1; // what was sent is of no interest
  virtio_start(&device, slot);
  for (uint16_t place = 0; place < QUEUE_MAX; place++) offer_buffer(place);
  queue_notify(&device, RECEIVE);
  say_arp(1, own_mac, router_address); // so that the router knows where this is
  return true;
}

static uint32_t checksum(const uint8_t *bytes, uint32_t length) {
  uint32_t sum = 0;
  for (uint32_t at = 0; at < length; at += 2) sum += get16(bytes + at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

// The payload's length if a frame is a datagram for port 7, else -1.
static int datagram_in(const uint8_t *frame, uint32_t length, struct client *from, uint8_t *to) {
  const uint8_t *ip = frame + ETHERNET;
  if (length < ETHERNET + IP + UDP || get16(frame + 12) != IP_TYPE || ip[0] != 0x45) return -1;
  if (ip[9] != UDP_PROTOCOL || memcmp(ip + 16, own_address, 4) != 0) return -1;
  const uint8_t *udp = ip + IP;
  uint32_t all = get16(udp + 4);
  if (get16(udp + 2) != PORT || all < UDP || ETHERNET + IP + all > length) return -1;
  if (all - UDP > PAYLOAD_MAX) return -1;
  memcpy(from->mac, frame + 6, 6);
  memcpy(from->address, ip + 12, 4);
  memcpy(from->port, udp, 2);
  memcpy(to, udp + UDP, all - UDP);
  return (int)(all - UDP);
}

static void answer_arp(const uint8_t *frame, uint32_t length) {
  const uint8_t *arp = frame + ETHERNET;
  if (length < ETHERNET + ARP || get16(frame + 12) != ARP_TYPE || get16(arp + 6) != 1) return;
  if (memcmp(arp + 24, own_address, 4) == 0) say_arp(2, arp + 8, arp + 14);
}

int network_receive(struct client *from, uint8_t *payload) {
  uint32_t length;
  for (int place; (place = queue_used(&queues[RECEIVE], &length)) >= 0;) {
    const uint8_t *frame = received[place] + HEAD;
    length -= HEAD;
    int found = datagram_in(frame, length, from, payload);
    if (found < 0) answer_arp(frame, length);
    offer_buffer((uint16_t)place);
    queue_notify(&device, RECEIVE);
    if (found >= 0) return found;
  }
  return -1;
}

void network_send(const struct client *to, const uint8_t *payload, uint32_t length) {
  static uint16_t identity;
  uint8_t *ip = frame_to(to->mac, IP_TYPE) + ETHERNET;
  memset(ip, 0, IP);
  ip[0] = 0x45;
  put16(ip + 2, IP + UDP + length);
  put16(ip + 4, identity++);
  ip[8] = 64;
  ip[9] = UDP_PROTOCOL;
  memcpy(ip + 12, own_address, 4);
  memcpy(ip + 16, to->address, 4);
  put16(ip + 10, checksum(ip, IP));
  uint8_t *udp = ip + IP;
  put16(udp, PORT);
  memcpy(udp + 2, to->port, 2);
  put16(udp + 4, UDP + length);
  put16(udp + 6, 0); // no checksum: Ethernet has one
  memcpy(udp + UDP, payload, length);
  transmit(ETHERNET + IP + UDP + length);
}
