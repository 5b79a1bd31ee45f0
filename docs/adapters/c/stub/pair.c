/* A pair that has hardly begun: lockstep conform -- ./pair says what it owes next. */
#include <stdio.h>
#include <stdlib.h>

#include "lockstep.h"

/* One copy of the VM: the primary on one host, its backup on the other. */
struct copy {
  char name[64];
  int is_primary;
  long position; /* instructions executed before */
};

static struct copy *begin(const char *reset, const char *name, int is_primary) {
  struct copy *it = calloc(1, sizeof *it);
  (void)reset; /* settings and periods: json_number(reset, "timeout") */
  if (it == NULL) abort();
  snprintf(it->name, sizeof it->name, "%s", name);
  it->is_primary = is_primary;
  return it;
}

static void end(struct copy *it) { free(it); }

static void execute(struct copy *it, const char *does, long reading) {
  (void)reading;
  if (!it->is_primary) return;
  say(it->name, "execute", "\"position\":%ld,\"does\":\"%s\",\"entries\":[]", it->position, does);
  it->position++;
}

static void interrupt(struct copy *it) { (void)it; }
static void packet(struct copy *it, long number) { (void)it, (void)number; }
static void replay(struct copy *it) { (void)it; }
static void message(struct copy *it, const char *kind, const char *text) {
  (void)it, (void)kind, (void)text;
}
static void lost(struct copy *it) { (void)it; }

static void tick(struct copy *it, long now) {
  (void)now;
  say(it->name, "heartbeat", "");
  say(it->name, "keepalive", "");
}

static void reply(struct copy *it, int has_won) { (void)it, (void)has_won; }

int main(void) {
  return serve(&(struct hypervisor){"{}", begin, end, execute, interrupt, packet, replay, message,
                                    lost, tick, reply});
}
