import Bytes
import Capture

/// Reads JSON lines of files and directories into a model: plain, gzip or zstd, one file after another.
///
/// Memory: a buffer of 1 MiB, and what the decompressor needs. A line past the buffer is no event of egret and is counted as bad.
public struct EventReader {
    /// The outcome of reading a file.
    public struct Input: Sendable {
        /// The path as it was named, or found below a directory.
        public let path: String
        /// Lines of egret's events.
        public internal(set) var events: Int64 = 0
        /// Lines that are none.
        public internal(set) var badLines: Int64 = 0
        /// The number of the first of them, from 1.
        public internal(set) var firstBadLine: Int64?
        /// Why the file was not read to its end.
        public internal(set) var failure: String?
        /// Whether it is a capture, of which events were made for the report.
        public internal(set) var isCapture = false
    }

    /// What was read.
    public private(set) var inputs: [Input] = []
    /// Files of directories that hold no events.
    public private(set) var skipped: [String] = []
    /// What could not be read, each with the reason.
    public private(set) var unread: [String] = []
    /// Captures, which have to be analyzed first.
    public private(set) var captures: [String] = []

    private var buffer = [UInt8](repeating: 0, count: 1 << 20)

    /// A reader of nothing yet.
    public init() {}

    /// Reads `path`, a file, `-`, or a directory with all below it, into `model`. What a file begins with decides what it is.
    public mutating func read(_ path: String, into model: inout ReportModel) {
        do {
            guard let listing = try DirectoryListing(path) else { return read(file: path, isNamed: true, into: &model) }
            skipped += listing.skipped
            unread += listing.unread
            for file in listing.files { read(file: file, isNamed: false, into: &model) }
        } catch {
            unread.append(error.description)
        }
    }

    /// Reads the events that were made of `captures`, in `directory`: the inputs of the report are the captures.
    public mutating func read(analysis directory: String, of captures: [String], into model: inout ReportModel) {
        let known = inputs.count
        read(directory, into: &model)
        inputs.removeSubrange(known...)
        for path in captures {
            var input = Input(path: path)
            input.isCapture = true
            inputs.append(input)
        }
    }

    /// Reads one file. One that is named by a person and holds no events is an error, one that was found is skipped.
    private mutating func read(file path: String, isNamed: Bool, into model: inout ReportModel) {
        let file: DecompressedFile
        do {
            file = try DecompressedFile(path: path)
        } catch {
            unread.append(error.description)
            return
        }
        let count = file.read(into: &buffer, from: 0)
        switch Self.kind(buffer, count) {
        case .events: break
        case .capture:
            captures.append(path)
            return
        case .empty:
            if let failure = file.failure { unread.append("\(path): \(failure)") } else { skipped.append(path) }
            return
        case .other:
            if isNamed { unread.append("\(path): holds neither events nor packets") } else { skipped.append(path) }
            return
        }
        readLines(of: file, path, filled: count, into: &model)
    }

    /// How far the lines of a file were read.
    private struct Progress {
        var input: Input
        /// The number of the latest whole line, from 1.
        var line: Int64 = 0
        /// Whether the present line began before the buffer did: no line of egret's is so long.
        var isOverlong = false
    }

    private mutating func readLines(
        of file: DecompressedFile, _ path: String, filled: Int, into model: inout ReportModel
    ) {
        var progress = Progress(input: Input(path: path))
        var filled = filled
        while filled > 0 {
            var start = Self.addLines(buffer.rawSpan, count: filled, &progress, into: &model)
            if start == 0, filled == buffer.count {
                progress.isOverlong = true
                start = filled
            }
            buffer.moveToFront(start..<filled)
            filled -= start
            let more = file.read(into: &buffer, from: filled)
            if more == 0 { break }
            filled += more
        }
        Self.finish(buffer.rawSpan, count: filled, &progress, into: &model)
        progress.input.failure = file.failure
        if let failure = file.failure { unread.append("\(path): \(failure)") }
        inputs.append(progress.input)
    }

    /// Adds the whole lines of the first `count` bytes, and returns where the rest begins.
    private static func addLines(
        _ bytes: RawSpan, count: Int, _ progress: inout Progress, into model: inout ReportModel
    ) -> Int {
        var start = 0
        while let end = bytes.lineFeed(in: start..<count) {
            progress.line += 1
            if progress.isOverlong || (end > start && !model.add(bytes, start..<end)) {
                progress.input.addBad(progress.line)
            } else if end > start {
                progress.input.events += 1
            }
            progress.isOverlong = false
            start = end + 1
        }
        return start
    }

    /// The last line, if no line feed ends it: a file that is being written may end in half of one.
    private static func finish(
        _ bytes: RawSpan, count: Int, _ progress: inout Progress, into model: inout ReportModel
    ) {
        guard count > 0 || progress.isOverlong else { return }
        if !progress.isOverlong, model.add(bytes, 0..<count) {
            progress.input.events += 1
        } else {
            progress.input.addBad(progress.line + 1)
        }
    }

    private enum Kind { case events, capture, empty, other }

    /// What a file is, by its first bytes: JSON lines begin with a brace, captures with their magic number.
    private static func kind(_ bytes: [UInt8], _ count: Int) -> Kind {
        guard count > 0 else { return .empty }
        let first = bytes[..<count].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if first == UInt8(ascii: "{") { return .events }
        guard count >= 4 else { return .other }
        let magics: [[UInt8]] = [
            [0xA1, 0xB2, 0xC3, 0xD4], [0xD4, 0xC3, 0xB2, 0xA1], [0xA1, 0xB2, 0x3C, 0x4D], [0x4D, 0x3C, 0xB2, 0xA1],
            [0x0A, 0x0D, 0x0D, 0x0A],
        ]
        return magics.contains(Array(bytes[..<4])) ? .capture : .other
    }
}

extension EventReader.Input {
    mutating func addBad(_ line: Int64) {
        badLines += 1
        firstBadLine = firstBadLine ?? line
    }
}

extension RawSpan {
    /// The offset of the first line feed in `range`, eight bytes at a time.
    func lineFeed(in range: Range<Int>) -> Int? {
        var offset = range.lowerBound
        while offset &+ 8 <= range.upperBound, let word = uint64(at: offset) {
            let marks = SwarBytes.equal(word, to: 0x0A)
            // The word is big-endian: its highest byte is the first.
            if marks != 0 { return offset &+ marks.leadingZeroBitCount / 8 }
            offset &+= 8
        }
        return firstIndex(of: 0x0A, in: offset..<range.upperBound)
    }
}

extension [UInt8] {
    /// Moves `range` to the beginning; what follows it there is of no value.
    mutating func moveToFront(_ range: Range<Int>) {
        guard range.lowerBound > 0 else { return }
        for (target, source) in range.enumerated() { self[target] = self[source] }
    }
}
