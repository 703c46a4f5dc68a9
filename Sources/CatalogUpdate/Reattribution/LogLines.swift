import Archive
import Foundation

/// The lines of a log, one at a time: plain files, files that egret packed (`.zst`), and standard input.
enum LogLines {
    /// The longest line that is read, in bytes.
    static let longest = 4 << 20

    /// Why a log, or the rest of it, is not read.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Passes each line of the log at `path` to `body`, without its line feed; `-` is standard input.
    ///
    /// - Returns: the lines that were passed over because they are longer than `longest`.
    static func forEach(in path: String, _ body: (ArraySlice<UInt8>) -> Void) throws(Failure) -> Int {
        var splitter = LineSplitter()
        if path.hasSuffix(PackedFile.suffix) {
            do throws(ArchiveError) {
                try PackedFile.read(path) { (bytes) throws(ArchiveError) in splitter.take(bytes, body) }
            } catch { throw Failure(description: "\(path): \(words(error))") }
        } else {
            try readPlain(path, into: &splitter, body)
        }
        splitter.finish(body)
        return splitter.skipped
    }

    private static func readPlain(
        _ path: String, into splitter: inout LineSplitter, _ body: (ArraySlice<UInt8>) -> Void
    ) throws(Failure) {
        let opened = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path)
        guard let opened else { throw Failure(description: "\(path): cannot be read") }
        var isFirst = true
        while true {
            let bytes: [UInt8]
            do { bytes = [UInt8](try opened.read(upToCount: 1 << 20) ?? Data()) } catch {
                throw Failure(description: "\(path): reading ended with an error")
            }
            if bytes.isEmpty { return }
            if isFirst, bytes.starts(with: [0x1F, 0x8B]) {
                throw Failure(
                    description:
                        "\(path): compressed with gzip, which is not read; use zcat FILE | egret catalog reattribute -")
            }
            isFirst = false
            splitter.take(bytes[...], body)
        }
    }

    private static func words(_ error: ArchiveError) -> String {
        switch error {
        case .system(let code): "the system refuses (error \(code))"
        case .format: "it is no whole Zstandard file; what is before the damage was read"
        case .tooLarge, .ended: "reading ended"
        }
    }
}

/// Cuts bytes that come in pieces into lines.
struct LineSplitter {
    private var pending: [UInt8] = []
    private var isSkipping = false
    /// The lines that were too long.
    private(set) var skipped = 0

    /// Takes the next bytes and passes every line that ends in them to `body`.
    mutating func take(_ bytes: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>) -> Void) {
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if isSkipping {
                isSkipping = false
            } else if pending.isEmpty {
                body(rest[..<end])
            } else {
                pending += rest[..<end]
                body(pending[...])
                pending.removeAll(keepingCapacity: true)
            }
            rest = rest[(end + 1)...]
        }
        guard !isSkipping else { return }
        pending += rest
        if pending.count > LogLines.longest {
            pending = []
            isSkipping = true
            skipped += 1
        }
    }

    /// Passes on a last line without a line feed.
    mutating func finish(_ body: (ArraySlice<UInt8>) -> Void) {
        if !pending.isEmpty, !isSkipping { body(pending[...]) }
        pending = []
    }
}
