/// A YAML file as maps, lists and texts with their places, for readers of files that are no rules.
///
/// Every scalar is still the text that its author wrote. Cost: linear in the file, within the limits of rule files.
public struct YAMLOutline: Sendable {
    /// One key of a map with its value.
    public struct Entry: Sendable {
        /// The key's text.
        public let key: String
        /// Where the key stands.
        public let position: SourcePosition
        /// Its value.
        public let value: YAMLOutline
    }

    /// What a value is.
    public indirect enum Content: Sendable {
        /// A single value; empty where nothing was written.
        case text(String)
        /// A list.
        case list([YAMLOutline])
        /// A map, in the file's order.
        case map([Entry])
    }

    /// What the value is.
    public let content: Content
    /// Where its first character stands.
    public let position: SourcePosition

    /// Reads the file `name`; nothing for the root, and the reasons, where it is no YAML.
    public static func read(name: String, bytes: [UInt8]) -> (root: YAMLOutline?, errors: [Diagnostic]) {
        var report = DiagnosticReport()
        guard let text = SourceText(name: name, bytes: bytes) else {
            let start = SourcePosition(file: name, line: 1, column: 1)
            return (nil, [Diagnostic(code: .unreadable, position: start, message: "the file is not UTF-8")])
        }
        let document = YAMLDocument(text, report: &report)
        return (document.map { YAMLOutline($0.root) }, report.sorted)
    }

    private init(_ node: YAMLNode) {
        position = node.position
        content =
            switch node.content {
            case .scalar(let text, _): .text(text)
            case .sequence(let items): .list(items.map { YAMLOutline($0) })
            case .mapping(let entries):
                .map(entries.map { Entry(key: $0.key, position: $0.position, value: YAMLOutline($0.value)) })
            }
    }
}
