/// A system call a server or client can sleep in: its name, its numbers, and whether its first argument is a descriptor.
/// Numbers: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (aarch64) of 6.12.
struct SystemCall: Sendable {
  let name: StaticString
  let x86: Int
  let arm: Int?
  let takesDescriptor: Bool

  init(_ name: StaticString, _ x86: Int, _ arm: Int?, descriptor: Bool = false) {
    self.name = name
    self.x86 = x86
    self.arm = arm
    takesDescriptor = descriptor
  }

  /// The machine whose numbers a text uses.
  enum Machine: Sendable {
    case x86
    case arm
    case other

    static var current: Machine {
      #if arch(x86_64)
        .x86
      #elseif arch(arm64)
        .arm
      #else
        .other
      #endif
    }
  }

  /// The entry of a number; nil when the table has none, and always on a machine it does not know.
  static func find(_ number: Int, on machine: Machine = .current) -> SystemCall? {
    switch machine {
    case .x86: all.first { $0.x86 == number }
    case .arm: all.first { $0.arm == number }
    case .other: nil
    }
  }

  static let all: [SystemCall] = [
    .init("read", 0, 63, descriptor: true),
    .init("write", 1, 64, descriptor: true),
    .init("open", 2, nil),
    .init("close", 3, 57, descriptor: true),
    .init("poll", 7, nil),
    .init("mmap", 9, 222),
    .init("munmap", 11, 215),
    .init("ioctl", 16, 29, descriptor: true),
    .init("pread64", 17, 67, descriptor: true),
    .init("pwrite64", 18, 68, descriptor: true),
    .init("readv", 19, 65, descriptor: true),
    .init("writev", 20, 66, descriptor: true),
    .init("select", 23, nil),
    .init("msync", 26, 227),
    .init("madvise", 28, 233),
    .init("pause", 34, nil),
    .init("nanosleep", 35, 101),
    .init("sendfile", 40, 71, descriptor: true),
    .init("connect", 42, 203, descriptor: true),
    .init("accept", 43, 202, descriptor: true),
    .init("sendto", 44, 206, descriptor: true),
    .init("recvfrom", 45, 207, descriptor: true),
    .init("sendmsg", 46, 211, descriptor: true),
    .init("recvmsg", 47, 212, descriptor: true),
    .init("shutdown", 48, 210, descriptor: true),
    .init("setsockopt", 54, 208, descriptor: true),
    .init("clone", 56, 220),
    .init("vfork", 58, nil),
    .init("execve", 59, 221),
    .init("exit", 60, 93),
    .init("wait4", 61, 260),
    .init("semop", 65, 193),
    .init("msgsnd", 69, 189),
    .init("msgrcv", 70, 188),
    .init("fcntl", 72, 25, descriptor: true),
    .init("flock", 73, 32, descriptor: true),
    .init("fsync", 74, 82, descriptor: true),
    .init("fdatasync", 75, 83, descriptor: true),
    .init("ftruncate", 77, 46, descriptor: true),
    .init("rt_sigtimedwait", 128, 137),
    .init("rt_sigsuspend", 130, 133),
    .init("sync", 162, 81),
    .init("futex", 202, 98),
    .init("io_getevents", 208, 4),
    .init("getdents64", 217, 61, descriptor: true),
    .init("restart_syscall", 219, 128),
    .init("semtimedop", 220, 192),
    .init("clock_nanosleep", 230, 115),
    .init("exit_group", 231, 94),
    .init("epoll_wait", 232, nil, descriptor: true),
    .init("mq_timedsend", 242, 182, descriptor: true),
    .init("mq_timedreceive", 243, 183, descriptor: true),
    .init("waitid", 247, 95),
    .init("openat", 257, 56),
    .init("newfstatat", 262, 79),
    .init("unlinkat", 263, 35),
    .init("pselect6", 270, 72),
    .init("ppoll", 271, 73),
    .init("splice", 275, 76, descriptor: true),
    .init("tee", 276, 77, descriptor: true),
    .init("sync_file_range", 277, 84, descriptor: true),
    .init("vmsplice", 278, 75, descriptor: true),
    .init("epoll_pwait", 281, 22, descriptor: true),
    .init("fallocate", 285, 47, descriptor: true),
    .init("accept4", 288, 242, descriptor: true),
    .init("preadv", 295, 69, descriptor: true),
    .init("pwritev", 296, 70, descriptor: true),
    .init("recvmmsg", 299, 243, descriptor: true),
    .init("syncfs", 306, 267, descriptor: true),
    .init("sendmmsg", 307, 269, descriptor: true),
    .init("renameat2", 316, 276),
    .init("getrandom", 318, 278),
    .init("copy_file_range", 326, 285, descriptor: true),
    .init("preadv2", 327, 286, descriptor: true),
    .init("pwritev2", 328, 287, descriptor: true),
    .init("statx", 332, 291),
    .init("io_pgetevents", 333, 292),
    .init("io_uring_enter", 426, 426, descriptor: true),
    .init("clone3", 435, 435),
    .init("epoll_pwait2", 441, 441, descriptor: true),
    .init("futex_waitv", 449, 449),
    .init("futex_wait", 455, 455),
  ]
}
