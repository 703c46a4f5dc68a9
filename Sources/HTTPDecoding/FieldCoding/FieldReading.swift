import Bytes
import Protocols

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
