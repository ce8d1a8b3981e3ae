extension Session {
  mutating func compareNetstat() throws -> Int32 {
    throw UsageError(.laterCommand, ["word": "--compare-netstat"])
  }
}
