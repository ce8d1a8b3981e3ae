#define _GNU_SOURCE
#include "CShims.h"
#include <dirent.h>
#include <sched.h>
#include <stdlib.h>

const char *shim_error_text(int error)
{
	const char *text = strerrordesc_np(error);
	return text ? text : "Unknown error";
}

long shim_getdents64(int directory, void *buffer, size_t size) { return getdents64(directory, buffer, size); }

int shim_processor_count(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}
