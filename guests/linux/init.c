/*
 * The first and only process, against the kernel's own nolibc: a shell of few words, which sends
 * datagrams for UDP port 7 back to where they came from while it waits for a line.
 */

#include <asm/unistd.h>
#include <linux/utsname.h>

enum { LINE = 256, CHUNK = 512, BLOCK = 512 };

static void say(const char *text) { write(1, text, strlen(text)); }

static void sleep_ms(long ms) {
	struct { long long seconds; long long nanoseconds; } time = {
		ms / 1000, ms % 1000 * 1000000ll,
	};
	my_syscall4(__NR_clock_nanosleep_time64, 1, 0, &time, 0);
}

/* What <linux/if.h> and <linux/route.h> say, which want a libc. */
struct address {
	unsigned short family;
	unsigned char port[2];
	unsigned char ip[4];
	char rest[8];
};
struct interface {
	char name[16];
	union {
		struct address address;
		short flags;
		char rest[16];
	} of;
};
struct route {
	unsigned long rest0;
	struct address to, gateway, mask;
	unsigned short flags;
	short rest1;
	unsigned long rest2;
	void *rest3;
	short metric;
	char *device;
	unsigned long rest4[2];
	unsigned short rest5;
};
enum { INET = 2, DATAGRAM = 2, SET_FLAGS = 0x8914, SET_ADDRESS = 0x8916, SET_MASK = 0x891c };
enum { ADD_ROUTE = 0x890b, UP = 1, BY_GATEWAY = 2, PORT = 7 };

/* 10.0.2.15 of 24 bits, 10.0.2.2 for all else: a socket at port 7, or -1. */
static int begin_network(void) {
	int all = my_syscall3(__NR_socket, INET, DATAGRAM, 0);
	struct interface eth0 = {"eth0", {{INET, {0}, {10, 0, 2, 15}, {0}}}};
	if (all < 0 || my_syscall3(__NR_ioctl, all, SET_ADDRESS, &eth0) < 0) return -1;
	eth0.of.address = (struct address){INET, {0}, {255, 255, 255, 0}, {0}};
	my_syscall3(__NR_ioctl, all, SET_MASK, &eth0);
	eth0.of.flags = UP;
	my_syscall3(__NR_ioctl, all, SET_FLAGS, &eth0);
	struct route beyond = {
		.to = {.family = INET},
		.gateway = {INET, {0}, {10, 0, 2, 2}, {0}},
		.mask = {.family = INET},
		.flags = UP | BY_GATEWAY,
	};
	my_syscall3(__NR_ioctl, all, ADD_ROUTE, &beyond);
	struct address own = {INET, {0, PORT}, {0}, {0}};
	return my_syscall3(__NR_bind, all, &own, sizeof own) < 0 ? -1 : all;
}

static void send_back(int network) {
	static char datagram[1500];
	struct address from;
	int size = sizeof from;
	long length = my_syscall6(__NR_recvfrom, network, datagram, sizeof datagram, 0, &from, &size);
	if (length >= 0) my_syscall6(__NR_sendto, network, datagram, length, 0, &from, size);
}

/* Until there is a line to be read. */
static void serve(int network) {
	struct { int file; short wanted, found; } both[2] = {{0, 1, 0}, {network, 1, 0}};
	do {
		my_syscall5(__NR_ppoll_time64, both, network < 0 ? 1 : 2, 0, 0, 0);
		if (network >= 0 && both[1].found) send_back(network);
	} while (!both[0].found);
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

/* A block of the disk, past the kernel's own copy of it: read, or written if there are words. */
static void use_disk(long number, const char *words) {
	static char block[BLOCK] __attribute__((aligned(BLOCK)));
	int isWrite = *words != 0, file = open("/dev/vda", O_RDWR | O_DIRECT);
	if (isWrite) {
		memset(block, 0, sizeof block);
		strlcpy(block, words, sizeof block);
	}
	int call = isWrite ? __NR_pwrite64 : __NR_pread64; /* nolibc's lseek has no such system call */
	if (my_syscall5(call, file, block, BLOCK, number * BLOCK, 0) != BLOCK) {
		printf("block %ld is not there\n", number);
	} else if (!isWrite) {
		block[BLOCK - 1] = 0;
		printf("%s\n", block);
	}
	if (file >= 0) close(file);
}

static int is(const char *word, const char *other) { return strcmp(word, other) == 0; }

static void obey(char *verb, char *rest) {
	static char kept[LINE];
	if (is(verb, "help")) {
		say("help, echo WORDS, keep WORDS, kept, uname, cat FILE, ls FOLDER, disk BLOCK,\n"
		    "disk BLOCK WORDS, count N, work MILLIONS, poweroff\n");
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
	} else if (is(verb, "disk")) {
		char *words = rest;
		while (*words && *words != ' ') words++;
		while (*words == ' ') words++;
		use_disk(atol(rest), words);
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
	int network = begin_network();
	mount("none", "/proc", "proc", 0, 0);
	mount("none", "/dev", "devtmpfs", 0, 0);
	show_uname();
	say("Its shell is small: try help.\n");
	for (;;) {
		say("# ");
		serve(network);
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
