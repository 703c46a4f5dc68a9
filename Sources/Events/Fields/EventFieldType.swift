import Text

/// What the value of a field is.
package indirect enum EventFieldType: Sendable {
    /// Any text.
    case text
    /// One of the words; the list is closed within a minor version of the schema.
    case keyword([String])
    /// A text that is always the same.
    case constant(String)
    /// A text that the regular expression describes.
    case form(String)
    /// The canonical text of an address of either family.
    case address
    /// A moment: RFC 3339 text in UTC with nine digits of a second.
    case time
    /// A day, `2026-07-10`.
    case day
    /// A whole number of the range.
    case integer(ClosedRange<Int>)
    /// A number that may have a fraction, and is never negative but of a threshold.
    case decimal(minimum: Int?, maximum: Int?)
    /// True or false.
    case boolean
    /// True; absent if it does not hold.
    case affirmation
    /// A list of such values, at least one unless it may be empty.
    case list(of: EventFieldType, allowsEmpty: Bool = false)
    /// A list of such values, each at most once.
    case set(of: EventFieldType, limit: Int)
    /// An object whose keys are no words of the schema, with such values.
    case map(of: EventFieldType)
    /// An object whose members have rows of their own.
    case object(ObjectRule = .any)

    /// What holds of the members of an object together.
    package enum ObjectRule: Sendable {
        /// Nothing but what each says for itself.
        case any
        /// It has one member at least.
        case notEmpty
        /// It has all members of one of the lists at least.
        case oneOf([[String]])
    }

    /// The greatest whole number that every JSON reader keeps.
    static let maximum = Int(JSONWriter.maximumInteger)
    /// A whole number from 0 on.
    static let count = EventFieldType.integer(0...maximum)
    /// A whole number from 1 on; absent otherwise.
    static let positive = EventFieldType.integer(1...maximum)
    /// By how much a whole number changed.
    static let change = EventFieldType.integer(-maximum...maximum)
    /// A port, or an id of a VLAN.
    static let number16 = EventFieldType.integer(0...65_535)
    /// Seconds.
    static let seconds = EventFieldType.decimal(minimum: 0, maximum: nil)
    /// A share, from 0 to 1.
    static let ratio = EventFieldType.decimal(minimum: 0, maximum: 1)
    /// The id of a flow.
    static let flowID = EventFieldType.form("^[0-9a-f]{16}$")

    /// The words of an enumeration but those that events never have.
    static func words<Word: CaseIterable & RawRepresentable & Equatable>(
        _ type: Word.Type, except left: [Word] = []
    ) -> EventFieldType where Word.RawValue == String {
        .keyword(Word.allCases.filter { !left.contains($0) }.map(\.rawValue))
    }
}

extension EventFieldType {
    /// The type in one word or a few, without the words of an enumeration: `keyword`, `list of text`.
    package var name: String {
        switch self {
        case .text, .form, .constant: "text"
        case .keyword: "keyword"
        case .address: "address"
        case .time: "time"
        case .day: "day"
        case .integer: "integer"
        case .decimal: "number"
        case .boolean, .affirmation: "boolean"
        case .list(let element, _), .set(let element, _): "list of \(element.name)"
        case .map(let value): "map of \(value.name)"
        case .object: "object"
        }
    }

    /// The words of an enumeration, or of a list of them; empty for any other type.
    package var words: [String] {
        switch self {
        case .keyword(let words): words
        case .constant(let word): [word]
        case .list(let element, _), .set(let element, _): element.words
        default: []
        }
    }

    /// The type in Markdown, for the manual.
    package var documentation: String {
        switch self {
        case .text, .form: "text"
        case .keyword(let words): "one of " + Self.quoted(words)
        case .constant(let word): "`\(word)`"
        case .address: "address"
        case .time: "time"
        case .day: "day"
        case .integer: "integer"
        case .decimal: "number"
        case .boolean: "true or false"
        case .affirmation: "`true`"
        case .list(.keyword(let words), _), .set(.keyword(let words), _): "list of " + Self.quoted(words)
        case .list(let element, _), .set(let element, _): "list of \(element.plural)"
        case .map(let value): "object of \(value.plural)"
        case .object: "object"
        }
    }

    private var plural: String {
        switch self {
        case .address: "addresses"
        case .boolean: "truth values"
        default: documentation + "s"
        }
    }

    private static func quoted(_ words: [String]) -> String { words.map { "`\($0)`" }.joined(separator: " ") }

    /// What the type says in a JSON Schema; of an object only that it is one.
    var schema: [(String, SchemaNode)] {
        let text = ("type", SchemaNode.text("string"))
        return switch self {
        case .text: [text]
        case .keyword(let words): [text, ("enum", .array(words.map { .text($0) }))]
        case .constant(let word): [text, ("const", .text(word))]
        case .form(let pattern): [text, ("pattern", .text(pattern))]
        case .address: [text, ("pattern", .text("^[0-9a-f.:]{2,45}$"))]
        case .time:
            [text, ("pattern", .text(#"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{9}Z$"#))]
        case .day: [text, ("pattern", .text("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
        case .integer(let range):
            [
                ("type", .text("integer")), ("minimum", .number(range.lowerBound)),
                ("maximum", .number(range.upperBound)),
            ]
        case .decimal(let minimum, let maximum):
            [("type", .text("number"))]
                + [("minimum", minimum), ("maximum", maximum)].compactMap { name, bound in
                    bound.map { (name, .number($0)) }
                }
        case .boolean: [("type", .text("boolean"))]
        case .affirmation: [("type", .text("boolean")), ("const", .boolean(true))]
        case .list(let element, let allowsEmpty):
            [("type", .text("array"))] + (allowsEmpty ? [] : [("minItems", .number(1))])
                + [("items", .object(element.schema))]
        case .set(let element, let limit):
            [
                ("type", .text("array")), ("minItems", .number(1)), ("maxItems", .number(limit)),
                ("uniqueItems", .boolean(true)), ("items", .object(element.schema)),
            ]
        case .map(let value): [("type", .text("object")), ("additionalProperties", .object(value.schema))]
        case .object: [("type", .text("object"))]
        }
    }
}
