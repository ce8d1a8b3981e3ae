// paired [-n PAIRS] [-w WARM-UPS] [-o FILE] LABEL BASE-COMMAND COMMAND: runs two commands in turn and compares them.
// Their output goes to FILE. Prints one row: medians of wall and CPU time, the medians of the pairs' ratios (so that
// the drift of a busy machine hits both alike), peak memory, and how many lines each wrote. Words split at spaces.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PAIRS = 1000, MAX_WORDS = 64 };
struct measure { double wall, cpu; long memory, lines; int status; };

static double median(const double *values, int count)
{
	double sorted[MAX_PAIRS];
	memcpy(sorted, values, (size_t)count * sizeof *values);
	for (int i = 1; i < count; i++)
		for (int j = i; j > 0 && sorted[j] < sorted[j - 1]; j--) {
			double swap = sorted[j];
			sorted[j] = sorted[j - 1];
			sorted[j - 1] = swap;
		}
	return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

static double milliseconds(struct timeval t) { return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3; }

static long count_lines(const char *file)
{
	static char block[1 << 16];
	long lines = 0;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	for (ssize_t got; (got = read(fd, block, sizeof block)) > 0;)
		for (char *at = block; (at = memchr(at, '\n', (size_t)(block + got - at))); at++) lines++;
	close(fd);
	return lines;
}

// The truncation happens outside of what is timed; a file that is not there yet is made by the first run.
static struct measure run(char *const *words, const char *file)
{
	struct measure result = { 0 };
	struct rusage usage;
	struct timespec begin, end;
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	if (truncate(file, 0) && errno != ENOENT && errno != EINVAL) perror(file);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	extern char **environ;
	if ((errno = posix_spawnp(&pid, words[0], &actions, NULL, words, environ))) {
		perror(words[0]);
		exit(2);
	}
	wait4(pid, &status, 0, &usage);
	clock_gettime(CLOCK_MONOTONIC, &end);
	posix_spawn_file_actions_destroy(&actions);
	result.wall = (double)(end.tv_sec - begin.tv_sec) * 1e3 + (double)(end.tv_nsec - begin.tv_nsec) / 1e6;
	result.cpu = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
	result.memory = usage.ru_maxrss;
	result.status = status;
	return result;
}

static char **split(char *text)
{
	char **words = calloc(MAX_WORDS + 1, sizeof *words);
	int count = 0;
	for (char *word = strtok(text, " "); word && count < MAX_WORDS; word = strtok(NULL, " ")) words[count++] = word;
	return words;
}

int main(int count, char **arguments)
{
	int pairs = 11, warm = 1, option;
	const char *file = "/dev/null";
	while ((option = getopt(count, arguments, "+n:w:o:")) != -1) {
		if (option == 'n') pairs = atoi(optarg);
		else if (option == 'w') warm = atoi(optarg);
		else if (option == 'o') file = optarg;
		else return 2;
	}
	if (count - optind != 3 || pairs < 1 || pairs > MAX_PAIRS) return 2;
	char **commands[] = { split(arguments[optind + 1]), split(arguments[optind + 2]) };
	static double wall[2][MAX_PAIRS], cpu[2][MAX_PAIRS], wall_ratio[MAX_PAIRS], cpu_ratio[MAX_PAIRS];
	long memory[2] = { 0 }, lines[2] = { 0 };
	int failed = 0;

	for (int pair = -warm; pair < pairs; pair++) {
		struct measure now[2];
		for (int turn = 0; turn < 2; turn++) {
			int which = (pair + warm + turn) % 2; // either may go first
			now[which] = run(commands[which], file);
			if (lines[which] == 0) lines[which] = count_lines(file);
			if (now[which].memory > memory[which]) memory[which] = now[which].memory;
			failed |= (now[which].status != 0) << which;
		}
		if (pair < 0) continue;
		for (int which = 0; which < 2; which++) {
			wall[which][pair] = now[which].wall;
			cpu[which][pair] = now[which].cpu;
		}
		wall_ratio[pair] = now[1].wall / now[0].wall;
		cpu_ratio[pair] = now[1].cpu / now[0].cpu;
	}
	printf("%-26s %9.2f %9.2f %7.3f  %9.2f %9.2f %7.3f  %7.1f %7.1f  %7ld %7ld%s%s\n", arguments[optind], median(wall[0], pairs),
		median(wall[1], pairs), median(wall_ratio, pairs), median(cpu[0], pairs), median(cpu[1], pairs), median(cpu_ratio, pairs),
		(double)memory[0] / 1024, (double)memory[1] / 1024, lines[0], lines[1], failed & 1 ? "  base FAILED" : "",
		failed & 2 ? "  FAILED" : "");
	return 0;
}
