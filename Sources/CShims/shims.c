#define _GNU_SOURCE
#include "CShims.h"
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

const char *shim_error_text(int error)
{
	const char *text = strerrordesc_np(error);
	return text ? text : "Unknown error";
}

static int argument_count;
static char **arguments;

// glibc calls constructors with what main() gets.
__attribute__((constructor)) static void note_arguments(int argc, char **argv)
{
	argument_count = argc;
	arguments = argv;
}

const char *shim_argument(int place) { return place >= 0 && place < argument_count ? arguments[place] : NULL; }

long shim_getdents64(int directory, void *buffer, size_t size) { return getdents64(directory, buffer, size); }

int shim_processor_count(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

static volatile sig_atomic_t interrupted;

static void note_interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

void shim_note_interrupt(int wanted)
{
	/* No SA_RESTART: a sleep ends at once. The second Ctrl-C kills, whatever hangs. */
	struct sigaction before, action = { .sa_handler = wanted ? note_interrupt : SIG_DFL, .sa_flags = wanted ? (int)SA_RESETHAND : 0 };

	sigset_t set;

	sigemptyset(&set);
	/* timeout(1) and service managers end with SIGTERM: what was seen until then is told, too. */
	for (int index = 0; index < 2; index++) {
		int number = index ? SIGTERM : SIGINT;

		/* Ignored by who started the program (nohup, a background job): it stays so. */
		if (sigaction(number, NULL, &before) != 0 || before.sa_handler == SIG_IGN) continue;
		sigaction(number, &action, NULL);
		sigaddset(&set, number);
	}
	/* A parent may leave them blocked, as Foundation's Process does. */
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int shim_was_interrupted(void) { return interrupted; }
