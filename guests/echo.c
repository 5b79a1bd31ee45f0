// Sends every datagram back to where it came from.
#include "machine.h"

int main(void) {
  static uint8_t payload[PAYLOAD_MAX];
  if (!network_begin()) {
    print("echo server: there is no network\n");
    power_off(1);
  }
  print("echo server: it is up\n");
  for (;;) {
    struct client client;
    int length = network_receive(&client, payload);
    if (length < 0) rest();
    else network_send(&client, payload, (uint32_t)length);
  }
}
