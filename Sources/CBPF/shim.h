#ifndef SOCKEXPLAIN_CBPF_H
#define SOCKEXPLAIN_CBPF_H

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Leaves its own includes to whoever comes first. */
#include <bpf/skel_internal.h>

#include "layout.h"

/* prctl() and syscall() take any number of arguments, which Swift cannot call. Each returns 0, or errno. */
static inline int shim_prctl(int option, unsigned long value) { return prctl(option, value, 0ul, 0ul, 0ul) < 0 ? errno : 0; }

/* Whether neither a file's capabilities nor setuid count for this process and its children. */
static inline int shim_has_no_new_privs(void) { return prctl(PR_GET_NO_NEW_PRIVS, 0ul, 0ul, 0ul, 0ul) == 1; }

/* Lets the process open that many files where its hard limit allows it; how many it may. */
static inline unsigned shim_raise_file_limit(unsigned wanted) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return wanted;
  if (limit.rlim_cur >= wanted) return wanted;
  limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
  return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? 0 : (unsigned)limit.rlim_cur;
}

/* The thread's effective capabilities, all 64 bits; 0 when they cannot be read. */
static inline unsigned long long shim_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
  if (syscall(SYS_capget, &header, data) < 0) return 0;
  return (unsigned long long)data[1].effective << 32 | data[0].effective;
}

/* Sets effective and permitted capabilities to `keep`, inheritable to none. */
static inline int shim_keep_capabilities(unsigned long long keep) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {
      {(unsigned)keep, (unsigned)keep, 0}, {(unsigned)(keep >> 32), (unsigned)(keep >> 32), 0}};
  return syscall(SYS_capset, &header, data) < 0 ? errno : 0;
}

/* The calls of the kernel itself: glibc declares them only for GNU sources, and here is one thread. Each returns 0, or errno. */
static inline int shim_enter_network(int descriptor) { return syscall(SYS_setns, descriptor, 0x40000000) < 0 ? errno : 0; }
static inline int shim_become(unsigned id) {
  if (syscall(SYS_setgroups, 0, 0) < 0 || syscall(SYS_setresgid, id, id, id) < 0 || syscall(SYS_setresuid, id, id, id) < 0) return errno;
  return 0;
}

/* A function of the kernel; its name is a piece of the text that it was read from. */
struct shim_function {
  unsigned long long address;
  unsigned start, length;
};
static inline int shim_by_address(const void *one, const void *other) {
  unsigned long long a = ((const struct shim_function *)one)->address, b = ((const struct shim_function *)other)->address;
  return a < b ? -1 : a > b;
}
/* The functions of a text like /proc/kallsyms, "address type name[\tmodule]" a line, by address: how many, in memory of malloc(). Lines whose address
 * is hidden (0) are none. In C, as it is a hundred thousand lines that a debug build must not take seconds for. */
static inline unsigned shim_functions(const unsigned char *text, unsigned size, struct shim_function **out) {
  unsigned count = 0, room = 1 << 17;
  struct shim_function *all = malloc(room * sizeof *all);
  for (unsigned at = 0; all && at < size;) {
    const unsigned char *end = memchr(text + at, '\n', size - at);
    unsigned stop = end ? (unsigned)(end - text) : size, digits = at;
    unsigned long long address = 0;
    for (; digits < stop && text[digits] != ' '; digits++) address = address << 4 | ((text[digits] & 15) + (text[digits] > '9' ? 9 : 0));
    int is_function = digits + 3 < stop && memchr("TtWw", text[digits + 1], 4);
    if (address && is_function) {
      if (count == room) {
        struct shim_function *more = realloc(all, (room *= 2) * sizeof *all);
        if (!more) break;
        all = more;
      }
      all[count++] = (struct shim_function){address, digits + 3, stop - digits - 3};
    }
    at = stop + 1;
  }
  if (all) qsort(all, count, sizeof *all, shim_by_address);
  *out = all;
  return count;
}

/* libbpf prints its opinion on stderr, with hints that mislead: the side-car reports in its own words. */
static inline int shim_print_nothing(enum libbpf_print_level level, const char *format, va_list arguments) {
  (void)level, (void)format, (void)arguments;
  return 0;
}
static inline int shim_print_all(enum libbpf_print_level level, const char *format, va_list arguments) {
  (void)level;
  return vdprintf(2, format, arguments);
}
static inline void shim_set_printing(int is_on) { libbpf_set_print(is_on ? shim_print_all : shim_print_nothing); }

/* The member at an index of an enumeration: its name, or a null pointer. */
static inline const char *shim_enum_member(const struct btf *btf, unsigned id, unsigned index, unsigned *value) {
  const struct btf_type *type = btf__type_by_id(btf, id);
  if (!type || !btf_is_enum(type) || index >= btf_vlen(type)) return 0;
  *value = (unsigned)btf_enum(type)[index].val;
  return btf__name_by_offset(btf, btf_enum(type)[index].name_off);
}

/* Where a variable lies in a section of an object's data; its size, or 0 when there is none of this name. */
static inline unsigned shim_variable(const struct btf *btf, const char *section, const char *name, unsigned *offset) {
  int id = btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC);
  if (id < 0) return 0;
  const struct btf_type *type = btf__type_by_id(btf, (unsigned)id);
  const struct btf_var_secinfo *place = btf_var_secinfos(type);
  for (unsigned index = 0; index < btf_vlen(type); index++, place++) {
    const char *found = btf__name_by_offset(btf, btf__type_by_id(btf, place->type)->name_off);
    if (found && !__builtin_strcmp(found, name)) {
      *offset = place->offset;
      return place->size;
    }
  }
  return 0;
}

/* Loads an object without reading the kernel's types: libbpf writes a program that loads the others, and the kernel, which runs it, finds the
   members (Linux 5.17). Gives the descriptors of the `count` programs in the object's order; those of maps are closed. Returns 0, or errno. */
static inline int shim_load_light(struct bpf_object *object, int *descriptors, unsigned count) {
  struct gen_loader_opts loader = {.sz = sizeof(loader)};
  int code = bpf_object__gen_loader(object, &loader);
  if (!code) code = bpf_object__load(object);
  if (code) return -code;
  unsigned map_count = 0;
  for (struct bpf_map *map = 0; (map = bpf_object__next_map(object, map));) map_count++;
  size_t size = sizeof(struct bpf_loader_ctx) + map_count * sizeof(struct bpf_map_desc) + count * sizeof(struct bpf_prog_desc);
  struct bpf_loader_ctx *context = calloc(1, size);
  if (!context) return ENOMEM;
  context->sz = (unsigned)size;
  struct bpf_load_and_run_opts run = {
      .ctx = context, .data = loader.data, .insns = loader.insns, .data_sz = loader.data_sz, .insns_sz = loader.insns_sz};
  code = bpf_load_and_run(&run);
  struct bpf_map_desc *maps = (void *)(context + 1);
  struct bpf_prog_desc *programs = (void *)(maps + map_count);
  for (unsigned index = 0; index < map_count; index++) skel_closenz(maps[index].map_fd);
  for (unsigned index = 0; index < count; index++) descriptors[index] = programs[index].prog_fd;
  free(context);
  return -code;
}

static inline int shim_has_type(const struct btf *btf, const char *name) {
  return btf__find_by_name_kind(btf, name, BTF_KIND_TYPEDEF) > 0;
}

/* Whether a structure has a member of this name. */
static inline int shim_has_member(const struct btf *btf, const char *structure, const char *member) {
  int id = btf__find_by_name_kind(btf, structure, BTF_KIND_STRUCT);
  if (id < 0) return 0;
  const struct btf_type *type = btf__type_by_id(btf, (unsigned)id);
  for (unsigned index = 0; index < btf_vlen(type); index++) {
    const char *found = btf__name_by_offset(btf, btf_members(type)[index].name_off);
    if (found && !__builtin_strcmp(found, member)) return 1;
  }
  return 0;
}

#endif
