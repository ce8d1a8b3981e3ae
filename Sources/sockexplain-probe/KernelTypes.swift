internal import CBPF
internal import Glibc
internal import ProbeStream

/// The running kernel's BTF: which tracepoints and iterators it has, and how it numbers its reasons.
@safe struct KernelTypes: ~Copyable {
  private let btf: OpaquePointer?
  /// False, and `errno`, when the kernel has none.
  let isThere: Bool

  /// Reads /sys/kernel/btf/vmlinux, or only looks whether it is there.
  init(isRead: Bool) {
    unsafe btf = isRead ? btf__load_vmlinux_btf() : nil
    // Last, as libbpf's own errno tells of other places where it looked.
    let isFile = unsafe access("/sys/kernel/btf/vmlinux", R_OK) == 0
    isThere = unsafe isRead ? btf != nil : isFile
    if !isThere, isFile { errno = EINVAL }
  }

  deinit { unsafe btf__free(btf) }

  borrowing func hasTracepoint(_ name: String) -> Bool {
    guard let btf = unsafe btf else { return false }
    return unsafe shim_has_type(btf, "btf_trace_\(name)") != 0
  }

  borrowing func hasMember(_ structure: String, _ member: String) -> Bool {
    guard let btf = unsafe btf else { return false }
    return unsafe shim_has_member(btf, structure, member) != 0
  }

  /// The members of an enumeration whose names begin with a prefix, without it.
  borrowing func reasons(_ enumeration: String, prefix: String, kind: ReasonName.Kind) -> [ReasonName] {
    guard let btf = unsafe btf else { return [] }
    let id = unsafe btf__find_by_name_kind(btf, enumeration, UInt32(BTF_KIND_ENUM))
    guard id > 0 else { return [] }
    var found: [ReasonName] = []
    var index: UInt32 = 0
    var value: UInt32 = 0
    while let text = unsafe shim_enum_member(btf, UInt32(id), index, &value) {
      let name = unsafe String(cString: text)
      if name.hasPrefix(prefix) { found.append(ReasonName(kind: kind, value: value, name: String(name.dropFirst(prefix.count)))) }
      index += 1
    }
    return found
  }
}
