import Bytes

extension DNSAnswerSet {
    /// Reads the question at `start` and returns the offset behind it.
    mutating func readQuestion(at start: Int, of message: RawSpan) throws(ParseError) -> Int {
        let (name, end) = try appendName(at: start, of: message)
        guard let type = message.uint16(at: end), message.uint16(at: end &+ 2) != nil else { throw .truncated }
        question = name
        questionType = DNSType(rawValue: type)
        return end &+ 4
    }

    /// Reads the record at `start`, keeps it where it is of use, and returns the offset behind it.
    mutating func readRecord(at start: Int, of message: RawSpan) throws(ParseError) -> Int {
        let ownerEnd = try DNSName.end(at: start, of: message)
        guard let type = message.uint16(at: ownerEnd), let recordClass = message.uint16(at: ownerEnd &+ 2),
            let timeToLive = message.uint32(at: ownerEnd &+ 4), let length = message.uint16(at: ownerEnd &+ 8)
        else { throw .truncated }
        let data = ownerEnd &+ 10
        let end = data &+ Int(length)
        guard end <= message.byteCount else { throw .truncated }
        guard recordClass == 1, Self.isOfUse(DNSType(rawValue: type)) else { return end }
        guard records.count < Self.maximumRecords else {
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
