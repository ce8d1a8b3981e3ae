// The room's only file that calls the C library.
public import Catalog
internal import CShims
public import ProcFS
public import Snapshot

#if canImport(Glibc)
  internal import Glibc
#endif

/// The running machine.
public final class LiveHost: Host {
  let files: LiveFiles

  /// The machine whose /proc `files` reads.
  public init(files: LiveFiles) { self.files = files }

  static func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// CLOCK_REALTIME and CLOCK_MONOTONIC.
  public func moment() -> Moment {
    Moment(realtimeNanoseconds: Self.nanoseconds(CLOCK_REALTIME), monotonicNanoseconds: Self.nanoseconds(CLOCK_MONOTONIC))
  }

  /// /proc/sys/kernel/osrelease, which is uname -r.
  public var kernelRelease: String {
    let text = (try? files.read("/proc/sys/kernel/osrelease")) ?? []
    return String(decoding: text.prefix { $0 > 0x20 }, as: UTF8.self)
  }

  /// sysconf(_SC_CLK_TCK).
  public var ticksPerSecond: Int { sysconf(Int32(_SC_CLK_TCK)) }

  /// geteuid().
  public var effectiveUID: UInt32 { geteuid() }

  /// if_nameindex().
  public func interfaceNames() -> [UInt32: Name] {
    var names: [UInt32: Name] = [:]
    guard let list = unsafe if_nameindex() else { return names }
    var item = unsafe list
    while unsafe item.pointee.if_index != 0, let text = unsafe item.pointee.if_name {
      unsafe names[item.pointee.if_index] = Name(Array(UnsafeRawBufferPointer(start: text, count: strlen(text))))
      unsafe item += 1
    }
    unsafe if_freenameindex(list)
    return names
  }

  /// Sleeps; a signal does not shorten it.
  public func wait(milliseconds: Int) {
    var left = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    var rest = left
    while unsafe nanosleep(&left, &rest) != 0, errno == EINTR { left = rest }
  }

  /// The walk of /proc/PID/fd.
  public func walkOwners(wanted: InodeSet?, into table: inout OwnerTable) -> OwnerWalkResult {
    files.walkOwners(wanted: wanted, into: &table)
  }
}
