// A server of keys and values over datagrams in text, a line for an answer. It understands
//   put KEY VALUE   get KEY   add KEY N   count   time   save KEY   load KEY
// and puts the id before an answer that the request began with, a word that begins with `#`.
#include <string.h>

#include "machine.h"

enum { KEY_MAX = 64, VALUE_MAX = 400, ENTRIES = 8192, SAVES_MAX = DISK_MAX, LINE_MAX = 256 };
enum { PRINT_EVERY = 100, SECTORS = 1024, SAVED_MARK = 0x4b };
#define LARGEST ((1ll << 53) - 1)

struct text {
  const char *at;
  uint32_t length;
};

struct entry {
  uint16_t key_length; // 0 is none
  uint16_t value_length;
  char key[KEY_MAX];
  char value[VALUE_MAX];
};

// A save or a load under way, and whose it is.
struct transfer {
  struct disk_request request;
  bool is_used;
  struct client client;
  char id[PAYLOAD_MAX];
  uint32_t id_length;
  char key[KEY_MAX];
  uint32_t key_length;
  uint8_t block[SECTOR] __attribute__((aligned(SECTOR)));
};

static struct entry table[ENTRIES];
static struct transfer transfers[SAVES_MAX];
static uint32_t entry_count, served_count;

static struct {
  char text[2 * PAYLOAD_MAX];
  uint32_t length;
} answer;

static void add_bytes(const char *bytes, uint32_t length) {
  uint32_t room = sizeof answer.text - answer.length;
  if (length > room) length = room;
  memcpy(answer.text + answer.length, bytes, length);
  answer.length += length;
}

static void add_text(const char *text) { add_bytes(text, strlen(text)); }
static void add(struct text text) { add_bytes(text.at, text.length); }

static uint32_t digits_of(int64_t number, char *to) {
  char digits[24];
  uint32_t count = 0, length = 0;
  uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;
  do {
    digits[count++] = '0' + (char)(rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (number < 0) to[length++] = '-';
  while (count > 0) to[length++] = digits[--count];
  return length;
}

static void add_number(int64_t number) {
  char digits[24];
  add_bytes(digits, digits_of(number, digits));
}

static void begin_answer(struct text id) {
  answer.length = 0;
  if (id.length == 0) return;
  add(id);
  add_text(" ");
}

static void send_answer(const struct client *client) {
  add_text("\n");
  uint32_t length = answer.length > PAYLOAD_MAX ? PAYLOAD_MAX : answer.length;
  network_send(client, (const uint8_t *)answer.text, length);
}

static bool is_space(char one) { return one == ' ' || (one >= '\t' && one <= '\r'); }

static struct text trimmed(struct text text) {
  while (text.length > 0 && is_space(text.at[0])) text.at++, text.length--;
  while (text.length > 0 && is_space(text.at[text.length - 1])) text.length--;
  return text;
}

// Takes the first word off.
static struct text take_word(struct text *text) {
  struct text word = {text->at, 0};
  while (word.length < text->length && !is_space(word.at[word.length])) word.length++;
  text->at += word.length;
  text->length -= word.length;
  *text = trimmed(*text);
  return word;
}

static bool is_word(struct text text, const char *word) {
  return text.length == strlen(word) && memcmp(text.at, word, text.length) == 0;
}

static uint32_t hash_of(struct text key) {
  uint32_t hash = 0x811c9dc5u;
  for (uint32_t at = 0; at < key.length; at++) hash = (hash ^ (uint8_t)key.at[at]) * 16777619u;
  return hash ^ hash >> 15;
}

// The entry of a key, or that in which it could be; NULL if the table is full.
static struct entry *entry_of(struct text key) {
  uint32_t at = hash_of(key);
  for (uint32_t count = 0; count < ENTRIES; count++, at++) {
    struct entry *entry = &table[at % ENTRIES];
    if (entry->key_length == 0) return entry_count < ENTRIES * 3 / 4 ? entry : NULL;
    bool is_it = entry->key_length == key.length && memcmp(entry->key, key.at, key.length) == 0;
    if (is_it) return entry;
  }
  return NULL;
}

static bool put(struct text key, struct text value) {
  struct entry *entry = entry_of(key);
  if (entry == NULL) {
    add_text("error: the table is full");
    return false;
  }
  if (entry->key_length == 0) {
    entry_count++;
    entry->key_length = (uint16_t)key.length;
    memcpy(entry->key, key.at, key.length);
  }
  entry->value_length = (uint16_t)value.length;
  memcpy(entry->value, value.at, value.length);
  return true;
}

static struct text value_of(const struct entry *entry) {
  return (struct text){entry->value, entry->value_length};
}

static bool has(const struct entry *entry) { return entry != NULL && entry->key_length > 0; }

// Whether it is a whole number, of less than 2^53.
static bool whole_in(struct text text, int64_t *number) {
  bool is_negative = text.length > 0 && text.at[0] == '-';
  *number = 0;
  if (text.length == (uint32_t)is_negative) return false;
  for (uint32_t at = is_negative; at < text.length; at++) {
    if (text.at[at] < '0' || text.at[at] > '9') return false;
    *number = *number * 10 + (text.at[at] - '0');
    if (*number > LARGEST) return false;
  }
  if (is_negative) *number = -*number;
  return true;
}

static void serve_add(struct text key, struct text rest) {
  int64_t amount, before = 0;
  if (!whole_in(rest, &amount)) {
    add_text("error: not a whole number: '");
    add(rest);
    add_text("'");
    return;
  }
  const struct entry *entry = entry_of(key);
  if (has(entry) && !whole_in(value_of(entry), &before)) {
    add_text("error: ");
    add(key);
    add_text(" is no whole number");
    return;
  }
  int64_t sum = before + amount;
  if (sum > LARGEST || sum < -LARGEST) {
    add_text("error: ");
    add(key);
    add_text(" would grow beyond 2^53");
    return;
  }
  char digits[24];
  struct text text = {digits, digits_of(sum, digits)};
  if (put(key, text)) add(text);
}

static void refuse_key(struct text key, const char *where) {
  add_text("error: no ");
  add(key);
  add_text(where);
}

static bool needs_key(struct text verb, struct text key) {
  if (key.length == 0) {
    add_text("error: ");
    add(verb);
    add_text(" needs a key");
  } else if (key.length > KEY_MAX) {
    add_text("error: a key has at most 64 bytes");
  }
  return key.length > 0 && key.length <= KEY_MAX;
}

// Begins to save or load a key; the answer follows its completion.
static void transfer(bool is_write, struct text key, struct text id, const struct client *client) {
  struct transfer *one = transfers;
  while (one->is_used) one++; // there is one: the main loop has seen to it
  one->is_used = true;
  one->client = *client;
  one->id_length = id.length;
  memcpy(one->id, id.at, id.length);
  one->key_length = key.length;
  memcpy(one->key, key.at, key.length);
  memset(one->block, 0, SECTOR);
  if (is_write) {
    const struct entry *entry = entry_of(key);
    uint8_t *block = one->block;
    block[0] = SAVED_MARK;
    block[1] = (uint8_t)key.length;
    block[2] = (uint8_t)(entry->value_length >> 8);
    block[3] = (uint8_t)entry->value_length;
    memcpy(block + 4, key.at, key.length);
    memcpy(block + 4 + key.length, entry->value, entry->value_length);
  }
  one->request.is_write = is_write;
  one->request.sector = hash_of(key) % SECTORS;
  one->request.sector_count = 1;
  one->request.data = one->block;
  disk_issue(&one->request);
}

static void finish(struct transfer *one) {
  struct text key = {one->key, one->key_length};
  const uint8_t *block = one->block;
  uint32_t length = (uint32_t)block[2] << 8 | block[3];
  begin_answer((struct text){one->id, one->id_length});
  if (one->request.has_failed) {
    add_text("error: the disk failed");
  } else if (one->request.is_write) {
    add_text("saved");
  } else if (block[0] != SAVED_MARK || block[1] != key.length || length > VALUE_MAX ||
             memcmp(block + 4, key.at, key.length) != 0) {
    refuse_key(key, " on the disk");
  } else {
    struct text value = {(const char *)block + 4 + key.length, length};
    if (put(key, value)) add(value);
  }
  send_answer(&one->client);
  one->is_used = false;
}

// Answers a request; false if the answer comes later.
static bool serve(struct text verb, struct text rest, struct text id, const struct client *client) {
  bool is_count = is_word(verb, "count");
  if (is_count || is_word(verb, "time")) {
    if (rest.length > 0) {
      add_text("error: ");
      add(verb);
      add_text(" stands alone");
    } else {
      add_number(is_count ? served_count : (int64_t)(read_time() / 10000));
    }
    return true;
  }
  bool is_put = is_word(verb, "put"), is_add = is_word(verb, "add"), is_get = is_word(verb, "get");
  bool is_save = is_word(verb, "save"), is_load = is_word(verb, "load");
  if (!is_put && !is_add && !is_get && !is_save && !is_load) {
    add_text("error: expected put KEY VALUE, get KEY, add KEY N, count, time, save KEY or load KEY");
    return true;
  }
  struct text key = take_word(&rest);
  if (!needs_key(verb, key)) return true;
  if (is_put) {
    if (rest.length > VALUE_MAX) add_text("error: a value has at most 400 bytes");
    else if (rest.length == 0) add_text("error: put needs a value");
    else if (put(key, rest)) add_text("ok");
    return true;
  }
  if (is_add) {
    serve_add(key, rest);
    return true;
  }
  if (rest.length > 0) {
    add_text("error: ");
    add(verb);
    add_text(" takes a key alone");
    return true;
  }
  const struct entry *entry = entry_of(key);
  if (is_load || (is_save && has(entry))) {
    transfer(is_save, key, id, client);
    return false;
  }
  if (has(entry)) add(value_of(entry));
  else refuse_key(key, "");
  return true;
}

static void hear(struct text request, const struct client *client) {
  struct text rest = trimmed(request), id = {rest.at, 0};
  if (rest.length > 0 && rest.at[0] == '#') id = take_word(&rest);
  served_count++;
  begin_answer(id);
  struct text verb = take_word(&rest);
  if (serve(verb, rest, id, client)) send_answer(client);
  if (served_count % PRINT_EVERY != 0) return;
  print("key-value server: ");
  print_number(served_count);
  print(" requests\n");
}

static void obey(struct text line) {
  if (is_word(line, "halt")) power_off(0);
  if (is_word(line, "stats")) {
    print_number(served_count);
    print(" requests, ");
    print_number(entry_count);
    print(" keys\n");
    return;
  }
  print("the console knows stats and halt, not ");
  for (uint32_t at = 0; at < line.length; at++) put_char(line.at[at]);
  print("\n");
}

static bool listen_to_console(void) {
  static char line[LINE_MAX];
  static uint32_t length;
  int typed = get_char();
  if (typed < 0) return false;
  if (typed != '\n' && typed != '\r') {
    if (length < LINE_MAX) line[length++] = (char)typed;
    return true;
  }
  struct text text = trimmed((struct text){line, length});
  length = 0;
  if (text.length > 0) obey(text);
  return true;
}

static bool look_at_disk(void) {
  bool has_finished = false;
  disk_poll();
  for (int at = 0; at < SAVES_MAX; at++) {
    if (!transfers[at].is_used || !transfers[at].request.is_done) continue;
    finish(&transfers[at]);
    has_finished = true;
  }
  return has_finished;
}

// A request that may need the disk is only taken while one more transfer can begin.
static bool listen_to_network(void) {
  static char request[PAYLOAD_MAX];
  int at = 0;
  while (at < SAVES_MAX && transfers[at].is_used) at++;
  if (at == SAVES_MAX) return false;
  struct client client;
  int length = network_receive(&client, (uint8_t *)request);
  if (length < 0) return false;
  hear((struct text){request, (uint32_t)length}, &client);
  return true;
}

int main(void) {
  if (!network_begin() || !disk_begin()) {
    print("key-value server: it needs a network and a disk\n");
    power_off(1);
  }
  read_time(); // the clock of the machine begins when it is first read
  listen_to(UART_SOURCE);
  print("key-value server: it is up\n");
  for (;;) {
    bool has_worked = listen_to_console();
    has_worked |= look_at_disk();
    has_worked |= listen_to_network();
    if (!has_worked) rest();
  }
}
