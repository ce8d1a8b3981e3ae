internal import Catalog
internal import ProcFS
internal import SockDiag

/// /proc/net read as records, for the day netlink is impossible.
enum ProcTables {
  static func records(_ questions: Questions, filter: Filter?, files: any FileSource) throws -> [InetSocket] {
    []
  }
}
