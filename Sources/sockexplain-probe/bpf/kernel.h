/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The members of kernel structures that the programs read, by name: libbpf finds their places in the running kernel's BTF. */
#ifndef SOCKEXPLAIN_KERNEL_H
#define SOCKEXPLAIN_KERNEL_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u16 __sum16;
typedef __u32 __wsum;
typedef _Bool bool;
#define true 1
#define false 0

enum {
  BPF_ANY = 0,
  BPF_NOEXIST = 1,
};
enum bpf_map_type {
  BPF_MAP_TYPE_HASH = 1,
  BPF_MAP_TYPE_PERCPU_ARRAY = 6,
  BPF_MAP_TYPE_STACK_TRACE = 7,
  BPF_MAP_TYPE_RINGBUF = 27,
};

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include "layout.h"

#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define TCP_ESTABLISHED 1
#define TCP_TIME_WAIT 6
#define TCP_CLOSE 7
#define TCP_LISTEN 10
#define TCP_NEW_SYN_RECV 12

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
  unsigned int inum;
};
struct netns_ipv4 {
  int sysctl_tcp_keepalive_time;
  int sysctl_tcp_fin_timeout;
};
struct net {
  struct ns_common ns;
  struct netns_ipv4 ipv4;
};
typedef struct {
  struct net *net;
} possible_net_t;
struct in6_addr {
  union {
    __u8 u6_addr8[16];
  } in6_u;
};
typedef struct {
  __s64 counter;
} atomic64_t;
typedef struct {
  int counter;
} atomic_t;
typedef struct {
  __u32 val;
} kuid_t;

struct sock_common {
  __be32 skc_daddr;
  __be32 skc_rcv_saddr;
  __be16 skc_dport;
  __u16 skc_num;
  unsigned short skc_family;
  unsigned char skc_state;
  possible_net_t skc_net;
  struct in6_addr skc_v6_daddr;
  struct in6_addr skc_v6_rcv_saddr;
  atomic64_t skc_cookie;
  unsigned long skc_flags;
};
struct inode {
  __u16 i_mode;
  unsigned long i_ino;
  struct super_block *i_sb;
};
struct super_block {
  unsigned long s_magic;
};
struct socket;
struct socket_alloc {
  struct inode vfs_inode;
};
typedef struct {
  int owned;
} socket_lock_t;
struct hlist_node {
  struct hlist_node **pprev;
};
struct timer_list {
  struct hlist_node entry;
};
struct sock {
  struct sock_common __sk_common;
  socket_lock_t sk_lock;
  __u32 sk_ack_backlog;
  __u32 sk_max_ack_backlog;
  unsigned long sk_lingertime;
  int sk_err;
  __u16 sk_protocol;
  __u8 sk_shutdown;
  __u8 sk_userlocks : 4;
  kuid_t sk_uid;
  struct socket *sk_socket;
  struct timer_list tcp_retransmit_timer; /* here instead of icsk_retransmit_timer in the newest */
};
struct socket {
  struct sock *sk;
};
struct file {
  struct inode *f_inode;
  void *private_data;
};
enum sock_flags {
  SOCK_LINGER = 2,
  SOCK_KEEPOPEN = 3,
};

struct fastopen_queue {
  int qlen;
  int max_qlen;
};
struct request_sock_queue {
  __u8 rskq_defer_accept;
  __u8 synflood_warned;
  atomic_t qlen;
  atomic_t young;
  struct fastopen_queue fastopenq;
};
struct inet_sock {
  struct sock sk;
  __be16 inet_sport;
};
struct inet_connection_sock {
  struct inet_sock icsk_inet;
  struct timer_list icsk_retransmit_timer;
  struct request_sock_queue icsk_accept_queue;
  __u8 icsk_ca_state : 5;
  __u8 icsk_retransmits;
  __u8 icsk_pending;
  __u8 icsk_backoff;
  __u8 icsk_syn_retries;
  __u8 icsk_probes_out;
  __u32 icsk_user_timeout;
};
struct tcp_sock {
  struct inet_connection_sock inet_conn;
  __u32 rcv_nxt;
  __u32 copied_seq;
  __u32 write_seq;
  __u32 snd_una;
  __u32 snd_wnd;
  __u32 snd_cwnd;
  __u32 srtt_us;
  __u32 mdev_us;
  __u32 segs_in;
  __u32 segs_out;
  __u32 total_retrans;
  __u32 notsent_lowat;
  bool is_mptcp;
  __u64 bytes_acked;
  __u64 bytes_received;
  __u64 bytes_sent;
  __u64 bytes_retrans;
  __u8 nonagle : 4;
  unsigned int keepalive_time;
  unsigned int keepalive_intvl;
  __u8 keepalive_probes;
  int linger2;
};
struct request_sock {
  struct sock_common __req_common;
  __u8 num_retrans;
};

struct net_device {
  int ifindex;
  possible_net_t nd_net;
};
struct dst_entry {
  struct net_device *dev;
};
struct sk_buff {
  struct net_device *dev;
  struct sock *sk;
  unsigned long _skb_refdst;
  int skb_iif;
  __be16 protocol;
  __u16 network_header;
  unsigned char *head;
  char cb[48];
};
struct tcp_skb_cb {
  __u32 seq;
  __u32 end_seq;
  __u8 tcp_flags;
};

struct pid_namespace {
  struct ns_common ns;
};
struct upid {
  int nr;
  struct pid_namespace *ns;
};
struct pid {
  unsigned int level;
  struct upid numbers[1];
};
struct cred {
  kuid_t uid;
  kuid_t euid;
  kuid_t suid;
};
#define PF_KTHREAD 0x00200000
struct task_struct {
  unsigned int flags;
  struct task_struct *group_leader;
  struct pid *thread_pid;
  struct cred *cred;
  __u64 start_boottime;
  char comm[16];
};

struct seq_file;
struct bpf_iter_meta {
  struct seq_file *seq;
  __u64 session_id;
};
struct bpf_iter__tcp {
  struct bpf_iter_meta *meta;
  struct sock_common *sk_common;
};
struct bpf_iter__task_file {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
  __u32 fd;
  struct file *file;
};

/* An enumeration of another type than the kernel's makes bpf_core_field_exists() say no, so it must be one. */
enum skb_drop_reason { SKB_DROP_REASON_ANY = 1 };
enum sk_rst_reason { SK_RST_REASON_ANY = 1, SK_RST_REASON_TCP_ABORT_ON_CLOSE };
struct trace_event_raw_kfree_skb {
  enum skb_drop_reason reason;
  void *rx_sk;
};
struct trace_event_raw_tcp_send_reset {
  enum sk_rst_reason reason;
};
/* 6.18; a class of events before. */
struct trace_event_raw_tcp_retransmit_skb {
  int err;
};

#pragma clang attribute pop

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Set by the side-car before the programs are loaded; the verifier then leaves out what is switched off. */
const volatile __u32 own_netns = 0;
const volatile __u32 own_pidns = 0;
const volatile __u32 caller_uid = 0;
const volatile bool has_cookie_helper = false; /* bpf_get_socket_cookie() for tracing programs, 5.12 */
const volatile bool has_snprintf = false;      /* bpf_snprintf(), 5.13 */
const volatile bool knows_null = false;        /* the verifier knows which arguments of tracepoints may be null, 6.13 */

/* Numbers of namespaces begin here (PROC_DYNAMIC_FIRST, less the fixed ones of the initial namespaces): what is below was no namespace. */
#define FIRST_NAMESPACE 0xefffff00u

static __always_inline bool is_wanted(__u32 netns) { return netns == own_netns; }

static __always_inline __u64 cookie_of(struct sock *sk) {
  if (has_cookie_helper) return bpf_get_socket_cookie(sk);
  return BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
}

/* The process of a task as the side-car's pid namespace numbers it; 0 when it is not in there. */
static __always_inline __u32 process_id(struct task_struct *task) {
  struct pid *pid = BPF_CORE_READ(task, group_leader, thread_pid);
  __u32 level = BPF_CORE_READ(pid, level);
  __u32 step = bpf_core_type_size(struct upid);
  void *at = (void *)pid + bpf_core_field_offset(struct pid, numbers);
#pragma unroll
  for (__u32 index = 0; index < 8; index++) {
    struct upid *number = at + index * step;
    if (index > level) break;
    if (BPF_CORE_READ(number, ns, ns.inum) == own_pidns) return BPF_CORE_READ(number, nr);
  }
  return 0;
}

#endif
