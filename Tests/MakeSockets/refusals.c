// Handshakes and ends of connections that do not come to their good end, again and again while the scenario lives. family=4 or 6.
#define _GNU_SOURCE
#include "forge.h"
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

static void full_server(int backlog)
{
	if (!actor("server")) return;
	listen_any(PORT, backlog);
	settled();
	rest();
}

// SYNs that meet a full accept queue.
static void syn_refused(void)
{
	struct pair pair = make_pair();
	full_server(5);
	if (client_of(pair)) {
		for (int i = 0; i < 6; i++) tcp_connect(NULL, SERVER, PORT);
		settled();
		for (;; nap(PERIOD)) close(tcp_begin(NULL, SERVER, PORT));
	}
	tell("port", "%d", PORT);
}

// tcp_abort_on_overflow 1: each late third ACK is answered with a reset and costs a half-open request, so many wait. Only the segments made by
// hand (window 0xff00) come through: what the client repeats itself does not.
static void abort_overflow(void)
{
	enum { LATE = 180, BACKLOG = 400 };
	char rule[128];
	struct pair pair = make_pair();
	set("ipv4/tcp_abort_on_overflow", 1);
	full_server(BACKLOG);
	snprintf(rule, sizeof rule, "tcp dport %d tcp sport 20000-20999 tcp flags & (syn|ack) == ack tcp window != 65280 drop", PORT);
	filter(pair.server, rule);
	if (client_of(pair)) {
		int late[LATE], raw = open_socket(FAMILY, SOCK_RAW, IPPROTO_TCP);
		struct path path[LATE];
		uint32_t next[LATE], got[LATE];
		struct sockaddr_storage place;
		socklen_t size = fill_address(&place, SERVER, PORT);
		for (int i = 0; i < LATE; i++) {
			late[i] = open_socket(FAMILY, SOCK_STREAM, 0);
			bind_to(late[i], CLIENT, 20000 + i);
			if (connect(late[i], (struct sockaddr *)&place, size)) fail("connect");
			path[i] = path_of(late[i]);
			next[i] = repaired(late[i], 2, TCP_QUEUE_SEQ);
			got[i] = repaired(late[i], 1, TCP_QUEUE_SEQ);
		}
		for (int i = 0; i <= BACKLOG; i++) tcp_connect(NULL, SERVER, PORT);
		settled();
		for (int i = 0; i < LATE; i++, nap(2 * PERIOD)) inject(raw, &path[i], next[i], got[i], PUSH | ACK, 0, 1, 0);
		rest();
	}
	tell("port", "%d", PORT);
}

// Segments and SYNs with an old timestamp for a port pair in TIME-WAIT. The client's reset must not end it: tcp_rfc1337.
static void time_wait_paws(void)
{
	struct pair pair = make_pair();
	set("ipv4/tcp_rfc1337", 1);
	if (actor("server")) {
		int listener = listen_any(PORT, 5);
		settled();
		int fd = tcp_accept(listener);
		shutdown(fd, SHUT_WR);
		char byte;
		if (read(fd, &byte, 1)) fail("an end");
		close(fd);
		rest();
	}
	if (client_of(pair)) {
		char byte;
		int fd = connect_at_once(PORT), raw = open_socket(FAMILY, SOCK_RAW, IPPROTO_TCP);
		struct path path = path_of(fd);
		if (read(fd, &byte, 1)) fail("an end");
		uint32_t next = repaired(fd, 2, TCP_QUEUE_SEQ), got = repaired(fd, 1, TCP_QUEUE_SEQ), time = repaired(fd, 0, TCP_TIMESTAMP);
		close(fd);
		enter(pair.server);
		AWAIT(count_tcp(TIME_WAIT, PORT) == 1, "TIME-WAIT");
		enter(pair.client);
		settled();
		for (;; nap(PERIOD)) {
			inject(raw, &path, next + 1, got, ACK, time - 100000, 0, 0);
			if (number("syn", 0)) inject(raw, &path, next + 100000, 0, SYN, time - 100000, 0, 0);
		}
	}
	tell("port", "%d", PORT);
}

// Connections that the server closes: with data unread, or first, where no TIME-WAIT socket is allowed. `client=1`: the client closes with data
// unread instead.
static void closes(void)
{
	struct pair pair = make_pair();
	int unread = number("unread", 1), by_client = number("client", 0);
	if (!unread) set("ipv4/tcp_max_tw_buckets", 0);
	if (actor("server")) {
		int listener = listen_any(PORT, 50);
		settled();
		for (;;) {
			int fd = tcp_accept(listener);
			struct pollfd data = { .fd = fd, .events = POLLIN };
			if (by_client) send(fd, "0123456789", 10, MSG_NOSIGNAL);
			if (unread || by_client) poll(&data, 1, 1000);
			close(fd);
		}
	}
	if (client_of(pair)) {
		settled();
		for (;; nap(PERIOD)) {
			int fd = connect_at_once(PORT);
			if (unread && !by_client) send(fd, "0123456789", 10, MSG_NOSIGNAL);
			struct pollfd end = { .fd = fd, .events = POLLIN };
			poll(&end, 1, 1000);
			// The server has forgotten the connection when this end says its FIN.
			if (!unread) nap(number("late_ms", 0));
			close(fd);
		}
	}
	tell("port", "%d", PORT);
}

const struct scenario refusal_scenarios[] = {
	{ "drop-syn-refused", "SYNs meet a full accept queue: family=4", syn_refused },
	{ "drop-abort-overflow", "late third ACKs meet a full accept queue with tcp_abort_on_overflow 1, for seven seconds: family=4", abort_overflow },
	{ "drop-tw-paws", "old timestamps for a port pair in TIME-WAIT: syn=0 (1: SYNs too) family=4", time_wait_paws },
	{ "drop-closes", "closed with unread data, or without TIME-WAIT: unread=1 client=0 (1: the client closes so) late_ms=0 family=4", closes },
	{ 0 },
};
