/// Whole lines in the order of their events, on their way to a sink.
public struct LineBatch: Sendable {
    /// Where a line ends, and how long it is held on to.
    public struct Line: Sendable, Equatable {
        /// One past its line feed, in `LineBatch.bytes`.
        public var end: Int
        /// How long it is held on to.
        public var priority: Event.Priority
    }

    /// The lines, one behind the other, each with its line feed.
    public private(set) var bytes: [UInt8] = []
    /// The ends of the lines, in order.
    public private(set) var lines: [Line] = []

    /// A batch without a line.
    public init() {}

    /// The number of lines.
    public var count: Int { lines.count }

    /// The bytes of the line at `index`; an index outside gives no bytes.
    public func line(at index: Int) -> ArraySlice<UInt8> { bytes(of: index..<(index + 1)) }

    /// The bytes of the lines of `range`, which are contiguous; the part of the range outside gives none.
    public func bytes(of range: Range<Int>) -> ArraySlice<UInt8> {
        let range = range.clamped(to: 0..<lines.count)
        guard let last = range.last else { return [] }
        let start = range.lowerBound == 0 ? 0 : lines[range.lowerBound - 1].end
        return bytes[start..<lines[last].end]
    }

    /// Adds a whole line.
    public mutating func append(_ line: some Collection<UInt8>, priority: Event.Priority) {
        bytes.append(contentsOf: line)
        lines.append(Line(end: bytes.count, priority: priority))
    }

    /// Removes every line and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
    }
}
