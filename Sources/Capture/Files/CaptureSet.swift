public import Bytes

/// The frames of many files as one source, in the order of their times.
///
/// Within one file the file's own order is kept; of frames of the same time those of the file named first come first.
/// A set of one file costs what that file costs. Memory: a window for each file that is open, and files are open only
/// while their frames are due.
public struct CaptureSet: ~Copyable, PacketSource {
    private static var warningLimit: Int { 64 }

    private let table = InterfaceTable()
    private let filter: PacketFilter?
    private let windowLength: Int
    private var inputs: [MergeInput] = []
    private var heap = MergeHeap([])
    private var ownWarnings: [String] = []

    /// Opens files and directories; `-` is standard input, and a directory stands for the captures in it.
    ///
    /// Throws where a file that was named cannot be read at all, where nothing can, or where the filter does not
    /// compile; a file of a directory that is no capture is a warning. `filter` is in libpcap's language; empty means none.
    public init(paths: [String], filter: String = "") throws(CaptureError) {
        let compiled = filter.isEmpty ? nil : try PacketFilter(filter)
        let files = try Self.files(of: paths)
        try self.init(files, compiled)
    }

    private init(_ files: [(path: String, isNamed: Bool)], _ filter: PacketFilter?) throws(CaptureError) {
        self.filter = filter
        windowLength = files.count == 1 ? FileCapture.windowLength : FileCapture.mergedWindowLength
        try open(files)
    }

    /// The capture files that `path` names: the file itself, or those of a directory in the order of their names.
    package static func files(in path: String) throws(CaptureError) -> [String] {
        try CaptureDirectory.captures(in: path) ?? [path]
    }

    private static func files(of paths: [String]) throws(CaptureError) -> [(path: String, isNamed: Bool)] {
        var files: [(path: String, isNamed: Bool)] = []
        for path in paths {
            if let captures = try CaptureDirectory.captures(in: path) {
                files += captures.map { ($0, false) }
            } else {
                files.append((path, true))
            }
        }
        guard !files.isEmpty else { throw CaptureError(.unreadable, "no capture file is named") }
        return files
    }

    private mutating func open(_ files: [(path: String, isNamed: Bool)]) throws(CaptureError) {
        var firstError: CaptureError?
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
                if ownWarnings.count < Self.warningLimit { ownWarnings.append(error.description) }
                firstError = firstError ?? error
            }
        }
        if inputs.isEmpty, let firstError { throw firstError }
        heap = MergeHeap(heads)
    }

    /// The interfaces of all files met so far, each once.
    public var interfaces: [InterfaceDescription] { table.interfaces }

    /// What was read, left out and found damaged in all files so far.
    public var statistics: CaptureStatistics {
        inputs.reduce(into: CaptureStatistics()) { $0.add($1.statistics) }
    }

    /// What a person should know about the files; at most 64 sentences.
    public var warnings: [String] {
        Array((ownWarnings + inputs.flatMap(\.warnings)).prefix(Self.warningLimit))
    }

    /// How far the reading has come over all files; without a total where one of them is a pipe.
    public var progress: CaptureProgress {
        let sizes = inputs.map(\.size)
        return CaptureProgress(
            bytesRead: inputs.reduce(0) { $0 &+ $1.bytesRead },
            totalBytes: sizes.contains(nil) ? nil : sizes.reduce(0) { $0 &+ ($1 ?? 0) })
    }

    /// Hands over the next frames in the order of their times, of at most about `limit` records.
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
            if input.reopen(filter: filter, table: table, windowLength: windowLength) { return (input, heap.bound) }
            heap.removeTop()
        }
        return nil
    }

    /// Puts the file back in its order, or closes it at its end; false where its run is not over.
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
    /// Bytes taken from the files themselves, compressed where they are.
    public var bytesRead: UInt64
    /// The size of all files together; nothing where one has none, as a pipe.
    public var totalBytes: UInt64?

    /// A progress of both its parts.
    public init(bytesRead: UInt64, totalBytes: UInt64?) {
        self.bytesRead = bytesRead
        self.totalBytes = totalBytes
    }
}
