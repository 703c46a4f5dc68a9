import Bytes

/// One direction of a TCP connection, put in order (RFC 9293 section 3.10).
///
/// Retransmitted bytes are dropped, and of bytes that were sent twice the first copy is used. Bytes beyond a gap wait.
/// The gap is reported as lost once its data cannot be expected any more: the peer has acknowledged it and
/// `patience` has passed or `acknowledgedLimit` bytes wait, `byteLimit` bytes or `pieceLimit` pieces wait, or the stream ends.
package struct SegmentQueue {
    /// The most bytes that wait beyond a gap.
    package static let byteLimit = 4 << 20
    /// The most pieces that wait beyond a gap.
    package static let pieceLimit = 8_192
    /// The most bytes that wait beyond a gap whose data the peer has acknowledged.
    package static let acknowledgedLimit = 256 << 10
    /// How long an acknowledged gap may stay open, in nanoseconds of packet time.
    package static let patience: Int64 = 500_000_000
    /// How long any gap may stay open, in nanoseconds of packet time.
    package static let longestWait: Int64 = 30_000_000_000

    /// The bytes that were reported as lost.
    package private(set) var lostBytes: UInt64 = 0
    /// Whether the stream was closed, and reported so.
    package private(set) var isClosed = false
    /// Whether the first bytes of the stream were recorded: its SYN was seen.
    package private(set) var hasBeginning = false
    /// The sequence number of the first byte, if a SYN was seen.
    package private(set) var firstSequence: UInt32?

    private let sender: Sender
    private var next: UInt32?
    private var offset: UInt64 = 0
    private var acknowledged: UInt64 = 0
    private var pieces = WaitingPieces()
    private var gapSince: Timestamp?
    private var finalOffset: UInt64?

    /// The bytes that wait beyond a gap.
    package var waitingBytes: Int { pieces.bytes }

    /// Creates a queue of the bytes that `sender` sends.
    package init(sender: Sender) { self.sender = sender }

    /// Takes one segment. `payload` may be shorter than `length`, the payload's length on the wire, if the capture cut it.
    package mutating func receive(
        _ payload: RawSpan, length: Int, sequence first: UInt32, flags: SegmentFlags, at position: StreamPosition,
        into receiver: any StreamReceiver
    ) {
        var sequence = first
        if flags.isSynchronizing {
            sequence = first &+ 1
            if next == nil {
                next = sequence
                firstSequence = sequence
                hasBeginning = true
            }
        }
        guard let next = next ?? (length > 0 ? sequence : nil) else { return }
        self.next = next
        let distance = Int64(Int32(bitPattern: sequence &- next))
        guard distance < 1 << 30 else { return }
        if flags.isFinal, distance &+ Int64(length) >= 0 {
            finalOffset = offset &+ UInt64(distance &+ Int64(length))
        }
        take(payload, at: distance, position, into: receiver)
        checkGap(at: position.time, into: receiver)
        checkClose(receiver)
    }

    /// Notes that the peer has acknowledged all bytes before `sequence`.
    package mutating func acknowledge(_ sequence: UInt32) {
        guard let next else { return }
        let distance = Int64(Int32(bitPattern: sequence &- next))
        guard distance > 0, distance < 1 << 30 else { return }
        acknowledged = max(acknowledged, offset &+ UInt64(distance))
    }

    /// Reports every gap as lost and closes the stream.
    package mutating func flush(into receiver: any StreamReceiver) {
        while !pieces.isEmpty { passGap(into: receiver) }
        if let finalOffset, finalOffset > offset { lose(finalOffset &- offset, receiver) }
        // What the peer has acknowledged was sent, though no segment of it was recorded and none comes after it.
        if finalOffset == nil, acknowledged > offset { lose(acknowledged &- offset, receiver) }
        guard !isClosed else { return }
        isClosed = true
        receiver.close(sender)
    }

    /// Reports the first gap as lost and delivers what follows it.
    package mutating func passGap(into receiver: any StreamReceiver) {
        guard let first = pieces.firstOffset, first > offset else { return drain(into: receiver) }
        lose(first &- offset, receiver)
        drain(into: receiver)
    }

    private mutating func lose(_ count: UInt64, _ receiver: any StreamReceiver) {
        lostBytes &+= count
        advance(by: count)
        receiver.lose(Int(clamping: count), from: sender)
    }

    private mutating func advance(by count: UInt64) {
        offset &+= count
        next = next.map { $0 &+ UInt32(truncatingIfNeeded: count) }
    }

    /// Delivers bytes that come next, and keeps those beyond a gap. `distance` counts from the next byte.
    private mutating func take(
        _ payload: RawSpan, at distance: Int64, _ position: StreamPosition, into receiver: any StreamReceiver
    ) {
        guard payload.byteCount > 0, !isClosed else { return }
        let known = distance < 0 ? Int(clamping: -distance) : 0
        guard known < payload.byteCount else { return }
        let bytes = payload.clamped(known...)
        let start = offset &+ UInt64(max(distance, 0))
        if start == offset, pieces.isEmpty {
            advance(by: UInt64(bytes.byteCount))
            receiver.receive(bytes, from: sender, at: position)
            return
        }
        pieces.insert(bytes, at: start, notBefore: start, position: position)
        drain(into: receiver)
    }

    private mutating func drain(into receiver: any StreamReceiver) {
        let before = offset
        let sender = sender
        let hasDrained = pieces.drain(from: &offset) { receiver.receive($0.rawSpan, from: sender, at: $1) }
        next = next.map { $0 &+ UInt32(truncatingIfNeeded: offset &- before) }
        if hasDrained { gapSince = nil }
    }

    private mutating func checkGap(at time: Timestamp, into receiver: any StreamReceiver) {
        guard !pieces.isEmpty else { return }
        let since = gapSince ?? time
        gapSince = since
        let age = time.nanoseconds(since: since)
        let isAcknowledged = acknowledged > offset && (age >= Self.patience || waitingBytes >= Self.acknowledgedLimit)
        let isFull = waitingBytes >= Self.byteLimit || pieces.count >= Self.pieceLimit
        if isAcknowledged || isFull || age >= Self.longestWait { passGap(into: receiver) }
    }

    private mutating func checkClose(_ receiver: any StreamReceiver) {
        guard let finalOffset, offset >= finalOffset, !isClosed else { return }
        isClosed = true
        receiver.close(sender)
    }
}

/// The control bits of a segment that matter to the order of its bytes.
package struct SegmentFlags: Sendable {
    /// The segment has a SYN, which takes one sequence number.
    package var isSynchronizing: Bool
    /// The segment is the sender's last one: it has a FIN.
    package var isFinal: Bool

    /// Creates the flags.
    package init(isSynchronizing: Bool = false, isFinal: Bool = false) {
        self.isSynchronizing = isSynchronizing
        self.isFinal = isFinal
    }
}

/// How many bytes may wait beyond gaps, over all streams of a recording. Shared by its connections.
package final class WaitingBudget {
    /// The most bytes that wait.
    package let limit: Int
    private var used = 0

    /// Creates a budget of `limit` bytes.
    package init(limit: Int = 96 << 20) { self.limit = limit }

    /// Whether more waits than may.
    package var isExceeded: Bool { used > limit }

    /// Notes that `count` more bytes wait, or fewer if it is negative.
    package func add(_ count: Int) { used += count }
}
