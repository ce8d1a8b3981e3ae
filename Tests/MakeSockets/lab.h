// The laboratory: private network namespaces, the processes that live in them, and conditions that are awaited.
// A scenario is written in one thread of thought: enter a namespace, become an actor (a fork), make sockets, say
// settled(). Everything ends with the first process, which ends when its standard input does.
#ifndef LAB_H
#define LAB_H
#include <netinet/in.h>
#include <stddef.h>
#include <stdnoreturn.h>
#include <sys/socket.h>
#include <sys/types.h>

struct scenario {
	const char *name;
	const char *help; // what it makes, and its parameters with their defaults
	void (*make)(void);
};
// One table a file; each ends with an empty name.
extern const struct scenario states_scenarios[], listener_scenarios[], other_scenarios[], load_scenarios[], rich_scenarios[], zoo_scenarios[],
	drop_scenarios[], loss_scenarios[], refusal_scenarios[], route_scenarios[], odd_scenarios[];

// TCP states as /proc/net/tcp writes them.
enum { ESTABLISHED = 1, SYN_SENT, SYN_RECV, FIN_WAIT1, FIN_WAIT2, TIME_WAIT, CLOSE, CLOSE_WAIT, LAST_ACK, LISTEN, CLOSING };

#define SERVER_ADDRESS "10.0.0.1"
#define CLIENT_ADDRESS "10.0.0.2"
#define SECOND_CLIENT_ADDRESS "10.0.0.3"

noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Ends with status 0 and a line "SKIP reason": this kernel cannot do what the scenario needs.
noreturn void skip(const char *reason);

// The value of NAME=VALUE on the command line.
int number(const char *name, int fallback);
// From now on this process and its children get this errno for a sock_diag socket.
void deny_sock_diag(int error);
// Adds key=value to the READY line.
void tell(const char *key, const char *format, ...) __attribute__((format(printf, 2, 3)));
// A line on standard output after READY: something that happened since.
void event(const char *format, ...) __attribute__((format(printf, 1, 2)));

// A new namespace with its loopback up; the calling process is in it afterwards. Returns a descriptor of it.
int make_namespace(void);
extern int home; // the first one made: the server's
void enter(int namespace);
struct pair { int server, client; };
// Two namespaces joined by a veth pair, with IPv4 (above) and fd00::1, fd00::2 on device "wire". Enters neither.
struct pair make_pair(void);
// Writes a setting of the current namespace, e.g. set("ipv4/tcp_fin_timeout", 65).
void set(const char *path, int value);
// Replaces the packet filter of a namespace: rules of the input hook, one a line; "" removes it.
void filter(int namespace, const char *rules);

// Remembers the descriptors of whoever started this: actors close them, as they would count as theirs. The first
// process keeps them: some parents learn of its end by one.
void note_inherited(void);
// Forks. 1 in the child, which carries this name; 0 in the parent once the child is settled.
int actor(const char *name);
void settled(void);
noreturn void rest(void);

// Polls until `what` returns true; fails after ten seconds with the text.
#define AWAIT(what, text) do { int polls_ = 1000; while (!(what)) { if (polls_-- == 0) fail("never came: %s", text); nap(10); } } while (0)
void nap(int milliseconds);
// How many TCP sockets of the current namespace are in a state with this port on either end (0: any port).
int count_tcp(int state, int port);
// How many have this timer (the "tr" column) and at least so many retransmissions.
int count_timer(int timer, int retransmits, int port);

int tcp_listen(const char *address, int port, int backlog);
// `from` may be NULL. A blocking connect that must succeed, and one that is only begun.
int tcp_connect(const char *from, const char *address, int port);
int tcp_begin(const char *from, const char *address, int port);
int tcp_accept(int listener);
int open_socket(int family, int type, int protocol);
void bind_to(int fd, const char *address, int port);
socklen_t fill_address(struct sockaddr_storage *place, const char *address, int port);
int state_of(int fd);
// A directory for unix sockets that is removed with everything in it at the end.
const char *scratch(void);
#endif
