// What does not get out of the host, or comes in by a way that it must not; again and again while the scenario lives. family=4 or 6.
#define _GNU_SOURCE
#include "forge.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY (SIX ? "fd00::99" : "10.0.0.99")

// One question to a neighbour, 200 ms, no second one.
static void ask_neighbours_once(void)
{
	set("ipv4/neigh/wire/mcast_solicit", 1);
	set("ipv4/neigh/wire/retrans_time_ms", 200);
	set("ipv6/neigh/wire/mcast_solicit", 1);
	set("ipv6/neigh/wire/retrans_time_ms", 200);
}

// A rule on output (udp PORT), a neighbour that does not answer (PORT+1); with tcp=1 SYNs to PORT+3, which the rule refuses too.
static void sending(void)
{
	make_pair();
	ask_neighbours_once();
	if (actor("server")) {
		reach(CLIENT);
		struct sockaddr_storage near, far;
		int fd = open_socket(FAMILY, SOCK_DGRAM, 0), held = 0;
		socklen_t size = fill_address(&near, CLIENT, PORT);
		fill_address(&far, NOBODY, PORT + 1);
		shell("echo 'table inet out { chain o { type filter hook output priority 0; udp dport %d drop; tcp dport %d drop; }; }' | nft -f - >&2",
			PORT, PORT + 3);
		bind_to(fd, ANY, PORT + 2);
		settled();
		for (;; nap(PERIOD)) {
			sendto(fd, "x", 1, 0, (struct sockaddr *)&near, size);
			sendto(fd, "x", 1, 0, (struct sockaddr *)&far, size);
			if (number("tcp", 0) && held++ < 500) tcp_begin(NULL, CLIENT, PORT + 3);
		}
	}
	tell("port", "%d", PORT);
}

// A shaper's queue that is full: far more is sent than it lets through. The neighbour is known: its answer would wait in that queue too.
static void shaped(void)
{
	struct pair pair = make_pair();
	enter(pair.client);
	shell("ip link show wire | sed -n 's/.*link.ether \\([0-9a-f:]*\\).*/\\1/p' > %s/address", scratch());
	enter(pair.server);
	reach(CLIENT);
	shell("ip neighbour replace %s lladdr $(cat %s/address) dev wire nud permanent", CLIENT, scratch());
	if (system("tc qdisc add dev wire root tbf rate 8kbit burst 2000 limit 3000 2>&1")) skip("no tbf in this kernel, or no tc");
	if (actor("server")) {
		struct sockaddr_storage near;
		char bytes[500] = "";
		int fd = open_socket(FAMILY, SOCK_DGRAM, 0);
		socklen_t size = fill_address(&near, CLIENT, PORT);
		bind_to(fd, ANY, PORT + 2);
		for (int i = 0; i < 20; i++) sendto(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&near, size);
		settled();
		for (;; nap(PERIOD)) sendto(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&near, size);
	}
	tell("port", "%d", PORT);
}

// Datagrams whose source is reached by no route here, or another one: rp_filter. There is none for IPv6.
static void reverse_path(void)
{
	struct pair pair = make_pair();
	set("ipv4/conf/all/rp_filter", number("rp_filter", 1));
	if (actor("server")) {
		bind_to(open_socket(AF_INET, SOCK_DGRAM, 0), "0.0.0.0", PORT);
		settled();
		rest();
	}
	enter(pair.client);
	shell("ip address add 192.168.77.7/32 dev wire");
	if (client_of(pair)) {
		struct sockaddr_storage place;
		int fd = open_socket(AF_INET, SOCK_DGRAM, 0);
		socklen_t size = fill_address(&place, SERVER_ADDRESS, PORT);
		// The neighbour is asked for with an address that it answers.
		send_datagram(PORT);
		bind_to(fd, "192.168.77.7", 0);
		settled();
		for (;; nap(PERIOD)) sendto(fd, "x", 1, 0, (struct sockaddr *)&place, size);
	}
	tell("port", "%d", PORT);
}

// Datagrams for others, with this host as their router: hops used up (PORT), nowhere to go (PORT+1), or, with forwarding=0, not its business.
static void forward(void)
{
	struct pair pair = make_pair();
	set(SIX ? "ipv6/conf/all/forwarding" : "ipv4/conf/all/forwarding", number("forwarding", 1));
	shell("ip route add %s dev wire", SIX ? "fd01::/64" : "10.1.0.0/24");
	if (actor("server")) {
		settled();
		rest();
	}
	enter(pair.client);
	shell("ip route add %s via %s", SIX ? "fd01::/16" : "10.0.0.0/8", SERVER);
	if (client_of(pair)) {
		struct sockaddr_storage near, far;
		int fd = open_socket(FAMILY, SOCK_DGRAM, 0), last = open_socket(FAMILY, SOCK_DGRAM, 0), one = 1;
		socklen_t size = fill_address(&near, SIX ? "fd01::5" : "10.1.0.5", PORT);
		fill_address(&far, SIX ? "fd01:5::5" : "10.5.0.5", PORT + 1);
		if (setsockopt(last, SIX ? IPPROTO_IPV6 : IPPROTO_IP, SIX ? IPV6_UNICAST_HOPS : IP_TTL, &one, sizeof one)) fail("TTL");
		settled();
		for (;; nap(PERIOD)) {
			sendto(last, "x", 1, 0, (struct sockaddr *)&near, size);
			sendto(fd, "x", 1, 0, (struct sockaddr *)&far, size);
		}
	}
	tell("port", "%d", PORT);
}

const struct scenario route_scenarios[] = {
	{ "drop-sending", "a rule on output (udp PORT), an unanswered neighbour (PORT+1); sent from PORT+2: tcp=0 (1: SYNs to PORT+3) family=4", sending },
	{ "drop-shaped", "datagrams from PORT+2 into a full tbf: family=4", shaped },
	{ "drop-reverse-path", "datagrams from a source that rp_filter refuses: rp_filter=1", reverse_path },
	{ "drop-forward", "datagrams for others: hops used up (PORT), no route (PORT+1): forwarding=1 family=4", forward },
	{ 0 },
};
