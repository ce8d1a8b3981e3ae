// Many sockets: a farm to measure on, and a churn to be reliable under. All on loopback in one namespace.
#define _GNU_SOURCE
#include "lab.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

// Descriptors a process may have here; a connection takes two, a few are spared.
enum { LIMIT = 20000, PER_WORKER = (LIMIT - 100) / 2 };

static void raise_limit(void)
{
	struct rlimit limit;
	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max > LIMIT) limit.rlim_max = LIMIT;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static void widen_ports(void)
{
	int fd = open("/proc/sys/net/ipv4/ip_local_port_range", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "1024 65000\n", 11) < 0) fail("ip_local_port_range");
	close(fd);
}

// Both ends of `count` connections, blocking connect and accept in turn.
static void connections(int listener, const char *address, int port, int count)
{
	struct sockaddr_storage place;
	socklen_t size = fill_address(&place, address, port);
	for (int i = 0; i < count; i++) {
		int fd = open_socket(place.ss_family, SOCK_STREAM, 0);
		if (connect(fd, (struct sockaddr *)&place, size)) fail("connection %d to %s:%d", i, address, port);
		tcp_accept(listener);
	}
}

// `sockets` TCP sockets, half of them the other ends; every third worker speaks IPv6. Each worker has addresses of
// its own, as 127/8 is wide, so that no port range ends.
static void farm(void)
{
	int left = number("sockets", 20000) / 2, listeners = number("listeners", 20), dead = number("time_wait", 0);
	char name[24], address[32];
	make_namespace();
	widen_ports();
	set("ipv4/tcp_max_tw_buckets", dead + 1000);
	for (int worker = 0; left > 0; worker++) {
		int count = left < PER_WORKER ? left : PER_WORKER, port = 300 + worker;
		snprintf(name, sizeof name, "worker%d", worker);
		if (worker % 3 == 2) snprintf(address, sizeof address, "::1");
		else snprintf(address, sizeof address, "127.0.1.%d", worker + 1);
		if (actor(name)) {
			raise_limit();
			connections(tcp_listen(address, port, 128), address, port, count);
			settled();
			rest();
		}
		left -= count;
	}
	if (actor("server")) {
		raise_limit();
		for (int i = 0; i < listeners; i++) tcp_listen(i % 2 ? "::" : "0.0.0.0", 200 + i, 128);
		int listener = dead > 0 ? tcp_listen("127.0.0.1", 199, 128) : -1;
		for (int i = 0; i < dead; i++) {
			int fd = tcp_connect(NULL, "127.0.0.1", 199), other = tcp_accept(listener);
			close(fd);
			close(other);
		}
		settled();
		rest();
	}
	tell("listeners", "%d", listeners);
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// Connections that come and go at a bounded rate, beside `stable` ones on their own port. An aborting close
// (SO_LINGER 0) leaves no TIME-WAIT, so that the table stays small and its places are used again and again.
static void churn(void)
{
	int stable = number("stable", 1000), rate = number("rate", 20000), workers = number("workers", 1);
	char name[24];
	if (stable > PER_WORKER) fail("stable is at most %d", PER_WORKER);
	make_namespace();
	widen_ports();
	if (actor("server")) {
		raise_limit();
		connections(tcp_listen("127.0.0.1", 8080, 128), "127.0.0.1", 8080, stable);
		settled();
		rest();
	}
	for (int worker = 0; worker < workers; worker++) {
		snprintf(name, sizeof name, "churn%d", worker);
		if (actor(name)) {
			struct linger abort_it = { 1, 0 };
			struct sockaddr_storage place;
			int port = 9000 + worker, listener = tcp_listen("127.0.0.1", port, 128);
			socklen_t size = fill_address(&place, "127.0.0.1", port);
			double begin = now(), next_word = begin + 1;
			settled();
			for (long done = 0, said = 0;; done++) {
				int fd = open_socket(AF_INET, SOCK_STREAM, 0);
				if (connect(fd, (struct sockaddr *)&place, size)) fail("connect");
				int other = tcp_accept(listener);
				setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort_it, sizeof abort_it);
				close(fd);
				close(other);
				double t = now();
				if (t >= next_word) { // what was reached, for the reader to check
					event("rate=%ld worker=%d", done - said, worker);
					said = done;
					next_word = t + 1;
				}
				// Ahead of its time by a millisecond: pause.
				if ((double)done > (t - begin + 0.001) * rate / workers) nap(1);
			}
		}
	}
	tell("port", "8080");
	tell("stable", "%d", stable);
}

const struct scenario load_scenarios[] = {
	{ "farm", "sockets=20000 (both ends counted) listeners=20 time_wait=0", farm },
	{ "churn", "stable=1000 connections on port 8080 beside rate=20000 a second from workers=1; EVENT rate= each second", churn },
	{ 0 },
};
