import Bytes

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
