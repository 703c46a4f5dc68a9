import Bytes

extension DNSAnswerSet {
    /// Reads a service binding: its fixed part, then its parameters until one is malformed (RFC 9460 section 2.2).
    mutating func readService(
        _ data: Range<Int>, of message: RawSpan, owner: ByteRange, timeToLive: UInt32
    ) throws(ParseError) {
        guard data.count >= 3, let priority = message.uint16(at: data.lowerBound) else { throw .malformed }
        let (target, end) = try appendName(at: data.lowerBound &+ 2, of: message)
        guard end <= data.upperBound else { throw .malformed }
        let place = records.count
        var service = DNSService(priority: priority, target: target)
        append(.service(service), owner: owner, timeToLive: timeToLive)
        var reader = ByteReader(message.clamped(end..<data.upperBound))
        do throws(ParseError) {
            var previous = -1
            while !reader.isEmpty {
                let key = try reader.uint16()
                guard Int(key) > previous else { throw .malformed }
                previous = Int(key)
                var value = try reader.fenced(Int(try reader.uint16()))
                try readParameter(key, &value, of: &service, owner: owner, timeToLive: timeToLive)
            }
        } catch {
            malformedParameters &+= 1
        }
        records[place].content = .service(service)
    }

    private mutating func readParameter(
        _ key: UInt16, _ value: inout ByteReader, of service: inout DNSService, owner: ByteRange, timeToLive: UInt32
    ) throws(ParseError) {
        switch key {
        case Self.alpnKey:
            service.applicationProtocols = try appendProtocols(value.remaining)
        case Self.ipv4HintKey:
            repeat {
                append(.hint(IPAddress(ipv4: try value.uint32())), owner: owner, timeToLive: timeToLive)
            } while !value.isEmpty
        case Self.ipv6HintKey:
            repeat {
                append(.hint(try Self.ipv6(&value)), owner: owner, timeToLive: timeToLive)
            } while !value.isEmpty
        case Self.echKey:
            service.echLength = UInt16(clamping: value.count)
            try readConfigurations(&value, owner: owner, timeToLive: timeToLive)
        default: break
        }
    }

    /// Checks a list of protocol identifiers (RFC 9460 section 7.1.1) and copies it.
    private mutating func appendProtocols(_ value: RawSpan) throws(ParseError) -> ByteRange {
        var reader = ByteReader(value)
        repeat {
            let length = Int(try reader.uint8())
            guard length > 0 else { throw .malformed }
            try reader.skip(length)
        } while !reader.isEmpty
        let mark = text.count
        value.append(to: &text)
        return ByteRange(offset: mark, count: value.byteCount)
    }

    /// Reads an ECHConfigList for the public names of its configurations (RFC 9849 section 4).
    private mutating func readConfigurations(
        _ value: inout ByteReader, owner: ByteRange, timeToLive: UInt32
    ) throws(ParseError) {
        guard Int(try value.uint16()) == value.count else { throw .malformed }
        repeat {
            let version = try value.uint16()
            var contents = try value.fenced(Int(try value.uint16()))
            if version == Self.echVersion {
                let name = try appendPublicName(&contents)
                append(.publicName(name), owner: owner, timeToLive: timeToLive)
            }
        } while !value.isEmpty
    }

    private mutating func appendPublicName(_ contents: inout ByteReader) throws(ParseError) -> ByteRange {
        // The key: its id and kind, the public key, the cipher suites; then the longest name that is padded to.
        try contents.skip(3)
        try contents.skip(Int(try contents.uint16()))
        try contents.skip(Int(try contents.uint16()))
        try contents.skip(1)
        let name = try contents.span(Int(try contents.uint8()))
        try contents.skip(Int(try contents.uint16()))
        guard contents.isEmpty, DNSName.isHostName(name) else { throw .malformed }
        let mark = text.count
        for index in 0..<name.byteCount {
            guard let byte = name.byte(at: index) else { break }
            text.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
        }
        return ByteRange(offset: mark, count: text.count &- mark)
    }

    /// Numbers of parameters (RFC 9460 section 14.3.2) and of the one ECH version there is.
    private static var alpnKey: UInt16 { 1 }
    private static var ipv4HintKey: UInt16 { 4 }
    private static var echKey: UInt16 { 5 }
    private static var ipv6HintKey: UInt16 { 6 }
    private static var echVersion: UInt16 { 0xFE0D }
}
