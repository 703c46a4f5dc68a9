public import Bytes
import Foundation
import SystemPackage

/// Writes lines to files of a directory: `events-<sensor>-<boot>-<n>.jsonl`, and `current`, a link to the newest.
///
/// A file ends when it is large or old enough and a new one is begun; nothing is ever copied or cut. Files are opened
/// to append, a batch is one write of whole lines, and a write that fails in the middle is cut back to the last whole
/// line. The oldest files go when they are too many, too large together, or too old. Files are flushed to the disk (`fsync`)
/// when they end and at the stop, not between, and may then be packed (`FileLimits.compression`), which waits for nothing and
/// is waited for at the end alone. Where the disk is nearly full, flow events stop first and alerts are written as long as
/// there is room; what is given up is counted, and writing continues by itself when there is room again.
public struct FileSink: Sink {
    /// `file`, or what it was named.
    public let name: String
    /// What the newest file of an earlier run ends with, where its last line was never finished: that run was killed, or
    /// the machine stopped. At most that one event is lost by it; the file is left as it is.
    public let cut: TruncatedLogFile?
    /// What else was found in the directory at the start that a person should know of.
    public private(set) var notices: [SinkNotice] = []
    private let directory: FileDirectory
    private let limits: FileLimits
    private let freeBytes: @Sendable () -> Int?
    private var header: FileHeader
    private var file: OpenFile?
    private var number: Int
    private var isNearlyFull = false
    private var lastCheck: Timestamp?
    private var lastTime = Timestamp(nanoseconds: 0)
    private var evidence: EvidenceLog?
    private let packer: FilePacker?
    /// The file that was ended last, until another is begun.
    private var ended: String?
    private let leadsCurrent: Bool

    private struct OpenFile {
        var descriptor: FileDescriptor
        var name: String
        var bytes = 0
        /// The time of its first line.
        var begun: Timestamp?
    }

    /// A sink that writes below the directory `path`, which is made if it is missing. The first file is opened at once,
    /// so that a directory that cannot be written to is known before anything is captured, and rights may be dropped.
    ///
    /// At the end it waits until ended files are packed, or `patience` ends.
    ///
    /// `freeBytes` says how many bytes are free in place of the file system, for tests and quotas. With a `key`, a chain file
    /// beside each file proves its lines (`LogVerifier`), and `board` hears of each head. `leadsCurrent` is whether `current` is
    /// to point to the newest file.
    public init(
        name: String = "file", directory path: String, header: FileHeader, limits: FileLimits = FileLimits(),
        key: EvidenceKey? = nil, board: HeadBoard? = nil, leadsCurrent: Bool = true, patience: StopToken = StopToken(),
        freeBytes: (@Sendable () -> Int?)? = nil
    ) throws(SinkError) {
        let directory = FileDirectory(path: path, sensor: header.sensor)
        self.name = name
        self.directory = directory
        self.limits = limits
        self.header = header
        self.freeBytes = freeBytes ?? { directory.freeBytes() }
        self.leadsCurrent = leadsCurrent
        try directory.create()
        cut = directory.cutFile()
        number = directory.lastNumber()
        let earlier = directory.newestFirst()
        evidence = key.map { EvidenceLog(key: $0, in: directory, board: board) }
        packer = limits.compression == .zstd ? FilePacker(directory, patience) : nil
        notices = Self.notices(directory, evidence)
        try begin()
        // What earlier runs ended, or left in the middle of it.
        for name in earlier.reversed() where directory.has(name) { packer?.take(name) }
    }

    /// Writes the batch, into more than one file if one is full; see `Sink`.
    public mutating func write(_ batch: LineBatch, now: Timestamp) -> SinkOutcome {
        check(now)
        lastTime = max(lastTime, now)
        var outcome = SinkOutcome()
        var index = 0
        while index < batch.count {
            if let failure = prepare(for: batch, at: index, now: now) {
                outcome.failure = failure
                for line in batch.lines[index...] { outcome.drop(line.priority) }
                return outcome
            }
            let range = run(of: batch, from: index)
            writeRun(range, of: batch, into: &outcome)
            index = range.upperBound
        }
        return outcome
    }

    /// Begins a new file where the one that is written to was moved or removed.
    public mutating func reopen(now: Timestamp) {
        guard let name = file?.name, !directory.has(name) else { return }
        end()
    }

    /// Flushes the file to the disk and closes it.
    public mutating func close() {
        end()
        packer?.finish()
    }

    /// Once a second: whether the disk has room, and whether the file is still in its place.
    private mutating func check(_ now: Timestamp) {
        // The clock may be set back, which must not put this off.
        if let lastCheck, now.nanoseconds(since: lastCheck).magnitude < 1_000_000_000 { return }
        lastCheck = now
        reopen(now: now)
        isNearlyFull = freeBytes().map { $0 < limits.reservedBytes } ?? false
    }

    /// Makes sure that a file is open and has room for the line at `index`, and begins with its header.
    private mutating func prepare(for batch: LineBatch, at index: Int, now: Timestamp) -> SinkError? {
        if let file, isDue(file, next: batch.line(at: index).count, now: now) { end() }
        do throws(SinkError) {
            if file == nil {
                try directory.create()
                try begin()
            }
        } catch { return error }
        guard file?.bytes == 0 else { return nil }
        file?.begun = now
        guard batch.lines[index].priority != .header else { return nil }
        return append(header.line(file: number)[...])
    }

    private func isDue(_ file: OpenFile, next: Int, now: Timestamp) -> Bool {
        guard file.bytes > 0 else { return false }
        if file.bytes + next > limits.fileBytes { return true }
        guard let age = limits.fileAge, let begun = file.begun else { return false }
        return now.nanoseconds(since: begun).magnitude >= age.magnitude
    }

    /// The lines from `index` on that still fit into the file: one at least.
    private func run(of batch: LineBatch, from index: Int) -> Range<Int> {
        let start = index == 0 ? 0 : batch.lines[index - 1].end
        let room = limits.fileBytes - (file?.bytes ?? 0)
        var end = index + 1
        while end < batch.count, batch.lines[end].end - start <= room { end += 1 }
        return index..<end
    }

    /// Writes the lines of `range` at once, or, where the disk has no room for that, those of high priority one by one.
    private mutating func writeRun(_ range: Range<Int>, of batch: LineBatch, into outcome: inout SinkOutcome) {
        if !isNearlyFull {
            guard let failure = append(batch.bytes(of: range)) else {
                outcome.written += range.count
                return
            }
            outcome.failure = failure
            isNearlyFull = failure == .full
        }
        for index in range {
            let priority = batch.lines[index].priority
            if priority != .normal, append(batch.line(at: index)) == nil {
                outcome.written += 1
            } else {
                outcome.drop(priority)
                outcome.failure = outcome.failure ?? .full
            }
        }
    }

    /// Writes whole lines; on a failure none of them is in the file.
    private mutating func append(_ lines: ArraySlice<UInt8>) -> SinkError? {
        guard let open = file else { return .closed }
        do {
            _ = try open.descriptor.writeAll(lines)
            file?.bytes += lines.count
            evidence?.add(lines)
            return nil
        } catch {
            // What arrived of them is cut off again; where even that fails, nothing may follow in this file.
            if (try? open.descriptor.resize(to: Int64(open.bytes))) == nil { end() }
            return SinkError(error)
        }
    }

    /// Opens the next file, and removes the oldest if there are too many.
    private mutating func begin() throws(SinkError) {
        guard number < LogFileName.numbers.upperBound else {
            throw .system("\(directory.path(of: directory.name(number))) has the last number; move it away")
        }
        number += 1
        let name = directory.name(number)
        file = OpenFile(descriptor: try directory.open(name), name: name)
        let place = directory
        evidence?.begin(name, in: place)
        if leadsCurrent, let problem = directory.link(name), !notices.contains(where: { $0.kind == .currentKept }) {
            notices.append(SinkNotice(kind: .currentKept, detail: problem))
        }
        prune(keeping: name)
        // The newest file is the one that readers follow; it is packed when there is another.
        if let ended { packer?.take(ended) }
        ended = nil
    }

    /// Removes the oldest files beyond the limits. Files of the chain are removed by their seals alone: here it is those that
    /// do not belong to it, as if it were not there.
    private func prune(keeping name: String) {
        guard limits != limits.offline else { return }
        let now = max(lastTime, header.startTime)
        let oldest = limits.keptAge.map { now.advanced(byNanoseconds: -$0) }
        guard let evidence else {
            return directory.prune(
                count: limits.files - 1, bytes: limits.totalBytes - limits.fileBytes, before: oldest, keeping: [name])
        }
        directory.prune(
            count: limits.files, bytes: limits.totalBytes, before: oldest, keeping: evidence.names.union([name]))
    }

    private mutating func end() {
        guard let open = file else { return }
        file = nil
        ended = open.name
        // The lines are on the disk before the seal that counts them.
        let handle = FileHandle(fileDescriptor: open.descriptor.rawValue, closeOnDealloc: false)
        try? handle.synchronize()
        try? open.descriptor.close()
        let (time, limits) = (lastTime, limits)
        evidence?.end(at: time, limits: limits)
    }

    private static func notices(_ directory: FileDirectory, _ evidence: EvidenceLog?) -> [SinkNotice] {
        var notices: [SinkNotice] = []
        if let evidence, let detail = evidence.notice {
            notices.append(
                SinkNotice(kind: evidence.isNewChain ? .chainRestarted : .filesUnsealed, detail: detail))
        }
        if evidence == nil, !directory.chainNames().isEmpty {
            let detail =
                "\(directory.path) holds a sealed log and no evidence.key is set: what is added is proven by nothing"
            notices.append(SinkNotice(kind: .notSealed, detail: detail))
        }
        for name in directory.strangeNames().prefix(8) {
            notices.append(
                SinkNotice(kind: .nameIgnored, detail: "\(name) has no number that egret gives; it is ignored"))
        }
        return notices
    }
}
