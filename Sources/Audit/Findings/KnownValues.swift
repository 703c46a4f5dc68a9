import Text

/// The values that an auditor knows of the machine that was recorded: names and texts.
package struct KnownValues: Sendable {
    /// One value.
    package struct Value: Sendable, Equatable {
        /// What it is, such as `base_url`.
        package var name: String
        /// The text.
        package var text: String

        /// Creates a value.
        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// The values, in the order of the file.
    package private(set) var values: [Value] = []

    /// The most values of one file.
    static let most = 1000
    /// The shortest and longest value, in bytes of UTF-8: a shorter one would be found everywhere.
    static let lengths = 2...4096

    /// Creates a set of values.
    package init(_ values: [Value] = []) { self.values = values }

    /// Reads a file: `known:` is a map of names, each with a text or a list of texts.
    ///
    /// - Throws: `KnownValuesError` with each fault at its place.
    package init(file: String, bytes: [UInt8]) throws(KnownValuesError) {
        var faults: [YAMLError] = []
        let document = YAMLDocument(name: file, bytes: bytes, faults: &faults)
        var messages = faults.map { "\($0.position): \($0.message)" }
        if let document {
            if let entries = document.root["known"]?.entries {
                for entry in entries { read(entry, &messages) }
            } else {
                messages.append(
                    "\(document.root.position): 'known:' is missing; write 'known:' and below it 'NAME: VALUE' lines")
            }
            for (entry, suggestion) in document.root.unknownEntries(besides: ["version", "known"]) {
                let hint = suggestion.map { "; did you mean '\($0)'?" } ?? "; 'version' and 'known' are read"
                messages.append("\(entry.position): unknown key '\(entry.key.prefix(64))'\(hint)")
            }
            if let version = document.root["version"]?.text, version != "1" {
                messages.append(
                    "\(document.root.position): version \(version.prefix(16)) is not supported; write 'version: 1'")
            }
        }
        if values.isEmpty && messages.isEmpty { messages.append("\(file): the file names no value below 'known:'") }
        guard messages.isEmpty else { throw KnownValuesError(messages: messages) }
    }

    private mutating func read(_ entry: YAMLNode.Entry, _ messages: inout [String]) {
        let nodes = entry.value.items ?? [entry.value]
        for node in nodes {
            guard let text = node.text, !node.isEmpty else {
                messages.append(
                    "\(node.position): '\(entry.key.prefix(64))' is \(node.kind); write a text or a list of texts")
                continue
            }
            guard Self.lengths.contains(text.utf8.count) else {
                let range = "\(Self.lengths.lowerBound) to \(Self.lengths.upperBound)"
                messages.append(
                    "\(node.position): '\(entry.key.prefix(64))' has \(text.utf8.count) bytes; \(range) are searched for"
                )
                continue
            }
            guard values.count < Self.most else {
                messages.append("\(node.position): more than \(Self.most) values")
                return
            }
            values.append(Value(name: entry.key, text: text))
        }
    }
}

/// What is wrong with a file of known values.
package struct KnownValuesError: Error, Equatable, Sendable {
    /// The faults, each with file, line and column.
    package var messages: [String]
}
