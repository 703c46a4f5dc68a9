public import Bytes

/// What one DNS message says, owned: the question, and the records that tell addresses, aliases and services.
///
/// Made to be kept and used again: reading the next message into it reuses its memory, so that after warm-up no message
/// allocates, and one without a question or records of use never does. It holds at most 64 records, and begins no record after
/// `maximumText` bytes of names: a compressed name of two bytes may stand for a text of 1,020. What is passed over is counted.
public struct DNSAnswerSet: Sendable {
    /// The message's header.
    public internal(set) var header = DNSHeader()
    /// The type asked for; 0 if the message holds no question.
    public internal(set) var questionType = DNSType(rawValue: 0)
    /// The name asked for, in `text`; empty where the message holds no question.
    public internal(set) var question = ByteRange.empty
    /// What was answered, in the message's order; empty unless the message is an answer without error.
    public internal(set) var records: [DNSRecord] = []
    /// The bytes that names and other ranges refer to.
    public internal(set) var text: [UInt8] = []
    /// Records of use past a bound, which were passed over.
    public internal(set) var overflow = 0
    /// Service parameters that contradict RFC 9460, with the rest of their record's parameters passed over.
    public internal(set) var malformedParameters = 0

    /// A set that holds nothing yet.
    public init() {}

    /// The most records kept of one message.
    public static var maximumRecords: Int { 64 }

    /// The bytes of text after which no further record of a message is kept: more than 64 names of hosts in an answer take.
    public static var maximumText: Int { 8_192 }

    /// The text of `range`, a name of this set. Cost: a string.
    public func name(_ range: ByteRange) -> String {
        guard range.indices.upperBound <= text.count else { return "" }
        return String(decoding: text[range.indices], as: UTF8.self)
    }

    /// The name asked for, lower case, no trailing dot; `nil` if the message holds no question. Cost: a string.
    public var questionName: String? { question.isEmpty ? nil : name(question) }

    /// The bytes of the name asked for, lower case, no trailing dot; empty if the message holds no question. No allocation.
    public var questionText: ArraySlice<UInt8> {
        question.indices.upperBound <= text.count ? text[question.indices] : []
    }

    /// The application protocols that `service` offers, in order. Cost: an array and a string for each.
    public func applicationProtocols(of service: DNSService) -> [String] {
        let range = service.applicationProtocols.indices
        guard range.upperBound <= text.count else { return [] }
        var names: [String] = []
        var rest = text[range]
        while let length = rest.popFirst() {
            names.append(String(decoding: rest.prefix(Int(length)), as: UTF8.self))
            rest = rest.dropFirst(Int(length))
        }
        return names
    }

    /// Empties the set, keeping its memory.
    mutating func reset() {
        header = DNSHeader()
        questionType = DNSType(rawValue: 0)
        question = .empty
        records.removeAll(keepingCapacity: true)
        text.removeAll(keepingCapacity: true)
        overflow = 0
        malformedParameters = 0
    }

    mutating func append(_ content: DNSRecord.Content, owner: ByteRange, timeToLive: UInt32) {
        guard records.count < Self.maximumRecords else {
            overflow &+= 1
            return
        }
        records.append(DNSRecord(owner: owner, timeToLive: timeToLive, content: content))
    }

    /// Copies the name at `start` of `message` into `text`; where it was and the offset after it.
    mutating func appendName(at start: Int, of message: RawSpan) throws(ParseError) -> (name: ByteRange, end: Int) {
        // Nearly every owner is a pointer to the question, which always is at the same place.
        if !question.isEmpty, message.uint16(at: start) == 0xC000 | UInt16(DNSHeader.byteCount) {
            return (question, start &+ 2)
        }
        let mark = text.count
        let end = try DNSName.append(at: start, of: message, to: &text)
        return (ByteRange(offset: mark, count: text.count &- mark), end)
    }
}

extension DNSAnswerSet {
    /// Reads the question at `start` and returns the offset after it.
    mutating func readQuestion(at start: Int, of message: RawSpan) throws(ParseError) -> Int {
        let (name, end) = try appendName(at: start, of: message)
        guard let type = message.uint16(at: end), message.uint16(at: end &+ 2) != nil else { throw .truncated }
        question = name
        questionType = DNSType(rawValue: type)
        return end &+ 4
    }

    /// Reads the record at `start`, keeps it if it is of use, and returns the offset after it.
    mutating func readRecord(at start: Int, of message: RawSpan) throws(ParseError) -> Int {
        let ownerEnd = try DNSName.end(at: start, of: message)
        guard let type = message.uint16(at: ownerEnd), let recordClass = message.uint16(at: ownerEnd &+ 2),
            let timeToLive = message.uint32(at: ownerEnd &+ 4), let length = message.uint16(at: ownerEnd &+ 8)
        else { throw .truncated }
        let data = ownerEnd &+ 10
        let end = data &+ Int(length)
        guard end <= message.byteCount else { throw .truncated }
        guard recordClass == 1, Self.isOfUse(DNSType(rawValue: type)) else { return end }
        guard records.count < Self.maximumRecords, text.count < Self.maximumText else {
            overflow &+= 1
            return end
        }
        let owner = try appendName(at: start, of: message).name
        try readData(DNSType(rawValue: type), data..<end, of: message, owner: owner, timeToLive: timeToLive)
        return end
    }

    private static func isOfUse(_ type: DNSType) -> Bool {
        type == .a || type == .aaaa || type == .cname || type == .https || type == .svcb
    }

    private mutating func readData(
        _ type: DNSType, _ data: Range<Int>, of message: RawSpan, owner: ByteRange, timeToLive: UInt32
    ) throws(ParseError) {
        switch type {
        case .a, .aaaa:
            var reader = ByteReader(message.clamped(data))
            let address = type == .a ? IPAddress(ipv4: try reader.uint32()) : try Self.ipv6(&reader)
            guard reader.isEmpty else { throw .malformed }
            append(.address(address), owner: owner, timeToLive: timeToLive)
        case .cname:
            let (target, end) = try appendName(at: data.lowerBound, of: message)
            guard end == data.upperBound else { throw .malformed }
            append(.alias(target), owner: owner, timeToLive: timeToLive)
        default:
            try readService(data, of: message, owner: owner, timeToLive: timeToLive)
        }
    }

    static func ipv6(_ reader: inout ByteReader) throws(ParseError) -> IPAddress {
        let bytes = try reader.take(FixedBytes<16>.self)
        return IPAddress(high: bytes.uint64(at: 0), low: bytes.uint64(at: 8))
    }
}
