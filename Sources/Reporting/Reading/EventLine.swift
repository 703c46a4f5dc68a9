import Bytes

/// The fields of one line, found in one pass over its bytes; reused from line to line, so that a line allocates nothing.
///
/// Places are those of the span that was scanned, and are valid as long as its bytes are.
struct EventLine {
    private let table = FieldTable()
    private var values = [JSONCursor.Value](repeating: .init(), count: EventField.allCases.count)

    /// Finds the fields of the JSON object in `range`; false if it is not one. Cost: about a nanosecond a byte.
    mutating func scan(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        for index in values.indices { values[index].kind = .absent }
        var cursor = JSONCursor(offset: range.lowerBound, end: min(range.upperBound, bytes.byteCount))
        cursor.skipBlanks(bytes)
        guard object(bytes, &cursor, parent: 0) else { return false }
        cursor.skipBlanks(bytes)
        return cursor.offset == cursor.end
    }

    /// Recursive only into objects of the table, which is three deep.
    private mutating func object(_ bytes: RawSpan, _ cursor: inout JSONCursor, parent: UInt8) -> Bool {
        guard cursor.take(UInt8(ascii: "{"), bytes) else { return false }
        cursor.skipBlanks(bytes)
        if cursor.take(UInt8(ascii: "}"), bytes) { return true }
        while true {
            cursor.skipBlanks(bytes)
            guard let key = cursor.text(bytes) else { return false }
            cursor.skipBlanks(bytes)
            guard cursor.take(UInt8(ascii: ":"), bytes) else { return false }
            cursor.skipBlanks(bytes)
            guard member(key, in: bytes, &cursor, parent: parent) else { return false }
            cursor.skipBlanks(bytes)
            if cursor.take(UInt8(ascii: ","), bytes) { continue }
            return cursor.take(UInt8(ascii: "}"), bytes)
        }
    }

    private mutating func member(
        _ key: JSONCursor.Value, in bytes: RawSpan, _ cursor: inout JSONCursor, parent: UInt8
    ) -> Bool {
        let entry = table.entry(bytes, key.range, in: parent)
        if let entry, entry.object > 0, bytes.byte(at: cursor.offset) == UInt8(ascii: "{") {
            return object(bytes, &cursor, parent: entry.object)
        }
        guard let value = cursor.value(bytes) else { return false }
        if let field = entry?.field { values[Int(field.rawValue)] = value }
        return true
    }

    /// The value of `field`, `absent` if the line has none.
    @inline(__always)
    subscript(_ field: EventField) -> JSONCursor.Value { values[Int(field.rawValue)] }

    /// Whether the line has the field.
    func has(_ field: EventField) -> Bool { self[field].kind != .absent && self[field].kind != .null }

    /// Whether the field is `true`.
    func isTrue(_ field: EventField) -> Bool { self[field].kind == .yes }

    /// The field as a whole number; a fraction is cut off, `nil` if it is no number or past 2^53.
    func integer(_ field: EventField, _ bytes: RawSpan) -> Int64? {
        let value = self[field]
        guard value.kind == .number else { return nil }
        return Self.integer(bytes, value.range)
    }

    /// The whole number in `range`.
    static func integer(_ bytes: RawSpan, _ range: Range<Int>) -> Int64? {
        var offset = range.lowerBound
        let isNegative = bytes.byte(at: offset) == UInt8(ascii: "-")
        if isNegative { offset &+= 1 }
        guard offset < range.upperBound else { return nil }
        var number: Int64 = 0
        while offset < range.upperBound, let byte = bytes.byte(at: offset) {
            guard (0x30...0x39).contains(byte) else {
                // A fraction is cut off; an exponent is no number of egret's.
                guard byte == UInt8(ascii: ".") else { return nil }
                break
            }
            number = number &* 10 &+ Int64(byte &- 0x30)
            guard number <= 1 << 53 else { return nil }
            offset &+= 1
        }
        return isNegative ? -number : number
    }

    /// The field as a number with a fraction.
    func double(_ field: EventField, _ bytes: RawSpan) -> Double? {
        let value = self[field]
        guard value.kind == .number, value.range.count <= 32 else { return nil }
        return Double(string(value, bytes))
    }

    /// The field as a moment in UTC as egret writes it, `2026-07-10T02:14:07.123456789Z`.
    func time(_ field: EventField, _ bytes: RawSpan) -> Timestamp? {
        let value = self[field]
        guard value.kind == .text else { return nil }
        return Timestamp(utc: bytes, value.range)
    }

    /// The field as a string, for what is read seldom.
    func string(_ field: EventField, _ bytes: RawSpan) -> String? {
        let value = self[field]
        guard value.kind == .text || value.kind == .escapedText else { return nil }
        return string(value, bytes)
    }

    /// The text of `value`; bytes that are no UTF-8 become U+FFFD.
    func string(_ value: JSONCursor.Value, _ bytes: RawSpan) -> String {
        var copy: [UInt8] = []
        if value.kind == .escapedText {
            JSONEscapes.decode(bytes, value.range, into: &copy)
        } else {
            bytes.clamped(value.range).append(to: &copy)
        }
        return String(decoding: copy, as: UTF8.self)
    }

    /// Whether the field is the text `word`.
    @inline(__always)
    func isText(_ field: EventField, _ word: StaticString, in bytes: RawSpan) -> Bool {
        let value = self[field]
        return value.kind == .text && value.range.count == word.utf8CodeUnitCount
            && bytes.hasASCII(word, at: value.start)
    }
}

extension Timestamp {
    /// Reads `2026-07-10T02:14:07.123456789Z` with any number of digits of a second, up to nine, or none.
    init?(utc bytes: RawSpan, _ range: Range<Int>) {
        let start = range.lowerBound
        guard range.count >= 20, bytes.byte(at: range.upperBound &- 1) == UInt8(ascii: "Z"),
            bytes.byte(at: start &+ 10) == UInt8(ascii: "T"),
            let year = EventLine.integer(bytes, start..<start &+ 4),
            let month = EventLine.integer(bytes, start &+ 5..<start &+ 7),
            let day = EventLine.integer(bytes, start &+ 8..<start &+ 10),
            let hour = EventLine.integer(bytes, start &+ 11..<start &+ 13), hour < 24,
            let minute = EventLine.integer(bytes, start &+ 14..<start &+ 16), minute < 60,
            let second = EventLine.integer(bytes, start &+ 17..<start &+ 19), second < 61,
            let date = CivilDate(year: Int(year), month: Int(month), day: Int(day))
        else { return nil }
        var fraction: Int64 = 0
        var offset = start &+ 20
        let end = range.upperBound &- 1
        for _ in 0..<9 {
            fraction = fraction &* 10
            if offset < end, let byte = bytes.byte(at: offset), (0x30...0x39).contains(byte) {
                fraction = fraction &+ Int64(byte &- 0x30)
                offset &+= 1
            }
        }
        let seconds = date.dayNumber &* 86_400 &+ hour &* 3_600 &+ minute &* 60 &+ second
        self.init(seconds: seconds, nanoseconds: fraction)
    }
}
