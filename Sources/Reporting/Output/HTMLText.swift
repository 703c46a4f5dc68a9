import Text

/// HTML put together piece by piece: what is not the program's own is escaped, always.
struct HTMLText {
    private(set) var text = ""

    /// Adds markup of the program's own.
    mutating func raw(_ markup: StaticString) { text += "\(markup)" }

    /// Adds markup that was put together from escaped pieces.
    mutating func add(_ other: HTMLText) { text += other.text }

    /// Adds a text from anywhere, escaped.
    mutating func words(_ words: String) { text += Self.escaped(words) }

    /// Adds an element of what `content` adds. Attribute values are escaped.
    mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
        content: (inout HTMLText) -> Void = { _ in }
    ) {
        text += "<\(name)"
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
        text += ">"
        content(&self)
        text += "</\(name)>"
    }

    /// Adds an element that holds a text from anywhere, and a line feed.
    mutating func line(
        _ name: StaticString, _ words: String, with attributes: KeyValuePairs<StaticString, String> = [:]
    ) {
        element(name, attributes) { $0.words(words) }
        text += "\n"
    }

    /// The text without anything that a browser would take for markup or obey: `<`, `>`, `&` and quotation marks are entities,
    /// and control characters and those that turn the direction of writing are made visible.
    static func escaped(_ words: String) -> String {
        words.escapedForDisplay(limit: 4_000).escapedForMarkup
    }
}
