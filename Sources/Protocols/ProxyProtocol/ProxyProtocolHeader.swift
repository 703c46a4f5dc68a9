import Bytes

/// The header by which a load balancer tells the server after it who the client is (the PROXY protocol of HAProxy,
/// versions 1 and 2).
///
/// It gives the client's true address and port. In version 2 an authority may be besides (PP2_TYPE_AUTHORITY): the
/// name the balancer's client asked for, commonly the server name of a hello that ended there. It was sent in the
/// clear by one who saw it, not read from a hello here, so it counts as the Host of a request does (`http_host`).
/// Behind the header the client's own bytes begin.
///
/// Constant cost for version 1; for version 2 a few reads an extension. Allocates for a name only.
public struct ProxyProtocolHeader: StreamParser {
    /// A version 2 header longer than this is given up: balancers send some hundred bytes.
    public static let longestHeader = 16_384

    /// A parser at the first byte of the header.
    public init() {}

    /// By the signature: `PROXY ` and a family in version 1, twelve fixed bytes in version 2.
    public static func probe(_ bytes: RawSpan) -> Probe {
        if bytes.hasASCII(signature2) { return .yes }
        if bytes.hasASCII("PROXY TCP4 ") || bytes.hasASCII("PROXY TCP6 ") || bytes.hasASCII("PROXY UNKNOWN") {
            return .yes
        }
        let mayBe =
            bytes.isProperPrefix(ofASCII: "PROXY TCP4 ") || bytes.isProperPrefix(ofASCII: "PROXY TCP6 ")
            || bytes.isProperPrefix(ofASCII: "PROXY UNKNOWN") || bytes.isProperPrefix(ofASCII: signature2)
        return mayBe ? .unsure : .no
    }

    /// Reads on to the end of the header.
    public mutating func parse(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        switch Self.probe(bytes) {
        case .no: .skip
        case .unsure: .more(atLeast: bytes.byteCount &+ 1)
        case .yes: bytes.byte(at: 0) == 0x0D ? binary(bytes, into: &findings) : text(bytes, into: &findings)
        }
    }

    /// `PROXY TCP4 source destination source-port destination-port CR LF`, at most 107 bytes.
    private func text(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        guard let end = bytes.firstIndex(of: 0x0A, in: 0..<Self.longestText) else {
            return bytes.byteCount < Self.longestText ? .more(atLeast: bytes.byteCount &+ 1) : .skip
        }
        guard bytes.byte(at: end &- 1) == 0x0D else { return .skip }
        let line = String(decoding: bytes.clamped(0..<end &- 1).copied(), as: UTF8.self)
        let fields = line.split(separator: " ", omittingEmptySubsequences: false)
        if fields.count >= 2, fields[1] == "UNKNOWN" { return .done(consumed: end &+ 1) }
        guard fields.count == 6, let source = IPAddress(fields[2]), IPAddress(fields[3]) != nil,
            source.isIPv4 == (fields[1] == "TCP4"), let port = Self.port(fields[4]), Self.port(fields[5]) != nil
        else { return .skip }
        findings.proxiedClient = (source, port)
        return .done(consumed: end &+ 1)
    }

    private static func port(_ text: Substring) -> UInt16? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt16(text) : nil
    }

    /// Signature, version and command, family, length, addresses, extensions.
    private func binary(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        guard let command = bytes.byte(at: 12), let family = bytes.byte(at: 13), let length = bytes.uint16(at: 14)
        else {
            return .more(atLeast: Swift.max(Self.fixedLength, bytes.byteCount &+ 1))
        }
        let end = Self.fixedLength &+ Int(length)
        guard command >> 4 == 2, command & 0x0F <= 1, end <= Self.longestHeader else { return .skip }
        guard end <= bytes.byteCount else { return .more(atLeast: end) }
        // LOCAL: the balancer speaks for itself, and the addresses mean nothing.
        if command & 0x0F == 1 {
            var reader = ByteReader(bytes.clamped(Self.fixedLength..<end))
            do throws(ParseError) {
                try Self.readAddresses(&reader, family: family, into: &findings)
                try Self.readExtensions(&reader, into: &findings)
            } catch {
                // What is after the header is there all the same: its length was right.
            }
        }
        return .done(consumed: end)
    }

    /// The source's address and port; families without them are passed over.
    private static func readAddresses(
        _ reader: inout ByteReader, family: UInt8, into findings: inout Findings
    ) throws(ParseError) {
        switch family >> 4 {
        case 1:
            let block = try reader.take(FixedBytes<12>.self)
            findings.proxiedClient = (IPAddress(ipv4: block.uint32(at: 0)), block.uint16(at: 8))
        case 2:
            let block = try reader.take(FixedBytes<36>.self)
            let source = IPAddress(high: block.uint64(at: 0), low: block.uint64(at: 8))
            findings.proxiedClient = (source, block.uint16(at: 32))
        case 3:
            try reader.skip(216)
        default:
            break
        }
    }

    /// Type, length, value; of them only the authority is read.
    private static func readExtensions(_ reader: inout ByteReader, into findings: inout Findings) throws(ParseError) {
        while !reader.isEmpty {
            let type = try reader.uint8()
            let length = Int(try reader.uint16())
            if type == authorityType, length <= reader.count {
                findings.add(name: Authority.name(of: reader.remaining.clamped(0..<length)), from: .httpHost)
            }
            try reader.skip(length)
        }
    }

    private static let signature2: StaticString = "\r\n\r\n\0\r\nQUIT\n"
    private static let fixedLength = 16
    private static let longestText = 107
    private static let authorityType: UInt8 = 0x02
}
