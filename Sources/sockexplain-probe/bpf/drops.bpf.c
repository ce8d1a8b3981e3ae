// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Counts dropped packets by reason, place and victim. One hash row a kind: nothing is sent for a packet unless `events` was asked for.
#include "kernel.h"

const volatile bool wants_events = false;
const volatile bool wants_stacks = false;

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, PROBE_DROP_ROWS);
  __type(key, struct probe_drop_key);
  __type(value, struct probe_drop_value);
} drop_rows SEC(".maps");

// Rows for what found the table full, by reason alone.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, PROBE_SUMMARY_ROWS);
  __type(key, struct probe_drop_key);
  __type(value, struct probe_drop_value);
} summary_rows SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct probe_counters);
} counters SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} events SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_STACK_TRACE);
  __uint(max_entries, PROBE_STACKS);
  __uint(key_size, sizeof(__u32));
  __uint(value_size, PROBE_STACK_FRAMES * sizeof(__u64));
} stacks SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, PROBE_STACKS);
  __type(key, __u32);
  __type(value, struct probe_stack_text);
} stack_texts SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct probe_stack_text);
} scratch SEC(".maps");

struct packet {
  __u64 source[2];
  __u64 destination[2];
  __u16 source_port;
  __u16 destination_port;
  __u16 ethertype;
  __u8 family;
  __u8 proto;
  __u8 tcp_flags;
};

static __always_inline void read_packet(struct sk_buff *skb, struct packet *packet) {
  __u8 bytes[60] __attribute__((aligned(8)));
  void *start = skb->head + skb->network_header;
  __u32 transport;
  __u8 *ports;

  packet->ethertype = bpf_ntohs(skb->protocol);
  // 60 bytes lie inside every buffer: struct skb_shared_info follows its end.
  if (packet->ethertype != 0x0800 && packet->ethertype != 0x86dd) return;
  if (bpf_probe_read_kernel(bytes, sizeof(bytes), start)) return;
  if (packet->ethertype == 0x0800) {
    if (bytes[0] >> 4 != 4) return;
    packet->family = AF_INET;
    packet->proto = bytes[9];
    *(__u32 *)packet->source = *(__u32 *)(bytes + 12);
    *(__u32 *)packet->destination = *(__u32 *)(bytes + 16);
    // A later fragment has no ports.
    if ((bytes[6] & 0x1f) | bytes[7]) return;
    transport = (bytes[0] & 15) * 4;
    ports = bytes + 20;
    if (transport != 20) {
      if (bpf_probe_read_kernel(bytes + 20, 14, start + transport)) return;
    }
  } else {
    if (bytes[0] >> 4 != 6) return;
    packet->family = AF_INET6;
    packet->proto = bytes[6];
    packet->source[0] = *(__u64 *)(bytes + 8);
    packet->source[1] = *(__u64 *)(bytes + 16);
    packet->destination[0] = *(__u64 *)(bytes + 24);
    packet->destination[1] = *(__u64 *)(bytes + 32);
    ports = bytes + 40;
    // One hop-by-hop, routing or destination header; more are not seen with TCP and UDP.
    if (packet->proto == 0 || packet->proto == 43 || packet->proto == 60) {
      packet->proto = bytes[40];
      if (bpf_probe_read_kernel(bytes + 40, 14, start + 40 + (bytes[41] + 1) * 8)) return;
    } else if (packet->proto == 44) {
      // A fragment; only the first has ports.
      packet->proto = bytes[40];
      if (bytes[42] | (bytes[43] & 0xf8)) return;
      if (bpf_probe_read_kernel(bytes + 40, 14, start + 48)) return;
    }
  }
  // TCP, UDP, DCCP, SCTP, UDP-Lite begin with their ports.
  if (packet->proto != IPPROTO_TCP && packet->proto != IPPROTO_UDP && packet->proto != 33 && packet->proto != 132 && packet->proto != 136)
    return;
  packet->source_port = bpf_ntohs(*(__u16 *)ports);
  packet->destination_port = bpf_ntohs(*(__u16 *)(ports + 2));
  if (packet->proto == IPPROTO_TCP) packet->tcp_flags = ports[13] & 0x17;
}

static __always_inline __u32 namespace_of_device(struct net_device *dev) { return dev->nd_net.net->ns.inum; }

// A packet in a queue keeps other things where its device was, so a number that no namespace has is passed over.
static __always_inline __u32 namespace_of(struct sk_buff *skb, bool has_receiver, struct sock *receiver) {
  __u32 found = 0;
  if (has_receiver && receiver) {
    found = receiver->__sk_common.skc_net.net->ns.inum;
    if (found >= FIRST_NAMESPACE) return found;
  }
  found = namespace_of_device(skb->dev);
  if (found >= FIRST_NAMESPACE) return found;
  found = BPF_CORE_READ(skb, sk, __sk_common.skc_net.net, ns.inum);
  if (found >= FIRST_NAMESPACE) return found;
  struct dst_entry *route = (void *)(BPF_CORE_READ(skb, _skb_refdst) & ~1ul);
  found = BPF_CORE_READ(route, dev, nd_net.net, ns.inum);
  return found >= FIRST_NAMESPACE ? found : 0;
}

static __always_inline void name(char *symbol, __u64 location) {
  if (!has_snprintf) return;
  static const char format[] = "%ps";
  bpf_snprintf(symbol, PROBE_SYMBOL, format, &location, sizeof(location));
}

// The symbols of a stack are written once, when it is seen first: afterwards the side-car could not read them any more.
static __always_inline __u32 stack_of(void *ctx) {
  long id = bpf_get_stackid(ctx, &stacks, 0);
  __u32 zero = 0;
  if (id < 0) return 0;
  __u32 key = id + 1;
  if (bpf_map_lookup_elem(&stack_texts, &key)) return key;
  struct probe_stack_text *text = bpf_map_lookup_elem(&scratch, &zero);
  if (!text) return 0;
  __u64 addresses[PROBE_STACK_FRAMES] = {};
  long size = bpf_get_stack(ctx, addresses, sizeof(addresses), 0);
  if (size < 0) return 0;
  for (int index = 0; index < PROBE_STACK_FRAMES; index++) {
    text->frames[index][0] = 0;
    if (addresses[index]) {
      if (has_snprintf) name(text->frames[index], addresses[index]);
      else *(__u64 *)text->frames[index] = addresses[index];
    }
  }
  bpf_map_update_elem(&stack_texts, &key, text, BPF_ANY);
  return key;
}

static __always_inline struct probe_counters *my_counters(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&counters, &zero);
}

// `skb` and `task`, the process that did it itself, may be missing.
static __always_inline void count(
    struct probe_drop_key *key, struct packet *packet, struct sk_buff *skb, struct task_struct *task, struct probe_counters *mine) {
  struct probe_drop_value *row = bpf_map_lookup_elem(&drop_rows, key);
  if (row) {
    __sync_fetch_and_add(&row->count, 1);
    return;
  }
  struct probe_drop_value fresh = {.count = 1, .first_ns = bpf_ktime_get_ns(), .packet_family = packet->family};
  bool is_sent = key->direction;
  __builtin_memcpy(fresh.local, is_sent ? packet->source : packet->destination, 16);
  __builtin_memcpy(fresh.peer, is_sent ? packet->destination : packet->source, 16);
  fresh.peer_port = is_sent ? packet->destination_port : packet->source_port;
  if (skb) fresh.interface = BPF_CORE_READ(skb, dev, ifindex);
  name(fresh.symbol, key->location);
  if (task) {
    fresh.pid = process_id(task);
    if (fresh.pid) BPF_CORE_READ_INTO(&fresh.comm, task, group_leader, comm);
  }
  if (!bpf_map_update_elem(&drop_rows, key, &fresh, BPF_NOEXIST)) return;
  // Another processor was first, or the table is full.
  row = bpf_map_lookup_elem(&drop_rows, key);
  if (row) {
    __sync_fetch_and_add(&row->count, 1);
    return;
  }
  struct probe_drop_key summary = {
      .netns = key->netns, .reason = key->reason, .ethertype = key->ethertype, .proto = key->proto, .source = key->source,
      .direction = key->direction, .flags = PROBE_IS_SUMMARY};
  fresh.symbol[0] = 0;
  bool is_kfree = key->source == 0;
  if (bpf_map_update_elem(&summary_rows, &summary, &fresh, BPF_NOEXIST)) {
    row = bpf_map_lookup_elem(&summary_rows, &summary);
    if (!row) {
      if (is_kfree) mine->lost++;
      return;
    }
    __sync_fetch_and_add(&row->count, 1);
  }
  if (is_kfree) mine->summarized++;
}

static __always_inline void send_event(struct probe_drop_key *key, struct packet *packet, struct probe_counters *mine) {
  struct probe_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
  if (!event) {
    mine->events_lost++;
    return;
  }
  __builtin_memset(event, 0, sizeof(*event));
  bool is_sent = key->direction;
  event->kind = 8;
  event->ns = bpf_ktime_get_ns();
  if (key->flags & PROBE_HAS_COOKIE) event->cookie = key->identity[0];
  event->location = key->location;
  event->netns = key->netns;
  event->reason = key->reason;
  event->stack = key->stack;
  event->proto = key->proto;
  event->family = packet->family;
  event->direction = key->direction;
  event->tcp_flags = packet->tcp_flags;
  event->old_state = event->new_state = key->state;
  __builtin_memcpy(event->local, is_sent ? packet->source : packet->destination, 16);
  __builtin_memcpy(event->peer, is_sent ? packet->destination : packet->source, 16);
  event->local_port = is_sent ? packet->source_port : packet->destination_port;
  event->peer_port = is_sent ? packet->destination_port : packet->source_port;
  bpf_ringbuf_submit(event, 0);
  mine->events++;
}

static __always_inline void set_cookie(struct probe_drop_key *key, __u64 cookie) {
  key->identity[0] = cookie;
  if (cookie) key->flags = PROBE_HAS_COOKIE;
}

// Our end of the packet, and whose it is.
static __always_inline void attribute(struct probe_drop_key *key, struct packet *packet, struct sk_buff *skb, bool has_receiver, struct sock *receiver) {
  struct sock *held = skb->sk;
  bool has_held = held != 0;
  if (has_receiver && receiver) {
    key->attribution = 1;
    set_cookie(key, cookie_of(receiver));
    key->state = receiver->__sk_common.skc_state;
    key->family = receiver->__sk_common.skc_family;
  } else {
    // A packet made here has a route before it has a device that received it.
    if (!skb->skb_iif && (has_held || BPF_CORE_READ(skb, _skb_refdst))) key->direction = 1;
    // skb->sk is the sender's until skb_orphan(), and a receiver's after early demux: the port tells which.
    if (has_held && packet->family) {
      __u16 port = BPF_CORE_READ(held, __sk_common.skc_num);
      __u16 ours = key->direction ? packet->source_port : packet->destination_port;
      if (port && port == ours && BPF_CORE_READ(held, __sk_common.skc_net.net, ns.inum) == key->netns) {
        key->attribution = key->direction ? 3 : 2;
        // No helper takes this pointer: the cookie is there when somebody asked for it before.
        set_cookie(key, BPF_CORE_READ(held, __sk_common.skc_cookie.counter));
        key->state = BPF_CORE_READ(held, __sk_common.skc_state);
        key->family = BPF_CORE_READ(held, __sk_common.skc_family);
      }
    }
  }
  key->port = key->direction ? packet->source_port : packet->destination_port;
  if (!key->flags) __builtin_memcpy(key->identity, key->direction ? packet->source : packet->destination, 16);
}

SEC("tp_btf/kfree_skb")
int kfree_skb(__u64 *ctx) {
  struct sk_buff *skb = (void *)ctx[0];
  struct probe_counters *mine = my_counters();
  struct probe_drop_key key = {.location = ctx[1]};
  struct packet packet = {};
  struct sock *receiver = 0;
  bool has_receiver = false;

  if (!mine) return 0;
  if (bpf_core_field_exists(struct trace_event_raw_kfree_skb, rx_sk)) {
    receiver = (void *)ctx[3];
    has_receiver = true;
    if (!knows_null) {
      // Such a verifier takes the pointer for one that is never null and leaves the test out: ask for its bits.
      __u64 bits = 0;
      bpf_probe_read_kernel(&bits, sizeof(bits), &ctx[3]);
      has_receiver = bits != 0;
    }
  }
  key.netns = namespace_of(skb, has_receiver, receiver);
  if (!key.netns) {
    mine->unplaced++;
    return 0;
  }
  if (!is_wanted(key.netns)) return 0;
  mine->drops++;
  if (bpf_core_field_exists(struct trace_event_raw_kfree_skb, reason)) key.reason = (__u32)ctx[2];
  read_packet(skb, &packet);
  key.ethertype = packet.ethertype;
  key.proto = packet.proto;
  key.tcp_flags = packet.tcp_flags;
  attribute(&key, &packet, skb, has_receiver, receiver);
  if (wants_stacks) key.stack = stack_of(ctx);
  count(&key, &packet, skb, 0, mine);
  if (wants_events) send_event(&key, &packet, mine);
  return 0;
}

SEC("tp_btf/tcp_bad_csum")
int tcp_bad_csum(__u64 *ctx) {
  struct sk_buff *skb = (void *)ctx[0];
  struct probe_counters *mine = my_counters();
  struct probe_drop_key key = {.source = 2};
  struct packet packet = {};

  if (!mine) return 0;
  key.netns = namespace_of(skb, false, 0);
  if (!key.netns || !is_wanted(key.netns)) return 0;
  read_packet(skb, &packet);
  key.ethertype = packet.ethertype;
  key.proto = packet.proto;
  key.tcp_flags = packet.tcp_flags;
  key.port = packet.destination_port;
  __builtin_memcpy(key.identity, packet.destination, 16);
  count(&key, &packet, skb, 0, mine);
  return 0;
}

SEC("tp_btf/udp_fail_queue_rcv_skb")
int udp_fail_queue_rcv_skb(__u64 *ctx) {
  struct sock *sk = (void *)ctx[1];
  struct probe_counters *mine = my_counters();
  struct probe_drop_key key = {.source = 1, .attribution = 1, .reason = -(int)ctx[0]};
  struct packet packet = {};

  if (!mine) return 0;
  key.netns = sk->__sk_common.skc_net.net->ns.inum;
  if (!is_wanted(key.netns)) return 0;
  set_cookie(&key, cookie_of(sk));
  key.state = sk->__sk_common.skc_state;
  key.family = sk->__sk_common.skc_family;
  key.proto = sk->sk_protocol;
  key.port = sk->__sk_common.skc_num;
  packet.family = key.family;
  if (key.family == AF_INET6) {
    key.ethertype = 0x86dd;
    BPF_CORE_READ_INTO(&packet.destination, sk, __sk_common.skc_v6_rcv_saddr);
  } else {
    key.ethertype = 0x0800;
    *(__u32 *)packet.destination = sk->__sk_common.skc_rcv_saddr;
  }
  count(&key, &packet, 0, 0, mine);
  return 0;
}

// Whether this reset is what close() sends for data that nobody read. Before 6.12 nothing says so: then the socket is closed, has unread data (the
// queue is purged, copied_seq stays), and does not linger for no time.
static __always_inline bool is_for_unread_data(struct sock *sk, __u64 *ctx) {
  struct tcp_sock *tp = (void *)sk;
  __u64 time = 0;

  if (BPF_CORE_READ(sk, __sk_common.skc_state) != TCP_CLOSE) return false;
  if (bpf_core_field_exists(struct trace_event_raw_tcp_send_reset, reason) &&
      bpf_core_enum_value_exists(enum sk_rst_reason, SK_RST_REASON_TCP_ABORT_ON_CLOSE))
    return (__u32)ctx[2] == bpf_core_enum_value(enum sk_rst_reason, SK_RST_REASON_TCP_ABORT_ON_CLOSE);
  if (BPF_CORE_READ(tp, rcv_nxt) == BPF_CORE_READ(tp, copied_seq)) return false;
  if (!(BPF_CORE_READ(sk, __sk_common.skc_flags) & 1ul << bpf_core_enum_value(enum sock_flags, SOCK_LINGER))) return true;
  bpf_core_read(&time, bpf_core_field_size(sk->sk_lingertime), &sk->sk_lingertime);
  return time != 0;
}

SEC("tp_btf/tcp_send_reset")
int tcp_send_reset(__u64 *ctx) {
  __u64 socket = 0;
  struct probe_counters *mine = my_counters();
  struct probe_drop_key key = {.source = 3, .attribution = 3, .direction = 1, .proto = IPPROTO_TCP};
  struct packet packet = {};
  struct task_struct *task = 0;

  // It may be null, which verifiers before 6.13 do not believe: ask for the bits.
  bpf_probe_read_kernel(&socket, sizeof(socket), &ctx[0]);
  if (!mine || !socket) return 0;
  struct sock *sk = (void *)socket;
  key.netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
  if (!is_wanted(key.netns) || !is_for_unread_data(sk, ctx)) return 0;
  key.family = packet.family = BPF_CORE_READ(sk, __sk_common.skc_family);
  key.state = TCP_CLOSE;
  // A closed socket may have given its port back.
  packet.source_port = bpf_ntohs(BPF_CORE_READ((struct inet_sock *)sk, inet_sport));
  packet.destination_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
  key.port = packet.source_port;
  if (key.family == AF_INET6) {
    key.ethertype = 0x86dd;
    BPF_CORE_READ_INTO(&packet.source, sk, __sk_common.skc_v6_rcv_saddr);
    BPF_CORE_READ_INTO(&packet.destination, sk, __sk_common.skc_v6_daddr);
  } else {
    key.ethertype = 0x0800;
    *(__u32 *)packet.source = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
    *(__u32 *)packet.destination = BPF_CORE_READ(sk, __sk_common.skc_daddr);
  }
  __builtin_memcpy(key.identity, packet.source, 16);
  // close() is called by a process, or by its end.
  if (BPF_CORE_READ(sk, sk_lock.owned) && (!caller_uid || (__u32)bpf_get_current_uid_gid() == caller_uid))
    task = (void *)bpf_get_current_task();
  count(&key, &packet, 0, task, mine);
  return 0;
}
