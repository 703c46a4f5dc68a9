import Bytes
import Crypto
import Foundation
import SystemPackage

/// Writes the chain file beside a log file, by which `LogVerifier` knows whether every line is still there as it was.
///
/// It follows the log: what it says is written after the lines it says it of. So a process that is killed leaves some
/// lines at the end that no record counts, and never the reverse. If the disk is full, lines wait to be recorded, in a few
/// bytes each, and a seal that could not be written is tried again. Used by the thread of the sink.
struct EvidenceLog: Sendable {
    /// What was found at the start that a person should know of; `nil` if nothing.
    let notice: String?
    /// Whether the run begins a new chain although there are earlier files.
    let isNewChain: Bool
    private let key: EvidenceKey
    private var chain: LogChain
    private var start: ChainStart?
    private var file: OpenFile?
    /// The file that the chain ended with.
    private var previous: String?
    /// The files of the chain that are there, the oldest first: the order in which they may be removed.
    private var members: [ChainStart.Member]
    /// Ended files whose last records are not written yet.
    private var backlog: [OpenFile] = []
    private let board: HeadBoard?

    private struct OpenFile {
        let directory: FileDirectory
        let name: String
        /// `nil` until there is something to write.
        var descriptor: FileDescriptor?
        var bytes = 0
        var lines = 0
        var logBytes = 0
        /// Records that are to be written before any other.
        var pending: [UInt8]
        var waiting: LogChain.Lines
        /// The files to be removed once the seal is written.
        var expired: [String] = []
    }

    /// A log with seals of `key`, which continues what is in `directory`. `board` hears of each value of the chain.
    init(key: EvidenceKey, in directory: FileDirectory, board: HeadBoard? = nil) {
        let start = ChainStart(in: directory, key: key)
        self.key = key
        self.board = board
        notice = start.notice
        isNewChain = start.reason != nil
        chain = start.chain
        previous = start.previous
        members = start.members
        self.start = start
    }

    /// The files of the chain, the one that is written excepted.
    var names: Set<String> { Set(members.map(\.name) + backlog.map(\.name)) }

    /// Begins the chain file beside the log file called `name`.
    mutating func begin(_ name: String, in directory: FileDirectory) {
        drain()
        let begin = EvidenceRecord.Begin(
            file: name, previous: previous, chain: chain.hexadecimal, publicKey: key.publicHexadecimal)
        chain = chain.beginning(file: name)
        var heading = EvidenceRecord.begin(begin).line ?? []
        if let found = start?.record(after: chain) {
            chain = chain.finding(found)
            heading += EvidenceRecord.found(found).line ?? []
        }
        start = nil
        file = OpenFile(
            directory: directory, name: name, pending: heading, waiting: LogChain.Lines(after: chain))
        previous = name
        // Before the first line of the log: lines without a chain file are no one's.
        _ = write([])
    }

    /// Records whole lines that were written.
    mutating func add(_ lines: ArraySlice<UInt8>) {
        var rest = lines
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            file?.waiting.add(rest[...end])
            rest = rest[(end + 1)...]
        }
        flush()
    }

    /// Seals the file and all before it, and then removes the oldest files of the chain beyond `limits`, which the seal states:
    /// a verifier believes only what is sealed. `time` is that of the newest event.
    mutating func end(at time: Timestamp, limits: FileLimits) {
        flush()
        guard var open = file else { return }
        file = nil
        open.expired = expired(open, at: time, limits: limits)
        open.pending += tail(of: &open)
        let seal = sealed(open, at: time)
        open.pending += EvidenceRecord.seal(seal).line ?? []
        members.append(.init(name: open.name, bytes: open.logBytes, time: time.text))
        members.removeAll { open.expired.contains($0.name) }
        backlog.append(open)
        drain()
        if backlog.count > Self.mostWaiting { backlog.removeFirst() }
    }

    /// The files that have to go before another begins.
    private func expired(_ open: OpenFile, at time: Timestamp, limits: FileLimits) -> [String] {
        // By what was sealed: the times of files are anyone's who can write to them. A file without a seal is as old as the next.
        let oldest = limits.keptAge.map { time.advanced(byNanoseconds: -$0).text }
        let now = open.directory.sizes(of: members, atMost: limits.fileBytes)
        var ages = now.map { $0.time ?? "" }
        for index in ages.indices.reversed() where ages[index].isEmpty {
            ages[index] = index + 1 < ages.count ? ages[index + 1] : time.text
        }
        let count = max(0, limits.files - 2)
        let bytes = limits.totalBytes - limits.fileBytes - open.logBytes
        var total = now.reduce(0) { $0 + $1.bytes }
        var expired: [String] = []
        for (index, file) in now.enumerated() {
            let isOld = oldest.map { ages[index] < $0 } ?? false
            // Always a beginning of the chain: what is left is one chain.
            guard isOld || now.count - index > count || total > bytes else { break }
            total -= file.bytes
            expired.append(file.name)
        }
        return expired
    }

    /// The records of lines that wait and of files that go, which are taken into the chain.
    private mutating func tail(of open: inout OpenFile) -> [UInt8] {
        var records: [EvidenceRecord] = []
        if open.waiting.count > 0 {
            let record = Self.record(of: open.waiting)
            open.lines += open.waiting.count
            open.logBytes += open.waiting.bytes
            chain = open.waiting.chain
            records.append(.lines(record))
        }
        if !open.expired.isEmpty {
            chain = chain.removing(files: open.expired)
            records.append(.removed(.init(files: open.expired, chain: chain.hexadecimal)))
        }
        open.waiting = LogChain.Lines(after: chain)
        return records.flatMap { $0.line ?? [] }
    }

    private func sealed(_ open: OpenFile, at time: Timestamp) -> EvidenceRecord.Seal {
        var seal = EvidenceRecord.Seal(
            lines: open.lines, bytes: open.logBytes, time: time.text, chain: chain.hexadecimal)
        if let signature = try? key.key.signature(for: Data(seal.message(file: open.name))) {
            seal.signature = Hexadecimal.text(signature)
        }
        return seal
    }

    /// Writes what ended files still lack, the oldest first, and removes the files that their seals say are removed.
    private mutating func drain() {
        while var open = backlog.first {
            guard Self.write([], to: &open) else {
                backlog[0] = open
                return
            }
            backlog.removeFirst()
            if let descriptor = open.descriptor {
                try? FileHandle(fileDescriptor: descriptor.rawValue, closeOnDealloc: false).synchronize()
                try? descriptor.close()
            }
            open.directory.remove(open.expired)
        }
    }

    private static func record(of waiting: LogChain.Lines) -> EvidenceRecord.Lines {
        EvidenceRecord.Lines(
            lines: waiting.count, bytes: waiting.bytes, marks: Hexadecimal.text(waiting.marks),
            chain: waiting.chain.hexadecimal)
    }

    private mutating func flush() {
        guard let waiting = file?.waiting, waiting.count > 0 else { return }
        let record = Self.record(of: waiting)
        guard let line = EvidenceRecord.lines(record).line, write(line) else { return }
        chain = waiting.chain
        file?.lines += waiting.count
        file?.logBytes += waiting.bytes
        file?.waiting = LogChain.Lines(after: chain)
        if let file { board?.note(.init(file: file.name, lines: file.lines, value: chain.hexadecimal)) }
    }

    private mutating func write(_ line: [UInt8]) -> Bool {
        guard var open = file else { return false }
        defer { file = open }
        return Self.write(line, to: &open)
    }

    /// Writes a record after those that wait; on a failure none of it is in the file.
    private static func write(_ line: [UInt8], to open: inout OpenFile) -> Bool {
        let name = LogFileName.chain(beside: open.name)
        guard let descriptor = open.descriptor ?? (try? open.directory.open(name)) else { return false }
        open.descriptor = descriptor
        do {
            _ = try descriptor.writeAll(open.pending + line)
            open.bytes += open.pending.count + line.count
            open.pending = []
            return true
        } catch {
            try? descriptor.resize(to: Int64(open.bytes))
            return false
        }
    }

    /// The most ended files whose seals wait for room on the disk.
    private static var mostWaiting: Int { 16 }
}
