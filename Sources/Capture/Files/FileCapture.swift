public import Bytes

/// The frames of one capture file: pcap or pcapng, plain or compressed with gzip or zstd, or standard input.
///
/// These are all formats that libpcap reads: pcap with its three magics, and pcapng. Another one is an error.
/// Frames are handed out in place, from a window of the file's bytes; nothing is allocated a frame. A file that is cut,
/// damaged, still being written or deleted meanwhile gives what could be read, counts `damaged` and leaves a warning.
@safe
public struct FileCapture: ~Copyable, PacketSource {
    /// The longest record or frame block that is read, in bytes: room for every link type's largest frame, and a bound
    /// on what a hostile length can make the window grow to.
    @usableFromInline static var largestRecord: Int { 16 << 20 }
    /// How much of a single file is in memory at a time: half of a small second-level cache.
    static var windowLength: Int { 256 << 10 }
    /// The same for each of many files.
    static var mergedWindowLength: Int { 64 << 10 }
    static var warningLimit: Int { 8 }

    /// The position of the reading.
    @usableFromInline
    enum State {
        /// There may be more.
        case open
        /// The next frame is later than was asked for; its time.
        case waiting(Timestamp)
        /// The end, or damage that cannot be read past.
        case ended
    }

    @usableFromInline
    enum Format {
        case classic(ClassicLayout)
        case blocks
    }

    @usableFromInline var window: ReadWindow
    @usableFromInline var format: Format
    @usableFromInline var state = State.open
    @usableFromInline var counters = CaptureStatistics()
    @usableFromInline var slots: [InterfaceSlot] = []
    @usableFromInline var isSwapped = false
    @usableFromInline var latest = Timestamp(nanoseconds: 0)
    @usableFromInline let filter: PacketFilter?
    let table: InterfaceTable
    let name: String
    /// The key logs of Decryption Secrets Blocks, kept only if `keepsSecrets` is set: the sensor passes over them.
    var secrets: [[UInt8]] = []
    var keepsSecrets = false
    /// What a person should know about this file: one sentence each, at most eight.
    public internal(set) var warnings: [String] = []

    /// Opens `path`, or standard input for `-`, and reads its header.
    ///
    /// `filter` is in libpcap's language; empty means none. Throws if nothing can be read, the format is unknown, or
    /// the filter does not compile. Memory: a window of 256 KiB, and up to 16 MiB more only for a record that needs it.
    public init(path: String, filter: String = "") throws(CaptureError) {
        let compiled = filter.isEmpty ? nil : try PacketFilter(filter)
        try self.init(path: path, filter: compiled, table: InterfaceTable(), windowLength: Self.windowLength)
    }

    init(
        path: String, filter: PacketFilter?, table: InterfaceTable, windowLength: Int
    ) throws(CaptureError) {
        let feed = try DescriptorSource(path: path)
        let name = path == "-" ? "standard input" : path
        try self.init(name: name, feed: feed, filter: filter, table: table, windowLength: windowLength)
    }

    init(
        name: String, feed: ByteSource, filter: PacketFilter? = nil, table: InterfaceTable = InterfaceTable(),
        windowLength: Int = FileCapture.windowLength
    ) throws(CaptureError) {
        self.name = name
        self.filter = filter
        self.table = table
        window = ReadWindow(feed.decompressed(), capacity: windowLength)
        format = .blocks
        try readFileHeader()
    }

    /// The interfaces met so far: of pcapng they appear as their blocks are read.
    public var interfaces: [InterfaceDescription] { table.interfaces }

    /// What was read, left out and found damaged so far.
    public var statistics: CaptureStatistics { counters }

    /// How far the reading has come.
    public var progress: CaptureProgress {
        CaptureProgress(bytesRead: window.feed.consumed, totalBytes: window.feed.total)
    }

    /// Passes on the next frames, of at most `limit` records.
    ///
    /// Cost: a few loads a frame, and one read of the file for each window. Never throws: what is wrong past the header
    /// is counted and warned of.
    @inlinable
    public mutating func read<Handler: FrameHandler & ~Copyable>(
        into handler: inout Handler, limit: Int
    ) throws(CaptureError) -> ReadOutcome {
        let handed = readFrames(into: &handler, limit: limit, through: Timestamp(nanoseconds: .max))
        if handed == 0, case .ended = state { return .end }
        return .frames(handed)
    }

    /// Passes on frames as long as they are not later than `bound`, of at most `limit` records.
    @inlinable
    mutating func readFrames<Handler: FrameHandler & ~Copyable>(
        into handler: inout Handler, limit: Int, through bound: Timestamp
    ) -> Int {
        if case .ended = state { return 0 }
        state = .open
        switch format {
        case .classic(let layout): return readRecords(layout, into: &handler, limit: limit, through: bound)
        case .blocks: return readBlocks(into: &handler, limit: limit, through: bound)
        }
    }

    /// Counts one frame and passes it over, unless the filter holds it back. Returns 1 or 0.
    @inlinable @inline(__always)
    mutating func deliver<Handler: FrameHandler & ~Copyable>(
        _ header: FrameHeader, at offset: Int, count: Int, _ program: PacketFilter.Program, to handler: inout Handler
    ) -> Int {
        let bytes = unsafe window.bytes(at: offset, count: count)
        if program.isConditional, let filter, unsafe !filter.accepts(bytes, wireLength: header.wireLength, program) {
            counters.filtered &+= 1
            return 0
        }
        counters.packets &+= 1
        counters.bytes &+= UInt64(truncatingIfNeeded: header.wireLength)
        if count < header.wireLength { counters.truncated &+= 1 }
        // Invariant: the window does not move before the handler returns, and the span cannot outlive that.
        unsafe handler.handle(header, bytes.bytes, in: window.block, at: window.cursor &+ offset)
        return 1
    }
}

// Invariant: everything a capture refers to belongs to it, or to the one set it is part of, and moves with it.
extension FileCapture: @unchecked Sendable {}

extension FileCapture {
    /// Ends the reading where the bytes end: cleanly between records, with a warning within one.
    @usableFromInline @inline(never)
    mutating func endOfBytes() {
        if window.available == 0, window.feed.failure == nil {
            state = .ended
        } else {
            endWithinRecord()
        }
    }

    /// Ends the reading where the bytes end before the record does.
    @usableFromInline @inline(never)
    mutating func endWithinRecord() {
        stop(window.feed.failure ?? "the file ends within a record; it was cut, or is still being written")
    }

    /// Ends the reading at damage that cannot be read past.
    @usableFromInline @inline(never)
    mutating func stop(_ reason: String) {
        state = .ended
        damage(reason + "; reading ends there")
    }

    /// Counts damage and warns of it, with its place.
    @usableFromInline @inline(never)
    mutating func damage(_ reason: String) {
        warn("after \(records) records, at byte \(window.offset): \(reason)")
        counters.damaged &+= 1
    }

    /// Ends the reading at a record too long to be one.
    @usableFromInline @inline(never)
    mutating func stopAtLength(_ length: Int) {
        stop("a record claims \(length) bytes, more than the \(Self.largestRecord) that are read")
    }

    /// Leaves a warning while there is room for one.
    mutating func warn(_ text: String) {
        if warnings.count < Self.warningLimit { warnings.append("\(name): \(text)") }
    }

    /// The frames met so far, whatever became of them.
    var records: UInt64 { counters.packets &+ counters.filtered &+ counters.damaged }
}
