// Sockets that netlink and /proc/net tell differently, in one namespace and at rest: what --compare-netstat is tried on.
#define _GNU_SOURCE
#include "lab.h"
#include <errno.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <unistd.h>

static int on(int fd, int level, int name)
{
	int one = 1;
	if (setsockopt(fd, level, name, &one, sizeof one)) fail("option %d/%d", level, name);
	return fd;
}

static int off(int fd, int level, int name)
{
	int zero = 0;
	if (setsockopt(fd, level, name, &zero, sizeof zero)) fail("option %d/%d", level, name);
	return fd;
}

static int unix_bound(int type, const char *path, size_t length)
{
	struct sockaddr_un place = { .sun_family = AF_UNIX };
	int fd = open_socket(AF_UNIX, type, 0);
	memcpy(place.sun_path, path, length);
	if (bind(fd, (struct sockaddr *)&place, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length))) fail("unix socket %s", path);
	return fd;
}

static void names(void)
{
	char path[108];
	int length = snprintf(path, sizeof path, "%s/two words", scratch());
	if (listen(unix_bound(SOCK_STREAM, path, (size_t)length + 1), 3)) fail("listen");
	length = snprintf(path, sizeof path, "%s/line\nbreak", scratch());
	unix_bound(SOCK_DGRAM, path, (size_t)length + 1);
	// A row of /proc/net/unix that its owner has made up.
	length = snprintf(path, sizeof path, "%cx\n0000000000000000: 00000002 00000000 00010000 0001 01 4242424242 /forged", 0);
	unix_bound(SOCK_DGRAM, path, (size_t)length);
	unix_bound(SOCK_DGRAM, "\0a\0b", 4);
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) fail("socketpair");
}

static void connections(void)
{
	int dual = off(open_socket(AF_INET6, SOCK_STREAM, 0), IPPROTO_IPV6, IPV6_V6ONLY);
	bind_to(dual, "::", 8080);
	if (listen(dual, 2)) fail("listen");
	// Not accepted: three wait, the limit is 2.
	for (int i = 0; i < 3; i++)
		if (write(tcp_connect(NULL, "127.0.0.1", 8080), "unread", 6) != 6) fail("write");
	int four = tcp_listen("127.0.0.1", 8081, 128);
	// A timer runs while nothing happens.
	on(tcp_connect(NULL, "127.0.0.1", 8081), SOL_SOCKET, SO_KEEPALIVE), tcp_accept(four);
	// A peer that closed, and its FIN-WAIT-2.
	shutdown(tcp_connect(NULL, "127.0.0.1", 8081), SHUT_WR), tcp_accept(four);
	int first = tcp_connect(NULL, "127.0.0.1", 8081), second = tcp_accept(four);
	close(second), close(first);
	AWAIT(count_tcp(TIME_WAIT, 8081) == 1, "TIME-WAIT");
	bind_to(open_socket(AF_INET, SOCK_STREAM, 0), "127.0.0.1", 8082);
	for (int i = 0; i < 2; i++) {
		int sibling = on(open_socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, SO_REUSEPORT);
		bind_to(sibling, "127.0.0.1", 8083);
		if (listen(sibling, 7 + i)) fail("listen");
	}
}

static void datagrams(void)
{
	int server = open_socket(AF_INET, SOCK_DGRAM, 0), client = open_socket(AF_INET, SOCK_DGRAM, 0);
	bind_to(server, "127.0.0.1", 9000);
	struct sockaddr_storage place;
	socklen_t size = fill_address(&place, "127.0.0.1", 9000);
	if (connect(client, (struct sockaddr *)&place, size) || send(client, "unread", 6, 0) != 6) fail("datagram");
	for (int i = 0; i < 2; i++)
		bind_to(on(open_socket(AF_INET, SOCK_DGRAM, 0), SOL_SOCKET, SO_REUSEPORT), "127.0.0.1", 9001);
	bind_to(off(open_socket(AF_INET6, SOCK_DGRAM, 0), IPPROTO_IPV6, IPV6_V6ONLY), "::", 9002);
	int raw = open_socket(AF_INET, SOCK_RAW, 253);
	if (connect(raw, (struct sockaddr *)&place, size)) fail("raw connect");
}

static void zoo(void)
{
	scratch();
	make_namespace();
	if (actor("server")) {
		connections();
		datagrams();
		names();
		// Another user's.
		if (seteuid(1000)) fail("seteuid");
		tcp_listen("127.0.0.1", 8084, 9);
		// A change of user clears it.
		if (seteuid(0) || prctl(PR_SET_PDEATHSIG, SIGKILL)) fail("seteuid");
		// What two processes hold.
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			rest();
		}
		settled();
		rest();
	}
	tell("directory", "%s", scratch());
}

const struct scenario zoo_scenarios[] = {
	{ "zoo", "what ss and netstat tell differently: TCP, UDP, raw and unix, held by two processes", zoo },
	{ 0 },
};
