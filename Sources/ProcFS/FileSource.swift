/// Why a file of /proc or /sys could not be read.
public struct FileError: Error, Equatable, Sendable {
  /// The path that was asked for.
  public let path: String
  /// errno of the failing call: ENOENT 2, EACCES 13, ESRCH 3, …
  public let code: Int32
  /// A failure with its path and errno.
  public init(path: String, code: Int32) {
    self.path = path
    self.code = code
  }
}

/// Where texts come from: the live /proc, a recording of it, or a replayed capture. All readers of this room go through it.
public protocol FileSource: AnyObject {
  /// The whole content of a file.
  func read(_ path: String) throws(FileError) -> [UInt8]
  /// The names in a directory, without `.` and `..`.
  func list(_ path: String) throws(FileError) -> [String]
  /// The target of a symbolic link.
  func link(_ path: String) throws(FileError) -> [UInt8]
  /// The number of names in a directory.
  func count(_ path: String) throws(FileError) -> Int
}

extension FileSource {
  /// The number of names in a directory, by listing it.
  public func count(_ path: String) throws(FileError) -> Int { try list(path).count }
}
