extension Session {
  mutating func summary() throws -> Int32 {
    throw UsageError(.laterCommand, ["word": "-s"])
  }
}
