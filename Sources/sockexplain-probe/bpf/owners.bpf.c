// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Lists the descriptors that are sockets of this network namespace.
#include "kernel.h"

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define SOCKFS_MAGIC 0x534F434B

// What is the same for all descriptors of a process; a pass visits them one after the other, and holds the task as long.
static struct task_struct *last_task;
static __u64 last_pass;
static struct probe_owner process;

// Fills `process`; its pid is 0 when the process is not to be shown.
static __always_inline void read_task(struct task_struct *task) {
  __builtin_memset(&process, 0, sizeof(process));
  if (caller_uid) {
    // All three, as a look into /proc/PID/fd would need: a setuid program is not the caller's.
    if (BPF_CORE_READ(task, cred, uid.val) != caller_uid || BPF_CORE_READ(task, cred, euid.val) != caller_uid ||
        BPF_CORE_READ(task, cred, suid.val) != caller_uid)
      return;
  }
  process.uid = BPF_CORE_READ(task, cred, euid.val);
  process.start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
  BPF_CORE_READ_INTO(&process.comm, task, group_leader, comm);
  process.pid = process_id(task);
}

SEC("iter/task_file")
int task_file(struct bpf_iter__task_file *ctx) {
  struct task_struct *task = ctx->task;
  struct file *file = ctx->file;
  if (!task || !file) return 0;
  // A path of a unix socket can be opened too (O_PATH): it is no socket of sockfs.
  struct inode *inode = file->f_inode;
  if ((inode->i_mode & S_IFMT) != S_IFSOCK || inode->i_sb->s_magic != SOCKFS_MAGIC) return 0;
  if (task != last_task || ctx->meta->session_id != last_pass) {
    read_task(task);
    last_task = task;
    last_pass = ctx->meta->session_id;
  }
  if (!process.pid) return 0;
  struct socket *socket = file->private_data;
  if (!is_wanted(BPF_CORE_READ(socket, sk, __sk_common.skc_net.net, ns.inum))) return 0;
  struct probe_owner row = process;
  row.inode = inode->i_ino;
  row.fd = ctx->fd;
  bpf_seq_write(ctx->meta->seq, &row, sizeof(row));
  return 0;
}
