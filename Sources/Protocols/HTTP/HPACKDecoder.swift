import Bytes

/// A decoder of header blocks (RFC 7541), with the state that later blocks of the connection build on.
///
/// Bounded: a block is at most what its caller gives, a string never longer than 8/5 of its encoding, the table 4 KiB.
struct HPACKDecoder {
    private(set) var table = HPACKDynamicTable()

    /// Reads one complete block and passes each field to `body` in order. Any error is final: the state no longer
    /// agrees with the encoder's.
    mutating func decode(_ block: RawSpan, _ body: (HPACKField) -> Void) throws(ParseError) {
        var reader = ByteReader(block)
        while !reader.isEmpty {
            let first = try reader.uint8()
            if first & 0x80 != 0 {
                body(try entry(at: Self.integer(first, bits: 7, &reader)))
            } else if first & 0xE0 == 0x20 {
                table.resize(to: try Self.integer(first, bits: 5, &reader))
            } else {
                // 01: literal that is added to the table; 0000 and 0001: not added, and never to be.
                let isIndexed = first & 0x40 != 0
                let field = try literal(first, bits: isIndexed ? 6 : 4, &reader)
                if isIndexed { table.add(field) }
                body(field)
            }
        }
    }

    /// A literal field with its name by index or in full (RFC 7541 section 6.2).
    private func literal(_ first: UInt8, bits: UInt8, _ reader: inout ByteReader) throws(ParseError) -> HPACKField {
        let index = try Self.integer(first, bits: bits, &reader)
        let name = index == 0 ? try Self.string(&reader) : try entry(at: index).name
        return HPACKField(name: name, value: try Self.string(&reader))
    }

    private func entry(at index: Int) throws(ParseError) -> HPACKField {
        let entry = HPACKStaticTable.entry(at: index) ?? table.entry(at: index &- HPACKStaticTable.count &- 1)
        guard let entry else { throw .malformed }
        return entry
    }

    /// An integer whose first `bits` bits are in `first` (RFC 7541 section 5.1); past 28 bits more it is malformed.
    static func integer(_ first: UInt8, bits: UInt8, _ reader: inout ByteReader) throws(ParseError) -> Int {
        let mask = UInt8(truncatingIfNeeded: (1 << UInt16(bits)) &- 1)
        var value = Int(first & mask)
        guard first & mask == mask else { return value }
        for shift in stride(from: 0, through: 21, by: 7) {
            let byte = try reader.uint8()
            value &+= Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        throw .malformed
    }

    /// A string, in cleartext or in the Huffman code (RFC 7541 section 5.2).
    private static func string(_ reader: inout ByteReader) throws(ParseError) -> [UInt8] {
        let first = try reader.uint8()
        let length = try integer(first, bits: 7, &reader)
        guard length <= reader.count else { throw .truncated }
        let bytes = reader.remaining.clamped(0..<length)
        try reader.skip(length)
        return first & 0x80 != 0 ? try HuffmanCode.hpack.decode(bytes) : bytes.copied()
    }
}

/// One header field as HPACK carries it: bytes, of which the caller decides what they are.
package struct HPACKField: Equatable {
    /// The name.
    package var name: [UInt8]
    /// The value.
    package var value: [UInt8]

    /// What the field takes from a table's capacity (RFC 7541 section 4.1).
    package var size: Int { name.count &+ value.count &+ 32 }
}
