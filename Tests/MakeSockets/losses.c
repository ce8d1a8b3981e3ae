// Packets that are dropped for a known reason, again and again while the scenario lives. Two namespaces; family=4 or 6.
#define _GNU_SOURCE
#include "forge.h"
#include "lab.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>


static const char *kind(void)
{
	static const char *const names[] = { "checksum", "paws", "window", "prune" };
	return names[number("kind", 0) & 3];
}

// Segments that one connection must not take.
static void segments(void)
{
	struct pair pair = make_pair();
	int small = 2304, family = SIX ? AF_INET6 : AF_INET;
	if (actor("server")) {
		int listener = open_socket(family, SOCK_STREAM, 0);
		if (!strcmp(kind(), "prune")) setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
		bind_to(listener, ANY, PORT);
		if (listen(listener, 5)) fail("listen");
		settled();
		tcp_accept(listener);
		rest();
	}
	if (client_of(pair)) {
		int fd = tcp_connect(NULL, SERVER, PORT), raw = open_socket(family, SOCK_RAW, IPPROTO_TCP);
		uint32_t next = repaired(fd, 2, TCP_QUEUE_SEQ), got = repaired(fd, 1, TCP_QUEUE_SEQ), time = repaired(fd, 0, TCP_TIMESTAMP);
		struct path path = path_of(fd);
		settled();
		for (;; nap(PERIOD)) {
			if (!strcmp(kind(), "checksum")) inject(raw, &path, next, got, PUSH | ACK, time + 100000, 10, 0x5555);
			else if (!strcmp(kind(), "paws")) inject(raw, &path, next, got, PUSH | ACK, time - 100000, 10, 0);
			else if (!strcmp(kind(), "window")) inject(raw, &path, next + 500000000, got, PUSH | ACK, time + 100000, 10, 0);
			else for (int j = 0; j < 20; j++) inject(raw, &path, next + 1500 - 50 * j, got, PUSH | ACK, time + 100000, 20, 0);
		}
	}
	tell("port", "%d", PORT);
}

static void datagrams(void)
{
	struct pair pair = make_pair();
	if (actor("server")) {
		int size = 4096, fd = open_socket(SIX ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
		bind_to(fd, ANY, PORT);
		settled();
		rest();
	}
	if (client_of(pair)) {
		for (int i = 0; i < 50; i++) send_datagram(PORT);
		settled();
		for (;; nap(PERIOD)) send_datagram(PORT);
	}
	tell("port", "%d", PORT);
}

// A closed port of each protocol, PORT and PORT+1; a filter before an open one, PORT+2.
static void ports(void)
{
	char rule[64];
	struct pair pair = make_pair();
	if (actor("server")) {
		int fd = open_socket(SIX ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
		bind_to(fd, ANY, PORT + 2);
		if (listen(fd, 5)) fail("listen");
		settled();
		rest();
	}
	snprintf(rule, sizeof rule, "tcp dport %d drop", PORT + 2);
	filter(pair.server, rule);
	if (client_of(pair)) {
		settled();
		for (;; nap(PERIOD)) {
			send_datagram(PORT);
			close(tcp_begin(NULL, SERVER, PORT + 1));
			close(tcp_begin(NULL, SERVER, PORT + 2));
		}
	}
	tell("port", "%d", PORT);
}

// Handshakes whose last packet comes, and comes again, when the accept queue is full.
static void late_ack(void)
{
	struct pair pair = make_pair();
	set("ipv4/tcp_syncookies", number("syncookies", 1));
	if (actor("server")) {
		int fd = open_socket(SIX ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
		bind_to(fd, ANY, PORT);
		if (listen(fd, 5)) fail("listen");
		settled();
		rest();
	}
	char rule[64];
	snprintf(rule, sizeof rule, "tcp dport %d tcp flags & (syn|ack) == ack drop", PORT);
	filter(pair.server, rule);
	if (client_of(pair)) {
		int late[3], raw = open_socket(SIX ? AF_INET6 : AF_INET, SOCK_RAW, IPPROTO_TCP);
		uint32_t next[3], got[3];
		for (int i = 0; i < 3; i++) {
			late[i] = tcp_connect(NULL, SERVER, PORT);
			next[i] = repaired(late[i], 2, TCP_QUEUE_SEQ);
			got[i] = repaired(late[i], 1, TCP_QUEUE_SEQ);
		}
		filter(pair.server, "");
		for (int i = 0; i < 6; i++) tcp_connect(NULL, SERVER, PORT);
		settled();
		for (;; nap(PERIOD))
			for (int i = 0; i < 3; i++) {
				struct path path = path_of(late[i]);
				inject(raw, &path, next[i], got[i], PUSH | ACK, 0, 1, 0);
			}
	}
	tell("port", "%d", PORT);
}

// Connections that never finish, more than the SYN queue holds.
static void syn_queue(void)
{
	char rule[64];
	struct pair pair = make_pair();
	int backlog = number("backlog", 16);
	set("ipv4/tcp_syncookies", number("syncookies", 0));
	set("ipv4/tcp_max_syn_backlog", number("max_syn_backlog", 4096));
	if (actor("server")) {
		int fd = open_socket(SIX ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
		bind_to(fd, ANY, PORT);
		if (listen(fd, backlog)) fail("listen");
		settled();
		rest();
	}
	snprintf(rule, sizeof rule, "tcp dport %d tcp flags & (syn|ack) == ack drop", PORT);
	filter(pair.server, rule);
	if (client_of(pair)) {
		// Held: a socket that is closed answers the next SYN-ACK with a reset, which ends the request.
		int held = 0;
		for (; held < 40; held++) tcp_begin(NULL, SERVER, PORT);
		settled();
		for (;; nap(PERIOD))
			if (held++ < 800) tcp_begin(NULL, SERVER, PORT);
	}
	tell("port", "%d", PORT);
}

const struct scenario loss_scenarios[] = {
	{ "drop-segments", "a connection that gets segments it must not take: kind=0 (checksum), 1 (paws), 2 (window), 3 (prune) family=4", segments },
	{ "drop-datagrams", "a full UDP buffer: family=4", datagrams },
	{ "drop-ports", "closed ports: udp PORT, tcp PORT+1; a filter before PORT+2: family=4", ports },
	{ "drop-late-ack", "the end of handshakes meets a full accept queue: syncookies=1 family=4", late_ack },
	{ "drop-syn-queue", "a SYN queue that overflows: backlog=16 syncookies=0 max_syn_backlog=4096 family=4", syn_queue },
	{ 0 },
};
