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
