// One namespace with a socket of every kind that a list tells apart, all at rest: what rows and filters are compared on.
#define _GNU_SOURCE
#include "lab.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int option(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof value)) fail("option %d/%d", level, name);
	return fd;
}

static int on_device(int fd, const char *device)
{
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, (socklen_t)strlen(device) + 1)) fail("SO_BINDTODEVICE %s", device);
	return fd;
}

static int listening(int fd, const char *address, int port)
{
	bind_to(fd, address, port);
	if (listen(fd, 16)) fail("listen");
	return fd;
}

static int to(int fd, const char *address, int port)
{
	struct sockaddr_storage place;
	socklen_t size = fill_address(&place, address, port);
	if (connect(fd, (struct sockaddr *)&place, size)) fail("connect %s:%d", address, port);
	return fd;
}

// The device's own link-local address; its duplicate detection may take a moment.
static int link_local(struct sockaddr_in6 *place, int port)
{
	char digits[33], device[32];
	unsigned index, flags;
	FILE *file = fopen("/proc/thread-self/net/if_inet6", "re");
	int found = 0;
	while (file && !found && fscanf(file, "%32s %x %*x %*x %x %31s", digits, &index, &flags, device) == 4)
		found = !strncmp(digits, "fe80", 4) && !(flags & 0x40);
	if (file) fclose(file);
	if (!found) return 0;
	*place = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons((unsigned short)port), .sin6_scope_id = index };
	for (int i = 0; i < 16; i++) sscanf(digits + 2 * i, "%2hhx", &place->sin6_addr.s6_addr[i]);
	return 1;
}

static void make_tcp(void)
{
	int any4 = tcp_listen("0.0.0.0", 80, 16), loop4 = tcp_listen("127.0.0.1", 83, 16), six = tcp_listen("fd00::1", 85, 16);
	int only6 = listening(option(open_socket(AF_INET6, SOCK_STREAM, 0), IPPROTO_IPV6, IPV6_V6ONLY, 1), "::", 81);
	int dual = listening(option(open_socket(AF_INET6, SOCK_STREAM, 0), IPPROTO_IPV6, IPV6_V6ONLY, 0), "::", 82);
	listening(on_device(open_socket(AF_INET, SOCK_STREAM, 0), "wire"), "0.0.0.0", 84);
	bind_to(open_socket(AF_INET, SOCK_STREAM, 0), "127.0.0.1", 5557);

	struct sockaddr_in6 local;
	AWAIT(link_local(&local, 86), "a link-local address");
	int scoped = open_socket(AF_INET6, SOCK_STREAM, 0), peer = open_socket(AF_INET6, SOCK_STREAM, 0);
	if (bind(scoped, (struct sockaddr *)&local, sizeof local) || listen(scoped, 4)) fail("link-local listener");
	if (connect(peer, (struct sockaddr *)&local, sizeof local)) fail("link-local connection");
	tcp_accept(scoped);

	// Both ends each; 100 bytes wait in one of them.
	for (int i = 0; i < 3; i++) tcp_connect(NULL, "127.0.0.1", 80), tcp_accept(any4);
	if (write(tcp_connect(NULL, SERVER_ADDRESS, 80), (char[100]){ 0 }, 100) != 100) fail("write");
	tcp_accept(any4);
	tcp_connect(NULL, "::1", 81), tcp_accept(only6);
	tcp_connect(NULL, "127.0.0.1", 82), tcp_accept(dual);
	tcp_connect(NULL, "::1", 82), tcp_accept(dual);
	tcp_connect(NULL, "fd00::1", 85), tcp_accept(six);

	int fixed = open_socket(AF_INET, SOCK_STREAM, 0), bound = on_device(open_socket(AF_INET, SOCK_STREAM, 0), "lo");
	bind_to(fixed, "127.0.0.1", 5555), to(fixed, "127.0.0.1", 83), tcp_accept(loop4);
	bind_to(bound, "127.0.0.1", 5556), to(bound, "127.0.0.1", 83), tcp_accept(loop4);
	to(option(open_socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, SO_MARK, 7), "127.0.0.1", 80), tcp_accept(any4);

	shutdown(tcp_connect(NULL, "127.0.0.1", 83), SHUT_WR), tcp_accept(loop4);
	int first = tcp_connect(NULL, "127.0.0.1", 83), second = tcp_accept(loop4);
	close(second), close(first);
	AWAIT(count_tcp(TIME_WAIT, 83) == 1 && count_tcp(CLOSE_WAIT, 83) == 1, "TIME-WAIT and CLOSE-WAIT");
}

static void make_datagrams(void)
{
	bind_to(open_socket(AF_INET, SOCK_DGRAM, 0), "0.0.0.0", 53);
	bind_to(open_socket(AF_INET6, SOCK_DGRAM, 0), "::", 54);
	bind_to(option(open_socket(AF_INET6, SOCK_DGRAM, 0), IPPROTO_IPV6, IPV6_V6ONLY, 1), "::", 55);
	bind_to(on_device(open_socket(AF_INET, SOCK_DGRAM, 0), "wire"), "0.0.0.0", 56);
	int four = open_socket(AF_INET, SOCK_DGRAM, 0), six = open_socket(AF_INET6, SOCK_DGRAM, 0);
	bind_to(four, "127.0.0.1", 5000), to(four, "127.0.0.1", 53);
	bind_to(six, "::1", 5001), to(six, "::1", 54);
	int lite = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDPLITE);
	if (lite >= 0) bind_to(lite, "127.0.0.1", 5004);
	open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	open_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
	open_socket(AF_INET, SOCK_RAW, 89);
}

static void rich(void)
{
	make_pair();
	if (actor("server")) {
		make_tcp();
		make_datagrams();
		settled();
		rest();
	}
}

const struct scenario rich_scenarios[] = {
	{ "rich", "every kind of TCP, UDP, UDP-Lite and raw socket in one namespace, at rest", rich },
	{ 0 },
};
