// TCP states and timers: a server and a client, each in a namespace of its own. "server" and "client" are the keys.
#define _GNU_SOURCE
#include "lab.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define PORT number("port", 8080)
#define MANY 4096
static int fds[MANY];

static int many(const char *name, int fallback)
{
	int count = number(name, fallback);
	if (count < 0 || count > MANY) fail("%s is at most %d", name, MANY);
	return count;
}

static void send_bytes(int fd, int count)
{
	static char bytes[65536];
	while (count > 0) {
		ssize_t sent = send(fd, bytes, count < (int)sizeof bytes ? (size_t)count : sizeof bytes, MSG_NOSIGNAL);
		if (sent < 0) fail("send");
		count -= (int)sent;
	}
}

// A filter of the server's input, with the port put in for %d.
static void server_drops(struct pair pair, const char *rule)
{
	char text[256];
	snprintf(text, sizeof text, rule, PORT);
	filter(pair.server, text);
}

// A server that accepts `count` connections and rests with them open.
static struct pair accepting(int count)
{
	struct pair pair = make_pair();
	if (actor("server")) {
		int listener = tcp_listen(SERVER_ADDRESS, PORT, 128);
		settled();
		for (int i = 0; i < count; i++) tcp_accept(listener);
		rest();
	}
	tell("port", "%d", PORT);
	return pair;
}

// Says when an unfinished or dying connection ends, and with which error; then rests.
static void watch(int fd)
{
	struct pollfd poller = { .fd = fd, .events = POLLRDHUP };
	int error = 0;
	socklen_t size = sizeof error;
	while (poll(&poller, 1, -1) < 0) continue;
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	event("ended errno=%d", error);
	rest();
}

static void full_listener(void)
{
	struct pair pair = make_pair();
	int backlog = number("backlog", 5), clients = many("clients", 10), bytes = number("bytes", 10);
	int admitted = clients < backlog + 1 ? clients : backlog + 1;
	set("ipv4/tcp_abort_on_overflow", number("abort_on_overflow", 0));
	if (actor("server")) {
		tcp_listen("0.0.0.0", PORT, backlog);
		settled();
		if (number("stopped", 0)) raise(SIGSTOP);
		rest();
	}
	enter(pair.client);
	if (actor("client")) {
		// One after the other, so that it is known which ones the queue admits.
		for (int i = 0; i < admitted; i++) {
			int fd = tcp_connect(NULL, SERVER_ADDRESS, PORT);
			send_bytes(fd, bytes);
			if (number("close", 1)) close(fd);
		}
		for (int i = admitted; i < clients; i++) tcp_begin(NULL, SERVER_ADDRESS, PORT);
		AWAIT(count_tcp(SYN_SENT, PORT) == clients - admitted, "the refused clients");
		settled();
		// With retry_ms, refusals never pause: each attempt sends one SYN and is given up.
		int pause_for = number("retry_ms", 0);
		if (pause_for == 0) rest();
		for (;;) {
			close(tcp_begin(NULL, SERVER_ADDRESS, PORT));
			nap(pause_for);
		}
	}
	enter(pair.server);
	if (number("close", 1)) AWAIT(count_tcp(CLOSE_WAIT, PORT) == admitted, "the unread goodbyes");
	tell("port", "%d", PORT);
}

static void syn_dropped(void)
{
	struct pair pair = make_pair();
	server_drops(pair, "tcp dport %d tcp flags & (syn|ack) == syn drop");
	enter(pair.client);
	set("ipv4/tcp_syn_retries", number("syn_retries", 6));
	set("ipv4/tcp_syn_linear_timeouts", number("linear", 4));
	if (actor("client")) {
		int clients = many("clients", 1);
		for (int i = 0; i < clients; i++) fds[i] = tcp_begin(NULL, SERVER_ADDRESS, PORT);
		AWAIT(count_tcp(SYN_SENT, PORT) == clients, "SYN-SENT");
		settled();
		watch(fds[0]);
	}
	tell("port", "%d", PORT);
}

static void half_open(void)
{
	struct pair pair = make_pair();
	int clients = many("clients", 1);
	set("ipv4/tcp_synack_retries", number("synack_retries", 5));
	set("ipv4/tcp_syncookies", number("syncookies", 1));
	server_drops(pair, "tcp dport %d tcp flags & (fin|syn|rst|ack) == ack drop");
	if (actor("server")) {
		tcp_listen(SERVER_ADDRESS, PORT, number("backlog", 128));
		settled();
		rest();
	}
	enter(pair.client);
	if (actor("client")) {
		for (int i = 0; i < clients; i++) fds[i] = tcp_begin(NULL, SERVER_ADDRESS, PORT);
		settled();
		rest();
	}
	enter(pair.server);
	AWAIT(count_tcp(SYN_RECV, PORT) > 0, "SYN-RECV");
	tell("port", "%d", PORT);
}

static void fin_dropped(void)
{
	int count = many("count", 1);
	struct pair pair = accepting(count);
	enter(pair.client);
	set("ipv4/tcp_orphan_retries", number("orphan_retries", 0));
	if (actor("client")) {
		for (int i = 0; i < count; i++) fds[i] = tcp_connect(NULL, SERVER_ADDRESS, PORT);
		server_drops(pair, "tcp dport %d tcp flags & fin == fin drop");
		for (int i = 0; i < count; i++) close(fds[i]);
		AWAIT(count_tcp(FIN_WAIT1, PORT) == count, "FIN-WAIT-1");
		settled();
		rest();
	}
}

static void peer_fin_dropped(void)
{
	struct pair pair = make_pair();
	char rule[128];
	if (actor("server")) {
		char byte;
		int listener = tcp_listen(SERVER_ADDRESS, PORT, 128);
		settled();
		int fd = tcp_accept(listener);
		while (read(fd, &byte, 1) > 0) continue;
		close(fd);
		rest();
	}
	snprintf(rule, sizeof rule, "tcp sport %d tcp flags & fin == fin drop", PORT);
	filter(pair.client, rule);
	enter(pair.client);
	set("ipv4/tcp_fin_timeout", number("fin_timeout", 60));
	if (actor("client")) {
		close(tcp_connect(NULL, SERVER_ADDRESS, PORT));
		AWAIT(count_tcp(FIN_WAIT2, PORT) == 1, "FIN-WAIT-2");
		settled();
		rest();
	}
	tell("port", "%d", PORT);
}

// Both close at once and neither sees the other's FIN, until the server's filter goes: its end then is CLOSING.
static void closing(void)
{
	struct pair pair = make_pair();
	char rule[128];
	if (actor("server")) {
		int listener = tcp_listen(SERVER_ADDRESS, PORT, 128);
		settled();
		int fd = tcp_accept(listener);
		AWAIT(count_tcp(LISTEN, PORT + 1) == 1, "the sign to close");
		close(fd);
		rest();
	}
	enter(pair.client);
	if (actor("client")) {
		int fd = tcp_connect(NULL, SERVER_ADDRESS, PORT);
		server_drops(pair, "tcp dport %d tcp flags & fin == fin drop");
		snprintf(rule, sizeof rule, "tcp sport %d tcp flags & fin == fin drop", PORT);
		filter(pair.client, rule);
		close(fd);
		enter(pair.server);
		int sign = tcp_listen(SERVER_ADDRESS, PORT + 1, 1);
		AWAIT(count_tcp(FIN_WAIT1, PORT) == 1, "the server's FIN-WAIT-1");
		close(sign);
		filter(pair.server, "");
		AWAIT(count_tcp(CLOSING, PORT) == 1, "CLOSING");
		enter(pair.client);
		settled();
		rest();
	}
	tell("port", "%d", PORT);
}

static void time_wait(void)
{
	int count = many("count", 1), server_first = number("server_first", 0);
	struct pair pair = make_pair();
	set("ipv4/tcp_fin_timeout", number("fin_timeout", 60));
	if (actor("server")) {
		int listener = tcp_listen(SERVER_ADDRESS, PORT, 128);
		char byte;
		settled();
		for (int i = 0; i < count; i++) {
			int fd = tcp_accept(listener);
			if (server_first) shutdown(fd, SHUT_WR);
			while (read(fd, &byte, 1) > 0) continue;
			close(fd);
		}
		rest();
	}
	enter(pair.client);
	set("ipv4/tcp_fin_timeout", number("fin_timeout", 60));
	int ports = number("ports", 0);
	if (ports > 0) {
		FILE *range = fopen("/proc/sys/net/ipv4/ip_local_port_range", "we");
		if (!range || fprintf(range, "40000 %d\n", 40000 + ports - 1) < 0 || fclose(range)) fail("port range");
	}
	if (actor("client")) {
		char byte;
		for (int i = 0; i < count; i++) {
			int fd = tcp_connect(NULL, SERVER_ADDRESS, PORT);
			if (!server_first) shutdown(fd, SHUT_WR);
			while (read(fd, &byte, 1) > 0) continue;
			close(fd);
		}
		enter(server_first ? pair.server : pair.client);
		AWAIT(count_tcp(TIME_WAIT, PORT) == count, "TIME-WAIT");
		enter(pair.client);
		settled();
		rest();
	}
	tell("port", "%d", PORT);
}

static void keepalive(void)
{
	struct pair pair = accepting(1);
	int one = 1;
	enter(pair.client);
	set("ipv4/tcp_keepalive_time", number("time", 10));
	set("ipv4/tcp_keepalive_intvl", number("intvl", 5));
	set("ipv4/tcp_keepalive_probes", number("probes", 5));
	if (actor("client")) {
		int fd = tcp_connect(NULL, SERVER_ADDRESS, PORT);
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
		if (number("dead", 1)) server_drops(pair, "tcp dport %d drop");
		AWAIT(count_timer(2, 0, PORT) == 1, "the keepalive timer");
		settled();
		watch(fd);
	}
}

// The client sends until nothing more goes; the server never reads, and its buffer does not grow.
static void persist(void)
{
	struct pair pair = accepting(1);
	set("ipv4/tcp_moderate_rcvbuf", 0);
	enter(pair.client);
	if (actor("client")) {
		static char bytes[65536];
		int fd = tcp_connect(NULL, SERVER_ADDRESS, PORT), held = 0;
		// The window may open once more while the receiver's memory is accounted anew: it has to stay shut a while.
		AWAIT((held = send(fd, bytes, sizeof bytes, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno == EAGAIN && count_timer(4, 0, PORT) == 1 ? held + 1 : 0) == 20,
			"the persist timer");
		settled();
		watch(fd);
	}
}

// Established, then nothing arrives any more: the client retransmits.
static void black_hole(void)
{
	struct pair pair = accepting(1);
	enter(pair.client);
	if (actor("client")) {
		int fd = tcp_connect(NULL, SERVER_ADDRESS, PORT);
		server_drops(pair, "tcp dport %d drop");
		send_bytes(fd, number("bytes", 1000));
		AWAIT(count_timer(1, 1, PORT) == 1, "a retransmission");
		settled();
		watch(fd);
	}
}

// The first clients' third ACK is lost, others fill the queue, then the loss ends: the first clients believe that
// they are connected, the server keeps them in SYN-RECV because its accept queue is full.
static void full_server_from_client(void)
{
	struct pair pair = make_pair();
	int backlog = number("backlog", 5), clients = many("clients", 3);
	if (actor("server")) {
		tcp_listen(SERVER_ADDRESS, PORT, backlog);
		settled();
		rest();
	}
	server_drops(pair, "ip saddr " SECOND_CLIENT_ADDRESS " tcp dport %d tcp flags & (fin|syn|rst|ack) == ack drop");
	enter(pair.client);
	if (actor("client")) {
		for (int i = 0; i < clients; i++) fds[i] = tcp_connect(SECOND_CLIENT_ADDRESS, SERVER_ADDRESS, PORT);
		for (int i = 0; i < backlog + 1; i++) tcp_connect(CLIENT_ADDRESS, SERVER_ADDRESS, PORT);
		filter(pair.server, "");
		for (int i = 0; i < clients; i++) send_bytes(fds[i], number("bytes", 10));
		AWAIT(count_timer(1, 1, PORT) == clients, "the clients' retransmissions");
		settled();
		rest();
	}
	tell("port", "%d", PORT);
}

static void close_wait(void)
{
	int count = many("count", 1);
	struct pair pair = accepting(count);
	enter(pair.client);
	if (actor("client")) {
		for (int i = 0; i < count; i++) {
			int fd = tcp_connect(NULL, SERVER_ADDRESS, PORT);
			send_bytes(fd, number("bytes", 0));
			close(fd);
		}
		enter(pair.server);
		AWAIT(count_tcp(CLOSE_WAIT, PORT) == count, "CLOSE-WAIT");
		enter(pair.client);
		settled();
		rest();
	}
}

static void half_close(void)
{
	struct pair pair = accepting(1);
	enter(pair.client);
	if (actor("client")) {
		shutdown(tcp_connect(NULL, SERVER_ADDRESS, PORT), SHUT_WR);
		AWAIT(count_tcp(FIN_WAIT2, PORT) == 1, "FIN-WAIT-2");
		settled();
		rest();
	}
}

static void established(void)
{
	int count = many("count", 1);
	struct pair pair = accepting(count);
	enter(pair.client);
	if (actor("client")) {
		for (int i = 0; i < count; i++) send_bytes(tcp_connect(NULL, SERVER_ADDRESS, PORT), number("bytes", 0));
		// Acknowledged, so that both queues are at rest.
		AWAIT(count_timer(0, 0, PORT) == count, "acknowledgements");
		settled();
		rest();
	}
}

static void emfile(void)
{
	struct pair pair = make_pair();
	int clients = many("clients", 20);
	if (actor("server")) {
		struct rlimit limit = { (rlim_t)number("limit", 16), (rlim_t)number("limit", 16) };
		int listener = tcp_listen(SERVER_ADDRESS, PORT, 128);
		setrlimit(RLIMIT_NOFILE, &limit);
		settled();
		while (accept(listener, NULL, NULL) >= 0 || errno != EMFILE) continue;
		event("accept errno=%d", EMFILE);
		rest();
	}
	enter(pair.client);
	if (actor("client")) {
		for (int i = 0; i < clients; i++) tcp_connect(NULL, SERVER_ADDRESS, PORT);
		settled();
		rest();
	}
	tell("port", "%d", PORT);
}

static void serving(void)
{
	struct pair pair = make_pair();
	if (actor("server")) {
		int listener = tcp_listen(SERVER_ADDRESS, PORT, 128);
		char bytes[256];
		settled();
		while (1) {
			int fd = tcp_accept(listener);
			while (recv(fd, bytes, sizeof bytes, 0) > 0) send(fd, "answer", 6, MSG_NOSIGNAL);
			close(fd);
		}
	}
	enter(pair.client);
	if (actor("client")) {
		settled();
		rest();
	}
	tell("port", "%d", PORT);
}

const struct scenario states_scenarios[] = {
	{ "full-listener", "a server that never accepts: backlog=5 clients=10 bytes=10 close=1 retry_ms=0 stopped=0 abort_on_overflow=0", full_listener },
	{ "full-server-from-client", "ESTABLISHED at the client, refused by a full queue: backlog=5 clients=3 bytes=10", full_server_from_client },
	{ "syn-dropped", "SYN-SENT: clients=1 syn_retries=6 linear=4", syn_dropped },
	{ "half-open", "SYN-RECV, the third ACK is lost: clients=1 backlog=128 syncookies=1 synack_retries=5", half_open },
	{ "fin-dropped", "orphans in FIN-WAIT-1: count=1 orphan_retries=0", fin_dropped },
	{ "peer-fin-dropped", "FIN-WAIT-2 without a process, LAST-ACK at the server: fin_timeout=60", peer_fin_dropped },
	{ "closing", "CLOSING at the server, FIN-WAIT at the client", closing },
	{ "time-wait", "TIME-WAIT at the client, or the server: count=1 server_first=0 fin_timeout=60 ports=0 (a range of so many from 40000)", time_wait },
	{ "keepalive", "a peer that is gone: time=10 intvl=5 probes=5 dead=1", keepalive },
	{ "persist", "a reader that stopped reading", persist },
	{ "black-hole", "data that nobody acknowledges: bytes=1000", black_hole },
	{ "close-wait", "the peer closed, the server did not: count=1 bytes=0", close_wait },
	{ "half-close", "FIN-WAIT-2 with a process, by shutdown()", half_close },
	{ "established", "connections at rest: count=1 bytes=0 (unread)", established },
	{ "serving", "a server that answers each client until that closes, then closes too", serving },
	{ "emfile", "a server out of descriptors: limit=16 clients=20", emfile },
	{ 0 },
};
