#define _GNU_SOURCE
#include "forge.h"
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct path path_of(int fd)
{
	struct path path;
	socklen_t size = sizeof path.from, other = sizeof path.to;
	if (getsockname(fd, (struct sockaddr *)&path.from, &size) || getpeername(fd, (struct sockaddr *)&path.to, &other)) fail("names");
	return path;
}

struct path path_between(const char *from, int from_port, const char *to, int to_port)
{
	struct path path;
	fill_address(&path.from, from, from_port);
	fill_address(&path.to, to, to_port);
	return path;
}

static uint32_t add(uint32_t sum, const void *bytes, size_t count)
{
	const uint8_t *at = bytes;
	for (size_t i = 0; i < count; i++) sum += i & 1 ? at[i] : (uint32_t)at[i] << 8;
	return sum;
}

static uint16_t port_of(const struct sockaddr_storage *place)
{
	return place->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)place)->sin6_port : ((const struct sockaddr_in *)place)->sin_port;
}

static uint32_t add_address(uint32_t sum, const struct sockaddr_storage *place)
{
	if (place->ss_family == AF_INET6) return add(sum, &((const struct sockaddr_in6 *)place)->sin6_addr, 16);
	return add(sum, &((const struct sockaddr_in *)place)->sin_addr, 4);
}

// Fills in the ports and the checksum, and sends.
static void finish(int raw, const struct path *path, uint8_t *packet, int length, int proto, int check_at, uint16_t spoil)
{
	uint16_t ports[2] = { port_of(&path->from), port_of(&path->to) };
	struct sockaddr_storage to = path->to;
	memcpy(packet, ports, 4);
	uint32_t sum = add_address(add_address(add(0, packet, (size_t)length) + (uint32_t)length + (uint32_t)proto, &path->from), &path->to);
	while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
	uint16_t check = (uint16_t)(htons((uint16_t)~sum) ^ spoil);
	memcpy(packet + check_at, &check, 2);
	// A raw socket takes no port.
	if (to.ss_family == AF_INET6) ((struct sockaddr_in6 *)&to)->sin6_port = 0;
	else ((struct sockaddr_in *)&to)->sin_port = 0;
	sendto(raw, packet, (size_t)length, 0, (struct sockaddr *)&to, sizeof to);
}

void inject(int raw, const struct path *path, uint32_t seq, uint32_t ack, int flags, uint32_t timestamp, int bytes, uint16_t spoil)
{
	uint8_t segment[256] = { 0 };
	uint32_t words[2] = { htonl(seq), htonl(ack) }, stamps[2] = { htonl(timestamp), 0 };
	int header = timestamp ? 32 : 20;
	memcpy(segment + 4, words, 8);
	segment[12] = (uint8_t)(header / 4 << 4);
	segment[13] = (uint8_t)flags;
	segment[14] = 255;
	if (timestamp) memcpy(segment + 20, "\1\1\10\12", 4), memcpy(segment + 24, stamps, 8);
	finish(raw, path, segment, header + bytes, IPPROTO_TCP, 16, spoil);
}

void inject_datagram(int raw, const struct path *path, int bytes, uint16_t spoil)
{
	uint8_t packet[512] = { 0 };
	uint16_t length = htons((uint16_t)(8 + bytes));
	memcpy(packet + 4, &length, 2);
	finish(raw, path, packet, 8 + bytes, IPPROTO_UDP, 6, spoil);
}

uint32_t repaired(int fd, int queue, int option)
{
	uint32_t value = 0;
	socklen_t size = sizeof value;
	// -1 leaves repair without the probe that leaving otherwise sends.
	int on = 1, off = -1;
	setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof on);
	if (queue) setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue, sizeof queue);
	getsockopt(fd, IPPROTO_TCP, option, &value, &size);
	setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &off, sizeof off);
	return value;
}

void send_datagram(int port)
{
	struct sockaddr_storage place;
	int fd = open_socket(FAMILY, SOCK_DGRAM, 0);
	socklen_t size = fill_address(&place, SERVER, port);
	char bytes[500] = "";
	sendto(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&place, size);
	close(fd);
}

int listen_any(int port, int backlog)
{
	int fd = open_socket(FAMILY, SOCK_STREAM, 0);
	bind_to(fd, ANY, port);
	if (listen(fd, backlog)) fail("listen");
	return fd;
}

int connect_at_once(int port)
{
	struct sockaddr_storage place;
	int fd = open_socket(FAMILY, SOCK_STREAM, 0);
	socklen_t size = fill_address(&place, SERVER, port);
	if (connect(fd, (struct sockaddr *)&place, size)) fail("connect");
	return fd;
}

void reach(const char *address)
{
	struct sockaddr_storage place;
	socklen_t size = fill_address(&place, address, 9);
	int polls = 0, error;
	do {
		// A closed port answers with a reset.
		int fd = open_socket(place.ss_family, SOCK_STREAM, 0);
		error = connect(fd, (struct sockaddr *)&place, size) ? errno : 0;
		close(fd);
		if (error == ECONNREFUSED) return;
		nap(20);
	} while (polls++ < 500);
	fail("reach %s", address);
}

int client_of(struct pair pair)
{
	enter(pair.client);
	if (!actor("client")) return 0;
	reach(SERVER);
	return 1;
}

void shell(const char *format, ...)
{
	char text[1024];
	va_list list;
	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	if (system(text)) fail("%s", text);
}
