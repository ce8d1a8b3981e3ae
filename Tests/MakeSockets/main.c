// makesockets SCENARIO [NAME=VALUE…] [-- COMMAND…]: known sockets in private network namespaces.
// Prints "READY key=value …", then waits for the end of its standard input (or runs COMMAND in the server's
// namespace, with the keys as environment variables), and takes everything away again. `deny-netlink ERRNO COMMAND…` runs
// a command that gets ERRNO for a sock_diag socket.
#define _GNU_SOURCE
#include "lab.h"
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct scenario *const tables[] = { states_scenarios, listener_scenarios, other_scenarios, load_scenarios, rich_scenarios,
	zoo_scenarios, drop_scenarios, loss_scenarios, refusal_scenarios, route_scenarios, odd_scenarios };
static char **parameters;
static char ready[8192] = "READY";
static char directory[64];
static pid_t first;

static void list(FILE *to)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		for (const struct scenario *s = tables[i]; s->name; s++) fprintf(to, "%-24s%s\n", s->name, s->help);
}

static const struct scenario *find(const char *name)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		for (const struct scenario *s = tables[i]; s->name; s++)
			if (!strcmp(s->name, name)) return s;
	return NULL;
}

int number(const char *name, int fallback)
{
	size_t length = strlen(name);
	for (char **p = parameters; *p && strcmp(*p, "--"); p++)
		if (!strncmp(*p, name, length) && (*p)[length] == '=') return atoi(*p + length + 1);
	return fallback;
}

void tell(const char *key, const char *format, ...)
{
	char value[4096];
	va_list list;
	va_start(list, format);
	vsnprintf(value, sizeof value, format, list);
	va_end(list);
	setenv(key, value, 1);
	size_t used = strlen(ready);
	snprintf(ready + used, sizeof ready - used, " %s=%s", key, value);
}

void event(const char *format, ...)
{
	char line[256] = "EVENT ";
	va_list list;
	va_start(list, format);
	int length = vsnprintf(line + 6, sizeof line - 7, format, list);
	va_end(list);
	line[6 + length] = '\n';
	if (write(STDOUT_FILENO, line, (size_t)length + 7) < 0) _exit(1);
}

void skip(const char *reason)
{
	printf("SKIP %s\n", reason);
	exit(0);
}

const char *scratch(void)
{
	if (!*directory) {
		snprintf(directory, sizeof directory, "%s/makesockets.XXXXXX", P_tmpdir);
		if (!mkdtemp(directory)) fail("%s", directory);
	}
	return directory;
}

static void clean_up(void)
{
	if (getpid() != first || !*directory) return;
	DIR *open = opendir(directory);
	struct dirent *entry;
	while (open && (entry = readdir(open))) unlinkat(dirfd(open), entry->d_name, 0);
	rmdir(directory);
}

// Interrupts poll() below; the work is done there.
static void interrupted(int number) { (void)number; }

static void wait_for_end(void)
{
	struct sigaction action = { .sa_handler = interrupted };
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	char byte[256];
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	while (poll(&input, 1, -1) > 0 && read(STDIN_FILENO, byte, sizeof byte) > 0)
		;
}

int main(int count, char **arguments)
{
	if (count > 3 && !strcmp(arguments[1], "deny-netlink")) {
		deny_sock_diag(atoi(arguments[2]));
		execvp(arguments[3], arguments + 3);
		fail("%s", arguments[3]);
	}
	const struct scenario *scenario = count > 1 ? find(arguments[1]) : NULL;
	if (!scenario) {
		int asked = count > 1 && !strcmp(arguments[1], "list");
		if (!asked) fprintf(stderr, "usage: makesockets SCENARIO [NAME=VALUE…] [-- COMMAND…]\n       with syncnt=N user_timeout=MS linger2=S programs of any scenario set these options\n       makesockets deny-netlink ERRNO COMMAND…\n");
		list(asked ? stdout : stderr);
		return asked ? 0 : 2;
	}
	char **command = arguments + 2;
	while (*command && strcmp(*command, "--")) command++;
	parameters = arguments + 2;
	first = getpid();
	note_inherited();
	atexit(clean_up);
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);

	scenario->make();
	int status = 0;
	if (*command) {
		pid_t pid = fork();
		if (pid == 0) {
			enter(home);
			execvp(command[1], command + 1);
			fail("%s", command[1]);
		}
		waitpid(pid, &status, 0);
	} else {
		puts(ready);
		wait_for_end();
	}
	// Its children die with it (PR_SET_PDEATHSIG), and the namespaces with them.
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
