// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Sends what happens to TCP sockets, an event each, with the numbers of the connection at that moment.
#include "kernel.h"

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 1 << 22);
} events SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct probe_counters);
} counters SEC(".maps");

enum { STATE = 1, RETRANSMIT, RETRANSMIT_SYNACK, SEND_RESET, RECEIVE_RESET, DESTROY, ERROR };

static __always_inline void tally(bool is_lost) {
  __u32 zero = 0;
  struct probe_counters *mine = bpf_map_lookup_elem(&counters, &zero);
  if (!mine) return;
  // Several programs write these, and one may interrupt another.
  __sync_fetch_and_add(is_lost ? &mine->events_lost : &mine->events, 1);
}

static __always_inline struct probe_event *begin(__u32 netns, __u8 kind) {
  struct probe_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
  if (!event) {
    tally(true);
    return 0;
  }
  __builtin_memset(event, 0, sizeof(*event));
  event->ns = bpf_ktime_get_ns();
  event->netns = netns;
  event->kind = kind;
  return event;
}

static __always_inline void finish(struct probe_event *event) {
  bpf_ringbuf_submit(event, 0);
  tally(false);
}

// Addresses and identity, which all kinds of sockets have: full, request, TIME-WAIT.
static __always_inline void read_common(struct probe_event *event, struct sock_common *common) {
  event->family = BPF_CORE_READ(common, skc_family);
  event->local_port = BPF_CORE_READ(common, skc_num);
  event->peer_port = bpf_ntohs(BPF_CORE_READ(common, skc_dport));
  if (event->family == AF_INET6) {
    BPF_CORE_READ_INTO(&event->local, common, skc_v6_rcv_saddr);
    BPF_CORE_READ_INTO(&event->peer, common, skc_v6_daddr);
  } else {
    *(__u32 *)event->local = BPF_CORE_READ(common, skc_rcv_saddr);
    *(__u32 *)event->peer = BPF_CORE_READ(common, skc_daddr);
  }
  event->old_state = event->new_state = BPF_CORE_READ(common, skc_state);
}

// The task that holds the socket's lock works on its own socket: a packet or a timer finds it unowned, or leaves its work to that task.
static __always_inline void read_process(struct probe_event *event, struct sock *sk) {
  if (!BPF_CORE_READ(sk, sk_lock.owned)) return;
  if (caller_uid && (__u32)bpf_get_current_uid_gid() != caller_uid) return;
  struct task_struct *task = (void *)bpf_get_current_task();
  // MPTCP works on its subflows in a thread of the kernel.
  if (BPF_CORE_READ(task, flags) & PF_KTHREAD) return;
  event->pid = process_id(task);
  if (event->pid) BPF_CORE_READ_INTO(&event->comm, task, group_leader, comm);
}

static __always_inline void read_numbers(struct probe_event *event, struct sock *sk) {
  struct tcp_sock *tp = (void *)sk;
  struct inet_connection_sock *icsk = (void *)sk;
  event->flags |= PROBE_HAS_CONNECTION;
  event->bytes_acked = BPF_CORE_READ(tp, bytes_acked);
  event->bytes_received = BPF_CORE_READ(tp, bytes_received);
  event->bytes_sent = BPF_CORE_READ(tp, bytes_sent);
  event->bytes_retrans = BPF_CORE_READ(tp, bytes_retrans);
  event->rtt_us = BPF_CORE_READ(tp, srtt_us) >> 3;
  event->rttvar_us = BPF_CORE_READ(tp, mdev_us) >> 2;
  event->segs_in = BPF_CORE_READ(tp, segs_in);
  event->segs_out = BPF_CORE_READ(tp, segs_out);
  event->total_retrans = BPF_CORE_READ(tp, total_retrans);
  event->snd_cwnd = BPF_CORE_READ(tp, snd_cwnd);
  event->snd_wnd = BPF_CORE_READ(tp, snd_wnd);
  event->unread = BPF_CORE_READ(tp, rcv_nxt) - BPF_CORE_READ(tp, copied_seq);
  event->unacked = BPF_CORE_READ(tp, write_seq) - BPF_CORE_READ(tp, snd_una);
  event->ca_state = BPF_CORE_READ_BITFIELD_PROBED(icsk, icsk_ca_state);
  event->pending = BPF_CORE_READ(icsk, icsk_pending);
  event->timeouts = BPF_CORE_READ(icsk, icsk_retransmits);
  event->backoff = BPF_CORE_READ(icsk, icsk_backoff);
  event->probes = BPF_CORE_READ(icsk, icsk_probes_out);
  event->syn_retries = BPF_CORE_READ(icsk, icsk_syn_retries);
  event->user_timeout_ms = BPF_CORE_READ(icsk, icsk_user_timeout);
  if (bpf_core_field_exists(tp->is_mptcp) && BPF_CORE_READ_BITFIELD_PROBED(tp, is_mptcp)) event->flags |= PROBE_IS_SUBFLOW;
  // A timer leaves its list before its handler runs. So icsk_pending names the handler at work, or only what an ACK came before.
  void *armed = &event;
  if (bpf_core_field_exists(icsk->icsk_retransmit_timer)) armed = BPF_CORE_READ(icsk, icsk_retransmit_timer.entry.pprev);
  else if (bpf_core_field_exists(sk->tcp_retransmit_timer)) armed = BPF_CORE_READ(sk, tcp_retransmit_timer.entry.pprev);
  if (!armed) event->flags |= PROBE_TIMER_FIRED;
}

static __always_inline void read_linger(struct probe_event *event, struct sock *sk) {
  __u64 flags = BPF_CORE_READ(sk, __sk_common.skc_flags);
  __u64 time = 0;
  if (!(flags & 1ul << bpf_core_enum_value(enum sock_flags, SOCK_LINGER))) return;
  bpf_core_read(&time, bpf_core_field_size(sk->sk_lingertime), &sk->sk_lingertime);
  if (!time) event->flags |= PROBE_ABORTS_ON_CLOSE;
}

static __noinline void read_sock(struct probe_event *event, struct sock *sk, __u64 cookie) {
  read_common(event, &sk->__sk_common);
  event->cookie = cookie;
  // A mini-socket ends where a full one begins.
  if (event->old_state == TCP_TIME_WAIT || event->old_state == TCP_NEW_SYN_RECV) {
    event->proto = IPPROTO_TCP;
    return;
  }
  // A socket that gave its port back (inet_put_port()) still remembers it.
  if (!event->local_port) event->local_port = bpf_ntohs(BPF_CORE_READ((struct inet_sock *)sk, inet_sport));
  event->proto = BPF_CORE_READ(sk, sk_protocol);
  event->shutdown = BPF_CORE_READ(sk, sk_shutdown);
  event->uid = BPF_CORE_READ(sk, sk_uid.val);
  event->flags |= PROBE_HAS_UID;
  struct socket_alloc *file = (void *)BPF_CORE_READ(sk, sk_socket);
  if (file) event->inode = BPF_CORE_READ(file, vfs_inode.i_ino);
  read_process(event, sk);
  read_linger(event, sk);
  if (event->proto == IPPROTO_TCP && event->old_state != TCP_LISTEN) read_numbers(event, sk);
}

// An event of a TCP socket, when it is one of this namespace. MPTCP tells its subflows, which are TCP.
static __always_inline struct probe_event *begin_sock(struct sock *sk, __u8 kind) {
  __u32 netns = sk->__sk_common.skc_net.net->ns.inum;
  if (sk->sk_protocol != IPPROTO_TCP || !is_wanted(netns)) return 0;
  __u64 cookie = cookie_of(sk);
  struct probe_event *event = begin(netns, kind);
  if (event) read_sock(event, sk, cookie);
  return event;
}

static __always_inline void read_segment(struct probe_event *event, struct sk_buff *skb) {
  struct tcp_skb_cb *segment = (void *)skb + bpf_core_field_offset(struct sk_buff, cb);
  event->seq = BPF_CORE_READ(segment, seq);
  event->end_seq = BPF_CORE_READ(segment, end_seq);
  event->tcp_flags = BPF_CORE_READ(segment, tcp_flags);
}

SEC("tp_btf/inet_sock_set_state")
int inet_sock_set_state(__u64 *ctx) {
  struct probe_event *event = begin_sock((void *)ctx[0], STATE);
  if (!event) return 0;
  event->old_state = ctx[1];
  event->new_state = ctx[2];
  finish(event);
  return 0;
}

SEC("tp_btf/tcp_retransmit_skb")
int tcp_retransmit_skb(__u64 *ctx) {
  struct probe_event *event = begin_sock((void *)ctx[0], RETRANSMIT);
  if (!event) return 0;
  read_segment(event, (void *)ctx[1]);
  if (bpf_core_field_exists(struct trace_event_raw_tcp_retransmit_skb, err)) event->error = (int)ctx[2];
  finish(event);
  return 0;
}

SEC("tp_btf/tcp_retransmit_synack")
int tcp_retransmit_synack(__u64 *ctx) {
  struct sock *listener = (void *)ctx[0];
  struct request_sock *request = (void *)ctx[1];
  __u32 netns = listener->__sk_common.skc_net.net->ns.inum;
  if (!is_wanted(netns)) return 0;
  __u64 cookie = cookie_of(listener);
  struct probe_event *event = begin(netns, RETRANSMIT_SYNACK);
  if (!event) return 0;
  read_common(event, &request->__req_common);
  // The listener's: a request has no file, and nobody can ask for its cookie's sake.
  event->cookie = cookie;
  event->proto = IPPROTO_TCP;
  event->retransmits = BPF_CORE_READ(request, num_retrans);
  finish(event);
  return 0;
}

// Our reset answers a packet; without a socket its addresses are all there is.
static __always_inline void read_answered(struct probe_event *event, struct sk_buff *skb) {
  __u8 bytes[60] __attribute__((aligned(8)));
  void *start = (void *)BPF_CORE_READ(skb, head) + BPF_CORE_READ(skb, network_header);
  __u8 *ports;
  if (bpf_probe_read_kernel(bytes, sizeof(bytes), start)) return;
  if (bytes[0] >> 4 == 4) {
    event->family = AF_INET;
    *(__u32 *)event->peer = *(__u32 *)(bytes + 12);
    *(__u32 *)event->local = *(__u32 *)(bytes + 16);
    ports = bytes + 20;
    if ((bytes[0] & 15) != 5 && bpf_probe_read_kernel(ports, 14, start + (bytes[0] & 15) * 4)) return;
  } else if (bytes[0] >> 4 == 6) {
    event->family = AF_INET6;
    __builtin_memcpy(event->peer, bytes + 8, 16);
    __builtin_memcpy(event->local, bytes + 24, 16);
    ports = bytes + 40;
    if (bytes[6] != IPPROTO_TCP) return;
  } else {
    return;
  }
  event->peer_port = bpf_ntohs(*(__u16 *)ports);
  event->local_port = bpf_ntohs(*(__u16 *)(ports + 2));
  event->tcp_flags = ports[13] & 0x17;
}

SEC("tp_btf/tcp_send_reset")
int tcp_send_reset(__u64 *ctx) {
  __u64 socket = 0;
  __u64 packet = 0;
  struct probe_event *event = 0;
  // Either may be null, which verifiers before 6.13 do not believe: ask for the bits.
  bpf_probe_read_kernel(&socket, sizeof(socket), &ctx[0]);
  bpf_probe_read_kernel(&packet, sizeof(packet), &ctx[1]);
  struct sock *sk = (void *)socket;
  struct sk_buff *skb = (void *)packet;
  __u32 netns = socket ? BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum) : BPF_CORE_READ(skb, dev, nd_net.net, ns.inum);
  if (!is_wanted(netns)) return 0;
  event = begin(netns, SEND_RESET);
  if (!event) return 0;
  event->proto = IPPROTO_TCP;
  if (socket) {
    struct sock *typed = (void *)ctx[0];
    read_sock(event, sk, typed ? cookie_of(typed) : 0);
  }
  // A listener has no peer: the packet tells it. Before 6.12 the packet of an active reset is our own.
  if (packet && (!socket || event->old_state == TCP_LISTEN)) read_answered(event, skb);
  if (bpf_core_field_exists(struct trace_event_raw_tcp_send_reset, reason)) event->reason = (__u32)ctx[2];
  finish(event);
  return 0;
}

SEC("tp_btf/tcp_receive_reset")
int tcp_receive_reset(__u64 *ctx) {
  struct probe_event *event = begin_sock((void *)ctx[0], RECEIVE_RESET);
  if (event) finish(event);
  return 0;
}

SEC("tp_btf/tcp_destroy_sock")
int tcp_destroy_sock(__u64 *ctx) {
  struct probe_event *event = begin_sock((void *)ctx[0], DESTROY);
  if (event) finish(event);
  return 0;
}

SEC("tp_btf/inet_sk_error_report")
int inet_sk_error_report(__u64 *ctx) {
  struct sock *sk = (void *)ctx[0];
  struct probe_event *event = begin_sock(sk, ERROR);
  if (!event) return 0;
  event->error = BPF_CORE_READ(sk, sk_err);
  finish(event);
  return 0;
}
