// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Lists the descriptors that are sockets of this network namespace.
#include "kernel.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define SOCKFS_MAGIC 0x534F434B

SEC("iter/task_file")
int task_file(struct bpf_iter__task_file *ctx) {
  struct task_struct *task = ctx->task;
  struct file *file = ctx->file;
  struct probe_owner row = {};
  if (!task || !file) return 0;
  // A path of a unix socket can be opened too (O_PATH): it is no socket of sockfs.
  if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK || BPF_CORE_READ(file, f_inode, i_sb, s_magic) != SOCKFS_MAGIC) return 0;
  struct socket *socket = BPF_CORE_READ(file, private_data);
  if (!is_wanted(BPF_CORE_READ(socket, sk, __sk_common.skc_net.net, ns.inum))) return 0;
  if (caller_uid) {
    // All three, as a look into /proc/PID/fd would need: a setuid program is not the caller's.
    if (BPF_CORE_READ(task, cred, uid.val) != caller_uid || BPF_CORE_READ(task, cred, euid.val) != caller_uid ||
        BPF_CORE_READ(task, cred, suid.val) != caller_uid)
      return 0;
  }
  row.pid = process_id(task);
  if (!row.pid) return 0;
  row.inode = BPF_CORE_READ(file, f_inode, i_ino);
  row.fd = ctx->fd;
  row.uid = BPF_CORE_READ(task, cred, euid.val);
  row.start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
  BPF_CORE_READ_INTO(&row.comm, task, group_leader, comm);
  bpf_seq_write(ctx->meta->seq, &row, sizeof(row));
  return 0;
}
