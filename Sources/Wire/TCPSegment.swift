import Bytes

/// What the header of one TCP segment says beyond what every packet is counted by. It is read again from the frame, and
/// only while a receiver's view of the stream is followed.
public struct TCPSegment: Sendable {
    /// The window as sent, not shifted.
    public let window: UInt16
    /// The urgent pointer, if the segment has the URG flag.
    public let urgentPointer: UInt16?
    /// The options.
    public let options: TCPOptions
    /// The header's length in bytes: 20 to 60.
    public let headerLength: Int

    /// Reads the header of `packet` in `frame`; `nil` if it is not TCP or its header was not captured whole.
    public init?(_ packet: Packet, _ frame: RawSpan) {
        guard packet.transport == .tcp, packet.headerOffset >= 0 else { return nil }
        let header = frame.clamped(packet.headerOffset...)
        guard let words = header.byte(at: 12), let window = header.uint16(at: 14), let urgent = header.uint16(at: 18)
        else { return nil }
        let length = Int(words >> 4) &* 4
        guard length >= 20, length <= header.byteCount else { return nil }
        self.window = window
        urgentPointer = packet.flags.contains(.urg) ? urgent : nil
        options = TCPOptions(header.clamped(20..<length))
        headerLength = length
    }
}

/// What the checksum of a captured TCP segment shows (RFC 9293 section 3.1).
public enum TCPChecksum: Equatable, Sendable {
    /// It is that of the bytes.
    case right
    /// It covers the pseudo-header alone, as a sender leaves it whose network card finishes it, or a receiver whose card
    /// or kernel joined segments: nothing is known.
    case partial
    /// It is neither.
    case wrong
    /// The segment was not captured whole, or its field is zero and fits by chance: where a driver leaves the field zero, one
    /// segment in 65,536 looks right, and that says nothing about how the sender computes its checksums.
    case unknown

    /// Checks the checksum of `packet` in `frame`. Cost: one pass over header and payload.
    public init(_ packet: Packet, _ frame: RawSpan, headerLength: Int) {
        let length = headerLength &+ packet.payloadLength
        let bytes = frame.clamped(packet.headerOffset..<max(packet.headerOffset, packet.headerOffset &+ length))
        guard packet.headerOffset >= 0, bytes.byteCount == length, let field = bytes.uint16(at: 16) else {
            self = .unknown
            return
        }
        let pseudo = Self.pseudoHeader(packet, length: length)
        if Self.folded(pseudo &+ Self.sum(bytes)) == 0xFFFF {
            self = field == 0 ? .unknown : .right
        } else if Self.folded(pseudo) == field {
            self = field == 0 ? .unknown : .partial
        } else {
            self = .wrong
        }
    }

    /// The sum of the pseudo-header (RFC 9293 section 3.1, RFC 8200 section 8.1), not folded.
    private static func pseudoHeader(_ packet: Packet, length: Int) -> UInt64 {
        let addresses =
            packet.source.isIPv4
            ? UInt64(packet.source.ipv4) &+ UInt64(packet.destination.ipv4)
            : halves(packet.source.high) &+ halves(packet.source.low) &+ halves(packet.destination.high)
                &+ halves(packet.destination.low)
        return addresses &+ UInt64(IPProtocol.tcp.rawValue) &+ UInt64(truncatingIfNeeded: length)
    }

    private static func halves(_ value: UInt64) -> UInt64 { value >> 32 &+ value & 0xFFFF_FFFF }

    /// The sum of the 32-bit words of `bytes`, which folds to that of its 16-bit words.
    private static func sum(_ bytes: RawSpan) -> UInt64 {
        var sum: UInt64 = 0
        var offset = 0
        while let word = bytes.uint32(at: offset) {
            sum &+= UInt64(word)
            offset &+= 4
        }
        while let byte = bytes.byte(at: offset) {
            sum &+= UInt64(byte) << (offset & 1 == 0 ? 8 : 0)
            if let next = bytes.byte(at: offset &+ 1) { sum &+= UInt64(next) }
            offset &+= 2
        }
        return sum
    }

    private static func folded(_ sum: UInt64) -> UInt16 {
        var sum = sum
        while sum >> 16 != 0 { sum = sum >> 16 &+ sum & 0xFFFF }
        return UInt16(truncatingIfNeeded: sum)
    }
}
