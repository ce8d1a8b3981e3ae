import Catalog
import Foundation
import Testing

/// One member of a C structure as the running kernel's BTF describes it.
struct BTFMember: Equatable {
  var name: String
  var bitsOffset: Int
  var bits: Int
}

/// Runs bpftool on the kernel's own type information; a string says why it cannot.
enum BTF {
  static let path = "/sys/kernel/btf/vmlinux"
  static let tools = ["/usr/sbin/bpftool", "/usr/local/sbin/bpftool", "/usr/bin/bpftool", "/sbin/bpftool"]

  static let missing: String? = {
    if !FileManager.default.isReadableFile(atPath: path) { return "\(path) is not readable: this kernel carries no BTF" }
    if tool == nil { return "bpftool is not installed" }
    return nil
  }()

  static var tool: String? { tools.first { FileManager.default.isExecutableFile(atPath: $0) } }

  /// The raw dump, one line a type or member.
  static func dump() throws -> [Substring] {
    let process = Process()
    process.executableURL = URL(filePath: try #require(tool))
    process.arguments = ["btf", "dump", "file", path, "format", "raw"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
  }

  /// The members of a structure, bit-fields with their width, the others with their type's (0 for an array).
  static func members(of structure: String, in lines: [Substring]) throws -> [BTFMember] {
    let start = try #require(lines.firstIndex { $0.contains("] STRUCT '\(structure)' ") }, "BTF has no struct \(structure)")
    let rows = lines[(start + 1)...].prefix { $0.first == "\t" }
    let wanted = Set(rows.compactMap { number("type_id=", in: $0) })
    let sizes = typeSizes(lines, wanted)
    return try rows.map { row in
      let name = try #require(row.split(separator: "'").dropFirst().first)
      let type = try #require(number("type_id=", in: row))
      let bits = number("bitfield_size=", in: row) ?? (sizes[type] ?? 0) * 8
      return BTFMember(name: String(name), bitsOffset: try #require(number("bits_offset=", in: row)), bits: bits)
    }
  }

  /// Sizes in bytes of types, through typedefs.
  static func typeSizes(_ lines: [Substring], _ wanted: Set<Int>) -> [Int: Int] {
    var direct: [Int: Int] = [:]
    var alias: [Int: Int] = [:]
    for line in lines where line.first == "[" {
      guard let id = Int(line.dropFirst().prefix { $0 != "]" }) else { continue }
      if let size = number(" size=", in: line) { direct[id] = size }
      if line.contains("] TYPEDEF "), let target = number("type_id=", in: line) { alias[id] = target }
    }
    var out: [Int: Int] = [:]
    for id in wanted {
      var at = id
      while let next = alias[at], direct[at] == nil { at = next }
      out[id] = direct[at]
    }
    return out
  }

  static func number(_ label: String, in row: Substring) -> Int? {
    row.range(of: label).flatMap { Int(row[$0.upperBound...].prefix { $0.isNumber }) }
  }
}

@Suite struct DriftTests {
  /// Differences between a kernel's structure and the fields of a part, in words; empty when every kernel member is covered.
  static func drift(_ kernel: [BTFMember], _ fields: [Field], prefix: String) -> [String] {
    let mine = Dictionary(fields.map { (prefix + $0.key, $0.layout) }, uniquingKeysWith: { first, _ in first })
    return kernel.compactMap { member in
      guard let layout = mine[member.name] else { return "\(member.name): the catalog lacks it" }
      let offset = Int(layout.offset) * 8 + Int(layout.bit)
      let bits = layout.bits == 0 ? Int(layout.width) * 8 : Int(layout.bits)
      if (offset, bits) == (member.bitsOffset, member.bits) { return nil }
      return "\(member.name): kernel bit \(member.bitsOffset) width \(member.bits), catalog bit \(offset) width \(bits)"
    }
  }

  @Test(.enabled(if: BTF.missing == nil, Comment(rawValue: BTF.missing ?? "")))
  func tcpInfoMatchesTheRunningKernel() throws {
    let kernel = try BTF.members(of: "tcp_info", in: try BTF.dump())
    let differences = Self.drift(kernel, Field.tcpInfo, prefix: "tcpi_")
    print("tcp_info: covers \(kernel.count - differences.count) of \(kernel.count)")
    #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    #expect(kernel.count >= 50, "no tcp_info with BTF is shorter: the dump was not understood")
    let order = kernel.map(\.name)
    #expect(Field.tcpInfo.map { "tcpi_" + $0.key }.filter(order.contains) == order, "the list is not in wire order")
  }

  @Test(.enabled(if: BTF.missing == nil, Comment(rawValue: BTF.missing ?? "")))
  func socketOptionBitsAndMemoryMatchTheRunningKernel() throws {
    let lines = try BTF.dump()
    let bits = try BTF.members(of: "inet_diag_sockopt", in: lines).filter { $0.name != "unused" }
    #expect(Self.drift(bits, Field.sockopt, prefix: "").isEmpty)
    let memory = try BTF.members(of: "inet_diag_meminfo", in: lines)
    #expect(Self.drift(memory, Field.meminfo, prefix: "idiag_").isEmpty)
    // The addresses and ports sit in a nested struct: only the outer members compare by name.
    let outer = try BTF.members(of: "inet_diag_msg", in: lines).filter { $0.name != "id" }
    #expect(Self.drift(outer, Field.header, prefix: "idiag_").isEmpty)
    let id = try BTF.members(of: "inet_diag_sockid", in: lines)
    let scalars = id.filter { ["idiag_sport", "idiag_dport", "idiag_if"].contains($0.name) }
      .map { BTFMember(name: $0.name, bitsOffset: $0.bitsOffset + 32, bits: $0.bits) }
    #expect(scalars.count == 3)
    #expect(Self.drift(scalars, Field.header, prefix: "idiag_").isEmpty)
    let cookie = try #require(id.first { $0.name == "idiag_cookie" })
    #expect(cookie.bitsOffset + 32 == Int(Field.cookie.layout.offset) * 8)
  }

  @Test func driftIsNoticed() {
    let rto = BTFMember(name: "tcpi_rto", bitsOffset: 64, bits: 32)
    #expect(Self.drift([rto], Field.tcpInfo, prefix: "tcpi_").isEmpty)
    #expect(Self.drift([BTFMember(name: "tcpi_new", bitsOffset: 2240, bits: 32)], Field.tcpInfo, prefix: "tcpi_").count == 1)
    #expect(Self.drift([BTFMember(name: "tcpi_rto", bitsOffset: 72, bits: 32)], Field.tcpInfo, prefix: "tcpi_").count == 1)
    #expect(Self.drift([BTFMember(name: "tcpi_rto", bitsOffset: 64, bits: 64)], Field.tcpInfo, prefix: "tcpi_").count == 1)
    #expect(
      Self.drift([BTFMember(name: "tcpi_rcv_wscale", bitsOffset: 48, bits: 4)], Field.tcpInfo, prefix: "tcpi_").count == 1)
  }
}
