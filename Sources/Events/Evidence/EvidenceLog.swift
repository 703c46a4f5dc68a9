import Bytes
import Crypto
import Foundation
import SystemPackage

/// Writes the file beside a log file by which `LogVerifier` knows whether every line is still there as it was.
///
/// It follows the log: what it says is written after the lines it says it of. So a process that is killed leaves some
/// lines at the end that nothing vouches for, and never the other way round. Where the disk is full, lines wait to be
/// vouched for, in a few bytes each, until there is room. Used by the thread of the sink.
struct EvidenceLog: Sendable {
    private let key: EvidenceKey
    private var chain = LogChain.origin
    private var file: OpenFile?
    /// The file that the chain ended with.
    private var previous: String?

    private struct OpenFile {
        let directory: FileDirectory
        let name: String
        /// Nothing until there is something to write.
        var descriptor: FileDescriptor?
        var bytes = 0
        var lines = 0
        var logBytes = 0
        /// The first record, until it is written.
        var heading: [UInt8]
        var waiting: LogChain.Lines
    }

    /// A log that `key` vouches for, behind the newest of the log files called `names`, the newest first, that has a chain:
    /// as far as that was written.
    init(key: EvidenceKey, behind names: [String], in directory: FileDirectory) {
        self.key = key
        for name in names {
            let path = directory.path(of: Self.name(beside: name))
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            // What follows the last line feed is no record: the run was ended while it wrote.
            let whole = data[..<(data.lastIndex(of: UInt8(ascii: "\n")) ?? data.startIndex)]
            guard let file = ChainFile(whole + Data("\n".utf8), log: name), let end = file.end,
                let chain = LogChain(hexadecimal: end)
            else { continue }
            self.chain = chain
            previous = name
            return
        }
    }

    /// The name of the file beside the log file called `name`.
    static func name(beside name: String) -> String {
        (name.hasSuffix(".jsonl") ? String(name.dropLast(6)) : name) + ".chain"
    }

    /// Begins the file beside the log file called `name`.
    mutating func begin(_ name: String, in directory: FileDirectory) {
        let begin = EvidenceRecord.Begin(
            file: name, previous: previous, chain: chain.hexadecimal,
            publicKey: key.publicHexadecimal)
        chain = chain.beginning(file: name)
        file = OpenFile(
            directory: directory, name: name, heading: EvidenceRecord.begin(begin).line ?? [],
            waiting: LogChain.Lines(after: chain))
        previous = name
        // Before the first line of the log: lines without a file beside them are nobody's.
        _ = write([])
    }

    /// Vouches for whole lines that were written.
    mutating func add(_ lines: ArraySlice<UInt8>) {
        var rest = lines
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            file?.waiting.add(rest[...end])
            rest = rest[(end + 1)...]
        }
        flush()
    }

    /// Notes that older log files were removed, and removes what lies beside them.
    mutating func remove(_ names: [String]) {
        guard !names.isEmpty, let directory = file?.directory else { return }
        flush()
        let next = chain.removing(files: names)
        guard append(.removed(.init(files: names, chain: next.hexadecimal))) else { return }
        take(next)
        for name in names {
            try? FileManager.default.removeItem(atPath: directory.path(of: Self.name(beside: name)))
        }
    }

    /// Vouches for the file as a whole, and all before it; `time` is that of the newest event.
    mutating func seal(at time: Timestamp) {
        flush()
        guard let open = file else { return }
        var seal = EvidenceRecord.Seal(
            lines: open.lines, bytes: open.logBytes, time: time.text, chain: chain.hexadecimal)
        if open.waiting.count == 0, let signature = try? key.key.signature(for: Data(seal.message(file: open.name))) {
            seal.signature = Hexadecimal.text(signature)
            _ = append(.seal(seal))
        }
        if let descriptor = file?.descriptor {
            try? FileHandle(fileDescriptor: descriptor.rawValue, closeOnDealloc: false).synchronize()
            try? descriptor.close()
        }
        file = nil
    }

    private mutating func flush() {
        guard let waiting = file?.waiting, waiting.count > 0 else { return }
        let next = waiting.chain
        let record = EvidenceRecord.Lines(
            lines: waiting.count, bytes: waiting.bytes, marks: Hexadecimal.text(waiting.marks),
            chain: next.hexadecimal)
        guard append(.lines(record)) else { return }
        file?.lines += waiting.count
        file?.logBytes += waiting.bytes
        take(next)
    }

    private mutating func take(_ next: LogChain) {
        chain = next
        file?.waiting = LogChain.Lines(after: next)
    }

    private mutating func append(_ record: EvidenceRecord) -> Bool { record.line.map { write($0) } ?? false }

    /// Writes a line, behind the first record where that is not there yet; on a failure nothing of it is in the file.
    private mutating func write(_ line: [UInt8]) -> Bool {
        guard let open = file,
            let descriptor = open.descriptor ?? (try? open.directory.open(Self.name(beside: open.name)))
        else { return false }
        file?.descriptor = descriptor
        do {
            _ = try descriptor.writeAll(open.heading + line)
            file?.bytes += open.heading.count + line.count
            file?.heading = []
            return true
        } catch {
            try? descriptor.resize(to: Int64(open.bytes))
            return false
        }
    }
}
