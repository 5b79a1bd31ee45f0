/* The first and only process: a shell of few words, against the kernel's own nolibc. */

#include <asm/unistd.h>
#include <linux/utsname.h>

enum { LINE = 256, CHUNK = 512 };

static void say(const char *text) { write(1, text, strlen(text)); }

static void sleep_ms(long ms) {
	struct { long long seconds; long long nanoseconds; } time = {
		ms / 1000, ms % 1000 * 1000000ll,
	};
	my_syscall4(__NR_clock_nanosleep_time64, 1, 0, &time, 0);
}

static void show_uname(void) {
	struct new_utsname name;
	if (my_syscall1(__NR_uname, &name) < 0) return;
	printf("%s %s %s %s\n", name.sysname, name.nodename, name.release, name.machine);
}

static void show_file(const char *path) {
	char chunk[CHUNK];
	long length;
	int file = open(path, 0);
	if (file < 0) {
		printf("there is no %s\n", path);
		return;
	}
	while ((length = read(file, chunk, sizeof chunk)) > 0) write(1, chunk, length);
	close(file);
}

static void show_folder(const char *path) {
	char chunk[CHUNK];
	int length, folder = open(path, O_DIRECTORY);
	if (folder < 0) {
		printf("there is no folder %s\n", path);
		return;
	}
	while ((length = getdents64(folder, (void *)chunk, sizeof chunk)) > 0) {
		for (int at = 0; at < length;) {
			struct linux_dirent64 *entry = (void *)(chunk + at);
			printf("%s  ", entry->d_name);
			at += entry->d_reclen;
		}
	}
	say("\n");
	close(folder);
}

static void count(long most) {
	for (long number = 1; number <= most; number++) {
		printf("%ld\n", number);
		sleep_ms(100);
	}
}

static void work(long rounds) {
	unsigned int word = 1;
	for (long round = 0; round < rounds; round++) {
		for (int at = 0; at < 1000000; at++) word = word * 1664525u + 1013904223u;
	}
	printf("%x\n", word);
}

static int is(const char *word, const char *other) { return strcmp(word, other) == 0; }

static void obey(char *verb, char *rest) {
	static char kept[LINE];
	if (is(verb, "help")) {
		say("help, echo WORDS, keep WORDS, kept, uname, cat FILE, ls FOLDER, count N,\n"
		    "work MILLIONS, poweroff\n");
	} else if (is(verb, "echo")) {
		printf("%s\n", rest);
	} else if (is(verb, "keep")) {
		strlcpy(kept, rest, sizeof kept);
	} else if (is(verb, "kept")) {
		printf("%s\n", kept);
	} else if (is(verb, "uname")) {
		show_uname();
	} else if (is(verb, "cat")) {
		show_file(rest);
	} else if (is(verb, "ls")) {
		show_folder(*rest ? rest : "/");
	} else if (is(verb, "count")) {
		count(atol(rest));
	} else if (is(verb, "work")) {
		work(atol(rest));
	} else if (is(verb, "poweroff")) {
		reboot(LINUX_REBOOT_CMD_POWER_OFF);
	} else {
		printf("there is no %s: try help\n", verb);
	}
}

int main(void) {
	char line[LINE];
	mount("none", "/proc", "proc", 0, 0);
	show_uname();
	say("Its shell is small: try help.\n");
	for (;;) {
		say("# ");
		long length = read(0, line, sizeof line - 1);
		if (length <= 0) {
			sleep_ms(1000);
			continue;
		}
		while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == ' ')) length--;
		line[length] = 0;
		char *verb = line;
		while (*verb == ' ') verb++;
		char *rest = verb;
		while (*rest && *rest != ' ') rest++;
		while (*rest == ' ') *rest++ = 0;
		if (*verb) obey(verb, rest);
	}
}
