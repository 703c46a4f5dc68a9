import Bytes

/// A client's SOCKS 4, 4a or 5 dialogue up to the end of its request (RFC 1928, RFC 1929).
///
/// The client's bytes alone tell it: behind the greeting of SOCKS 5 is either the user-name subnegotiation, whose
/// first byte is 1 and which is passed over by its lengths, or the request, whose first byte is 5. Other
/// subnegotiations (GSSAPI) are not read. Behind the request the tunnel begins, whatever it carries.
///
/// Constant cost a call; allocates for the name only.
public struct SOCKSRequest: StreamParser {
    /// A parser at the first byte of the greeting or request.
    public init() {}

    /// By version, lengths and values; for SOCKS 5 it needs the beginning of the second message, because a greeting
    /// alone is three bytes like any others.
    public static func probe(_ bytes: RawSpan) -> Probe {
        switch bytes.byte(at: 0) {
        case 4: SOCKS4(bytes).probe(bytes)
        case 5: probe5(bytes)
        case nil: .unsure
        default: .no
        }
    }

    /// Reads on to the end of the request.
    public mutating func parse(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        switch bytes.byte(at: 0) {
        case 4: parse4(bytes, into: &findings)
        case 5: parse5(bytes, into: &findings)
        case nil: .more(atLeast: 1)
        default: .skip
        }
    }

    private func parse4(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        let request = SOCKS4(bytes)
        switch request.probe(bytes) {
        case .no: return .skip
        case .unsure: return .more(atLeast: bytes.byteCount &+ 1)
        case .yes: break
        }
        guard let end = request.end else { return .more(atLeast: bytes.byteCount &+ 1) }
        if let name = request.name {
            findings.add(name: Self.host(of: bytes.clamped(name)), from: .socks)
        } else {
            findings.add(name: IPAddress(ipv4: request.address).description, from: .socks)
        }
        return Self.end(at: end, into: &findings)
    }

    private static func end(at end: Int, into findings: inout Findings) -> Progress {
        findings.application = .socks
        findings.isViaProxy = true
        return .done(consumed: end)
    }

    /// A host in a request is a name, or an address in its text form.
    private static func host(of bytes: RawSpan) -> String? {
        if bytes.firstIndex(of: UInt8(ascii: ":"), in: 0..<bytes.byteCount) != nil {
            return IPAddress(String(decoding: bytes.copied(), as: UTF8.self))?.description
        }
        return Authority.name(of: bytes)
    }
}

extension SOCKSRequest {
    /// The end of the greeting if it is one: version, count, and so many methods that there are (IANA SOCKS Methods).
    private static func greeting(_ bytes: RawSpan) -> (probe: Probe, end: Int, offersPassword: Bool) {
        guard let count = bytes.byte(at: 1) else { return (.unsure, 2, false) }
        let end = 2 &+ Int(count)
        guard count >= 1, count <= mostMethods else { return (.no, end, false) }
        var offersPassword = false
        for offset in 2..<end {
            guard let method = bytes.byte(at: offset) else { return (.unsure, end, offersPassword) }
            guard method <= lastAssignedMethod || (method >= 0x80 && method != 0xFF) else { return (.no, end, false) }
            offersPassword = offersPassword || method == 2
        }
        return (.yes, end, offersPassword)
    }

    private static func probe5(_ bytes: RawSpan) -> Probe {
        let greeting = greeting(bytes)
        guard greeting.probe == .yes else { return greeting.probe }
        guard let second = bytes.byte(at: greeting.end) else { return .unsure }
        if second == 1 { return greeting.offersPassword ? .yes : .no }
        guard second == 5 else { return .no }
        guard let word = bytes.uint32(at: greeting.end) else { return .unsure }
        return isRequest(word) ? .yes : .no
    }

    private func parse5(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        let greeting = Self.greeting(bytes)
        var position = greeting.end
        guard greeting.probe != .no else { return .skip }
        guard greeting.probe == .yes, let next = bytes.byte(at: position) else {
            return .more(atLeast: Swift.max(position &+ 1, bytes.byteCount &+ 1))
        }
        if next == 1 {
            // VER ULEN UNAME PLEN PASSWD (RFC 1929 section 2): lengths only, the rest is none of ours.
            guard greeting.offersPassword else { return .skip }
            guard let name = bytes.byte(at: position &+ 1) else { return .more(atLeast: position &+ 2) }
            position &+= 2 &+ Int(name)
            guard let password = bytes.byte(at: position) else { return .more(atLeast: position &+ 1) }
            position &+= 1 &+ Int(password)
        }
        return request5(bytes, at: position, into: &findings)
    }

    /// VER CMD RSV ATYP DST.ADDR DST.PORT (RFC 1928 section 4).
    private func request5(_ bytes: RawSpan, at start: Int, into findings: inout Findings) -> Progress {
        guard let word = bytes.uint32(at: start) else { return .more(atLeast: start &+ 4) }
        guard Self.isRequest(word) else { return .skip }
        var address = start &+ 4
        let length: Int
        switch word & 0xFF {
        case 1: length = 4
        case 4: length = 16
        default:
            guard let count = bytes.byte(at: address) else { return .more(atLeast: address &+ 1) }
            length = Int(count)
            address &+= 1
        }
        let end = address &+ length &+ 2
        guard end <= bytes.byteCount else { return .more(atLeast: end) }
        findings.add(
            name: Self.destination(in: bytes, type: word & 0xFF, range: address..<address &+ length), from: .socks)
        return Self.end(at: end, into: &findings)
    }

    /// The destination; `nil` for the address of zeros, which names no one (UDP ASSOCIATE sends it).
    private static func destination(in bytes: RawSpan, type: UInt32, range: Range<Int>) -> String? {
        let start = range.lowerBound
        switch type {
        case 1:
            guard let number = bytes.uint32(at: start), number != 0 else { return nil }
            return IPAddress(ipv4: number).description
        case 4:
            var reader = ByteReader(bytes.clamped(range))
            guard let high = try? reader.uint64(), let low = try? reader.uint64(), high | low != 0 else { return nil }
            return IPAddress(high: high, low: low).description
        default:
            return host(of: bytes.clamped(range))
        }
    }

    /// Whether the four bytes begin a request: CONNECT, BIND or UDP ASSOCIATE to an address type that exists.
    private static func isRequest(_ word: UInt32) -> Bool {
        let command = word >> 16 & 0xFF
        let type = word & 0xFF
        return word >> 24 == 5 && command >= 1 && command <= 3 && word >> 8 & 0xFF == 0
            && (type == 1 || type == 3 || type == 4)
    }

    private static let mostMethods: UInt8 = 16
    private static let lastAssignedMethod: UInt8 = 9
}
