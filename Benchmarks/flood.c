// flood COUNT RATE [PORTS]: sends COUNT datagrams at RATE a second to closed ports of 127.0.0.1, so that the kernel drops each with a reason, and
// prints how many were sent and how long that took. `make bench` counts the drops beside it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH 64

static double now(void) {
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int count, char **words) {
	long total = count > 1 ? atol(words[1]) : 1000000;
	double rate = count > 2 ? atof(words[2]) : 200000;
	int ports = count > 3 ? atoi(words[3]) : 16;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct mmsghdr messages[BATCH];
	struct sockaddr_in to[BATCH];
	struct iovec data = {"x", 1};
	memset(messages, 0, sizeof messages);
	for (int i = 0; i < BATCH; i++) {
		to[i] = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(20000 + i % ports), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		messages[i].msg_hdr = (struct msghdr){.msg_name = &to[i], .msg_namelen = sizeof to[i], .msg_iov = &data, .msg_iovlen = 1};
	}
	double begin = now();
	long sent = 0;
	while (sent < total) {
		if (now() - begin < sent / rate) continue;
		int want = total - sent < BATCH ? (int)(total - sent) : BATCH;
		int done = sendmmsg(fd, messages, want, 0);
		if (done < 0) return perror("sendmmsg"), 1;
		sent += done;
	}
	printf("%ld %.3f\n", sent, now() - begin);
	return 0;
}
