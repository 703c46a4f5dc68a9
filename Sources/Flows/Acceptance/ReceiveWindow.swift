import Wire

/// The receive state of one end of a TCP connection (RFC 9293 section 3.4): the byte it expects next, its window, and what
/// it has seen of the sender.
///
/// A value of 16 bytes, one for each direction, kept beside the flow. It is followed only while a reading waits, and learns
/// only from packets that the receiver itself sent: a sender's claims change nothing. If stacks differ it follows Linux.
@frozen
public struct ReceiveWindow: Equatable, Sendable, BitwiseCopyable {
    /// Yes-or-no facts of a window.
    @frozen
    @usableFromInline
    struct Marks: OptionSet, Sendable, BitwiseCopyable {
        @usableFromInline var rawValue: UInt8
        @inlinable init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `edge` holds a number that the receiver sent.
        static var isKnown: Marks { Marks(rawValue: 1 << 0) }
        /// `limit` is that of the receiver's latest packet, rather than of one before packets that were not followed.
        static var isCurrent: Marks { Marks(rawValue: 1 << 1) }
        /// The receiver's SYN announced a window shift.
        static var receiverShifts: Marks { Marks(rawValue: 1 << 2) }
        /// The sender's SYN was signed.
        static var senderSigns: Marks { Marks(rawValue: 1 << 3) }
        /// `echo` holds a timestamp of the sender's that the receiver took.
        static var hasEcho: Marks { Marks(rawValue: 1 << 4) }
        /// A segment of the sender's had a right checksum.
        static var sawRight: Marks { Marks(rawValue: 1 << 5) }
        /// A segment of the sender's had the checksum of an offloading sender.
        static var sawPartial: Marks { Marks(rawValue: 1 << 6) }
    }

    /// The next byte that the receiver expects, as it said last.
    public internal(set) var edge: UInt32 = 0
    /// The first byte beyond what it ever allowed.
    @usableFromInline var limit: UInt32 = 0
    /// The latest timestamp of the sender's that it took (TSecr, RFC 7323 section 4.3).
    @usableFromInline var echo: UInt32 = 0
    /// The largest segment that it announced.
    @usableFromInline var largest: UInt16 = 0
    /// The shift of its window.
    @usableFromInline var shift: UInt8 = 0
    @usableFromInline var flags = Marks(rawValue: 0)

    /// Nothing known.
    @inlinable
    public init() {}

    /// Whether the receiver has said which byte it expects.
    public var isKnown: Bool { flags.contains(.isKnown) }

    /// Whether the receiver has said that it has all bytes before the sequence number `end`.
    func hasAcknowledged(_ end: UInt32) -> Bool {
        flags.contains(.isKnown) && Int32(bitPattern: edge &- end) >= 0
    }

    /// Takes what the receiver's SYN announces of itself as a receiver.
    mutating func beginReceiver(_ options: TCPOptions) {
        if let shift = options.windowShift {
            self.shift = shift
            flags.insert(.receiverShifts)
        } else {
            flags.remove(.receiverShifts)
        }
        largest = options.maximumSegment ?? 0
    }

    /// Takes what the sender's SYN shows of the sender.
    mutating func beginSender(_ options: TCPOptions, _ checksum: TCPChecksum) {
        if options.isSigned { flags.insert(.senderSigns) }
        note(checksum)
    }

    /// Takes what a packet of the receiver's says. `sent` is the number after the last byte that the sender was seen to
    /// send: an acknowledgment of more is not believed. The window of a SYN itself is never shifted, and a server shifts
    /// only if the client's SYN does, so that the receiver's own SYN decides (RFC 7323 section 2.2).
    mutating func acknowledge(_ number: UInt32, window: UInt16, options: TCPOptions, isSYN: Bool, sent: UInt32) {
        guard Int32(bitPattern: sent &- number) >= 0 else { return }
        if flags.contains(.isKnown) {
            guard Int32(bitPattern: number &- edge) >= 0 else { return }
        } else {
            limit = number
        }
        edge = number
        let isShifted = !isSYN && flags.contains(.receiverShifts)
        let reach = number &+ UInt32(window) << (isShifted ? UInt32(shift) : 0)
        if !flags.contains(.isCurrent) || Int32(bitPattern: reach &- limit) > 0 { limit = reach }
        flags.insert([.isKnown, .isCurrent])
        if let echo = options.echo, options.timestamp != nil, echo != 0 {
            self.echo = echo
            flags.insert(.hasEcho)
        }
    }

    /// Forgets how far the window reaches: packets pass that are not followed.
    mutating func lapse() { flags.remove(.isCurrent) }

    /// The part of a segment's bytes that is inside the window, counted from its first byte; `nil` if none does.
    ///
    /// A duplicate is cut off at the left edge and what is too far ahead at the right one (RFC 9293 section 3.10.7.4).
    func inside(_ sequence: UInt32, count: Int) -> Range<Int>? {
        guard flags.contains(.isKnown) else { return 0..<count }
        let duplicate = Int(Int32(bitPattern: edge &- sequence))
        let start = max(0, duplicate)
        var end = count
        if flags.contains(.isCurrent) { end = min(end, Int(Int32(bitPattern: limit &- sequence))) }
        return start < end ? start..<end : nil
    }

    /// Whether the byte at `sequence` is beyond the window.
    func isBeyond(_ sequence: UInt32) -> Bool {
        flags.isSuperset(of: [.isKnown, .isCurrent]) && Int32(bitPattern: sequence &- limit) >= 0
    }

    /// Whether a segment from `sequence` to `end` touches what the receiver has said of its window: not all of it was acknowledged
    /// before, and it does not begin beyond.
    func touches(_ sequence: UInt32, end: UInt32) -> Bool {
        guard flags.contains(.isKnown) else { return true }
        return Int32(bitPattern: end &- edge) >= 0 && !isBeyond(sequence)
    }

    /// Whether the receiver expects just the byte at `sequence` next, as it said last.
    func isExpected(_ sequence: UInt32) -> Bool { flags.contains(.isKnown) && edge == sequence }

    /// Why a receiver drops `segment` although it is in the window; `nil` if it has no reason to.
    func fault(of segment: ArrivingSegment) -> SegmentFault? {
        if !segment.flags.contains(.ack), !segment.flags.contains(.syn) { return .noAcknowledgment }
        if segment.options.isSigned, !flags.contains(.senderSigns) { return .signature }
        if flags.contains(.hasEcho), let stamp = segment.options.timestamp, Int32(bitPattern: echo &- stamp) > 1 {
            return .timestamp
        }
        return isDamaged(segment) ? .checksum : nil
    }

    /// Whether the checksum is wrong and offloading does not explain it: the sender's earlier segments had right ones, or
    /// those of an offloading sender. A sender may compute those of its SYN itself and leave those of data to its card, so
    /// that a partial one is never a fault.
    ///
    /// A segment longer than one on a wire was joined by the capturing machine, which does not keep checksums.
    private func isDamaged(_ segment: ArrivingSegment) -> Bool {
        guard segment.checksum == .wrong else { return false }
        return segment.length <= max(Int(largest), Self.commonSegment)
            && !flags.isDisjoint(with: [.sawRight, .sawPartial])
    }

    /// Remembers how the sender's checksums look.
    mutating func note(_ checksum: TCPChecksum) {
        switch checksum {
        case .right: flags.insert(.sawRight)
        case .partial: flags.insert(.sawPartial)
        case .wrong, .unknown: break
        }
    }

    /// The largest payload on Ethernet without options.
    private static var commonSegment: Int { 1460 }
}

/// The parts of a segment that decide whether it is accepted.
struct ArrivingSegment {
    /// The control bits.
    var flags: TCPFlags
    /// The payload's length on the wire.
    var length: Int
    /// The options.
    var options = TCPOptions()
    /// What its checksum shows.
    var checksum = TCPChecksum.unknown
}

/// Why a receiver drops a segment whose sequence number is right.
enum SegmentFault: Equatable {
    /// It has no ACK flag, after the handshake (RFC 9293 section 3.10.7.4).
    case noAcknowledgment
    /// It acknowledges what the receiver did not send (RFC 5961 section 5).
    case acknowledgment
    /// It has a TCP MD5 or TCP-AO option, which the sender's SYN had not.
    case signature
    /// Its timestamp is older than one that the receiver took (PAWS, RFC 7323 section 5).
    case timestamp
    /// Its checksum is wrong.
    case checksum
}
