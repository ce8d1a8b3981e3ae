import Foundation
import PackagePlugin

/// Compiles every bpf/*.bpf.c of a target for the kernel's virtual machine and gives the target the result as Swift source.
@main struct BPFCompiler: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let sources = target.directoryURL.appending(path: "bpf")
    let shared = context.package.directoryURL.appending(path: "Sources/CBPF")
    let files = try FileManager.default.contentsOfDirectory(at: sources, includingPropertiesForKeys: nil)
    let headers = files.filter { $0.pathExtension == "h" } + [shared.appending(path: "layout.h")]
    let clang = try context.tool(named: "clang").url
    let objcopy = try context.tool(named: "llvm-objcopy").url
    let embed = try context.tool(named: "bpf-embed").url
    return files.filter { $0.lastPathComponent.hasSuffix(".bpf.c") }.sorted { $0.path < $1.path }.map { source in
      let name = source.lastPathComponent.split(separator: ".")[0].capitalized + "Object"
      let output = context.pluginWorkDirectoryURL.appending(path: "\(name).swift")
      return .buildCommand(
        displayName: "Compiling \(source.lastPathComponent) for eBPF", executable: embed,
        arguments: [clang.path, objcopy.path, source.path, shared.path, output.path, name], inputFiles: [source] + headers,
        outputFiles: [output])
    }
  }
}
