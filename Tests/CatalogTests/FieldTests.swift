import Catalog
import Testing

@Suite struct FieldTests {
  @Test func bitFieldsAreExtracted() {
    let layout = Layout(.tcpInfo, at: 6, width: 1, bit: 4, bits: 4)
    #expect(layout.extract(0xa7) == 0xa)
    #expect(Field.snd_wscale.layout.extract(0xa7) == 7)
    #expect(Field.fastopen_client_fail.layout.extract(0b111) == 3)
    #expect(Field.delivery_rate_app_limited.layout.extract(0b110) == 0)
  }

  @Test func theListsHoldEveryField() {
    #expect(Field.header.count == 13)
    #expect(Field.meminfo.count == 4)
    #expect(Field.skmeminfo.count == 9)
    #expect(Field.sockopt.count == 11)
    #expect(Field.tcpInfo.count == 70)
    #expect(Field.all.count == 13 + 4 + 9 + Field.attributes.count + 11 + 70)
    #expect(Set(Field.all.map { ObjectIdentifier($0) }).count == Field.all.count)
  }

  /// What an entry must say before it may be shown; the complaints in words.
  static func complaints(_ entry: Entry) -> [String] {
    var out: [String] = []
    if entry.summary.count < 10 { out.append("summary is empty or a word") }
    if entry.summary == entry.term { out.append("summary repeats the term") }
    if entry.meaning.count < 60 { out.append("meaning is not an explanation") }
    if !entry.meaning.hasSuffix(".") { out.append("meaning does not end as a sentence") }
    if entry.meaning.contains("  ") || entry.meaning.contains("\n") { out.append("meaning has stray white space") }
    if !entry.source.function.hasSuffix("()") { out.append("source function is missing") }
    if !entry.source.file.contains("/") { out.append("source file is missing") }
    if entry.source.member.isEmpty { out.append("C member is missing") }
    if entry.source.version.split(separator: ".").compactMap({ Int($0) }).count != 2 { out.append("version is missing") }
    if entry.ss == nil { out.append("does not say what ss prints") }
    if entry.netstat == nil { out.append("does not say what netstat prints") }
    return out
  }

  @Test func everyFieldIsExplained() {
    for field in Field.all {
      let found = Self.complaints(field.entry)
      #expect(found.isEmpty, "\(field.key): \(found.joined(separator: "; "))")
      #expect(field.entry.topic == .field, "\(field.key)")
    }
  }

  @Test func whatIsDecodedByHandIsExplained() {
    for entry in Entry.handDecoded {
      let found = Self.complaints(entry)
      #expect(found.isEmpty, "\(entry.term): \(found.joined(separator: "; "))")
    }
    for field in ProbedField.allCases {
      let found = Self.complaints(field.entry)
      #expect(found.isEmpty, "\(field): \(found.joined(separator: "; "))")
      #expect(Knowledge.find(field.entry.term).first?.term == field.entry.term, "\(field)")
    }
    let terms = (Field.all.map(\.entry) + Entry.handDecoded + ProbedField.allCases.map(\.entry)).map(\.term)
    #expect(Set(terms).count == terms.count)
  }

  @Test func anEmptyEntryIsNoticed() {
    let bare = Entry(
      "rtt", topic: .field, unit: .microseconds, summary: "rtt", meaning: "", source: KernelSource("", "", "", ""))
    #expect(Self.complaints(bare).count == 10)
  }

  @Test func membersAreNamedAsInTheKernel() {
    for field in Field.tcpInfo { #expect(field.entry.source.member == "tcpi_" + field.key) }
    for field in Field.header { #expect(field.entry.source.member == "idiag_" + field.key) }
    // ss hides Accurate ECN, and so nobody may be told to look for it there.
    for field in Field.tcpInfoAccECN {
      #expect(field.entry.source.version == "6.18", "\(field.key)")
      #expect(field.entry.ss?.contains("nothing") == true, "\(field.key)")
    }
  }

  @Test func keysAreUniqueInAPart() {
    for (part, fields) in Dictionary(grouping: Field.all, by: \.layout.part) {
      let keys = fields.map(\.key)
      #expect(Set(keys).count == keys.count, "part \(part.rawValue): \(keys)")
    }
    // `explain` finds a field by its term, so a term stands for one field only.
    let terms = Field.all.map(\.entry.term)
    let twice = Dictionary(grouping: terms) { $0 }.filter { $0.value.count > 1 }.keys
    #expect(twice.isEmpty, "\(twice.sorted())")
  }

  @Test func labelsFollowSs() {
    let labels = ["rtt": "rtt", "snd_cwnd": "cwnd", "snd_ssthresh": "ssthresh", "min_rtt": "minrtt", "busy_time": "busy"]
    for (key, label) in labels { #expect(Field.tcpInfo.first { $0.key == key }?.label == label) }
    for composed in [Field.snd_wscale, .rcv_wscale, .rttvar, .total_retrans, .max_pacing_rate] {
      #expect(composed.label == nil, "\(composed.key) is printed together with another")
    }
    let shown = Field.tcpInfo.compactMap(\.label)
    #expect(Set(shown).count == shown.count)
    #expect(Field.skmeminfo.compactMap(\.label) == ["r", "rb", "t", "tb", "f", "w", "o", "bl", "d"])
  }

  /// The bits a field occupies in its part.
  static func bits(_ layout: Layout) -> Range<Int> {
    let start = Int(layout.offset) * 8
    if layout.bits == 0 { return start..<start + Int(layout.width) * 8 }
    return start + Int(layout.bit)..<start + Int(layout.bit) + Int(layout.bits)
  }

  @Test func layoutsDoNotOverlap() {
    // The whole shutdown byte is a field beside its two bits; nothing else may share bits.
    let fields = Field.all.filter { $0 !== Field.shutdown }
    for (part, members) in Dictionary(grouping: fields, by: \.layout.part) {
      let sorted = members.sorted { Self.bits($0.layout).lowerBound < Self.bits($1.layout).lowerBound }
      for (left, right) in zip(sorted, sorted.dropFirst()) {
        let apart = Self.bits(left.layout).upperBound <= Self.bits(right.layout).lowerBound
        #expect(apart, "\(left.key) and \(right.key) overlap in part \(part.rawValue)")
      }
    }
    #expect(Self.bits(Field.shutdownSend.layout) == 1..<2)
  }

  @Test func widthsAreThoseOfIntegers() {
    for field in Field.all {
      let layout = field.layout
      #expect([1, 2, 4, 8].contains(layout.width), "\(field.key)")
      #expect(Int(layout.bit) + Int(layout.bits) <= Int(layout.width) * 8, "\(field.key)")
      #expect(layout.network == [ObjectIdentifier(Field.sport), ObjectIdentifier(Field.dport)].contains(ObjectIdentifier(field)))
    }
    #expect(Field.header.map { Self.bits($0.layout).upperBound }.max() == 72 * 8)
    #expect(Field.tcpInfo.map { Self.bits($0.layout).upperBound }.max() == 280 * 8)
  }

  @Test func optionBitsHaveNames() {
    #expect(TCPOptions(rawValue: 0xff).names.count == 8)
    #expect(TCPOptions([.timestamps, .sack, .windowScaling]).names == ["timestamps", "sack", "wscale"])
    #expect(TCPOptions([.timestamps, .sack, .windowScaling, .synData]).ssWords == ["ts", "sack", "fastopen"])
    #expect(TCPOptions(rawValue: 0).names.isEmpty)
    #expect(TCPOptions.fastOpenChild.names == ["tfo_child"])
  }

  @Test func codesKeepWhatTheyDoNotKnow() {
    #expect((0...4).map { CongestionState(rawValue: $0).name } == ["Open", "Disorder", "CWR", "Recovery", "Loss"])
    #expect(CongestionState(rawValue: 9).name == "unknown(9)")
    #expect(FastOpenFailure.synRetransmitted.name == "syn_retransmitted")
    #expect(FastOpenFailure(rawValue: 7).name == "unknown(7)")
  }
}
