// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A Swift target with the project's settings; its dependencies are the arrows of Docs/Architecture.md.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let package = Package(
  name: "sockexplain",
  products: [
    .executable(name: "sockexplain", targets: ["sockexplain"]),
    .executable(name: "sockexplain-probe", targets: ["sockexplain-probe"]),
    .library(name: "SockDiag", targets: ["SockDiag"]),
    .library(name: "Catalog", targets: ["Catalog"]),
  ],
  targets: [
    .target(name: "CShims"),
    .systemLibrary(name: "CMnl", pkgConfig: "libmnl", providers: [.apt(["libmnl-dev"])]),
    .systemLibrary(name: "CBPF", pkgConfig: "libbpf", providers: [.apt(["libbpf-dev"])]),
    room("Wire"),
    room("Catalog"),
    room("Netlink", ["Wire", "CShims", "CMnl"]),
    room("SockDiag", ["Wire", "Netlink", "Catalog"]),
    room("ProcFS", ["Catalog", "CShims"]),
    room("ProbeStream", ["Wire"]),
    room("Snapshot", ["SockDiag", "ProcFS", "ProbeStream", "Catalog"]),
    room("Collection", ["Snapshot", "SockDiag", "ProcFS", "ProbeStream", "Netlink", "Wire", "Catalog", "CShims"]),
    room("Rendering", ["Findings", "Snapshot", "SockDiag", "ProcFS", "ProbeStream", "Wire", "Catalog", "CShims"]),
    room("Findings", ["Snapshot", "SockDiag", "ProcFS", "ProbeStream", "Catalog"]),
    .executableTarget(
      name: "sockexplain",
      dependencies: [
        "Rendering", "Findings", "Collection", "Snapshot", "SockDiag", "ProcFS", "ProbeStream", "Netlink", "Wire", "Catalog",
        "CShims",
      ],
      swiftSettings: strict),
    // The side-car: the only program that loads eBPF, built and embedded by the plugin.
    .executableTarget(
      name: "sockexplain-probe", dependencies: ["CBPF", "CShims", "ProbeStream", "Catalog"], exclude: ["bpf"], swiftSettings: strict,
      plugins: ["BPFCompiler"]),
    .plugin(name: "BPFCompiler", capability: .buildTool(), dependencies: ["bpf-embed"]),
    .executableTarget(name: "bpf-embed", path: "Plugins/BPFEmbed", swiftSettings: strict),
    // What several test targets share: records made from field values.
    .target(
      name: "TestSupport",
      dependencies: ["Findings", "SockDiag", "Snapshot", "ProcFS", "Wire", "Catalog"],
      path: "Tests/Support",
      swiftSettings: strict),
    // Known sockets in network namespaces of their own, for LiveTests, benchmarks and people.
    .executableTarget(name: "makesockets", path: "Tests/MakeSockets"),
    // The side-car's stream as text.
    .executableTarget(name: "probedump", dependencies: ["ProbeStream"], path: "Tests/ProbeDump", swiftSettings: strict),
    tests("ArchitectureTests", []),
    tests("LiveTests", ["ProbeStream"]),
    tests("WireTests", ["Wire"]),
    tests("CatalogTests", ["Catalog"]),
    tests("CLITests", ["sockexplain", "Findings", "SockDiag", "Catalog"]),
    tests("SockDiagTests", ["SockDiag", "Wire", "Catalog", "TestSupport"]),
    tests("ProcFSTests", ["ProcFS", "Catalog"]),
    tests("ProbeStreamTests", ["ProbeStream", "Wire"]),
    tests("NetlinkTests", ["Netlink", "Wire", "TestSupport"]),
    tests(
      "CollectionTests",
      ["Collection", "Snapshot", "SockDiag", "ProcFS", "ProbeStream", "Netlink", "Wire", "Catalog", "CShims", "TestSupport"]),
    tests("FindingsTests", ["Findings", "Snapshot", "SockDiag", "ProcFS", "ProbeStream", "Catalog", "TestSupport"]),
    tests(
      "RenderingTests",
      [
        "sockexplain", "sockexplain-probe", "Rendering", "Findings", "Collection", "Snapshot", "SockDiag", "ProcFS", "ProbeStream",
        "Wire", "Catalog", "TestSupport",
      ]),
  ]
)
