// Packets made by hand, and the addresses of the drop scenarios: family=4 or 6, port=8080.
#ifndef FORGE_H
#define FORGE_H
#include "lab.h"
#include <stdint.h>

#define PORT number("port", 8080)
#define SIX (number("family", 4) == 6)
#define FAMILY (SIX ? AF_INET6 : AF_INET)
#define SERVER (SIX ? "fd00::1" : SERVER_ADDRESS)
#define CLIENT (SIX ? "fd00::2" : CLIENT_ADDRESS)
#define ANY (SIX ? "::" : "0.0.0.0")
enum { PERIOD = 20, FIN = 1, SYN = 2, RST = 4, PUSH = 8, ACK = 16 };

// Both ends of a packet.
struct path { struct sockaddr_storage from, to; };
struct path path_of(int fd);
struct path path_between(const char *from, int from_port, const char *to, int to_port);

// A segment; the kernel makes the IP header. `spoil` is xored into the checksum; without a timestamp there is no option.
void inject(int raw, const struct path *path, uint32_t seq, uint32_t ack, int flags, uint32_t timestamp, int bytes, uint16_t spoil);
// A datagram, likewise.
void inject_datagram(int raw, const struct path *path, int bytes, uint16_t spoil);
// What TCP_REPAIR tells of a socket: TCP_QUEUE_SEQ of queue 1 (received) or 2 (sent), TCP_TIMESTAMP (queue 0).
uint32_t repaired(int fd, int queue, int option);
// A datagram of 500 bytes to a port of the server, from any port.
void send_datagram(int port);
// A socket of the scenario's family that listens at every address.
int listen_any(int port, int backlog);
// Connects to a port of the server. Blocking, and not awaited: the server may have closed before anybody looks.
int connect_at_once(int port);
// Forks the client into its namespace, like actor(); in the child once the server's host answers (IPv6 has no route before its link is up).
int client_of(struct pair pair);
// Waits until a host answers.
void reach(const char *address);
// Runs a command, which must succeed.
void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
#endif
