// Losses of the rarer kinds, again and again while the scenario lives. family=4 or 6.
#define _GNU_SOURCE
#include "forge.h"
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void deafen(int fd)
{
	struct sock_filter deaf = { BPF_RET | BPF_K, 0, 0, 0 };
	struct sock_fprog program = { 1, &deaf };
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program)) fail("filter");
}

// Datagrams with a wrong checksum. The kernel sums up at once what has at most 76 bytes; longer ones where it must: at=0 no socket has the port, 1 its socket has a filter, 2 it is read, 3 it is polled.
static void udp_checksum(void)
{
	struct pair pair = make_pair();
	int at = number("at", 1);
	if (actor("server")) {
		int fd = open_socket(FAMILY, SOCK_DGRAM, 0);
		char bytes[64];
		struct sock_filter everything = { BPF_RET | BPF_K, 0, 0, 0xffff };
		struct sock_fprog program = { 1, &everything };
		if (at == 1 && setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program)) fail("filter");
		bind_to(fd, ANY, at ? PORT : PORT + 1);
		settled();
		struct pollfd data = { .fd = fd, .events = POLLIN };
		while (at == 2) if (read(fd, bytes, sizeof bytes) < 0) fail("read");
		while (at == 3) poll(&data, 1, -1);
		rest();
	}
	if (client_of(pair)) {
		int raw = open_socket(FAMILY, SOCK_RAW, IPPROTO_UDP);
		struct path path = path_between(CLIENT, 4000, SERVER, PORT);
		settled();
		for (;; nap(PERIOD)) inject_datagram(raw, &path, number("bytes", 200), 0x1234);
	}
	tell("port", "%d", PORT);
}

// Sockets whose own filter drops everything: a datagram socket on PORT, a connection to PORT+1.
static void filtered(void)
{
	struct pair pair = make_pair();
	if (actor("server")) {
		int fd = open_socket(FAMILY, SOCK_DGRAM, 0), listener = listen_any(PORT + 1, 5);
		bind_to(fd, ANY, PORT);
		deafen(fd);
		settled();
		deafen(tcp_accept(listener));
		rest();
	}
	if (client_of(pair)) {
		int fd = tcp_connect(NULL, SERVER, PORT + 1), raw = open_socket(FAMILY, SOCK_RAW, IPPROTO_TCP);
		struct path path = path_of(fd);
		uint32_t next = repaired(fd, 2, TCP_QUEUE_SEQ), got = repaired(fd, 1, TCP_QUEUE_SEQ), time = repaired(fd, 0, TCP_TIMESTAMP);
		settled();
		for (;; nap(PERIOD)) {
			send_datagram(PORT);
			inject(raw, &path, next, got, PUSH | ACK, time, 10, 0);
		}
	}
	tell("port", "%d", PORT);
}

// First fragments whose others never come; they are given up after a second. The whole header is made by hand.
static void fragments(void)
{
	struct pair pair = make_pair();
	set(SIX ? "ipv6/ip6frag_time" : "ipv4/ipfrag_time", 1);
	if (actor("server")) {
		bind_to(open_socket(FAMILY, SOCK_DGRAM, 0), ANY, PORT);
		settled();
		rest();
	}
	if (client_of(pair)) {
		// 16 bytes of UDP: its header (ports 4000, PORT) and the beginning of the data; more follow.
		uint8_t head4[20] = { 0x45, 0, 0, 36, 0, 0, 0x20, 0, 64, IPPROTO_UDP }, head6[48] = { 0x60, 0, 0, 0, 0, 24, 44, 64 };
		uint8_t data[16] = { 4000 >> 8, 4000 & 255, (uint8_t)(PORT >> 8), (uint8_t)(PORT & 255), 3, 0xe8 }, packet[64];
		struct sockaddr_storage from, to;
		socklen_t size = fill_address(&to, SERVER, 0);
		int raw = open_socket(FAMILY, SOCK_RAW, IPPROTO_RAW);
		fill_address(&from, CLIENT, 0);
		memcpy(head4 + 12, &((struct sockaddr_in *)&from)->sin_addr, 4), memcpy(head4 + 16, &((struct sockaddr_in *)&to)->sin_addr, 4);
		memcpy(head6 + 8, &((struct sockaddr_in6 *)&from)->sin6_addr, 16), memcpy(head6 + 24, &((struct sockaddr_in6 *)&to)->sin6_addr, 16);
		head6[40] = IPPROTO_UDP, head6[43] = 1;
		settled();
		for (uint16_t id = 1;; id++, nap(PERIOD)) {
			uint8_t *head = SIX ? head6 : head4;
			size_t length = SIX ? sizeof head6 : sizeof head4;
			memcpy(SIX ? head6 + 46 : head4 + 4, &id, 2);
			memcpy(packet, head, length);
			memcpy(packet + length, data, sizeof data);
			if (sendto(raw, packet, length + sizeof data, 0, (struct sockaddr *)&to, size) < 0) fail("fragment");
		}
	}
	tell("port", "%d", PORT);
}

// Raw and packet sockets that nobody reads; the datagrams go to a closed port.
static void unread_taps(void)
{
	struct pair pair = make_pair();
	if (actor("server")) {
		int size = 2304, raw = open_socket(FAMILY, SOCK_RAW, IPPROTO_UDP), packet = open_socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
		setsockopt(raw, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
		setsockopt(packet, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
		settled();
		rest();
	}
	if (client_of(pair)) {
		for (int i = 0; i < 20; i++) send_datagram(PORT);
		settled();
		for (;; nap(PERIOD)) send_datagram(PORT);
	}
	tell("port", "%d", PORT);
}

// A connection to a listener that wants TCP-MD5 of this peer, who does not know it.
static void unsigned_peer(void)
{
	struct pair pair = make_pair();
	if (actor("server")) {
		struct tcp_md5sig key = { .tcpm_keylen = 6, .tcpm_key = "secret" };
		int listener = listen_any(PORT, 5);
		fill_address((struct sockaddr_storage *)&key.tcpm_addr, CLIENT, 0);
		if (setsockopt(listener, IPPROTO_TCP, TCP_MD5SIG, &key, sizeof key)) skip("no TCP_MD5SIG in this kernel");
		settled();
		rest();
	}
	if (client_of(pair)) {
		settled();
		for (;; nap(PERIOD)) close(tcp_begin(NULL, SERVER, PORT));
	}
	tell("port", "%d", PORT);
}

// Rules that answer: reject of udp PORT, reject with a reset of tcp PORT+1, and with legacy=1 iptables's own tables.
static void rejected(void)
{
	char rules[256];
	struct pair pair = make_pair();
	if (number("legacy", 0)) {
		const char *tool = SIX ? "ip6tables-legacy" : "iptables-legacy";
		snprintf(rules, sizeof rules, "%s -A INPUT -p udp --dport %d -j DROP && %s -A INPUT -p tcp --dport %d -j REJECT --reject-with tcp-reset", tool,
			PORT, tool, PORT + 1);
		if (system(rules)) skip("no iptables-legacy here");
	} else {
		snprintf(rules, sizeof rules, "udp dport %d reject\ntcp dport %d reject with tcp reset", PORT, PORT + 1);
		filter(pair.server, rules);
	}
	if (actor("server")) {
		bind_to(open_socket(FAMILY, SOCK_DGRAM, 0), ANY, PORT);
		listen_any(PORT + 1, 5);
		settled();
		rest();
	}
	if (client_of(pair)) {
		settled();
		for (;; nap(PERIOD)) {
			send_datagram(PORT);
			close(tcp_begin(NULL, SERVER, PORT + 1));
		}
	}
	tell("port", "%d", PORT);
}

// Datagrams to a group that the device takes (all of them) and no socket has joined, and a broadcast that nobody wants.
static void groups(void)
{
	struct pair pair = make_pair();
	shell("ip link set wire allmulticast on");
	if (actor("server")) {
		bind_to(open_socket(FAMILY, SOCK_DGRAM, 0), ANY, PORT);
		settled();
		rest();
	}
	if (client_of(pair)) {
		struct sockaddr_storage group, all;
		int fd = open_socket(FAMILY, SOCK_DGRAM, 0), one = 1;
		socklen_t size = fill_address(&group, SIX ? "ff02::1234" : "239.1.2.3", PORT);
		if (SIX) ((struct sockaddr_in6 *)&group)->sin6_scope_id = if_nametoindex("wire");
		else bind_to(fd, CLIENT, 0);
		fill_address(&all, "10.0.0.255", PORT + 1);
		setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof one);
		shell("ip route add 224.0.0.0/4 dev wire");
		settled();
		for (;; nap(PERIOD)) {
			sendto(fd, "x", 1, 0, (struct sockaddr *)&group, size);
			if (!SIX) sendto(fd, "x", 1, 0, (struct sockaddr *)&all, size);
		}
	}
	tell("port", "%d", PORT);
}

const struct scenario odd_scenarios[] = {
	{ "drop-udp-checksum", "datagrams with a wrong checksum: at=1 (0 closed port, 1 socket with a filter, 2 read, 3 polled) bytes=200 family=4", udp_checksum },
	{ "drop-filtered", "socket filters that drop: udp PORT, a connection to PORT+1: family=4", filtered },
	{ "drop-fragments", "datagrams of which only the first fragment comes: family=4", fragments },
	{ "drop-taps", "a raw and a packet socket that nobody reads; datagrams to a closed port: family=4", unread_taps },
	{ "drop-unsigned", "SYNs without TCP-MD5 to a listener that wants it: family=4", unsigned_peer },
	{ "drop-rejected", "rules that answer: udp PORT, tcp PORT+1: legacy=0 family=4", rejected },
	{ "drop-groups", "datagrams to a group that nobody joined (PORT), a broadcast (PORT+1): family=4", groups },
	{ 0 },
};
