import Capture
public import Events
import Foundation
import Reporting

/// Sends the lines of log files to a database, each once as far as can be known, in batches.
///
/// What was sent is noted in a file after each batch that the server accepted, so that a shipper that is killed at any point begins
/// with the first batch that was not noted. The server may have that one already; then its lines are there twice and count once.
/// Memory: one batch and a buffer of 1 MiB.
public struct Shipper {
    /// What was done.
    public struct Counts: Equatable, Sendable {
        /// Lines that the server has now.
        public var sent: Int64 = 0
        /// Batches.
        public var batches: Int64 = 0
        /// Lines that it had before.
        public var known: Int64 = 0
        /// Lines that are no events.
        public var unreadable: Int64 = 0
        /// The place of the first of these.
        public var firstUnreadable: String?
        /// Tries that failed and were repeated.
        public var retries: Int64 = 0
        /// What of the directory could not be read.
        public var unread: [String] = []
    }

    /// How large batches are, and how long one is tried.
    public struct Limits: Sendable {
        /// The most bytes of lines in a batch.
        public var batchBytes: Int
        /// How often a batch is sent before it is given up for this time.
        public var retry: Retry

        /// Batches of 4 MiB; eight tries over some two minutes.
        public init(batchBytes: Int = 4 << 20, retry: Retry = WebhookSink.standardRetry) {
            self.batchBytes = batchBytes
            self.retry = retry
        }
    }

    private let client: ClickHouseClient
    private let directory: String
    private let cursor: String
    private let limits: Limits
    private let patience: StopToken
    private var state: ShippingState
    private var batch: [UInt8] = []
    /// The runs of the lines of the batch, with the latest number of each.
    private var pending: [String: Int64] = [:]
    private var pendingCount: Int64 = 0
    private var identities = EventIdentityReader()
    private var buffer = [UInt8](repeating: 0, count: 1 << 20)
    /// What was done so far.
    public private(set) var counts = Counts()

    /// A shipper of `directory` that notes in the file `cursor` what was sent.
    public init(
        _ client: ClickHouseClient, directory: String, cursor: String, limits: Limits = Limits(),
        patience: StopToken = StopToken()
    ) throws(ShippingError) {
        self.client = client
        self.directory = directory
        self.cursor = cursor
        self.limits = limits
        self.patience = patience
        state = try ShippingState.read(cursor, target: "\(client.target.server)/\(client.target.database)")
    }

    /// Sends what is there and was not sent.
    ///
    /// - Throws: if the directory cannot be read, the server refuses a batch or stays away. What was sent until then is noted.
    public mutating func ship() throws(ShippingError) {
        let files = try listing()
        state.keep(Set(files.map(\.name)))
        for (index, file) in files.enumerated() where state.files[file.name]?.isFinished != true {
            // A run writes its files one after another.
            let isFollowed = files[(index + 1)...].contains { $0.run == file.run }
            try ship(file, isFinished: isFollowed || file.path != file.directoryName)
        }
        try flush()
    }

    /// A log file.
    private struct LogFile {
        let path: String
        /// The path below the directory, without a suffix of compression.
        let name: String
        /// What the names of the files of its run begin with.
        let run: String
        let directoryName: String
    }

    private mutating func listing() throws(ShippingError) -> [LogFile] {
        let found: DirectoryListing?
        do throws(CaptureError) {
            found = try DirectoryListing(directory)
        } catch { throw ShippingError(error.description) }
        guard let found else { throw ShippingError("\(directory): is no directory") }
        counts.unread = found.unread
        let files = found.files.compactMap { path -> LogFile? in
            let plain = Self.suffixes.reduce(path) { $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0 }
            guard [".jsonl", ".ndjson"].contains(where: plain.hasSuffix) else { return nil }
            let name = String(plain.dropFirst(directory.count).drop { $0 == "/" })
            let run = name.lastIndex(of: "-").map { String(name[..<$0]) } ?? name
            return LogFile(path: path, name: name, run: run, directoryName: plain)
        }
        // Numbers in names are numbers: 10 comes after 9.
        return files.sorted { $0.name.compare($1.name, options: .numeric) == .orderedAscending }
    }

    private mutating func ship(_ log: LogFile, isFinished: Bool) throws(ShippingError) {
        let file: DecompressedFile
        do throws(CaptureError) {
            file = try DecompressedFile(path: log.path)
        } catch {
            // It may have been packed or removed since it was listed; the next time tells.
            counts.unread.append(error.description)
            return
        }
        var position = skip(state.files[log.name]?.offset ?? 0, of: file)
        var filled = 0
        var isOverlong = false
        while true {
            let more = file.read(into: &buffer, from: filled)
            if more == 0 { break }
            filled += more
            var start = 0
            while let end = buffer[start..<filled].firstIndex(of: 0x0A) {
                if isOverlong {
                    noteUnreadable(log, at: position + start)
                } else {
                    try take(start..<end, log, at: position)
                }
                isOverlong = false
                start = end + 1
                state.files[log.name, default: .init()].offset = position + start
                if batch.count >= limits.batchBytes { try flush() }
            }
            if start == 0, filled == buffer.count {
                // No line of egret's is so long: what comes until its end is none.
                isOverlong = true
                start = filled
            }
            buffer.replaceSubrange(0..<(filled - start), with: Array(buffer[start..<filled]))
            filled -= start
            position += start
        }
        // A last line without its end is of a run that writes it just now, or was killed: it is sent once it is whole.
        if let failure = file.failure { counts.unread.append("\(log.path): \(failure)") }
        state.files[log.name, default: .init()].isFinished = isFinished && file.failure == nil
    }

    /// Passes over `count` bytes that were taken before, and returns how many; none if the file has fewer, since it is another then.
    private mutating func skip(_ count: Int, of file: DecompressedFile) -> Int {
        var skipped = 0
        while skipped < count {
            var piece = [UInt8](repeating: 0, count: min(1 << 20, count - skipped))
            let more = file.read(into: &piece, from: 0)
            if more == 0 { break }
            skipped += more
        }
        return skipped
    }

    private mutating func take(_ range: Range<Int>, _ log: LogFile, at position: Int) throws(ShippingError) {
        guard !range.isEmpty else { return }
        guard let identity = identities.read(buffer, range) else {
            return noteUnreadable(log, at: position + range.lowerBound)
        }
        let run = "\(identity.sensor)/\(identity.boot)"
        guard identity.sequence > pending[run] ?? state.latest[run] ?? -1 else {
            counts.known += 1
            return
        }
        batch += buffer[range]
        batch.append(0x0A)
        pending[run] = identity.sequence
        pendingCount += 1
    }

    private mutating func noteUnreadable(_ log: LogFile, at offset: Int) {
        counts.unreadable += 1
        counts.firstUnreadable = counts.firstUnreadable ?? "\(log.path), byte \(offset)"
    }

    /// Sends the batch until the server has it, and notes that.
    private mutating func flush() throws(ShippingError) {
        if !batch.isEmpty {
            try deliver()
            counts.batches += 1
            counts.sent += pendingCount
            state.latest.merge(pending) { max($0, $1) }
            batch.removeAll(keepingCapacity: true)
            pending.removeAll(keepingCapacity: true)
            pendingCount = 0
        }
        try state.write(cursor)
    }

    private mutating func deliver() throws(ShippingError) {
        var attempt = 1
        var reason = "it was told to end"
        while let wait = limits.retry.wait(before: attempt) {
            if wait > 0, !patience.wait(wait) { break }
            if attempt > 1 { counts.retries += 1 }
            attempt += 1
            switch client.send(batch[...]) {
            case .accepted: return
            case .refused(let words): throw ShippingError(words)
            case .later(let words): reason = words
            }
        }
        throw ShippingError("\(reason); run it again, and it continues with this batch")
    }

    private static let suffixes = [".zst", ".gz"]
}
