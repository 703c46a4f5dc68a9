public import Bytes

/// The host names in a server's certificate (RFC 5280): the common name of its subject and its alternative names.
///
/// Only names are read; nothing is verified. Before TLS 1.3 a server sends its certificate in cleartext, and where the
/// client's hello has no name, or was not captured, this is the best that the flow itself says. The descent is of fixed
/// depth, each step within the fence of the one before; no bytes make it trap.
public struct CertificateNames: Equatable, Sendable {
    /// The most specific common name of the subject that is a host name, in lower case.
    public private(set) var commonName: String?
    /// The DNS names of the subjectAltName extension that are host names, in lower case, in order and each once, at most 32.
    public private(set) var alternativeNames: [String] = []
    /// Names that are no host names or came past the bound.
    public private(set) var skippedNames = 0

    /// The most alternative names kept.
    public static var maximumNames: Int { 32 }

    /// The names of the first certificate, the server's own, in a Certificate message of TLS 1.2 and below (RFC 5246
    /// section 7.4.2): `message` begins with its type. Only that certificate need be there in whole.
    ///
    /// Throws `truncated` if it is not, `malformed` where the bytes are no certificate, `unsupported` for another
    /// message. Looks at no more than 64 KiB. Allocates for names only.
    public init(handshake message: RawSpan) throws(ParseError) {
        var reader = ByteReader(message.clamped(0..<Self.maximumBytes))
        guard try reader.uint8() == Self.certificateMessage else { throw .unsupported }
        let message = Int(try reader.uint24())
        let list = Int(try reader.uint24())
        guard list &+ 3 == message, list > 0 else { throw .malformed }
        let first = Int(try reader.uint24())
        guard first &+ 3 <= list else { throw .malformed }
        try self.init(certificate: try reader.span(first))
    }

    /// The names of the certificate `der`, at most 64 KiB; errors as above.
    public init(certificate der: RawSpan) throws(ParseError) {
        guard der.byteCount <= Self.maximumBytes else { throw .unsupported }
        var outer = ByteReader(der)
        var certificate = try outer.fenced(try DER.enter(DER.sequence, &outer))
        var body = try certificate.fenced(try DER.enter(DER.sequence, &certificate))
        if DER.nextTag(body) == Self.versionTag { try DER.skip(&body) }
        // The serial number, the signature's algorithm, the issuer, the validity.
        for _ in 0..<4 { try DER.skip(&body) }
        var subject = try body.fenced(try DER.enter(DER.sequence, &body))
        try readSubject(&subject)
        try DER.skip(&body)
        while let tag = DER.nextTag(body) {
            guard tag == Self.extensionsTag else {
                try DER.skip(&body)
                continue
            }
            var wrapper = try body.fenced(try DER.enter(tag, &body))
            var extensions = try wrapper.fenced(try DER.enter(DER.sequence, &wrapper))
            try readExtensions(&extensions)
        }
    }

    /// Every name once, the common name first.
    public var all: [String] {
        guard let commonName else { return alternativeNames }
        return [commonName] + alternativeNames.filter { $0 != commonName }
    }

    private mutating func readSubject(_ subject: inout ByteReader) throws(ParseError) {
        while !subject.isEmpty {
            var attributes = try subject.fenced(try DER.enter(DER.set, &subject))
            while !attributes.isEmpty {
                var attribute = try attributes.fenced(try DER.enter(DER.sequence, &attributes))
                let type = try attribute.span(try DER.enter(DER.objectIdentifier, &attribute))
                let (tag, length) = try DER.header(&attribute)
                guard Self.isCommonName(type), Self.isText(tag) else { continue }
                if let name = hostName(try attribute.span(length)) { commonName = name }
            }
        }
    }

    private mutating func readExtensions(_ extensions: inout ByteReader) throws(ParseError) {
        while !extensions.isEmpty {
            var entry = try extensions.fenced(try DER.enter(DER.sequence, &extensions))
            let type = try entry.span(try DER.enter(DER.objectIdentifier, &entry))
            guard Self.isAlternativeName(type) else { continue }
            if DER.nextTag(entry) == DER.boolean { try DER.skip(&entry) }
            var value = try entry.fenced(try DER.enter(DER.octetString, &entry))
            var names = try value.fenced(try DER.enter(DER.sequence, &value))
            while !names.isEmpty {
                let (tag, length) = try DER.header(&names)
                let text = try names.span(length)
                if tag == Self.dnsNameTag { keep(text) }
            }
        }
    }

    private mutating func keep(_ text: RawSpan) {
        guard alternativeNames.count < Self.maximumNames else {
            skippedNames &+= 1
            return
        }
        if let name = hostName(text), !alternativeNames.contains(name) { alternativeNames.append(name) }
    }

    /// The text in lower case if it is a host name, a wildcard included; otherwise it is counted.
    private mutating func hostName(_ text: RawSpan) -> String? {
        guard DNSName.isHostName(text, allowsWildcard: true) else {
            skippedNames &+= 1
            return nil
        }
        return String(decoding: text.copied(), as: UTF8.self).lowercased()
    }

    /// Whether the identifier is 2.5.4.3 (X.520 commonName).
    private static func isCommonName(_ type: RawSpan) -> Bool {
        type.byteCount == 3 && type.uint16(at: 0) == 0x5504 && type.byte(at: 2) == 0x03
    }

    /// Whether the identifier is 2.5.29.17 (RFC 5280 section 4.2.1.6).
    private static func isAlternativeName(_ type: RawSpan) -> Bool {
        type.byteCount == 3 && type.uint16(at: 0) == 0x551D && type.byte(at: 2) == 0x11
    }

    /// Whether the tag is of a string of single bytes: UTF8String, PrintableString, TeletexString, IA5String.
    private static func isText(_ tag: UInt8) -> Bool {
        tag == 0x0C || tag == 0x13 || tag == 0x14 || tag == 0x16
    }

    private static var maximumBytes: Int { 65_536 }
    /// The handshake type of a Certificate (RFC 5246 section 7.4).
    private static var certificateMessage: UInt8 { 11 }
    private static var versionTag: UInt8 { 0xA0 }
    private static var extensionsTag: UInt8 { 0xA3 }
    /// The tag of a dNSName among general names.
    private static var dnsNameTag: UInt8 { 0x82 }
}

/// The outer form of DER elements (X.690 section 8.1 and 10.1): a tag, a length, and content behind a fence.
enum DER {
    static var sequence: UInt8 { 0x30 }
    static var set: UInt8 { 0x31 }
    static var boolean: UInt8 { 0x01 }
    static var octetString: UInt8 { 0x04 }
    static var objectIdentifier: UInt8 { 0x06 }

    /// The tag of the next element, which is not passed over; nothing at the end.
    static func nextTag(_ reader: borrowing ByteReader) -> UInt8? { reader.remaining.byte(at: 0) }

    /// Reads the tag and length of the next element, which must be a `tag`, and returns the length of its content.
    static func enter(_ tag: UInt8, _ reader: inout ByteReader) throws(ParseError) -> Int {
        let (found, length) = try header(&reader)
        guard found == tag else { throw .malformed }
        return length
    }

    /// Passes over the next element.
    static func skip(_ reader: inout ByteReader) throws(ParseError) {
        try reader.skip(try header(&reader).length)
    }

    /// Reads the tag and length of the next element; tags of more than one byte, and lengths that are indefinite or
    /// of more than three bytes, have no place in a certificate of the wire.
    static func header(_ reader: inout ByteReader) throws(ParseError) -> (tag: UInt8, length: Int) {
        let tag = try reader.uint8()
        guard tag & 0x1F != 0x1F else { throw .malformed }
        let first = try reader.uint8()
        let length: Int
        switch first {
        case 0..<0x80: length = Int(first)
        case 0x81: length = Int(try reader.uint8())
        case 0x82: length = Int(try reader.uint16())
        case 0x83: length = Int(try reader.uint24())
        default: throw .malformed
        }
        guard length <= reader.count else { throw .truncated }
        return (tag, length)
    }
}
