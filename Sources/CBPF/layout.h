/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the eBPF programs and the side-car hand each other in maps. Both compile this file, so it holds no kernel type. */
#ifndef SOCKEXPLAIN_LAYOUT_H
#define SOCKEXPLAIN_LAYOUT_H

enum probe_limit {
  PROBE_DROP_ROWS = 16384, /* rows of the drop table */
  PROBE_SUMMARY_ROWS = 1024,
  PROBE_STACKS = 2048,
  PROBE_STACK_FRAMES = 24,
  PROBE_SYMBOL = 48, /* bytes of a function's name, with its module, and a zero */
  PROBE_COMM = 16,
  PROBE_PORTS = 16, /* local ports that iter/tcp can be narrowed to */
};

/* Identity of a row. Every byte is set: the kernel compares it as memory. */
struct probe_drop_key {
  unsigned long long location;
  unsigned long long identity[2]; /* a cookie and zero, or the address of our end */
  unsigned int netns;
  unsigned int reason;
  unsigned int stack;
  unsigned short port; /* our end, host order */
  unsigned short ethertype;
  unsigned char proto;
  unsigned char source;
  unsigned char direction;
  unsigned char attribution;
  unsigned char state;
  unsigned char family; /* of the socket */
  unsigned char tcp_flags;
  unsigned char flags; /* enum probe_key_flag */
};

enum probe_key_flag {
  PROBE_IS_SUMMARY = 1,
  PROBE_HAS_COOKIE = 2,
};

struct probe_drop_value {
  unsigned long long count;
  unsigned long long first_ns;
  unsigned char local[16]; /* of the first packet */
  unsigned char peer[16];
  unsigned int interface;
  unsigned short peer_port;
  unsigned char packet_family; /* AF_INET or AF_INET6 of the packet's addresses, 0 for others */
  unsigned char pad;
  unsigned int pid; /* of the first, where a process did it itself */
  char symbol[PROBE_SYMBOL];
  char comm[PROBE_COMM];
};

/* One per processor; only the program of kfree_skb writes the first four. */
struct probe_counters {
  unsigned long long drops;
  unsigned long long summarized;
  unsigned long long lost;
  unsigned long long unplaced;
  unsigned long long events;
  unsigned long long events_lost;
};

struct probe_stack_text {
  char frames[PROBE_STACK_FRAMES][PROBE_SYMBOL];
};

enum probe_event_flag {
  PROBE_HAS_UID = 1,
  PROBE_HAS_CONNECTION = 2,
  PROBE_ABORTS_ON_CLOSE = 4,
  PROBE_TIMER_FIRED = 8, /* the retransmission timer is not armed: its handler is at work */
  PROBE_IS_SUBFLOW = 16, /* of an MPTCP connection */
};

struct probe_event {
  unsigned long long ns;
  unsigned long long cookie;
  unsigned long long location;
  unsigned long long bytes_acked;
  unsigned long long bytes_received;
  unsigned long long bytes_sent;
  unsigned long long bytes_retrans;
  unsigned char local[16];
  unsigned char peer[16];
  unsigned int netns;
  unsigned int inode;
  unsigned int uid;
  unsigned int reason;
  int error;
  unsigned int pid;
  unsigned int rtt_us;
  unsigned int rttvar_us;
  unsigned int segs_in;
  unsigned int segs_out;
  unsigned int total_retrans;
  unsigned int snd_cwnd;
  unsigned int snd_wnd;
  unsigned int unread;
  unsigned int unacked;
  unsigned int seq;
  unsigned int end_seq;
  unsigned int stack;
  unsigned int user_timeout_ms;
  unsigned short proto;
  unsigned short local_port;
  unsigned short peer_port;
  unsigned char kind;
  unsigned char family; /* of the addresses */
  unsigned char old_state;
  unsigned char new_state;
  unsigned char shutdown;
  unsigned char flags;
  unsigned char ca_state;
  unsigned char pending;
  unsigned char timeouts;
  unsigned char backoff;
  unsigned char probes;
  unsigned char tcp_flags;
  unsigned char retransmits;
  unsigned char direction;
  unsigned char syn_retries; /* TCP_SYNCNT, 0 when it was not set */
  char comm[PROBE_COMM];
};

/* A socket of iter/tcp. Times are the kernel's jiffies unless the name says otherwise. */
struct probe_socket {
  unsigned long long cookie;
  unsigned long long linger;
  unsigned int keepalive_time;
  unsigned int keepalive_intvl;
  unsigned int user_timeout_ms;
  unsigned int notsent_lowat;
  int linger2;
  unsigned int syn_queue;
  unsigned int young;
  unsigned int accept_queue;
  unsigned int limit;
  unsigned int tfo_queue;
  unsigned int tfo_limit;
  /* The namespace's net.ipv4.tcp_keepalive_time and tcp_fin_timeout in jiffies: with what /proc/sys says in seconds they tell HZ. */
  unsigned int sysctl_keepalive_time;
  unsigned int sysctl_fin_timeout;
  unsigned short port;
  unsigned char state;
  unsigned char family;
  unsigned char syn_retries;
  unsigned char keepalive_probes;
  unsigned char is_keepalive_on;
  unsigned char nonagle;
  unsigned char is_linger_on;
  unsigned char userlocks;
  unsigned char defer_accept;
  unsigned char flood_warned;
};

/* A descriptor of iter/task_file. */
struct probe_owner {
  unsigned long long start_ns;
  unsigned int inode;
  unsigned int pid;
  unsigned int fd;
  unsigned int uid;
  char comm[PROBE_COMM];
};

#endif
