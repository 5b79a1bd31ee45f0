/* The protocol of `lockstep conform`, as docs/guide/07-your-own-program.md has it. */
#ifndef LOCKSTEP_H
#define LOCKSTEP_H

struct copy; /* the program's own: one copy of the VM on its host */

/* What the program does when it is told something. */
struct hypervisor {
  const char *claims; /* JSON: the settings it follows, or "{}" */
  struct copy *(*begin)(const char *reset, const char *name, int is_primary);
  void (*end)(struct copy *);
  void (*execute)(struct copy *, const char *does, long reading);
  void (*interrupt)(struct copy *);
  void (*packet)(struct copy *, long packet);
  void (*replay)(struct copy *);
  void (*message)(struct copy *, const char *kind, const char *message);
  void (*lost)(struct copy *);
  void (*tick)(struct copy *, long now);
  void (*reply)(struct copy *, int has_won);
};

/* The copy of that name did something; the rest is JSON: say("p", "flush", "\"seq\":%ld", seq). */
void say(const char *name, const char *did, const char *rest, ...);

/* The value of a key as it stands in a line; NULL if there is none. */
const char *json_at(const char *line, const char *key);
long json_number(const char *line, const char *key);
/* A short text without escapes, copied; the empty text if there is none. */
const char *json_word(const char *line, const char *key, char *into, int size);

/* Answers the harness until it goes away. */
int serve(const struct hypervisor *);

#endif
