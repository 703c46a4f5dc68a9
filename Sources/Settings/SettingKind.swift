import Rules
import Text

/// What values a setting takes: how they are checked, and what they are called.
public enum SettingKind: Sendable {
    /// Any text that is not empty.
    case text
    /// Texts that are not empty; in the environment separated by commas.
    case texts
    /// `true` or `false`.
    case boolean
    /// A whole number within the range.
    case integer(ClosedRange<Int64>)
    /// A number of bytes within the range, `16MiB`.
    case size(ClosedRange<Int64>)
    /// A length of time within the range of seconds, `90s`; a number alone is seconds. Where `0` is allowed, it is for none.
    case duration(seconds: ClosedRange<Int64>)
    /// A length of time within the range of milliseconds, `10ms`; a number alone is seconds.
    case milliseconds(ClosedRange<Int64>)
    /// One of the words.
    case keyword([String])
    /// The IANA name of a time zone, or `none`.
    case zone
    /// One of the words for each of several.
    case words([String])
    /// Texts of a form of their own: what it is called, and what is wrong with one.
    case custom(String, problem: @Sendable (String) -> String?)

    /// Whether it takes several values.
    public var isList: Bool {
        switch self {
        case .texts, .words, .custom: true
        default: false
        }
    }

    /// What belongs there, for people.
    public var name: String {
        switch self {
        case .text: "text"
        case .texts: "list of texts"
        case .boolean: "true or false"
        case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .size: "size"
        case .duration, .milliseconds: "duration"
        case .zone: "time zone, or `none`"
        case .keyword(let words): words.map { "`\($0)`" }.joined(separator: " ")
        case .words(let words): "list of " + words.map { "`\($0)`" }.joined(separator: " ")
        case .custom(let name, _): "list of " + name
        }
    }

    /// What a value is called where a command's help names it.
    public var valueName: String {
        switch self {
        case .text, .texts: "text"
        case .boolean: "boolean"
        case .integer: "number"
        case .size: "size"
        case .duration, .milliseconds: "duration"
        case .zone: "zone"
        case .keyword(let words), .words(let words): words.joined(separator: "|")
        case .custom(let name, _): name
        }
    }

    /// What is wrong with `text` as one value, and the word that was probably meant; `nil` if it is fine.
    func problem(with text: String) -> (message: String, suggestion: String?)? {
        switch self {
        case .text, .texts:
            return text.isEmpty ? ("a value is missing", nil) : nil
        case .boolean:
            return ["true", "false"].contains(text) ? nil : ("write true or false, not '\(text)'", nil)
        case .integer(let range):
            if let number = Int64(text), range.contains(number) { return nil }
            return ("'\(text)' is not a whole number from \(range.lowerBound) to \(range.upperBound)", nil)
        case .size(let range):
            if let bytes = SizeText.bytes(text), range.contains(bytes) { return nil }
            let bounds = "from \(Self.sizeText(range.lowerBound)) to \(Self.sizeText(range.upperBound))"
            return ("'\(text)' is not a size such as 16MiB, \(bounds)", nil)
        case .duration(let range):
            if let time = Self.nanoseconds(text), Self.isWithin(range, time) { return nil }
            let bounds = "from \(range.lowerBound) to \(range.upperBound) seconds"
            return ("'\(text)' is not a duration such as 90s, 15m or 1h, \(bounds)", nil)
        case .milliseconds(let range):
            if let time = Self.nanoseconds(text), range.contains(time / 1_000_000), time % 1_000_000 == 0 { return nil }
            let bounds = "from \(range.lowerBound) to \(range.upperBound) milliseconds"
            return ("'\(text)' is not a duration such as 10ms, \(bounds)", nil)
        case .zone:
            if text == "none" || DayClock(zone: text) != nil { return nil }
            return ("'\(text)' is no time zone", Spelling.nearest(to: text, among: DayClock.zones))
        case .keyword(let words), .words(let words):
            if words.contains(text) { return nil }
            let message = "'\(text)' is none of \(words.joined(separator: ", "))"
            return (message, Spelling.nearest(to: text, among: words))
        case .custom(_, let problem):
            return problem(text).map { ($0, nil) }
        }
    }

    /// The nanoseconds of a duration; a number alone, also with a fraction, is seconds.
    static func nanoseconds(_ text: String) -> Int64? {
        if let time = DurationText.nanoseconds(text) { return time }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }), let seconds = Double(text),
            seconds < 1e9
        else { return nil }
        return Int64((seconds * 1e9).rounded())
    }

    private static func isWithin(_ seconds: ClosedRange<Int64>, _ nanoseconds: Int64) -> Bool {
        let second: Int64 = 1_000_000_000
        return nanoseconds >= seconds.lowerBound * second && nanoseconds <= seconds.upperBound * second
    }

    /// The number of a whole number or a size.
    func number(_ text: String) -> Int64? {
        switch self {
        case .integer: Int64(text)
        case .size: SizeText.bytes(text)
        default: nil
        }
    }

    private static func sizeText(_ bytes: Int64) -> String {
        for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes != 0 && bytes % (1 << shift) == 0 {
            return "\(bytes >> Int64(shift))\(unit)"
        }
        return "\(bytes)"
    }

    /// The value in a JSON Schema.
    var schema: SchemaNode {
        switch self {
        case .text, .zone: .type("string")
        case .texts, .custom: .list(of: .type("string"))
        case .boolean: .type("boolean")
        case .integer(let range):
            .object([
                ("type", .text("integer")), ("minimum", .number(Int(range.lowerBound))),
                ("maximum", .number(Int(range.upperBound))),
            ])
        case .size, .duration, .milliseconds: .object([("type", .array([.text("string"), .text("number")]))])
        case .keyword(let words): .words(words)
        case .words(let words): .list(of: .words(words))
        }
    }
}
