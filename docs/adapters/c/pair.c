/* A primary and its backup: cc -O2 -o pair pair.c lockstep.c && lockstep conform -- ./pair */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lockstep.h"

enum kind { TIMER, RX, ND, OUT };
static const char *const kinds[] = {"TIMER", "RX", "ND", "OUT"};

/* An entry of the log, a withheld output (its ordinal and what it needs) or a packet. */
struct item {
  long seq, position, kind, value, last;
};

struct list {
  struct item *items;
  int count, room;
};

static void push(struct list *list, struct item item) {
  if (list->count == list->room) {
    list->room = list->room == 0 ? 16 : 2 * list->room;
    list->items = realloc(list->items, (size_t)list->room * sizeof *list->items);
    if (list->items == NULL) abort();
  }
  list->items[list->count++] = item;
}

static void drop(struct list *list, int count) {
  list->count -= count;
  memmove(list->items, list->items + count, (size_t)list->count * sizeof *list->items);
}

enum mode { RECORDING, WITHHOLDING, LIVE, REPLAYING, FROZEN, DRAINING, HALTED };

struct copy {
  char name[64];
  enum mode mode;
  long packet_group, primary_capacity, backup_capacity, timeout, retry_every;
  long now, heard_heartbeat, heard_log, asked;
  long position, outputs, digest; /* the guest, as far as its hypervisor knows it */
  long logged, sent, acked;       /* of a primary */
  struct list buffer, withheld, arrived;
  long acknowledged; /* of a backup */
  struct list unread, log;
};

static int serves(const struct copy *it) { return it->mode <= LIVE; }
static int asks(const struct copy *it) { return it->mode == WITHHOLDING || it->mode == FROZEN; }

/* What happens to the guest leaves its mark, at the position where it happens. */
static void mark(struct copy *it, long n) { it->digest = (31 * it->digest + n + 1) % 1000003; }

static void marks(struct copy *it, long what) { mark(it, it->position), mark(it, what); }

static void executed(struct copy *it, long reading) {
  marks(it, 1);
  mark(it, reading);
  it->position++;
}

static void say_digest(const struct copy *it) {
  say(it->name, "digest", "\"position\":%ld,\"digest\":\"%ld\"", it->position, it->digest);
}

/* The group in the log buffer, or 0 while there is no room: the guest stops (R32-6). */
static int logs(struct copy *it, const struct item *group, int count, char *told, size_t size) {
  size_t length = 0;
  told[0] = '\0';
  if (it->mode == LIVE) return 1;
  if (it->buffer.count + count > it->primary_capacity) return 0;
  for (int at = 0; at < count; at++) {
    struct item entry = group[at];
    entry.seq = ++it->logged;
    entry.position = it->position;
    entry.last = at == count - 1;
    push(&it->buffer, entry);
    const char *form = entry.kind == ND ? "%s{\"seq\":%ld,\"kind\":\"%s\",\"value\":%ld}"
                                        : "%s{\"seq\":%ld,\"kind\":\"%s\"}";
    length += (size_t)snprintf(told + length, size - length, form, at == 0 ? "" : ",", entry.seq,
                               kinds[entry.kind], entry.value);
  }
  return 1;
}

static void deliver(struct copy *it) {
  while (serves(it) && it->arrived.count > 0) {
    struct item group[16];
    char told[1024], packets[256];
    int count = 0, length = 0;
    for (; count < it->arrived.count && count < it->packet_group && count < 16; count++) {
      group[count] = (struct item){.kind = RX, .value = it->arrived.items[count].value};
      length += snprintf(packets + length, sizeof packets - (size_t)length, "%s%ld",
                         count == 0 ? "" : ",", group[count].value);
    }
    if (!logs(it, group, count, told, sizeof told)) return;
    drop(&it->arrived, count);
    say(it->name, "deliver", "\"position\":%ld,\"packets\":[%s],\"entries\":[%s]", it->position,
        packets, told);
    marks(it, 3);
    for (int at = 0; at < count; at++) mark(it, group[at].value);
    say_digest(it);
  }
}

/* Every entry is sent at once: no output waits for a later one (R35-5). */
static void flush(struct copy *it) {
  for (int at = 0; it->mode == RECORDING && at < it->buffer.count; at++) {
    const struct item e = it->buffer.items[at];
    if (e.seq > it->sent) say(it->name, "flush", "\"seq\":%ld,\"message\":[%ld,%ld,%ld,%ld,%ld]",
                              e.seq, e.seq, e.position, e.kind, e.value, e.last);
  }
  it->sent = it->logged;
}

/* An output leaves once its own entry is acknowledged, or nobody else is left (R22-4). */
static void release(struct copy *it) {
  while (serves(it) && it->withheld.count > 0) {
    const struct item *first = it->withheld.items;
    if (it->mode != LIVE && first->seq > it->acked) return;
    say(it->name, "release", "\"ordinal\":%ld%s", first->value,
        first->kind ? ",\"device\":\"console\"" : "");
    drop(&it->withheld, 1);
  }
}

static void settle(struct copy *it) {
  deliver(it);
  flush(it);
  release(it);
}

/* The guest runs: on a primary that logs, or on a copy that is live. */
static void execute(struct copy *it, const char *does, long reading) {
  char told[256], output[64] = "";
  struct item group[2] = {{0}};
  int count = 0;
  int is_print = strcmp(does, "print") == 0, is_stamp = strcmp(does, "stamp") == 0;
  int reads = is_stamp || strcmp(does, "readTime") == 0;
  int puts_out = is_stamp || is_print || strcmp(does, "transmit") == 0;
  if (!serves(it)) return;
  if (reads) group[count++] = (struct item){.kind = ND, .value = reading};
  if (puts_out) group[count++] = (struct item){.kind = OUT};
  if (!logs(it, group, count, told, sizeof told)) return;
  if (puts_out) {
    snprintf(output, sizeof output, "{\"ordinal\":%ld%s}", it->outputs,
             is_print ? ",\"device\":\"console\"" : "");
    push(&it->withheld, (struct item){.seq = it->logged, .value = it->outputs++, .kind = is_print});
  }
  say(it->name, "execute", "\"position\":%ld,\"does\":\"%s\",\"entries\":[%s],\"outputs\":[%s]",
      it->position, does, told, output);
  executed(it, reads ? reading : 0);
  say_digest(it);
  settle(it);
}

static void interrupt(struct copy *it) {
  char told[128];
  const struct item timer = {.kind = TIMER};
  if (!serves(it) || !logs(it, &timer, 1, told, sizeof told)) return;
  say(it->name, "interrupt", "\"position\":%ld,\"entries\":[%s]", it->position, told);
  marks(it, 2);
  say_digest(it);
  settle(it);
}

static void packet(struct copy *it, long number) {
  if (serves(it)) push(&it->arrived, (struct item){.value = number});
  settle(it);
}

static int whole_groups(const struct list *log) {
  int count = log->count;
  while (count > 0 && !log->items[count - 1].last) count--;
  return count;
}

/* It reads while it has room, and says what it holds: whole groups only (R22-5, R21-9). */
static void receive(struct copy *it) {
  while (it->unread.count > 0 && it->log.count < it->backup_capacity) {
    push(&it->log, it->unread.items[0]);
    say(it->name, "receive", "\"seq\":%ld", it->unread.items[0].seq);
    drop(&it->unread, 1);
  }
  int whole = whole_groups(&it->log);
  if (whole == 0 || it->log.items[whole - 1].seq <= it->acknowledged) return;
  long up_to = it->acknowledged = it->log.items[whole - 1].seq;
  say(it->name, "acknowledge", "\"upTo\":%ld,\"message\":%ld", up_to, up_to);
}

/* The winner goes live once all that it ever acknowledged is replayed (R23-10). */
static void go_live(struct copy *it) {
  if (it->mode != DRAINING || it->log.count > 0) return;
  it->mode = LIVE;
  say(it->name, "goLive", "\"position\":%ld", it->position);
  say(it->name, "announce", "");
}

/* What the log says happens to the guest, where it says so; outputs are dropped (R20-5). */
static int apply(struct copy *it) {
  const struct item *group = it->log.items;
  int count = 0, reading = 0;
  while (it->position < group[0].position) executed(it, 0);
  do {
    if (group[count].kind == ND) reading = (int)group[count].value;
    if (group[count].kind == OUT) it->outputs++;
  } while (!group[count++].last);
  if (group[0].kind == ND || group[0].kind == OUT) executed(it, reading);
  else marks(it, group[0].kind == TIMER ? 2 : 3);
  for (int at = 0; group[0].kind == RX && at < count; at++) mark(it, group[at].value);
  return count;
}

static void replay(struct copy *it) {
  if (it->mode != REPLAYING && it->mode != DRAINING) return;
  if (whole_groups(&it->log) > 0) {
    int count = apply(it);
    long up_to = it->log.items[count - 1].seq;
    drop(&it->log, count);
    say(it->name, "replay", "\"position\":%ld,\"upTo\":%ld", it->position, up_to);
    say_digest(it);
  }
  if (it->mode == REPLAYING) receive(it);
  go_live(it);
}

static void ask(struct copy *it) {
  it->asked = it->now;
  say(it->name, "testAndSet", "");
}

/* Silence proves nothing, so it settles nothing: the storage decides (R23-4, R23-17). */
static void suspect(struct copy *it) {
  if (it->mode != RECORDING && it->mode != REPLAYING) return;
  say(it->name, "suspect", "");
  it->mode = it->mode == RECORDING ? WITHHOLDING : FROZEN;
  it->unread.count = 0;
  it->log.count = whole_groups(&it->log);
  ask(it);
}

static void message(struct copy *it, const char *kind, const char *text) {
  struct item got = {0};
  *(strcmp(kind, "heartbeat") == 0 ? &it->heard_heartbeat : &it->heard_log) = it->now;
  if (strcmp(kind, "flush") == 0 && it->mode == REPLAYING) {
    sscanf(text, "[%ld,%ld,%ld,%ld,%ld", &got.seq, &got.position, &got.kind, &got.value, &got.last);
    push(&it->unread, got);
    receive(it);
  } else if (strcmp(kind, "acknowledge") == 0 && it->mode == RECORDING) {
    long up_to = strtol(text, NULL, 10);
    say(it->name, "readAck", "\"upTo\":%ld", up_to);
    if (up_to > it->acked) it->acked = up_to;
    while (it->buffer.count > 0 && it->buffer.items[0].seq <= it->acked) drop(&it->buffer, 1);
    settle(it);
  }
}

static void tick(struct copy *it, long now) {
  it->now = now;
  if (it->mode == RECORDING || it->mode == REPLAYING) {
    long heard = it->heard_log < it->heard_heartbeat ? it->heard_log : it->heard_heartbeat;
    say(it->name, "heartbeat", "");
    say(it->name, "keepalive", "");
    if (now - heard > it->timeout) suspect(it);
  } else if (asks(it) && now - it->asked >= it->retry_every) ask(it);
}

static void reply(struct copy *it, int has_won) {
  say(it->name, "learn", "\"outcome\":\"%s\"", has_won ? "won" : "lost");
  if (!asks(it)) return;
  it->mode = !has_won ? HALTED : it->mode == WITHHOLDING ? LIVE : DRAINING;
  if (it->mode == LIVE) settle(it);
  go_live(it);
}

static struct copy *begin(const char *reset, const char *name, int is_primary) {
  struct copy *it = calloc(1, sizeof *it);
  if (it == NULL) abort();
  snprintf(it->name, sizeof it->name, "%s", name);
  it->mode = is_primary ? RECORDING : REPLAYING;
  it->packet_group = json_number(reset, "packetGroup");
  it->primary_capacity = json_number(reset, "primaryCapacity");
  it->backup_capacity = json_number(reset, "backupCapacity");
  it->timeout = json_number(reset, "timeout");
  it->retry_every = json_number(reset, "retryEvery");
  it->digest = 1;
  return it;
}

static void end(struct copy *it) {
  free(it->buffer.items), free(it->withheld.items), free(it->arrived.items);
  free(it->unread.items), free(it->log.items);
  free(it);
}

int main(void) {
  return serve(&(struct hypervisor){"{}", begin, end, execute, interrupt, packet, replay, message,
                                    suspect, tick, reply});
}
