import Bytes

/// The options of a TCP header that decide whether a receiver takes a segment (RFC 9293 section 3.2).
///
/// Reading stops at the first option whose length does not fit, as Linux does. No allocation; at most 40 bytes are read.
public struct TCPOptions: Equatable, Sendable {
    /// The maximum segment size that the sender announces (RFC 9293 section 3.7.1); only on a SYN.
    public private(set) var maximumSegment: UInt16?
    /// The shift of the sender's window (RFC 7323 section 2.2), at most 14; only on a SYN.
    public private(set) var windowShift: UInt8?
    /// The sender's timestamp, TSval (RFC 7323 section 3.2).
    public private(set) var timestamp: UInt32?
    /// The timestamp of the other end that the sender took last, TSecr (RFC 7323 section 3.2).
    public private(set) var echo: UInt32?
    /// Whether a signature is there: TCP MD5 (RFC 2385) or TCP-AO (RFC 5925). A receiver that was given no key drops it.
    public private(set) var isSigned = false

    /// No options.
    public init() {}

    /// Reads the options in `bytes`, those after the first 20 bytes of the header.
    public init(_ bytes: RawSpan) {
        // The layout of nearly every segment: two fillers and a timestamp.
        if bytes.byteCount == 12, bytes.uint32(at: 0) == 0x0101_080A {
            timestamp = bytes.uint32(at: 4)
            echo = bytes.uint32(at: 8)
            return
        }
        var offset = 0
        while let kind = bytes.byte(at: offset), kind != 0 {
            if kind == 1 {
                offset &+= 1
                continue
            }
            guard let length = bytes.byte(at: offset &+ 1), length >= 2, offset &+ Int(length) <= bytes.byteCount
            else { return }
            take(kind, length: length, in: bytes, at: offset &+ 2)
            offset &+= Int(length)
        }
    }

    private mutating func take(_ kind: UInt8, length: UInt8, in bytes: RawSpan, at offset: Int) {
        switch (kind, length) {
        case (2, 4): maximumSegment = bytes.uint16(at: offset)
        case (3, 3): windowShift = bytes.byte(at: offset).map { min($0, 14) }
        case (8, 10):
            timestamp = bytes.uint32(at: offset)
            echo = bytes.uint32(at: offset &+ 4)
        case (19, _), (29, _): isSigned = true
        default: break
        }
    }
}
