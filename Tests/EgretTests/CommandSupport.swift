import ArgumentParser
import Foundation

@testable import egret

/// What a command ended with, and what it wrote.
struct CommandResult {
    var status: Int32
    var output: String
    var errors: String
}

/// Runs `egret` with `arguments` in this process, as `main` does.
func egret(_ arguments: String...) -> CommandResult { egret(arguments) }

/// As above.
func egret(_ arguments: [String]) -> CommandResult {
    let recorder = TerminalRecorder()
    let status: Int32 = Terminal.$recorder.withValue(recorder) {
        do {
            var command = try Egret.parseAsRoot(arguments)
            try command.run()
            return 0
        } catch {
            return Egret.report(error)
        }
    }
    return CommandResult(status: status, output: recorder.output, errors: recorder.errors)
}

/// A directory that goes with its owner.
final class Scratch {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("egret-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: url.appendingPathComponent(name))
        return path(name)
    }
}

/// The project's own files, found from this one.
func projectPath(_ path: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent(path).path
}
