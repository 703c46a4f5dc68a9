import ArgumentParser
import Audit
import AuditInput
import Foundation
import SystemPackage

/// What of the values is shown, and where the output goes.
struct ValueOptions: ParsableArguments {
    @Flag(help: "Show values as they are. Credentials are never shown.") var showValues = false
    @Option(
        help: ArgumentHelp(
            "A file whose bytes are the key of the hashes of values; without it the key is new for each run.",
            valueName: "file"))
    var hashKey: String?
    @Option(
        help: ArgumentHelp(
            "Write to this file, readable by its owner alone, and not to standard output.", valueName: "file"))
    var output: String?

    /// The display that the options ask for.
    func display() throws(AuditInputError) -> ValueDisplay {
        let key: [UInt8]?
        if let hashKey { key = try RecordingReader.contents(hashKey, limit: 4096) } else { key = nil }
        if let key, key.count < 16 {
            throw AuditInputError(
                "\(hashKey ?? ""): \(key.count) bytes are too few for a key; write 16 or more random bytes")
        }
        return ValueDisplay(showsValues: showValues, key: key)
    }

    /// Writes lines to the output.
    func write(_ lines: [String]) throws(AuditInputError) { try Output.write(lines, to: output) }
}

extension Output {
    /// Writes lines to a file that its owner alone can read, or to standard output if there is no file.
    static func write(_ lines: [String], to path: String?) throws(AuditInputError) {
        guard let path else { return write(lines) }
        let permissions: FilePermissions = [.ownerRead, .ownerWrite]
        do {
            // Neither a directory nor the target of a link is written to: both are refused by the system.
            let file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .noFollow, .closeOnExec], permissions: permissions)
            try file.closeAfter {
                // A file that exists keeps its mode, so that it is narrowed before a byte is in it.
                try file.resize(to: 0)
                // By its descriptor, so that it is the file that is open and not what has its name by now.
                let opened = "/proc/self/fd/\(file.rawValue)"
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: opened)
                _ = try file.writeAll(lines.joined(separator: "\n").utf8)
                _ = try file.writeAll([0x0A])
            }
        } catch {
            throw AuditInputError("\(path): cannot be written (\(error)); name a file in a directory that exists")
        }
    }
}
