public import Bytes

/// DNS over TCP: messages back to back, each behind its length (RFC 1035 section 4.2.2, RFC 7766).
///
/// Both directions have the same form. As a `StreamParser` it only recognises the protocol on the client's side; who
/// wants the messages asks `frame` for one after another.
public struct DNSStream: StreamParser {
    /// What stands at one place of a stream.
    @frozen
    public enum Frame: Equatable, Sendable {
        /// A whole message, in the bytes given; the next frame begins behind it.
        case message(ByteRange)
        /// Ask again when the bytes given reach this far; always farther than they do.
        case more(atLeast: Int)
        /// A length that no message has: the stream is no DNS, or lost bytes, and nothing behind can be read.
        case skip
    }

    /// A parser at the stream's first byte.
    public init() {}

    /// The frame at `offset` of `bytes`, the contiguous bytes of one direction. Constant cost; no state, no copy.
    ///
    /// A message is at most 65,535 bytes by its length field, which is also the most that must be kept for it.
    @inlinable
    public static func frame(in bytes: RawSpan, at offset: Int) -> Frame {
        guard offset >= 0 else { return .skip }
        guard let length = bytes.uint16(at: offset) else { return .more(atLeast: offset &+ 2) }
        guard Int(length) >= DNSHeader.byteCount else { return .skip }
        let end = offset &+ 2 &+ Int(length)
        guard end <= bytes.byteCount else { return .more(atLeast: end) }
        return .message(ByteRange(offset: offset &+ 2, count: Int(length)))
    }

    /// Whether the stream begins with a DNS message: a plausible header and a whole question of a type in use.
    public static func probe(_ bytes: RawSpan) -> Probe {
        guard let length = bytes.uint16(at: 0) else { return .unsure }
        guard Int(length) >= DNSHeader.byteCount &+ 5 else { return .no }
        let message = bytes.clamped(2..<2 &+ Int(length))
        do throws(ParseError) {
            guard try DNSHeader(message).isPlausible else { return .no }
            let end = try DNSName.end(at: DNSHeader.byteCount, of: message)
            guard message.byteCount >= end &+ 4 else { return message.byteCount < Int(length) ? .unsure : .no }
            return DNSMessage.isPlausibleQuestion(at: end, of: message, anyType: false) ? .yes : .no
        } catch .truncated {
            return message.byteCount < Int(length) ? .unsure : .no
        } catch {
            return .no
        }
    }

    /// Names the flow's application; the messages themselves are the caller's to walk with `frame`.
    public mutating func parse(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        switch Self.probe(bytes) {
        case .no: return .skip
        case .unsure: return .more(atLeast: bytes.byteCount &+ 1)
        case .yes:
            findings.application = .dns
            return .done(consumed: bytes.byteCount)
        }
    }
}
