extension Session {
  mutating func auditSysctls(_ names: [String]) throws -> Int32 {
    throw UsageError(.laterCommand, ["word": "sysctl-audit"])
  }
}
