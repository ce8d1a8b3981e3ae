internal import CBPF
internal import Glibc

/// One opened eBPF object. Everything it put into the kernel goes when it goes: nothing is pinned.
@safe final class BPFObject {
  private let object: OpaquePointer
  private var links: [String: Int32] = [:]
  /// Programs of `loadLight()`, of which libbpf knows nothing.
  private var lightPrograms: [String: Int32] = [:]
  /// Whether `loadLight()` did it.
  var isLight: Bool { !lightPrograms.isEmpty }
  /// Programs that were attached once.
  private(set) var attached: [String] = []
  /// The literal's bytes: libbpf refers to them until the programs are loaded.
  private let bytes: [UInt8]

  /// Opens an embedded object; nil and `errno` when libbpf refuses it.
  init?(_ text: StaticString) {
    let bytes = decodeBase64(text)
    self.bytes = bytes
    var options = unsafe bpf_object_open_opts()
    unsafe options.sz = MemoryLayout<bpf_object_open_opts>.size
    let opened = unsafe "sockexplain".withCString { name in
      unsafe options.object_name = unsafe name
      return unsafe bytes.withUnsafeBytes { raw in unsafe bpf_object__open_mem(raw.baseAddress, raw.count, &options) }
    }
    guard let opened = unsafe opened else { return nil }
    unsafe object = unsafe opened
  }

  deinit {
    detach()
    for descriptor in lightPrograms.values { close(descriptor) }
    unsafe bpf_object__close(object)
  }

  private func program(_ name: String) -> OpaquePointer? { unsafe bpf_object__find_program_by_name(object, name) }
  private func map(_ name: String) -> OpaquePointer? { unsafe bpf_object__find_map_by_name(object, name) }

  /// Sets a constant of the object; only before `load()`.
  func set<T: FixedWidthInteger>(_ variable: String, _ value: T) { set(variable, [value]) }

  func set(_ variable: String, _ value: Bool) { set(variable, [UInt8(value ? 1 : 0)]) }

  func set<T: FixedWidthInteger>(_ variable: String, _ values: [T]) {
    var offset: UInt32 = 0
    var size = 0
    let place = unsafe shim_variable(bpf_object__btf(object), ".rodata", variable, &offset)
    guard let data = unsafe map(".rodata").flatMap({ unsafe bpf_map__initial_value($0, &size) }) else { return }
    let count = min(Int(place), values.count * MemoryLayout<T>.size)
    guard Int(offset) + count <= size else { return }
    unsafe values.withUnsafeBytes { raw in
      if let from = raw.baseAddress {
        unsafe UnsafeMutableRawPointer(mutating: data).advanced(by: Int(offset)).copyMemory(from: from, byteCount: count)
      }
    }
  }

  /// How many entries a map will have; only before `load()`.
  func setSize(_ map: String, _ entries: UInt32) {
    if let found = unsafe self.map(map) { unsafe bpf_map__set_max_entries(found, entries) }
  }

  /// Whether a program is loaded at all; only before `load()`.
  func setAutoload(_ name: String, _ isOn: Bool) {
    if let found = unsafe program(name) { unsafe bpf_program__set_autoload(found, isOn) }
  }

  /// Gives maps and programs to the kernel; 0 or errno.
  func load() -> Int32 { unsafe -bpf_object__load(object) }

  /// The same in a tenth of the time, where the kernel finds the members itself (Linux 5.17); 0 or errno. Nobody can read the maps of what was
  /// loaded so, and what failed once loads no more.
  func loadLight() -> Int32 {
    var names: [String] = []
    var next = unsafe bpf_object__next_program(object, nil)
    while let program = unsafe next {
      names.append(unsafe String(cString: bpf_program__name(program)))
      unsafe next = unsafe bpf_object__next_program(object, program)
    }
    var descriptors = [Int32](repeating: -1, count: names.count)
    let code = unsafe shim_load_light(object, &descriptors, UInt32(names.count))
    if code == 0 { lightPrograms = Dictionary(uniqueKeysWithValues: zip(names, descriptors)) }
    return code
  }

  /// Attaches a program to what its section names; 0 or errno.
  func attach(_ name: String) -> Int32 {
    guard let found = unsafe program(name) else { return ENOENT }
    let link = unsafe bpf_link_create(descriptor(ofProgram: name), 0, bpf_program__expected_attach_type(found), nil)
    guard link >= 0 else { return -link }
    links[name] = link
    attached.append(name)
    return 0
  }

  /// Attaches nothing more and lets the programs run no longer; maps stay readable.
  func detach() {
    while let (_, link) = links.popFirst() { close(link) }
  }

  /// A new pass of an attached iterator; nil and `errno`.
  func iterate(_ name: String) -> Descriptor? {
    guard let link = links[name] else { return nil }
    let number = bpf_iter_create(link)
    return number < 0 ? nil : Descriptor(number)
  }

  /// The descriptor of a map, -1 when it is not there.
  func descriptor(of name: String) -> Int32 { unsafe map(name).map { unsafe bpf_map__fd($0) } ?? -1 }

  private func descriptor(ofProgram name: String) -> Int32 {
    lightPrograms[name] ?? (unsafe program(name).map { unsafe bpf_program__fd($0) } ?? -1)
  }

  /// Runs, their time in nanoseconds, and events missed, summed over the programs.
  func statistics() -> (runs: UInt64, nanoseconds: UInt64, missed: UInt64) {
    var sum = (runs: UInt64(0), nanoseconds: UInt64(0), missed: UInt64(0))
    for name in attached {
      var info = bpf_prog_info()
      var length = UInt32(MemoryLayout<bpf_prog_info>.size)
      guard unsafe bpf_obj_get_info_by_fd(descriptor(ofProgram: name), &info, &length) == 0 else { continue }
      sum.runs += info.run_cnt
      sum.nanoseconds += info.run_time_ns
      sum.missed += info.recursion_misses
    }
    return sum
  }
}
