import Bytes
import Protocols

/// Decodes the field blocks of one direction of HTTP/2 (RFC 7541), also after a loss.
///
/// The sensor's `HPACKDecoder` ends at the first error, since it must not guess. This one continues after a loss: entries are
/// counted from the newest, so those that were added since are known, and a reference to an older one gives a field that is
/// marked unknown. Memory: the table has at most `tableLimit` bytes.
struct FieldBlockDecoder {
    /// The most bytes of the table, whatever the decoding end allows.
    static let tableLimit = 1 << 20

    private var entries: [HTTPField] = []
    private var first = 0
    private var size = 0
    private var capacity = 4_096
    private var isAfterLoss = false

    /// Notes that blocks were not seen: what the table holds is not known any more.
    mutating func lose() {
        entries = []
        first = 0
        size = 0
        isAfterLoss = true
    }

    /// Reads one complete block.
    mutating func decode(_ block: RawSpan) throws(ParseError) -> [HTTPField] {
        var reader = ByteReader(block)
        var fields: [HTTPField] = []
        while !reader.isEmpty {
            let byte = try reader.uint8()
            if byte & 0x80 != 0 {
                fields.append(try entry(at: FieldReading.integer(byte, bits: 7, &reader)))
            } else if byte & 0xE0 == 0x20 {
                capacity = min(try FieldReading.integer(byte, bits: 5, &reader), Self.tableLimit)
                evict(toFit: 0)
            } else {
                let isAdded = byte & 0x40 != 0
                let field = try literal(byte, bits: isAdded ? 6 : 4, &reader)
                if isAdded { add(field) }
                fields.append(field)
            }
        }
        return fields
    }

    private func literal(_ byte: UInt8, bits: Int, _ reader: inout ByteReader) throws(ParseError) -> HTTPField {
        let index = try FieldReading.integer(byte, bits: bits, &reader)
        guard index > 0 else {
            let name = try FieldReading.string(&reader)
            return HTTPField(name: name, value: try FieldReading.string(&reader))
        }
        let known = try entry(at: index)
        // A name that is not known, beside a value that is.
        let isNameKnown = known.isKnown || !known.name.isEmpty
        return HTTPField(name: known.name, value: try FieldReading.string(&reader), isKnown: isNameKnown)
    }

    private func entry(at index: Int) throws(ParseError) -> HTTPField {
        if let field = HPACKStaticTable.entry(at: index) { return HTTPField(name: field.name, value: field.value) }
        let back = index - HPACKStaticTable.count - 1
        guard back >= 0 else { throw .malformed }
        if back < entries.count - first { return entries[entries.count - 1 - back] }
        guard isAfterLoss else { throw .malformed }
        return HTTPField(name: [], value: [], isKnown: false)
    }

    private mutating func add(_ field: HTTPField) {
        let added = Self.size(of: field)
        evict(toFit: added)
        guard added <= capacity else { return }
        entries.append(field)
        size += added
    }

    private mutating func evict(toFit added: Int) {
        while first < entries.count, size + added > capacity {
            size -= Self.size(of: entries[first])
            first += 1
        }
        guard first > 64, first * 2 > entries.count else { return }
        entries.removeFirst(first)
        first = 0
    }

    private static func size(of field: HTTPField) -> Int { field.name.count + field.value.count + 32 }
}
