public import Bytes

/// The reader of DNS messages as they are in a datagram (RFC 1035) or behind a length on a stream (`DNSStream`).
///
/// mDNS (RFC 6762), LLMNR (RFC 4795) and NetBIOS name service (RFC 1002), which share the format, are left out: their names
/// say nothing of the far end. From their ports to port 53 it is DNS.
public enum DNSMessage {
    /// Whether `datagram`, a whole UDP payload, is an ordinary DNS question or answer.
    ///
    /// On port 53 a readable question decides, so that a message cut by the capture counts, and one whose odd flags
    /// its resolver does not mind. On any other port every record must be well formed, the last must end where the
    /// datagram does, and the question must be of a type in use: no other protocol passes that by chance. Nothing is
    /// allocated.
    public static func probe(_ datagram: RawSpan, sourcePort: UInt16 = 0, destinationPort: UInt16 = 0) -> Probe {
        let isExpected = sourcePort == port || destinationPort == port
        guard isExpected || !isLeftOut(sourcePort) && !isLeftOut(destinationPort) else { return .no }
        do throws(ParseError) {
            let header = try DNSHeader(datagram)
            guard isExpected ? header.isSingleQuestion : header.isPlausible else { return .no }
            let end = try DNSName.end(at: DNSHeader.byteCount, of: datagram)
            guard isPlausibleQuestion(at: end, of: datagram, anyType: isExpected) else { return .no }
            if isExpected { return .yes }
            return try endOfRecords(header.recordCount, from: end &+ 4, of: datagram) == datagram.byteCount ? .yes : .no
        } catch {
            return .no
        }
    }

    /// Reads `message` into `answers`, which loses what it held before.
    ///
    /// Throws `truncated` where the bytes end first (a capture cuts messages), `malformed` where they contradict the
    /// specification, `unsupported` for anything but an ordinary question and its answer; what was read until then
    /// is. Trailing bytes are passed over. Linear in the message; memory as `DNSAnswerSet` says.
    public static func read(_ message: RawSpan, into answers: inout DNSAnswerSet) throws(ParseError) {
        answers.reset()
        let header = try DNSHeader(message)
        answers.header = header
        guard header.opcode == 0 else { throw .unsupported }
        guard header.questionCount <= 1 else { throw .malformed }
        var offset = DNSHeader.byteCount
        if header.questionCount == 1 {
            offset = try answers.readQuestion(at: offset, of: message)
        }
        guard header.isResponse, header.responseCode == 0 else { return }
        for _ in 0..<header.recordCount {
            offset = try answers.readRecord(at: offset, of: message)
        }
    }

    /// The port that DNS is asked on.
    public static var port: UInt16 { 53 }

    /// Whether a port belongs to a protocol of the same format that is left out.
    private static func isLeftOut(_ port: UInt16) -> Bool {
        port == 5353 || port == 5355 || port == 137
    }

    static func isPlausibleQuestion(
        at offset: Int, of message: RawSpan, anyType: Bool, isOverTCP: Bool = false
    ) -> Bool {
        guard let type = message.uint16(at: offset), let recordClass = message.uint16(at: offset &+ 2) else {
            return false
        }
        // A question's name cannot be compressed, for nothing is before it.
        guard message.byte(at: offset &- 1) == 0 else { return false }
        if anyType { return type != 0 && [1, 3, 4, 254, 255].contains(recordClass) }
        if isOverTCP {
            // A key is asked for in the class ANY (RFC 2930 section 2).
            return (recordClass == 1 || recordClass == 255) && DNSType(rawValue: type).isCommonOverTCP
        }
        return recordClass == 1 && DNSType(rawValue: type).isCommon
    }

    static func endOfRecords(_ count: Int, from start: Int, of message: RawSpan) throws(ParseError) -> Int {
        var offset = start
        for _ in 0..<count {
            offset = try DNSName.end(at: offset, of: message)
            guard let length = message.uint16(at: offset &+ 8) else { throw .truncated }
            offset &+= 10 &+ Int(length)
        }
        guard offset <= message.byteCount else { throw .truncated }
        return offset
    }
}

/// One thing that a DNS answer says, with names as ranges of the text of the `DNSAnswerSet` that holds it.
@frozen
public struct DNSRecord: Equatable, Sendable, BitwiseCopyable {
    /// What the record says of its owner.
    @frozen
    public enum Content: Equatable, Sendable, BitwiseCopyable {
        /// The owner has this address (A, AAAA).
        case address(IPAddress)
        /// A service binding names this address for its target (`ipv4hint`, `ipv6hint`; RFC 9460 section 7.3).
        case hint(IPAddress)
        /// The owner is another name for this one (CNAME).
        case alias(ByteRange)
        /// A service binding (HTTPS, SVCB).
        case service(DNSService)
        /// A service binding holds an ECH configuration of this public name (RFC 9849 section 4).
        case publicName(ByteRange)
    }

    /// The name that the record belongs to.
    public var owner: ByteRange
    /// How long it may be kept, in seconds; a value past 2^31 counts as 0 (RFC 2181 section 8).
    public var timeToLive: UInt32
    /// What it says.
    public var content: Content

    /// A record of all its parts.
    @inlinable
    public init(owner: ByteRange, timeToLive: UInt32, content: Content) {
        self.owner = owner
        self.timeToLive = timeToLive > UInt32(Int32.max) ? 0 : timeToLive
        self.content = content
    }
}

/// The fixed part of a service binding and what its parameters say in brief (RFC 9460 section 2.2).
///
/// Its address hints and the public names of its ECH configurations are records of their own, with the same owner.
@frozen
public struct DNSService: Equatable, Sendable, BitwiseCopyable {
    /// 0 where the record is only an alias of its target; otherwise lower is preferred.
    public var priority: UInt16
    /// The name that serves; a single dot if it is the owner itself.
    public var target: ByteRange
    /// The `alpn` parameter as sent: identifiers, each behind a byte of length; checked. Empty where absent.
    public var applicationProtocols: ByteRange
    /// The number of bytes of the `ech` parameter; 0 if absent.
    public var echLength: UInt16

    /// A binding to `target` without parameters.
    @inlinable
    public init(priority: UInt16, target: ByteRange) {
        self.priority = priority
        self.target = target
        self.applicationProtocols = .empty
        self.echLength = 0
    }

    /// Whether the record offers Encrypted Client Hello.
    @inlinable public var offersECH: Bool { echLength > 0 }
}
