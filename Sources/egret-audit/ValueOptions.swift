import ArgumentParser
import Audit
import AuditInput
import Foundation

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
        // A file that exists would keep its mode.
        try? FileManager.default.removeItem(atPath: path)
        let data = Data(lines.joined(separator: "\n").utf8 + [0x0A])
        guard FileManager.default.createFile(atPath: path, contents: data, attributes: [.posixPermissions: 0o600])
        else {
            throw AuditInputError("\(path): cannot be written")
        }
    }
}
