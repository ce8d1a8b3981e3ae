// What Swift cannot import as it is: getopt_long's globals, errno's text, open flags that are macros.
#ifndef SOCKEXPLAIN_CSHIMS_H
#define SOCKEXPLAIN_CSHIMS_H
#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <sys/types.h>

static inline int shim_getopt_long(int argc, char *const *argv, const char *shorts, const struct option *longs, int *index)
{
	return getopt_long(argc, argv, shorts, longs, index);
}
static inline int shim_optind(void) { return optind; }
static inline void shim_set_optind(int value) { optind = value; }
static inline int shim_optopt(void) { return optopt; }
static inline void shim_quiet_getopt(void) { opterr = 0; }
static inline const char *shim_optarg(void) { return optarg; }
const char *shim_error_text(int error);
/* A word of the command line as the loader handed it over, NULL after the last: Swift reads /proc/self/cmdline, which may not be there. */
const char *shim_argument(int place);
/* Processors this process may use; CPU_COUNT is a macro. */
int shim_processor_count(void);
// glibc hides its getdents64 from the module Swift imports.
long shim_getdents64(int directory, void *buffer, size_t size);
/* Ctrl-C and SIGTERM set a flag instead of killing (once each), or kill again; and whether one came. */
void shim_note_interrupt(int wanted);
int shim_was_interrupted(void);
/* Reads files (names that end with NUL, `size` bytes in all) in the network namespace of `descriptor`, or in a new one when it is
 * negative. The answer comes from the descriptor returned: i32 errno of the change, then for each file i32 errno, u32 size, bytes. */
int shim_read_in_namespace(int descriptor, const char *paths, size_t size, pid_t *pid);
void shim_wait(pid_t pid);
#endif
