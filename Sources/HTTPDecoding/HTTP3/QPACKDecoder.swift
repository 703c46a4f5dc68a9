import Bytes
import Protocols

/// Decodes the field sections of one direction of HTTP/3 with the table that its encoder stream fills (RFC 9204).
///
/// A section may refer to entries that have not come yet: `decode` then gives `nil`, and the caller tries again later. After a
/// loss on the encoder stream entries cannot be counted any more, and fields that refer to them are marked unknown.
struct QPACKDecoder {
    /// The most bytes of the table, whatever the decoding end allows.
    static let tableLimit = 1 << 20
    /// The longest instruction that is waited for.
    private static let instructionLimit = 1 << 20

    /// The largest capacity that the decoding end allows; sections count entries by it (RFC 9204 section 4.5.1.1).
    var maximumCapacity = 0
    private var entries: [HTTPField] = []
    /// The absolute index of the first entry that is kept.
    private var base = 0
    private var size = 0
    private var capacity = 0
    private var instructions: [UInt8] = []
    private var isBroken = false

    /// The number of entries that were ever added.
    var insertCount: Int { base + entries.count }

    /// Notes that instructions were not seen.
    mutating func lose() {
        isBroken = true
        instructions = []
    }

    /// Takes the next bytes of the encoder stream.
    mutating func takeInstructions(_ bytes: RawSpan) {
        guard !isBroken else { return }
        bytes.append(to: &instructions)
        let work = instructions
        var reader = ByteReader(work.rawSpan)
        var taken = 0
        do throws(ParseError) {
            while !reader.isEmpty {
                try takeInstruction(&reader)
                taken = reader.position
            }
        } catch {
            if error != .truncated || work.count - taken > Self.instructionLimit { return lose() }
        }
        instructions = Array(work[taken...])
    }

    private mutating func takeInstruction(_ reader: inout ByteReader) throws(ParseError) {
        let first = try reader.uint8()
        if first & 0x80 != 0 {
            let index = try FieldReading.integer(first, bits: 6, &reader)
            let name = first & 0x40 != 0 ? QPACKStaticTable.entry(at: index) : entry(absolute: insertCount - 1 - index)
            guard let name else { throw .malformed }
            add(HTTPField(name: name.name, value: try FieldReading.string(&reader)))
        } else if first & 0x40 != 0 {
            let name = try FieldReading.string(first, bits: 5, &reader)
            add(HTTPField(name: name, value: try FieldReading.string(&reader)))
        } else if first & 0x20 != 0 {
            capacity = min(try FieldReading.integer(first, bits: 5, &reader), Self.tableLimit)
            evict(toFit: 0)
        } else {
            let index = try FieldReading.integer(first, bits: 5, &reader)
            guard let field = entry(absolute: insertCount - 1 - index) else { throw .malformed }
            add(field)
        }
    }

    /// Decodes a field section; `nil` if it refers to entries that have not come, unless `isLast` says that none will.
    mutating func decode(_ section: RawSpan, isLast: Bool) throws(ParseError) -> [HTTPField]? {
        var reader = ByteReader(section)
        let encoded = try FieldReading.integer(try reader.uint8(), bits: 8, &reader)
        let sign = try reader.uint8()
        let delta = try FieldReading.integer(sign, bits: 7, &reader)
        let required = requiredInsertCount(encoded)
        if required > insertCount, !isBroken, !isLast { return nil }
        let start = sign & 0x80 == 0 ? required + delta : required - delta - 1
        var fields: [HTTPField] = []
        while !reader.isEmpty { fields.append(try fieldLine(&reader, base: start)) }
        return fields
    }

    /// RFC 9204 section 4.5.1.1.
    private func requiredInsertCount(_ encoded: Int) -> Int {
        let most = max(maximumCapacity, capacity) / 32
        guard encoded > 0, most > 0 else { return encoded == 0 ? 0 : Int.max / 4 }
        let full = 2 * most
        let highest = insertCount + most
        let wrapped = highest / full * full
        let required = wrapped + encoded - 1
        return required > highest && required > full ? required - full : required
    }

    private func fieldLine(_ reader: inout ByteReader, base start: Int) throws(ParseError) -> HTTPField {
        let first = try reader.uint8()
        if first & 0x80 != 0 {
            let index = try FieldReading.integer(first, bits: 6, &reader)
            return try first & 0x40 != 0 ? staticEntry(index) : known(start - 1 - index)
        }
        if first & 0x40 != 0 {
            let index = try FieldReading.integer(first, bits: 4, &reader)
            let name = try first & 0x10 != 0 ? staticEntry(index) : known(start - 1 - index)
            return HTTPField(name: name.name, value: try FieldReading.string(&reader), isKnown: name.isKnown)
        }
        if first & 0x20 != 0 {
            let name = try FieldReading.string(first, bits: 3, &reader)
            return HTTPField(name: name, value: try FieldReading.string(&reader))
        }
        if first & 0x10 != 0 { return known(start + (try FieldReading.integer(first, bits: 4, &reader))) }
        let name = known(start + (try FieldReading.integer(first, bits: 3, &reader)))
        return HTTPField(name: name.name, value: try FieldReading.string(&reader), isKnown: name.isKnown)
    }

    private func staticEntry(_ index: Int) throws(ParseError) -> HTTPField {
        guard let field = QPACKStaticTable.entry(at: index) else { throw .malformed }
        return field
    }

    /// The entry with the absolute index, or a field that is marked unknown.
    private func known(_ index: Int) -> HTTPField {
        (isBroken ? nil : entry(absolute: index)) ?? HTTPField(name: [], value: [], isKnown: false)
    }

    private func entry(absolute index: Int) -> HTTPField? {
        index >= base && index < insertCount ? entries[index - base] : nil
    }

    private mutating func add(_ field: HTTPField) {
        evict(toFit: Self.size(of: field))
        entries.append(field)
        size += Self.size(of: field)
    }

    private mutating func evict(toFit added: Int) {
        // The capacity is set before the first entry; where that was lost, the bound of the table holds.
        let limit = capacity == 0 ? Self.tableLimit : capacity
        var gone = 0
        while gone < entries.count, size + added > limit {
            size -= Self.size(of: entries[gone])
            gone += 1
        }
        entries.removeFirst(gone)
        base += gone
    }

    private static func size(of field: HTTPField) -> Int { field.name.count + field.value.count + 32 }
}
