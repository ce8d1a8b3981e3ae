internal import CBPF
internal import Glibc

/// What this process may do, and how it gives that up.
enum Privileges {
  static let setGID = 6
  static let setUID = 7
  static let setPCap = 8
  static let sysAdmin = 21
  static let perfmon = 38
  static let bpf = 39

  static func has(_ capability: Int) -> Bool { shim_capabilities() >> UInt64(capability) & 1 != 0 }

  /// Names of the capabilities that loading needs and that are not here; CAP_SYS_ADMIN stands for both.
  static var missing: [String] {
    if has(sysAdmin) { return [] }
    return [(bpf, "cap_bpf"), (perfmon, "cap_perfmon")].filter { !has($0.0) }.map(\.1)
  }

  /// What keeps capabilities away that an installed file would give: nothing, as far as is known, when empty.
  static var obstacle: String {
    // Root has what the bounding set leaves.
    if geteuid() == 0 { return "root" }
    if shim_has_no_new_privs() != 0 { return "no_new_privs" }
    var place = statvfs()
    return unsafe statvfs("/proc/self/exe", &place) == 0 && place.f_flag & UInt(ST_NOSUID) != 0 ? "nosuid" : ""
  }

  /// Gives up everything but the capabilities in `keep`: the groups and the user where that is allowed, the bounding set, the way to more.
  /// Returns errno of the first step that failed.
  static func drop(keep: UInt64) -> Int32 {
    // The bounding set is out of reach without CAP_SETPCAP; no_new_privs closes that way anyhow.
    if has(setPCap) { for capability in 0..<UInt(64) { _ = shim_prctl(PR_CAPBSET_DROP, capability) } }
    if geteuid() == 0, has(setUID), has(setGID) {
      if keep != 0 { _ = shim_prctl(PR_SET_KEEPCAPS, 1) }
      let nobody: UInt32 = 65534
      let code = shim_become(nobody)
      guard code == 0 else { return code }
    }
    for code in [shim_keep_capabilities(keep), shim_prctl(PR_SET_NO_NEW_PRIVS, 1), shim_prctl(PR_SET_DUMPABLE, 0)] where code != 0 {
      return code
    }
    return shim_capabilities() == keep ? 0 : EPERM
  }
}
