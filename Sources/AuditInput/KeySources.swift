import Bytes
import Capture
package import Decryption
import Foundation

/// Where the keys of recordings are found: files and directories that were named, a file beside each capture, and blocks
/// inside of it.
package struct KeySources {
    /// The largest key log that is read.
    package static let fileLimit = 256 << 20

    /// The keys.
    package let ring = KeyRing()
    /// The files and captures that keys were read from, in order.
    package private(set) var sources: [String] = []
    /// Sentences about what could not be read.
    package private(set) var warnings: [String] = []

    /// No keys.
    package init() {}

    /// Reads a key log, or all key logs (`*.keys`, `*.keylog`, `*.log`, `*.txt`) of a directory.
    package mutating func add(path: String) throws(AuditInputError) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw AuditInputError("\(path): there is no such key log")
        }
        let values = try? URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey])
        guard values?.isDirectory == true else { return try read(path) }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? []
        let logs = names.filter { name in [".keys", ".keylog", ".log", ".txt"].contains { name.hasSuffix($0) } }
        guard !logs.isEmpty else {
            throw AuditInputError(
                "\(path): the directory holds no key log; files named *.keys, *.keylog, *.log, *.txt are read")
        }
        for name in logs { try read(path + "/" + name) }
    }

    /// Reads what is next to a capture (`NAME.keys` for `NAME.pcap`) and inside it.
    package mutating func add(capture path: String) throws(AuditInputError) {
        guard path != "-" else {
            warnings.append("standard input: keys inside of it are not read; name them with --keys")
            return
        }
        let beside = Self.beside(path)
        if FileManager.default.fileExists(atPath: beside) { try read(beside) }
        do throws(CaptureError) {
            let logs = try FileCapture.keyLogs(path: path)
            for log in logs { ring.read(log.rawSpan) }
            if !logs.isEmpty { sources.append(path) }
        } catch {
            throw AuditInputError(error.description)
        }
    }

    /// The name of the key log beside a capture: its suffixes are replaced with `.keys`.
    package static func beside(_ path: String) -> String {
        var stem = path
        for suffix in [".gz", ".zst", ".zstd"] where stem.hasSuffix(suffix) { stem.removeLast(suffix.count) }
        for suffix in [".pcapng", ".pcap", ".cap", ".ntar", ".dmp"] where stem.hasSuffix(suffix) {
            stem.removeLast(suffix.count)
            break
        }
        return stem + ".keys"
    }

    private mutating func read(_ path: String) throws(AuditInputError) {
        guard let file = FileManager.default.contents(atPath: path) else {
            throw AuditInputError("\(path): the key log cannot be read")
        }
        guard file.count <= Self.fileLimit else {
            throw AuditInputError("\(path): the key log has more than 256 MiB")
        }
        ring.read([UInt8](file).rawSpan)
        sources.append(path)
    }
}

/// Why a recording cannot be audited at all.
package struct AuditInputError: Error, CustomStringConvertible, Sendable {
    /// One sentence: the file first, then what is wrong and what would be right.
    package let description: String

    /// Creates an error.
    package init(_ description: String) { self.description = description }
}
