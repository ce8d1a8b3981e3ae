extension Session {
  mutating func counters(_ pattern: String) throws -> Int32 {
    throw UsageError(.laterCommand, ["word": "counters"])
  }
}
