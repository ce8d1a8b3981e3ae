#define _GNU_SOURCE
#include "CShims.h"
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

static void send_all(int to, const void *bytes, size_t size)
{
	const char *at = bytes;

	while (size > 0) {
		ssize_t sent = write(to, at, size);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			_exit(1);
		at += sent;
		size -= (size_t)sent;
	}
}

/* One record of struct: i32 errno, u32 size, the bytes. */
static void send_file(int to, const char *path)
{
	static char buffer[8192];
	int32_t head[2] = {0, 0};
	int from = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = from < 0 ? -1 : read(from, buffer, sizeof buffer);

	if (got < 0)
		head[0] = errno;
	else
		head[1] = (int32_t)got;
	send_all(to, head, sizeof head);
	if (got > 0)
		send_all(to, buffer, (size_t)got);
	if (from >= 0)
		close(from);
}

/* Only what is safe between fork() and _exit() in a program with threads. */
static void child(int to, int descriptor, const char *paths, size_t size)
{
	int32_t failure = 0;

	if (descriptor >= 0) {
		if (setns(descriptor, CLONE_NEWNET) != 0)
			failure = errno;
	} else if (unshare(CLONE_NEWNET) != 0) {
		/* Without privilege a user namespace of its own gives the right to a network namespace. */
		if (errno != EPERM || unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
			failure = errno;
	}
	send_all(to, &failure, sizeof failure);
	for (size_t at = 0; failure == 0 && at < size; at += strlen(paths + at) + 1)
		send_file(to, paths + at);
	_exit(0);
}

int shim_read_in_namespace(int descriptor, const char *paths, size_t size, pid_t *pid)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	*pid = fork();
	if (*pid == 0)
		child(ends[1], descriptor, paths, size);
	close(ends[1]);
	if (*pid > 0)
		return ends[0];
	close(ends[0]);
	return -1;
}

void shim_wait(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}
