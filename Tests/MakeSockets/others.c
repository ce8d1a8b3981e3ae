// UDP, UDP-Lite, raw and unix sockets, in one namespace.
#define _GNU_SOURCE
#include "lab.h"
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#define PORT number("port", 5353)

static void connect_to(int fd, const char *address, int port)
{
	struct sockaddr_storage place;
	socklen_t size = fill_address(&place, address, port);
	if (connect(fd, (struct sockaddr *)&place, size)) fail("connect %s", address);
}

static void udp(void)
{
	make_namespace();
	if (actor("server")) {
		int server = open_socket(AF_INET, SOCK_DGRAM, 0), client = open_socket(AF_INET, SOCK_DGRAM, 0);
		bind_to(server, "0.0.0.0", PORT);
		bind_to(open_socket(AF_INET6, SOCK_DGRAM, 0), "::1", PORT + 1);
		connect_to(client, "127.0.0.1", PORT);
		for (int i = 0; i < number("unread", 1); i++)
			if (send(client, "0123456789", 10, 0) != 10) fail("send");
		// Protocols that a kernel may lack.
		int lite = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDPLITE);
		if (lite >= 0) bind_to(lite, "127.0.0.1", PORT + 2);
		open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
		settled();
		rest();
	}
	tell("port", "%d", PORT);
	tell("port6", "%d", PORT + 1);
	tell("lite", "%d", PORT + 2);
}

// The socket's own counter of drops, the last column.
static int udp_drops(void)
{
	char line[512];
	int most = 0;
	FILE *file = fopen("/proc/thread-self/net/udp", "re");
	while (file && fgets(line, sizeof line, file)) {
		int drops;
		if (sscanf(line, " %*d: %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %d", &drops) == 1 && drops > most) most = drops;
	}
	if (file) fclose(file);
	return most;
}

static void udp_drop(void)
{
	make_namespace();
	if (actor("server")) {
		int server = open_socket(AF_INET, SOCK_DGRAM, 0), client = open_socket(AF_INET, SOCK_DGRAM, 0), count = number("count", 100);
		int size = number("buffer", 4096), pause_for = number("again_ms", 0);
		static char bytes[1000];
		// buffer=0 leaves what rmem_default gives.
		if (size > 0) setsockopt(server, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
		bind_to(server, "0.0.0.0", PORT);
		connect_to(client, "127.0.0.1", PORT);
		for (int i = 0; i < count; i++) send(client, bytes, sizeof bytes, 0);
		if (udp_drops() == 0) fail("nothing was dropped");
		settled();
		if (pause_for == 0) rest();
		// With again_ms the losses go on.
		for (;;) {
			send(client, bytes, sizeof bytes, 0);
			nap(pause_for);
		}
	}
	tell("port", "%d", PORT);
}

static int unix_at(int type, const char *path, size_t length, int with_connect)
{
	struct sockaddr_un place = { .sun_family = AF_UNIX };
	int fd = open_socket(AF_UNIX, type, 0);
	if (length > sizeof place.sun_path) fail("a path of %zu bytes", length);
	memcpy(place.sun_path, path, length);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	if ((with_connect ? connect : bind)(fd, (struct sockaddr *)&place, size)) fail("unix socket %s", path);
	return fd;
}

static void unix_sockets(void)
{
	char stream[160], datagram[160], hostile[160];
	snprintf(stream, sizeof stream, "%s/stream", scratch());
	snprintf(datagram, sizeof datagram, "%s/datagram", scratch());
	// Neither UTF-8 nor fit for a terminal.
	snprintf(hostile, sizeof hostile, "%s/\xff\xfe\"\033[31m", scratch());
	make_namespace();
	if (actor("server")) {
		int pair[2], pending = number("pending", 2);
		int listener = unix_at(SOCK_STREAM, stream, strlen(stream) + 1, 0);
		if (listen(listener, number("backlog", 5))) fail("listen");
		for (int i = 0; i < pending; i++) unix_at(SOCK_STREAM, stream, strlen(stream) + 1, 1);
		unix_at(SOCK_DGRAM, datagram, strlen(datagram) + 1, 0);
		if (listen(unix_at(SOCK_SEQPACKET, "\0abstract", 9, 0), 7)) fail("listen");
		if (listen(unix_at(SOCK_STREAM, hostile, strlen(hostile) + 1, 0), 1)) fail("listen");
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) || write(pair[0], "unread", 6) != 6) fail("socketpair");
		settled();
		rest();
	}
	tell("stream", "%s", stream);
	tell("datagram", "%s", datagram);
	tell("abstract", "@abstract");
	tell("directory", "%s", scratch());
}

const struct scenario other_scenarios[] = {
	{ "udp", "bound, connected, IPv6 and UDP-Lite sockets, raw ICMP: unread=1 (datagrams of 10 bytes)", udp },
	{ "udp-drops", "a receive buffer that overflowed: count=100 buffer=4096 again_ms=0", udp_drop },
	{ "unix", "listener with pending connections, datagram, abstract, hostile path, pair: pending=2 backlog=5", unix_sockets },
	{ 0 },
};
