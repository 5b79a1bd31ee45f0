#include "lockstep.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct copy *copies[2]; /* on hosts A and B */

void say(const char *name, const char *did, const char *rest, ...) {
  va_list values;
  printf("{\"did\":\"%s\",\"copy\":\"%s\"%s", did, name, *rest == '\0' ? "" : ",");
  va_start(values, rest);
  vprintf(rest, values);
  va_end(values);
  puts("}");
}

const char *json_at(const char *line, const char *key) {
  char name[64];
  snprintf(name, sizeof name, "\"%s\":", key);
  const char *found = strstr(line, name);
  return found == NULL ? NULL : found + strlen(name);
}

long json_number(const char *line, const char *key) {
  const char *at = json_at(line, key);
  return at == NULL ? 0 : strtol(at, NULL, 10);
}

const char *json_word(const char *line, const char *key, char *into, int size) {
  const char *at = json_at(line, key);
  int count = 0;
  if (at != NULL && *at == '"') {
    while (count < size - 1 && at[count + 1] != '"' && at[count + 1] != '\0') {
      into[count] = at[count + 1];
      count++;
    }
  }
  into[count] = '\0';
  return into;
}

static void put(const struct hypervisor *own, int at, struct copy *copy) {
  if (copies[at] != NULL) own->end(copies[at]);
  copies[at] = copy;
}

static void reset(const struct hypervisor *own, const char *line) {
  char name[64];
  put(own, 0, own->begin(line, json_word(json_at(line, "primary"), "copy", name, 64), 1));
  put(own, 1, own->begin(line, json_word(json_at(line, "backup"), "copy", name, 64), 0));
}

static void pass(const struct hypervisor *own, struct copy *copy, const char *does,
                 const char *line) {
  char word[32];
  if (strcmp(does, "execute") == 0)
    own->execute(copy, json_word(line, "does", word, 32), json_number(line, "reading"));
  else if (strcmp(does, "interrupt") == 0) own->interrupt(copy);
  else if (strcmp(does, "packet") == 0) own->packet(copy, json_number(line, "packet"));
  else if (strcmp(does, "replay") == 0) own->replay(copy);
  else if (strcmp(does, "message") == 0)
    own->message(copy, json_word(line, "kind", word, 32), json_at(line, "message"));
  else if (strcmp(does, "lost") == 0) own->lost(copy);
  else if (strcmp(does, "tick") == 0) own->tick(copy, json_number(line, "now"));
  else if (strcmp(does, "reply") == 0)
    own->reply(copy, strcmp(json_word(line, "outcome", word, 32), "won") == 0);
}

int serve(const struct hypervisor *own) {
  static char line[65536], does[32], host[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    json_word(line, "do", does, sizeof does);
    int at = strcmp(json_word(line, "host", host, sizeof host), "A") == 0 ? 0 : 1;
    if (strcmp(does, "hello") == 0)
      printf("{\"lockstep\":\"conform\",\"version\":1,\"settings\":%s}\n", own->claims);
    else if (strcmp(does, "reset") == 0) reset(own, line);
    else if (strcmp(does, "crash") == 0) put(own, at, NULL);
    else if (copies[at] != NULL) pass(own, copies[at], does, line);
    printf("{\"done\":%ld}\n", json_number(line, "id"));
    fflush(stdout);
  }
  return 0;
}
