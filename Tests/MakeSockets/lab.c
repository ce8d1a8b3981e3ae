#define _GNU_SOURCE
#include "lab.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int settle_pipe = -1; // the child's end, while an actor is being made
int home = -1;
static char inherited[256];

void fail(const char *format, ...)
{
	va_list list;
	va_start(list, format);
	fprintf(stderr, "makesockets: ");
	vfprintf(stderr, format, list);
	fprintf(stderr, " (%s)\n", strerror(errno));
	va_end(list);
	exit(1);
}

void nap(int milliseconds)
{
	struct timespec t = { milliseconds / 1000, milliseconds % 1000 * 1000000L };
	nanosleep(&t, NULL);
}

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = open_socket(AF_INET, SOCK_DGRAM, 0);
	if (ioctl(fd, SIOCSIFFLAGS, &request)) fail("loopback up");
	close(fd);
}

int make_namespace(void)
{
	if (unshare(CLONE_NEWNET)) fail("a network namespace needs root");
	loopback_up();
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (fd < 0) fail("/proc/self/ns/net");
	if (home < 0) home = fd;
	return fd;
}

void enter(int namespace)
{
	if (setns(namespace, CLONE_NEWNET)) fail("setns");
}

// Runs a command that reads its orders from standard input; what it prints is not ours to print.
static void order(const char *command, const char *text)
{
	FILE *stream = popen(command, "we");
	if (!stream || fputs(text, stream) < 0) fail("%s", command);
	if (pclose(stream)) fail("%s refused: %s", command, text);
}

struct pair make_pair(void)
{
	char text[512];
	struct pair pair;
	pair.server = make_namespace();
	pair.client = make_namespace();
	snprintf(text, sizeof text,
		"link add wire type veth peer name wire netns /proc/%d/fd/%d\n"
		"address add " CLIENT_ADDRESS "/24 dev wire\naddress add " SECOND_CLIENT_ADDRESS "/24 dev wire\n"
		"address add fd00::2/64 dev wire nodad\nlink set wire up\n", getpid(), pair.server);
	order("ip -batch - >&2", text);
	enter(pair.server);
	order("ip -batch - >&2", "address add " SERVER_ADDRESS "/24 dev wire\naddress add fd00::1/64 dev wire nodad\nlink set wire up\n");
	return pair;
}

void set(const char *path, int value)
{
	char name[128];
	snprintf(name, sizeof name, "/proc/sys/net/%s", path);
	int fd = open(name, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || dprintf(fd, "%d\n", value) < 0) fail("%s = %d", name, value);
	close(fd);
}

void filter(int namespace, const char *rules)
{
	char text[1024];
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	enter(namespace);
	snprintf(text, sizeof text, "flush ruleset\n%s%s%s", *rules ? "table inet lab { chain input { type filter hook input priority 0;\n" : "",
		rules, *rules ? "\n}\n}\n" : "");
	order("nft -f - >&2", text);
	enter(here);
	close(here);
}

void note_inherited(void)
{
	for (int fd = 3; fd < (int)sizeof inherited; fd++) inherited[fd] = fcntl(fd, F_GETFD) >= 0;
}

int actor(const char *name)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC)) fail("pipe");
	pid_t parent = getpid(), pid = fork();
	if (pid < 0) fail("fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent) _exit(1);
		signal(SIGTERM, SIG_DFL);
		signal(SIGINT, SIG_DFL);
		prctl(PR_SET_NAME, name);
		for (int fd = 3; fd < (int)sizeof inherited; fd++)
			if (inherited[fd]) close(fd);
		close(ends[0]);
		settle_pipe = ends[1];
		return 1;
	}
	char byte;
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1) fail("%s ended before it was settled", name);
	close(ends[0]);
	// A name that is no plain word is still announced, under the key "actor".
	const char *key = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789") == strlen(name) ? name : "actor";
	char space[32];
	snprintf(space, sizeof space, "%s_ns", key);
	tell(key, "%d", pid);
	tell(space, "/proc/%d/ns/net", pid);
	return 0;
}

void settled(void)
{
	if (write(settle_pipe, "", 1) != 1) fail("settle");
	close(settle_pipe);
}

void rest(void)
{
	for (;;) pause();
}

// Calls `wanted` for each row of the current namespace's TCP tables.
static int count_rows(int (*wanted)(const int *want, int state, int timer, int retransmits), const int *want, int port)
{
	static const char *const names[] = { "/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6" };
	char line[512];
	int count = 0;
	for (int i = 0; i < 2; i++) {
		FILE *file = fopen(names[i], "re");
		while (file && fgets(line, sizeof line, file)) {
			unsigned local, remote, state, timer, retransmits;
			if (sscanf(line, " %*d: %*[0-9A-F]:%X %*[0-9A-F]:%X %X %*X:%*X %X:%*X %X", &local, &remote, &state, &timer, &retransmits) == 5 &&
			    (port == 0 || (int)local == port || (int)remote == port))
				count += wanted(want, (int)state, (int)timer, (int)retransmits);
		}
		if (file) fclose(file);
	}
	return count;
}

static int in_state(const int *want, int state, int timer, int retransmits)
{
	(void)timer, (void)retransmits;
	return state == want[0];
}

static int has_timer(const int *want, int state, int timer, int retransmits)
{
	(void)state;
	return timer == want[0] && retransmits >= want[1];
}

int count_tcp(int state, int port) { return count_rows(in_state, &state, port); }

int count_timer(int timer, int retransmits, int port)
{
	int want[] = { timer, retransmits };
	return count_rows(has_timer, want, port);
}

socklen_t fill_address(struct sockaddr_storage *place, const char *address, int port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)place;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)place;
	memset(place, 0, sizeof *place);
	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		return sizeof *v4;
	}
	if (inet_pton(AF_INET6, address, &v6->sin6_addr) != 1) fail("address %s", address);
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons((uint16_t)port);
	return sizeof *v6;
}

int open_socket(int family, int type, int protocol)
{
	int fd = socket(family, type | SOCK_CLOEXEC, protocol);
	if (fd < 0) fail("socket(%d, %d, %d)", family, type, protocol);
	return fd;
}

void bind_to(int fd, const char *address, int port)
{
	struct sockaddr_storage place;
	socklen_t size = fill_address(&place, address, port);
	if (bind(fd, (struct sockaddr *)&place, size)) fail("bind %s:%d", address, port);
}

// Options that decide when the kernel gives up, asked for with any scenario: inet_diag tells none of them.
static void give_up_option(int fd, int option, int value)
{
	if (value && setsockopt(fd, IPPROTO_TCP, option, &value, sizeof value)) fail("option %d", option);
}

int tcp_listen(const char *address, int port, int backlog)
{
	int fd = open_socket(strchr(address, ':') ? AF_INET6 : AF_INET, SOCK_STREAM, 0), one = 1;
	give_up_option(fd, TCP_SYNCNT, number("syncnt", 0));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	bind_to(fd, address, port);
	if (listen(fd, backlog)) fail("listen");
	return fd;
}

int tcp_begin(const char *from, const char *address, int port)
{
	struct sockaddr_storage place;
	socklen_t size = fill_address(&place, address, port);
	int fd = open_socket(place.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	give_up_option(fd, TCP_SYNCNT, number("syncnt", 0));
	give_up_option(fd, TCP_USER_TIMEOUT, number("user_timeout", 0));
	give_up_option(fd, TCP_LINGER2, number("linger2", 0));
	if (from) bind_to(fd, from, 0);
	if (connect(fd, (struct sockaddr *)&place, size) && errno != EINPROGRESS) fail("connect %s:%d", address, port);
	return fd;
}

int tcp_connect(const char *from, const char *address, int port)
{
	int fd = tcp_begin(from, address, port);
	AWAIT(state_of(fd) == ESTABLISHED, "a connection");
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	return fd;
}

int tcp_accept(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0) fail("accept");
	return fd;
}

int state_of(int fd)
{
	struct tcp_info info;
	socklen_t size = sizeof info;
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size)) fail("TCP_INFO");
	return info.tcpi_state;
}
