// What the guests have in common: the devices of QEMU's `virt` machine, driven from machine mode.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Lines of `mie`.
enum { TIMER_LINE = 1 << 7, EXTERNAL_LINE = 1 << 11 };

// What was interrupted; pc is at 32, mstatus at 33.
struct frame {
  uint32_t x[32];
  uint32_t pc;
  uint32_t mstatus;
};

void enter_user(void (*code)(void), void *stack) __attribute__((noreturn));
void interrupts_off(void);
void interrupts_on(void);
void wait_for_interrupt(void);
void enable_line(uint32_t line);
uint32_t read_mcause(void);
uint32_t read_mtval(void);

// Sleeps, with interrupts off, until one has been handled.
void rest(void);

// Ends it all; 0 is success.
void power_off(int status) __attribute__((noreturn));

// What a guest does when its timer strikes, and when its user mode calls. Both may be left out.
void on_timer(struct frame *frame);
uint32_t on_call(uint32_t number, uint32_t argument);

// The timer.
uint64_t read_time(void); // ticks of 100 ns
void set_timer(uint64_t at);

// The console.
void put_char(char character);
void print(const char *text);
void print_number(int64_t number);
void print_hex(uint32_t number);
int get_char(void); // -1 if nothing was typed

// Interrupts of devices.
enum { UART_SOURCE = 10 };
void listen_to(uint32_t source);
void on_source(uint32_t source);

// The disk, in sectors of 512 bytes.
enum { SECTOR = 512, DISK_MAX = 8 };
struct disk_request {
  bool is_write;
  uint32_t sector;
  uint32_t sector_count;
  void *data;
  volatile bool is_done;
  bool has_failed;
};
bool disk_begin(void);
uint32_t disk_sectors(void);
bool disk_issue(struct disk_request *request); // false if DISK_MAX are under way
bool disk_offer(struct disk_request *request); // the same, of which the disk is told by:
void disk_notify(void);
void disk_poll(void);

// Datagrams to and from port 7.
enum { PAYLOAD_MAX = 1400 };
struct client {
  uint8_t mac[6];
  uint8_t address[4];
  uint8_t port[2];
};
bool network_begin(void);
int network_receive(struct client *from, uint8_t *payload); // its length; -1 if there is none
void network_send(const struct client *to, const uint8_t *payload, uint32_t length);

// Keyboard and mouse.
struct input_event {
  uint16_t type;
  uint16_t code;
  int32_t value;
};
int input_begin(void); // how many there are
bool input_receive(int device, struct input_event *event);
const char *input_name(int device);
