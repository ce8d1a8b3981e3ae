// Packets that the kernel drops, sent again and again until the end: a tracer that comes later still sees them.
#define _GNU_SOURCE
#include "lab.h"
#include <linux/filter.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Headers by hand, and a checksum that is wrong: the kernel only fills in the IP header's own.
static void bad_checksum(void)
{
	make_namespace();
	if (actor("server")) {
		int raw_tcp = open_socket(AF_INET, SOCK_RAW, IPPROTO_TCP), raw_udp = open_socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
		int port = number("port", 8080), interval = number("interval_ms", 20);
		struct tcphdr segment = { .source = htons(4000), .dest = htons(port), .seq = 1, .doff = 5, .syn = 1, .window = 100, .check = 0x1234 };
		struct udphdr datagram = { .source = htons(4000), .dest = htons(port), .len = htons(sizeof datagram), .check = 0x1234 };
		int receiver = open_socket(AF_INET, SOCK_DGRAM, 0);
		tcp_listen("127.0.0.1", port, 5);
		bind_to(receiver, "127.0.0.1", port);
		struct sockaddr_storage place;
		socklen_t size = fill_address(&place, "127.0.0.1", 0);
		if (connect(raw_tcp, (struct sockaddr *)&place, size) || connect(raw_udp, (struct sockaddr *)&place, size)) fail("raw connect");
		settled();
		for (;;) {
			if (send(raw_tcp, &segment, sizeof segment, 0) < 0 || send(raw_udp, &datagram, sizeof datagram, 0) < 0) fail("raw send");
			nap(interval);
		}
	}
	tell("port", "%d", number("port", 8080));
}

// Clients that are deaf to the first SYN-ACK, by a socket filter, stay half-open while others fill the accept queue. Then they hear each repeated
// SYN-ACK (1, 3, 7, 15 s after the SYN), and their ACK is refused. Nothing but loopback is needed.
static void ack_overflow(void)
{
	make_namespace();
	if (actor("server")) {
		enum { BACKLOG = 3, CLIENTS = BACKLOG + 1 };
		struct sock_filter deaf = { BPF_RET | BPF_K, 0, 0, 0 };
		struct sock_fprog program = { 1, &deaf };
		struct sockaddr_storage place;
		socklen_t size = fill_address(&place, "127.0.0.1", 8080);
		int clients[CLIENTS], unused = 0;
		tcp_listen("127.0.0.1", 8080, BACKLOG);
		for (int i = 0; i < CLIENTS; i++) {
			clients[i] = open_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
			if (setsockopt(clients[i], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program)) fail("filter");
			connect(clients[i], (struct sockaddr *)&place, size);
		}
		for (int i = 0; i <= BACKLOG; i++) tcp_connect(NULL, "127.0.0.1", 8080);
		for (int i = 0; i < CLIENTS; i++) setsockopt(clients[i], SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused);
		settled();
		rest();
	}
	tell("port", "8080");
}

static void udp_overflow(void)
{
	make_namespace();
	if (actor("server")) {
		int server = open_socket(AF_INET, SOCK_DGRAM, 0), client = open_socket(AF_INET, SOCK_DGRAM, 0), size = 4096;
		static char bytes[1000];
		struct sockaddr_storage place;
		socklen_t length = fill_address(&place, "127.0.0.1", 8080);
		setsockopt(server, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
		bind_to(server, "0.0.0.0", 8080);
		if (connect(client, (struct sockaddr *)&place, length)) fail("connect");
		settled();
		for (;; nap(number("interval_ms", 20))) send(client, bytes, sizeof bytes, 0);
	}
	tell("port", "8080");
}

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Datagrams to closed ports, 64 a call. The start waits for whoever wants to watch: `touch` a file.
static void flood(void)
{
	enum { BATCH = 64 };
	char start[160];
	snprintf(start, sizeof start, "%s/start", scratch());
	make_namespace();
	if (actor("server")) {
		long total = number("count", 100000), sent = 0;
		double rate = number("rate", 200000);
		int fd = open_socket(AF_INET, SOCK_DGRAM, 0), ports = number("ports", 16);
		struct iovec data = { "x", 1 };
		struct sockaddr_in to[BATCH];
		struct mmsghdr messages[BATCH];
		memset(messages, 0, sizeof messages);
		settled();
		while (access(start, F_OK)) nap(5);
		double begin = now();
		while (sent < total) {
			if (now() - begin < (double)sent / rate) continue;
			for (int i = 0; i < BATCH; i++) {
				to[i] = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(1000 + (sent + i) % ports),
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
				messages[i].msg_hdr = (struct msghdr){ .msg_name = &to[i], .msg_namelen = sizeof to[i], .msg_iov = &data, .msg_iovlen = 1 };
			}
			int done = sendmmsg(fd, messages, total - sent < BATCH ? (unsigned)(total - sent) : BATCH, 0);
			if (done < 0) fail("sendmmsg");
			sent += done;
		}
		event("sent=%ld rate=%.0f", sent, (double)sent / (now() - begin));
		rest();
	}
	tell("start", "%s", start);
}

static void option(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof value)) fail("option %d", name);
}

// A connection whose program set what inet_diag does not carry.
static void options(void)
{
	make_namespace();
	if (actor("server")) {
		struct linger linger = { 1, 7 };
		int listener = tcp_listen("127.0.0.1", 8080, 5), fd = tcp_connect(NULL, "127.0.0.1", 8080);
		tcp_accept(listener);
		option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 30000);
		option(fd, IPPROTO_TCP, TCP_SYNCNT, 3);
		option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 16384);
		option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
		option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 10);
		option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 5);
		option(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
		option(fd, IPPROTO_TCP, TCP_LINGER2, 20);
		option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
		option(fd, SOL_SOCKET, SO_RCVBUF, 100000);
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
		settled();
		rest();
	}
}

const struct scenario drop_scenarios[] = {
	{ "bad-checksum", "TCP and UDP with a wrong checksum to open ports, again and again: port=8080 interval_ms=20", bad_checksum },
	{ "ack-overflow", "the third ACKs of four handshakes meet a full accept queue, over loopback alone", ack_overflow },
	{ "udp-overflow", "a receive buffer that overflows again and again: interval_ms=20", udp_overflow },
	{ "flood", "datagrams to closed ports once the file `start` exists, then EVENT sent=: count=100000 rate=200000 ports=16", flood },
	{ "options", "a connection to port 8080 with TCP_USER_TIMEOUT 30 s, TCP_KEEPIDLE 10, TCP_LINGER2 20, SO_LINGER 7 and others", options },
	{ 0 },
};
