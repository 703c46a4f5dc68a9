import Bytes
import Protocols

/// The control data of HTTP/2 and HTTP/3, which is in pseudo-header fields (RFC 9113 section 8.3, RFC 9114 section 4.3).
enum FieldSection {
    /// The request that a field section describes; pseudo-header fields become its control data.
    static func request(_ fields: [HTTPField], isSecure: Bool) -> HTTPMessage {
        var message = HTTPMessage(scheme: isSecure ? "https" : "http")
        var authority: String?
        for field in fields {
            guard field.name.first == UInt8(ascii: ":"), field.isKnown else {
                message.fields.append(field)
                continue
            }
            let value = String(decoding: field.value, as: UTF8.self)
            switch String(decoding: field.name, as: UTF8.self) {
            case ":method": message.method = value
            case ":scheme": message.scheme = value
            case ":authority": authority = value
            case ":path": (message.path, message.query) = FieldText.split(target: field.value)
            // Kept, since it says what an extended CONNECT opens (RFC 8441).
            default: message.fields.append(field)
            }
        }
        let host = FieldText.value("host", in: message.fields).map { String(decoding: $0, as: UTF8.self) }
        message.authority = authority ?? host ?? ""
        return message
    }

    /// The response that a field section describes.
    static func response(_ fields: [HTTPField], isSecure: Bool) -> HTTPMessage {
        var message = HTTPMessage(scheme: isSecure ? "https" : "http")
        for field in fields {
            if field.isKnown, field.name.rawSpan.hasASCII(":status"), field.name.count == 7 {
                message.status = Int(String(decoding: field.value, as: UTF8.self))
            } else {
                message.fields.append(field)
            }
        }
        return message
    }

    /// The value of `:protocol`, if the section opens an extended CONNECT.
    static func connectProtocol(_ fields: [HTTPField]) -> [UInt8]? { FieldText.value(":protocol", in: fields) }
}

/// What HPACK and QPACK have in common: integers with a prefix, and strings (RFC 7541 section 5, RFC 9204 section 4.1).
enum FieldReading {
    /// The longest string that is read.
    static let stringLimit = 1 << 20

    /// An integer whose first `bits` bits are in `first`.
    static func integer(_ first: UInt8, bits: Int, _ reader: inout ByteReader) throws(ParseError) -> Int {
        let mask = (1 << bits) - 1
        var value = Int(first) & mask
        guard value == mask else { return value }
        var shift = 0
        while true {
            let byte = try reader.uint8()
            guard shift <= 49 else { throw .malformed }
            value += Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
    }

    /// A string whose length has `bits` bits in `first`, with the mark of the Huffman code in the bit above them.
    static func string(_ first: UInt8, bits: Int, _ reader: inout ByteReader) throws(ParseError) -> [UInt8] {
        let length = try integer(first, bits: bits, &reader)
        guard length <= stringLimit else { throw .malformed }
        let bytes = try reader.span(length)
        guard Int(first) & (1 << bits) != 0 else { return bytes.copied() }
        return try HuffmanCode.hpack.decode(bytes)
    }

    /// A string that begins with the next byte.
    static func string(_ reader: inout ByteReader) throws(ParseError) -> [UInt8] {
        let first = try reader.uint8()
        return try string(first, bits: 7, &reader)
    }
}
