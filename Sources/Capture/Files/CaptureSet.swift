public import Bytes

/// The frames of many files as one source, in the order of their times.
///
/// Within one file the file's own order is kept; of frames of the same time those of the file named first come first.
/// A set of one file costs what that file costs. Memory: a window for each file that is open, and files are open only
/// while their frames are due.
public struct CaptureSet: ~Copyable, PacketSource {
    private static var warningLimit: Int { 64 }

    private let table = InterfaceTable()
    /// The interfaces of all files met so far, to be asked by the thread that reads.
    public var interfaceTable: InterfaceTable { table }
    /// The files that are read, in the order of the merge's ties.
    public var paths: [String] { inputs.map(\.path) }
    private let filter: PacketFilter?
    private let windowLength: Int
    private var inputs: [MergeInput] = []
    private var heap = MergeHeap([])
    /// The entries of directories that are not captures, sorted within each directory.
    public private(set) var skipped: [String] = []
    /// Why entries of directories could not be read although they are named like captures, or could not be looked at.
    public private(set) var unread: [CaptureError] = []

    /// Opens files and directories; `-` is standard input, and a directory means the captures in it and, unless
    /// `isRecursive` is false, in the directories below.
    ///
    /// A file of a directory that cannot be read is a warning and counts as unread; one that is simply no capture counts as
    /// skipped. `filter` is in libpcap's language; empty means none.
    ///
    /// - Throws: if a file that was named cannot be read at all, if no file can, or if the filter does not compile.
    public init(paths: [String], filter: String = "", isRecursive: Bool = true) throws(CaptureError) {
        let compiled = filter.isEmpty ? nil : try PacketFilter(filter)
        try self.init(try Candidates(paths, isRecursive: isRecursive), compiled)
    }

    private init(_ candidates: Candidates, _ filter: PacketFilter?) throws(CaptureError) {
        self.filter = filter
        windowLength = candidates.files.count == 1 ? FileCapture.windowLength : FileCapture.mergedWindowLength
        skipped = candidates.skipped
        unread = candidates.unread
        try open(candidates.files)
        if inputs.isEmpty { try fail(candidates.paths) }
    }

    /// The capture files that `path` names: the file itself, or those of a directory and the directories below, in the order of
    /// their paths. Each file of a directory is opened to see whether it is a capture; one that is only named like a capture is
    /// among them.
    ///
    /// - Throws: if a directory cannot be read or holds no capture.
    package static func files(in path: String) throws(CaptureError) -> [String] {
        guard let directory = try CaptureDirectory(path, isRecursive: true) else { return [path] }
        let captures = directory.files.filter { CaptureDirectory.isCapture($0) || isReadable($0) }
        guard !captures.isEmpty else {
            throw directory.unread.first ?? CaptureError(.unreadable, "\(path): the directory holds no capture")
        }
        return captures
    }

    /// Whether the file at `path` begins as a capture does.
    private static func isReadable(_ path: String) -> Bool {
        do throws(CaptureError) {
            _ = try FileCapture(path: path)
            return true
        } catch {
            return false
        }
    }

    /// Ends the opening of directories at `paths` of which no file can be read.
    private func fail(_ paths: [String]) throws(CaptureError) {
        let reason = "pcap and pcapng files are read, plain or compressed with gzip or zstd, whatever their names"
        throw unread.first
            ?? CaptureError(.unreadable, "\(paths.joined(separator: ", ")): the directory holds no capture; \(reason)")
    }

    /// The files that are named, and those of the directories that are.
    private struct Candidates {
        let paths: [String]
        var files: [(path: String, isNamed: Bool)] = []
        var skipped: [String] = []
        var unread: [CaptureError] = []

        init(_ paths: [String], isRecursive: Bool) throws(CaptureError) {
            guard !paths.isEmpty else { throw CaptureError(.unreadable, "no capture file is named") }
            self.paths = paths
            for path in paths {
                guard let directory = try CaptureDirectory(path, isRecursive: isRecursive) else {
                    files.append((path, true))
                    continue
                }
                files += directory.files.map { ($0, false) }
                skipped += directory.skipped
                unread += directory.unread
            }
        }
    }

    private mutating func open(_ files: [(path: String, isNamed: Bool)]) throws(CaptureError) {
        var heads: [MergeHeap.Head] = []
        for file in files {
            do throws(CaptureError) {
                let input = try MergeInput(path: file.path, filter: filter, table: table, windowLength: windowLength)
                // A single file is read at once, without looking ahead.
                if files.count == 1 {
                    heads.append(MergeHeap.Head(time: .distantPast, input: 0))
                } else if let time = input.firstTime() {
                    heads.append(MergeHeap.Head(time: time, input: inputs.count))
                } else {
                    input.close()
                }
                inputs.append(input)
            } catch {
                if file.isNamed { throw error }
                if CaptureDirectory.isSomethingElse(file.path) {
                    skipped.append(file.path)
                } else {
                    unread.append(error)
                }
            }
        }
        heap = MergeHeap(heads)
    }

    /// The interfaces of all files met so far, each once.
    public var interfaces: [InterfaceDescription] { table.interfaces }

    /// What was read, left out and found damaged in all files so far.
    public var statistics: CaptureStatistics {
        var statistics = inputs.reduce(into: CaptureStatistics()) { $0.add($1.statistics) }
        statistics.unreadFiles &+= UInt64(unread.count)
        statistics.skippedFiles = UInt64(skipped.count)
        return statistics
    }

    /// What a person should know about the files that were read; at most 64 sentences.
    public var warnings: [String] {
        Array(inputs.flatMap(\.warnings).prefix(Self.warningLimit))
    }

    /// How far the reading has come over all files; without a total where one of them is a pipe.
    public var progress: CaptureProgress {
        let sizes = inputs.map(\.size)
        return CaptureProgress(
            bytesRead: inputs.reduce(0) { $0 &+ $1.bytesRead },
            totalBytes: sizes.contains(nil) ? nil : sizes.reduce(0) { $0 &+ ($1 ?? 0) })
    }

    /// Passes on the next frames in the order of their times, of at most about `limit` records.
    ///
    /// Cost: that of `FileCapture.read`, and for each change from one file to another a step in a heap. Never throws:
    /// what is wrong past the headers is counted and warned of.
    @inlinable
    public mutating func read<Handler: FrameHandler & ~Copyable>(
        into handler: inout Handler, limit: Int
    ) throws(CaptureError) -> ReadOutcome {
        var (handed, left) = (0, limit)
        while let run = nextRun() {
            guard left > 0 else { return .frames(handed) }
            let count = run.input.capture?.readFrames(into: &handler, limit: left, through: run.bound) ?? 0
            handed &+= count
            left &-= max(count, 1)
            // Still open: the limit was reached within the run.
            guard endRun(run.input) else { return .frames(handed) }
        }
        return handed == 0 ? .end : .frames(handed)
    }

    /// The file to read now, opened, and until when.
    @usableFromInline
    mutating func nextRun() -> (input: MergeInput, bound: Timestamp)? {
        while let top = heap.top {
            let input = inputs[top]
            table.file = top
            if input.reopen(filter: filter, table: table, windowLength: windowLength) { return (input, heap.bound) }
            heap.removeTop()
        }
        return nil
    }

    /// Puts the file back in its order, or closes it at its end; false if its run is not over.
    @usableFromInline
    mutating func endRun(_ input: MergeInput) -> Bool {
        switch input.capture?.state {
        case .open: return false
        case .waiting(let time): heap.replaceTop(with: time)
        case .ended, nil:
            input.close()
            heap.removeTop()
        }
        return true
    }
}

// Invariant: everything the set refers to is reached through it alone and moves with it.
extension CaptureSet: @unchecked Sendable {}

/// How much of a source's files was read, for a progress bar.
public struct CaptureProgress: Equatable, Sendable {
    /// Bytes taken from the files themselves, compressed if they are.
    public var bytesRead: UInt64
    /// The size of all files together; `nil` if one has none, as a pipe.
    public var totalBytes: UInt64?

    /// A progress of both its parts.
    public init(bytesRead: UInt64, totalBytes: UInt64?) {
        self.bytesRead = bytesRead
        self.totalBytes = totalBytes
    }
}
