// Listeners of every reach, shared and shadowed ones. All in one namespace; "server" is the key of the (first) process.
#define _GNU_SOURCE
#include "lab.h"
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#define PORT number("port", 8080)

static int listen_with(int fd, const char *address, int port)
{
	bind_to(fd, address, port);
	if (listen(fd, number("backlog", 128))) fail("listen");
	return fd;
}

static int set_option(int fd, int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof value)) fail("option %d/%d", level, option);
	return fd;
}

static void reaches(void)
{
	make_namespace();
	if (actor("server")) {
		tcp_listen("0.0.0.0", PORT, 128);
		tcp_listen("127.0.0.1", PORT + 1, 128);
		listen_with(set_option(open_socket(AF_INET6, SOCK_STREAM, 0), IPPROTO_IPV6, IPV6_V6ONLY, 1), "::", PORT + 2);
		listen_with(set_option(open_socket(AF_INET6, SOCK_STREAM, 0), IPPROTO_IPV6, IPV6_V6ONLY, 0), "::", PORT + 3);
		tcp_listen("::1", PORT + 4, 128);
		int fd = open_socket(AF_INET, SOCK_STREAM, 0);
		if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3)) fail("SO_BINDTODEVICE");
		listen_with(fd, "0.0.0.0", PORT + 5);
		settled();
		rest();
	}
	tell("all4", "%d", PORT);
	tell("loopback4", "%d", PORT + 1);
	tell("only6", "%d", PORT + 2);
	tell("dual", "%d", PORT + 3);
	tell("loopback6", "%d", PORT + 4);
	tell("device", "%d", PORT + 5);
}

static void clipped(void)
{
	make_namespace();
	set("core/somaxconn", number("somaxconn", 16));
	if (actor("server")) {
		tcp_listen("0.0.0.0", PORT, number("backlog", 1024));
		settled();
		rest();
	}
	tell("port", "%d", PORT);
}

static void reuseport(void)
{
	char name[24];
	make_namespace();
	for (int i = 0; i < number("count", 2); i++) {
		snprintf(name, sizeof name, i ? "server%d" : "server", i);
		if (actor(name)) {
			listen_with(set_option(open_socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, SO_REUSEPORT, 1), "0.0.0.0", PORT);
			settled();
			rest();
		}
	}
	tell("port", "%d", PORT);
}

static void prefork(void)
{
	char name[24];
	make_namespace();
	int listener = tcp_listen("0.0.0.0", PORT, 128);
	for (int i = 0; i < number("count", 3); i++) {
		snprintf(name, sizeof name, i ? "server%d" : "server", i);
		if (actor(name)) {
			settled();
			tcp_accept(listener);
			rest();
		}
	}
	close(listener);
	tell("port", "%d", PORT);
}

// Nothing listens on the port, but something is near: bound only, another family, UDP, a surviving connection.
static void bound(void)
{
	make_namespace();
	if (actor("server")) {
		bind_to(open_socket(AF_INET, SOCK_STREAM, 0), "0.0.0.0", PORT);
		bind_to(open_socket(AF_INET, SOCK_DGRAM, 0), "0.0.0.0", PORT + 1);
		int listener = tcp_listen("127.0.0.1", PORT + 2, 1);
		tcp_connect(NULL, "127.0.0.1", PORT + 2);
		tcp_accept(listener);
		close(listener);
		settled();
		rest();
	}
	tell("bound", "%d", PORT);
	tell("udp", "%d", PORT + 1);
	tell("survivor", "%d", PORT + 2);
}

static void mptcp(void)
{
	make_namespace();
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP);
	if (fd < 0) skip("this kernel has no MPTCP");
	if (actor("server")) {
		int listener = listen_with(fd, "127.0.0.1", PORT), client = open_socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
		struct sockaddr_storage place;
		if (connect(client, (struct sockaddr *)&place, fill_address(&place, "127.0.0.1", PORT))) fail("connect");
		tcp_accept(listener);
		settled();
		rest();
	}
	tell("port", "%d", PORT);
}

// Handshakes that are done stay in SYN-RECV until data comes.
static void defer_accept(void)
{
	make_namespace();
	if (actor("server")) {
		int listener = open_socket(AF_INET, SOCK_STREAM, 0), clients = number("clients", 3);
		set_option(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 30);
		listen_with(listener, "127.0.0.1", PORT);
		for (int i = 0; i < clients; i++) tcp_connect(NULL, "127.0.0.1", PORT);
		AWAIT(count_tcp(SYN_RECV, PORT) == clients, "SYN-RECV");
		settled();
		rest();
	}
	tell("port", "%d", PORT);
}

// IPv4, IPv6 and v4-mapped connections of one listener.
static void families(void)
{
	make_namespace();
	if (actor("server")) {
		int listener = tcp_listen("::", PORT, 128);
		tcp_connect(NULL, "127.0.0.1", PORT);
		tcp_connect(NULL, "::1", PORT);
		tcp_connect(NULL, "::ffff:127.0.0.1", PORT);
		for (int i = 0; i < 3; i++) tcp_accept(listener);
		settled();
		rest();
	}
	tell("port", "%d", PORT);
}

// A terminal's escape sequence as the name of a process that listens.
static void hostile_name(void)
{
	make_namespace();
	if (actor("a\"\033[2J")) {
		tcp_listen("0.0.0.0", PORT, 5);
		settled();
		rest();
	}
	tell("port", "%d", PORT);
}

const struct scenario listener_scenarios[] = {
	{ "reaches", "listeners: all4, loopback4, only6, dual, loopback6, device (keys with their ports)", reaches },
	{ "clipped", "listen() cut by somaxconn: backlog=1024 somaxconn=16", clipped },
	{ "reuseport", "SO_REUSEPORT siblings: count=2", reuseport },
	{ "prefork", "processes that share one listener: count=3", prefork },
	{ "bound", "nobody listens: bound only, udp only, survivor only (keys with their ports)", bound },
	{ "families", "one dual-stack listener, three connections", families },
	{ "mptcp", "an MPTCP listener and a connection", mptcp },
	{ "defer-accept", "TCP_DEFER_ACCEPT and silent clients: clients=3", defer_accept },
	{ "hostile-name", "a listener whose process is named a\"ESC[2J (its pid is the key \"actor\")", hostile_name },
	{ 0 },
};
