import Bytes

/// The value of one member of an event, with its type.
enum EventValue: Equatable {
    /// A value of an enumeration, or another text of plain ASCII characters.
    case keyword(String)
    /// A text.
    case string(String)
    /// A text of at most so many bytes of JSON.
    case identifier(String, maximum: Int)
    /// Two texts and a number with a solidus between them, each text of at most 256 bytes of JSON.
    case composite(String, String, UInt64)
    /// A truth value.
    case boolean(Bool)
    /// An address.
    case address(IPAddress)
    /// A whole number.
    case integer(Int64)
    /// A length of time in nanoseconds, written in seconds.
    case duration(Int64)
    /// A number.
    case number(Double)
    /// A moment.
    case time(Timestamp)
    /// Values of one type.
    case list([EventValue])
    /// An object whose keys are no words of the schema, or an element of an array.
    case object([(key: String, value: EventValue)])

    static func == (left: EventValue, right: EventValue) -> Bool {
        switch (left, right) {
        case (.keyword(let a), .keyword(let b)), (.string(let a), .string(let b)): a == b
        case (.identifier(let a, let m), .identifier(let b, let n)): a == b && m == n
        case (.composite(let a, let b, let c), .composite(let d, let e, let f)): a == d && b == e && c == f
        case (.boolean(let a), .boolean(let b)): a == b
        case (.address(let a), .address(let b)): a == b
        case (.integer(let a), .integer(let b)), (.duration(let a), .duration(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.time(let a), .time(let b)): a == b
        case (.list(let a), .list(let b)): a == b
        case (.object(let a), .object(let b)): a.map(\.key) == b.map(\.key) && a.map(\.value) == b.map(\.value)
        default: false
        }
    }

    /// The text, if the value is one.
    var text: String? {
        switch self {
        case .keyword(let text), .string(let text), .identifier(let text, _): text
        default: nil
        }
    }
}

extension JSONWriter {
    /// Writes `value` under `key`, a word of a schema that is known only at run time.
    mutating func value(word key: String, _ value: EventValue) {
        self.key(word: key)
        bare(value)
    }

    /// Writes `value` after its key, or as an element after its comma.
    private mutating func bare(_ value: EventValue) {
        switch value {
        case .keyword(let text): bytes.append(utf8: text, quoted: true)
        case .string(let text): quoted(text)
        case .identifier(let text, let count):
            bytes.append(UInt8(ascii: "\""))
            appendIdentifier(text, maximum: count)
            bytes.append(UInt8(ascii: "\""))
        case .composite(let first, let second, let number):
            bytes.append(UInt8(ascii: "\""))
            composite(first: first, second: second, number: number)
            bytes.append(UInt8(ascii: "\""))
        case .boolean(let value): bytes.append(value ? "true" : "false")
        case .address(let address):
            bytes.append(UInt8(ascii: "\""))
            address.append(to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        case .integer(let number): digits(number)
        case .duration(let nanoseconds): decimalSeconds(nanoseconds)
        case .number(let number): decimal(number)
        case .time(let time):
            bytes.append(UInt8(ascii: "\""))
            dateTime(time)
            bytes.append(UInt8(ascii: "\""))
        case .list(let values): list(values)
        case .object(let members): object(members)
        }
    }

    private mutating func list(_ values: [EventValue]) {
        openArray()
        for value in values {
            separate()
            bare(value)
        }
        endArray()
    }

    private mutating func object(_ members: [(key: String, value: EventValue)]) {
        openObject()
        for member in members {
            foreignKey(member.key)
            bare(member.value)
        }
        endObject()
    }
}
