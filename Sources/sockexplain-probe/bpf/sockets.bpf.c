// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Reads of each TCP socket what inet_diag does not carry: the depth of a listener's SYN queue, and options.
#include "kernel.h"

const volatile __u32 wanted_states = ~0u; /* bits, as inet_diag has them */
const volatile __u32 port_count = 0;      /* 0: all */
const volatile __u16 ports[PROBE_PORTS] = {};

static __always_inline bool is_port_wanted(__u16 port) {
  if (!port_count) return true;
#pragma unroll
  for (__u32 index = 0; index < PROBE_PORTS; index++) {
    if (index < port_count && ports[index] == port) return true;
  }
  return false;
}

static __always_inline void read_listener(struct probe_socket *row, struct sock *sk) {
  struct inet_connection_sock *icsk = (void *)sk;
  row->syn_queue = BPF_CORE_READ(icsk, icsk_accept_queue.qlen.counter);
  row->young = BPF_CORE_READ(icsk, icsk_accept_queue.young.counter);
  row->accept_queue = BPF_CORE_READ(sk, sk_ack_backlog);
  row->limit = BPF_CORE_READ(sk, sk_max_ack_backlog);
  row->tfo_queue = BPF_CORE_READ(icsk, icsk_accept_queue.fastopenq.qlen);
  row->tfo_limit = BPF_CORE_READ(icsk, icsk_accept_queue.fastopenq.max_qlen);
  row->defer_accept = BPF_CORE_READ(icsk, icsk_accept_queue.rskq_defer_accept);
  row->flood_warned = BPF_CORE_READ(icsk, icsk_accept_queue.synflood_warned);
}

static __always_inline void read_options(struct probe_socket *row, struct sock *sk) {
  struct inet_connection_sock *icsk = (void *)sk;
  struct tcp_sock *tp = (void *)sk;
  __u64 flags = BPF_CORE_READ(sk, __sk_common.skc_flags);
  row->user_timeout_ms = BPF_CORE_READ(icsk, icsk_user_timeout);
  row->syn_retries = BPF_CORE_READ(icsk, icsk_syn_retries);
  row->keepalive_time = BPF_CORE_READ(tp, keepalive_time);
  row->keepalive_intvl = BPF_CORE_READ(tp, keepalive_intvl);
  row->keepalive_probes = BPF_CORE_READ(tp, keepalive_probes);
  row->linger2 = BPF_CORE_READ(tp, linger2);
  row->notsent_lowat = BPF_CORE_READ(tp, notsent_lowat);
  row->nonagle = BPF_CORE_READ_BITFIELD_PROBED(tp, nonagle);
  row->userlocks = BPF_CORE_READ_BITFIELD_PROBED(sk, sk_userlocks);
  row->is_keepalive_on = flags >> bpf_core_enum_value(enum sock_flags, SOCK_KEEPOPEN) & 1;
  row->is_linger_on = flags >> bpf_core_enum_value(enum sock_flags, SOCK_LINGER) & 1;
  bpf_core_read(&row->linger, bpf_core_field_size(sk->sk_lingertime), &sk->sk_lingertime);
}

SEC("iter/tcp")
int tcp(struct bpf_iter__tcp *ctx) {
  struct sock_common *common = ctx->sk_common;
  struct probe_socket row = {};
  if (!common) return 0;
  row.state = common->skc_state;
  if (!(wanted_states >> (row.state & 31) & 1)) return 0;
  // Mini-sockets have none of this.
  if (row.state == TCP_TIME_WAIT || row.state == TCP_NEW_SYN_RECV) return 0;
  row.port = common->skc_num;
  if (!is_port_wanted(row.port)) return 0;
  row.family = common->skc_family;
  row.cookie = has_cookie_helper ? bpf_get_socket_cookie(common) : common->skc_cookie.counter;
  struct sock *sk = (void *)common;
  row.sysctl_keepalive_time = BPF_CORE_READ(sk, __sk_common.skc_net.net, ipv4.sysctl_tcp_keepalive_time);
  row.sysctl_fin_timeout = BPF_CORE_READ(sk, __sk_common.skc_net.net, ipv4.sysctl_tcp_fin_timeout);
  if (row.state == TCP_LISTEN) read_listener(&row, sk);
  read_options(&row, sk);
  bpf_seq_write(ctx->meta->seq, &row, sizeof(row));
  return 0;
}
