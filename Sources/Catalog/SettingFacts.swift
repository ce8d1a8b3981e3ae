/// A kernel release as far as knowledge depends on it: `6.5`. Patch level and suffix do not count.
public struct Release: Sendable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// The first number.
  public let major: Int
  /// The second number; 0 where there is none.
  public let minor: Int

  /// From `uname -r`: `6.18.44-fc` is 6.18; 0.0 where no number stands.
  public init(_ text: String) {
    let parts = text.prefix { $0.isNumber || $0 == "." }.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
    major = parts.first ?? 0
    minor = parts.count > 1 ? parts[1] : 0
  }

  /// Written in the catalog: `"6.5"`.
  public init(stringLiteral text: String) { self.init(text) }

  /// `6.5`.
  public var description: String { "\(major).\(minor)" }

  /// By the first number, then by the second.
  public static func < (left: Release, right: Release) -> Bool { (left.major, left.minor) < (right.major, right.minor) }
}

/// What is known of a setting beside its texts: where it holds, what it is when nobody touched it, since when, and at what price it is changed.
public struct SettingFacts: Sendable {
  /// What the setting is about; the audit's table is in this order.
  public enum Group: String, Sendable, CaseIterable {
    case listening, connecting, closing
    case timeouts = "timeouts and retries"
    case memory = "buffers and memory"
    case device = "queues of the device"
    case udp = "UDP"
    case features
    case conntrack = "connection tracking"
  }

  /// Where a value holds, and what a child network namespace sees of it.
  public enum Scope: String, Sendable, CaseIterable {
    /// Each network namespace has its own, which starts from the kernel's default.
    case namespace = "per network namespace"
    /// Each network namespace has its own, copied from the host's (the initial namespace) when it is made.
    case copied = "per network namespace, copied from the host's when one is made"
    /// One for the machine; a child namespace shows it and refuses to write.
    case readOnlyInChild = "global; readable in a child namespace, writable on the host only"
    /// One for the machine; a child namespace has no such file.
    case absentInChild = "global; absent in a child namespace"
    /// One for the machine and no matter of the network: the same file everywhere.
    case machine = "global; network namespaces make no difference"
  }

  /// The value that nobody has changed.
  public enum Default: Sendable, Equatable, CustomStringConvertible {
    /// This text, fields separated by one blank.
    case value(String)
    /// Not a constant: computed at boot, by memory or hash size, or chosen when the kernel was built. The text says how.
    case computed(String)

    /// The value or the rule, as it is printed.
    public var description: String {
      switch self {
      case .value(let text): text.isEmpty ? "empty" : text
      case .computed(let rule): rule
      }
    }
  }

  /// Something that became so with a release.
  public struct Step<Value: Sendable>: Sendable {
    /// The first release with it; nil: always, as far as supported kernels go back.
    public let since: Release?
    /// What holds from then on.
    public let value: Value
  }

  /// The full name: `net.core.somaxconn`.
  public let name: String
  /// What it is about.
  public let group: Group
  /// Where it holds, oldest first.
  public let scopes: [Step<Scope>]
  /// The default, oldest first.
  public let defaults: [Step<Default>]
  /// The first release that has it; nil when that is older than 4.4.
  public let since: Release?
  /// The first release that lacks it again.
  public let removed: Release?
  /// The first release in which it can be written without effect.
  public let inert: Release?
  /// It only shows something and cannot be written anywhere.
  public let isDisplay: Bool
  /// A secret: nobody but root reads it, and this program never does.
  public let isSecret: Bool
  /// It exists only while this module is loaded, or with this build option: `nf_conntrack`.
  public let needs: String?
  /// The price or risk of changing it; nil only where it has no effect or cannot be written.
  public let sideEffect: String?
  /// What overrides it inside a program and cannot be seen from outside; nil when nothing does.
  public let unseen: String?

  /// Where to read it: `/proc/sys/net/core/somaxconn`.
  public var path: String { "/proc/sys/" + String(name.map { $0 == "." ? "/" : $0 }) }

  /// The last part of the name: `somaxconn`.
  public var shortName: String { String(name[(name.lastIndex(of: ".").map(name.index(after:)) ?? name.startIndex)...]) }

  /// Where it holds on a kernel.
  public func scope(on kernel: Release) -> Scope { Self.pick(scopes, kernel) ?? .namespace }

  /// The documented default on a kernel; nil when that kernel lacks the setting.
  public func documentedDefault(on kernel: Release) -> Default? { exists(on: kernel) ? Self.pick(defaults, kernel) : nil }

  /// Whether a kernel has the setting, modules and build options aside. Distributions carry some back to older kernels.
  public func exists(on kernel: Release) -> Bool { kernel >= (since ?? kernel) && (removed.map { kernel < $0 } ?? true) }

  /// Whether a write has no effect on a kernel.
  public func isInert(on kernel: Release) -> Bool { inert.map { kernel >= $0 } ?? false }

  private static func pick<Value>(_ steps: [Step<Value>], _ kernel: Release) -> Value? {
    steps.last { $0.since.map { kernel >= $0 } ?? true }?.value
  }
}

extension Knowledge {
  /// The settings with facts, in the order of their groups, and within one as they are explained best.
  public static let settings: [Entry] = SettingFacts.Group.allCases.flatMap { group in sysctls.filter { $0.setting?.group == group } }

  /// The setting of a full name (`net.core.somaxconn`, `net/core/somaxconn`, a path below /proc/sys) or a last part that is unique.
  public static func setting(_ name: String) -> Entry? {
    let prefix = "/proc/sys/"
    let rest = name.hasPrefix(prefix) ? name.dropFirst(prefix.utf8.count) : name[...]
    let dotted = String(rest.map { $0 == "/" ? "." : $0 })
    if let exact = settings.first(where: { $0.term == dotted }) { return exact }
    let short = settings.filter { $0.setting?.shortName == dotted }
    return short.count == 1 ? short[0] : nil
  }
}
