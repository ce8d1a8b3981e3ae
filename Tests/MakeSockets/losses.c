// Packets that are dropped for a known reason, again and again while the scenario lives. Two namespaces; family=4 or 6.
#define _GNU_SOURCE
#include "lab.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PORT number("port", 8080)
#define SIX (number("family", 4) == 6)
#define SERVER (SIX ? "fd00::1" : SERVER_ADDRESS)
#define ANY (SIX ? "::" : "0.0.0.0")
enum { PERIOD = 20, ACK = 16, PUSH = 8, SYN = 2 };

static const char *kind(void)
{
	static const char *const names[] = { "checksum", "paws", "window", "prune" };
	return names[number("kind", 0) & 3];
}

static void send_datagram(int port)
{
	struct sockaddr_storage place;
	int fd = open_socket(SIX ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
	socklen_t size = fill_address(&place, SERVER, port);
	char bytes[500] = "";
	sendto(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&place, size);
	close(fd);
}

static uint32_t add(uint32_t sum, const void *bytes, size_t count)
{
	const uint8_t *at = bytes;
	for (size_t i = 0; i < count; i++) sum += i & 1 ? at[i] : (uint32_t)at[i] << 8;
	return sum;
}

// A segment of a connection, made by hand: `fd` lends its addresses, the kernel makes the IP header.
static void inject(int raw, int fd, uint32_t seq, uint32_t ack, int flags, uint32_t timestamp, int bytes, uint16_t spoil)
{
	uint8_t segment[256] = { 0 };
	struct sockaddr_storage from, to;
	socklen_t size = sizeof from, other = sizeof to;
	if (getsockname(fd, (struct sockaddr *)&from, &size) || getpeername(fd, (struct sockaddr *)&to, &other)) fail("names");
	int six = from.ss_family == AF_INET6;
	struct sockaddr_in *a4 = (void *)&from, *b4 = (void *)&to;
	struct sockaddr_in6 *a6 = (void *)&from, *b6 = (void *)&to;
	uint16_t ports[2] = { six ? a6->sin6_port : a4->sin_port, six ? b6->sin6_port : b4->sin_port };
	uint32_t words[2] = { htonl(seq), htonl(ack) }, stamps[2] = { htonl(timestamp), 0 };
	int header = timestamp ? 32 : 20, length = header + bytes;
	memcpy(segment, ports, 4);
	memcpy(segment + 4, words, 8);
	segment[12] = header / 4 << 4;
	segment[13] = flags;
	segment[14] = 255;
	if (timestamp) memcpy(segment + 20, "\1\1\10\12", 4), memcpy(segment + 24, stamps, 8);
	uint32_t sum = add(0, segment, length) + length + IPPROTO_TCP;
	sum = six ? add(add(sum, &a6->sin6_addr, 16), &b6->sin6_addr, 16) : add(add(sum, &a4->sin_addr, 4), &b4->sin_addr, 4);
	while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
	uint16_t check = htons((uint16_t)~sum) ^ spoil;
	memcpy(segment + 16, &check, 2);
	// A raw socket takes no port.
	if (six) b6->sin6_port = 0;
	else b4->sin_port = 0;
	sendto(raw, segment, length, 0, (struct sockaddr *)&to, other);
}

static uint32_t repaired(int fd, int queue, int option)
{
	uint32_t value = 0;
	socklen_t size = sizeof value;
	int on = 1, off = 0;
	setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof on);
	if (queue) setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue, sizeof queue);
	getsockopt(fd, IPPROTO_TCP, option, &value, &size);
	off = -1; // without the probe that leaving repair otherwise sends
	setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &off, sizeof off);
	return value;
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
	enter(pair.client);
	if (actor("client")) {
		int fd = tcp_connect(NULL, SERVER, PORT), raw = open_socket(family, SOCK_RAW, IPPROTO_TCP);
		uint32_t next = repaired(fd, 2, TCP_QUEUE_SEQ), got = repaired(fd, 1, TCP_QUEUE_SEQ), time = repaired(fd, 0, TCP_TIMESTAMP);
		settled();
		for (;; nap(PERIOD)) {
			if (!strcmp(kind(), "checksum")) inject(raw, fd, next, got, PUSH | ACK, time + 100000, 10, 0x5555);
			else if (!strcmp(kind(), "paws")) inject(raw, fd, next, got, PUSH | ACK, time - 100000, 10, 0);
			else if (!strcmp(kind(), "window")) inject(raw, fd, next + 500000000, got, PUSH | ACK, time + 100000, 10, 0);
			else for (int j = 0; j < 20; j++) inject(raw, fd, next + 1500 - 50 * j, got, PUSH | ACK, time + 100000, 20, 0);
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
	enter(pair.client);
	if (actor("client")) {
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
	enter(pair.client);
	if (actor("client")) {
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
	enter(pair.client);
	if (actor("client")) {
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
			for (int i = 0; i < 3; i++) inject(raw, late[i], next[i], got[i], PUSH | ACK, 0, 1, 0);
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
	enter(pair.client);
	if (actor("client")) {
		// Held: a socket that is closed answers the next SYN-ACK with a reset, which ends the request.
		int held = 0;
		for (; held < 40; held++) tcp_begin(NULL, SERVER, PORT);
		settled();
		for (;; nap(PERIOD))
			if (held++ < 800) tcp_begin(NULL, SERVER, PORT);
	}
	tell("port", "%d", PORT);
}

// Connections that the server closes: with data unread, or first, where no TIME-WAIT socket is allowed.
static void closes(void)
{
	struct pair pair = make_pair();
	int unread = number("unread", 1);
	if (!unread) set("ipv4/tcp_max_tw_buckets", 0);
	if (actor("server")) {
		int fd = open_socket(SIX ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
		bind_to(fd, ANY, PORT);
		if (listen(fd, 50)) fail("listen");
		settled();
		for (;;) {
			struct pollfd data = { .fd = tcp_accept(fd), .events = POLLIN };
			if (unread) poll(&data, 1, 1000);
			close(data.fd);
		}
	}
	enter(pair.client);
	if (actor("client")) {
		settled();
		for (;; nap(PERIOD)) {
			// Blocking, and not awaited: the server may have closed before anybody looks.
			struct sockaddr_storage place;
			int fd = open_socket(SIX ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
			if (connect(fd, (struct sockaddr *)&place, fill_address(&place, SERVER, PORT))) fail("connect");
			if (unread) send(fd, "0123456789", 10, MSG_NOSIGNAL);
			struct pollfd end = { .fd = fd, .events = POLLIN };
			poll(&end, 1, 1000);
			close(fd);
		}
	}
	tell("port", "%d", PORT);
}

// What leaves here and does not come far: a rule on output (udp PORT), a neighbour that does not answer (PORT+1).
static void sending(void)
{
	struct pair pair = make_pair();
	(void)pair;
	if (actor("server")) {
		char rules[128];
		struct sockaddr_storage near, far;
		int fd = open_socket(AF_INET, SOCK_DGRAM, 0);
		socklen_t size = fill_address(&near, CLIENT_ADDRESS, PORT);
		fill_address(&far, "10.0.0.99", PORT + 1);
		snprintf(rules, sizeof rules, "echo 'table ip out { chain o { type filter hook output priority 0; udp dport %d drop; }; }' | nft -f - >&2",
			PORT);
		if (system(rules)) fail("nft");
		bind_to(fd, "0.0.0.0", PORT + 2);
		settled();
		for (;; nap(PERIOD)) {
			sendto(fd, "x", 1, 0, (struct sockaddr *)&near, size);
			sendto(fd, "x", 1, 0, (struct sockaddr *)&far, size);
		}
	}
	tell("port", "%d", PORT);
}

const struct scenario loss_scenarios[] = {
	{ "drop-segments", "a connection that gets segments it must not take: kind=0 (checksum), 1 (paws), 2 (window), 3 (prune) family=4", segments },
	{ "drop-datagrams", "a full UDP buffer: family=4", datagrams },
	{ "drop-ports", "closed ports: udp PORT, tcp PORT+1; a filter before PORT+2: family=4", ports },
	{ "drop-late-ack", "the end of handshakes meets a full accept queue: syncookies=1 family=4", late_ack },
	{ "drop-syn-queue", "a SYN queue that overflows: backlog=16 syncookies=0 max_syn_backlog=4096 family=4", syn_queue },
	{ "drop-closes", "closed with unread data, or without TIME-WAIT: unread=1 family=4", closes },
	{ "drop-sending", "a rule on output (udp PORT), an unanswered neighbour (PORT+1); sent from PORT+2", sending },
	{ 0 },
};
