/// The plain part of YAML, in which nearly all files of vendors and rules are written, read in one pass.
///
/// Block and flow maps and lists, keys of one word, scalars on one line without escapes, comments, all of it ASCII. Where
/// anything else is (a tab, an anchor, a text over several lines, an empty value, a key that occurs twice, a mistake)
/// the whole file is left to the YAML reader, which alone decides what YAML is and says what is wrong. What is taken
/// here is taken as the YAML reader takes it, place by place; `PlainYAMLTests` compares both. A tenth of its cost.
struct PlainYAML {
    let bytes: [UInt8]
    private let name: String
    private let limits: YAMLLimits
    /// How many more values the file may hold.
    private var budget: Int
    /// The position of the reader.
    var offset = 0
    private var line = 1
    private(set) var lineStart = 0

    /// The root of `source`; `nil` if it is not plain throughout, or past `limits`.
    static func root(of source: SourceText, limits: YAMLLimits) -> YAMLNode? {
        var reader = PlainYAML(source, limits)
        guard reader.skip(), reader.column == 0, let root = reader.block(depth: 0), reader.isAtEnd else { return nil }
        return root
    }

    private init(_ source: SourceText, _ limits: YAMLLimits) {
        bytes = source.bytes
        name = source.name
        self.limits = limits
        budget = limits.nodes
    }

    /// A block map or list that begins here.
    private mutating func block(depth: Int) -> YAMLNode? {
        isEntry ? blockSequence(depth: depth) : blockMapping(depth: depth)
    }

    private mutating func blockMapping(depth: Int) -> YAMLNode? {
        let (column, start, position) = (self.column, offset, self.position)
        guard take(depth: depth) else { return nil }
        var entries: [YAMLNode.Entry] = []
        repeat {
            let position = self.position
            guard let key = key(), let value = value(below: column, depth: depth + 1) else { return nil }
            entries.append(YAMLNode.Entry(key: key, position: position, value: value))
        } while self.column == column
        guard Self.areDistinct(entries) else { return nil }
        return YAMLNode(content: .mapping(entries), position: position, offset: start)
    }

    /// What is behind a key of the map at `column`, to the first token after it.
    private mutating func value(below column: Int, depth: Int) -> YAMLNode? {
        skipSpaces()
        if current == Self.lineFeed || current == Self.hash {
            // A list may begin in its key's own column.
            guard skip(), self.column > column || self.column == column && isEntry else { return nil }
            return block(depth: depth)
        }
        guard let node = inline(inFlow: false, depth: depth), finishLine(within: column) else { return nil }
        return node
    }

    private mutating func blockSequence(depth: Int) -> YAMLNode? {
        let (column, start, position) = (self.column, offset, self.position)
        guard take(depth: depth) else { return nil }
        var items: [YAMLNode] = []
        repeat {
            offset += 1
            skipSpaces()
            guard let item = item(below: column, depth: depth + 1) else { return nil }
            items.append(item)
        } while self.column == column && isEntry
        return YAMLNode(content: .sequence(items), position: position, offset: start)
    }

    /// What is after a dash at `column`, to the first token after it.
    private mutating func item(below column: Int, depth: Int) -> YAMLNode? {
        if endOfKey != nil { return blockMapping(depth: depth) }
        guard let node = inline(inFlow: false, depth: depth), finishLine(within: column) else { return nil }
        return node
    }

    /// A flow map or list, or a scalar.
    mutating func inline(inFlow: Bool, depth: Int) -> YAMLNode? {
        let (start, position) = (offset, self.position)
        guard take(depth: depth) else { return nil }
        let content: YAMLNode.Content?
        switch current {
        case UInt8(ascii: "{"): content = flowMapping(depth: depth)
        case UInt8(ascii: "["): content = flowSequence(depth: depth)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): content = quoted()
        default: content = plain(inFlow: inFlow)
        }
        return content.map { YAMLNode(content: $0, position: position, offset: start) }
    }

    /// Counts a value at `depth`; false past the limits.
    private mutating func take(depth: Int) -> Bool {
        budget -= 1
        return budget >= 0 && depth < limits.depth
    }

    /// Goes past line ends, comments and spaces to the next token; false if a comment holds what is not plain.
    mutating func skip() -> Bool {
        while true {
            switch current {
            case Self.space: offset += 1
            case Self.lineFeed:
                offset += 1
                line += 1
                lineStart = offset
            case Self.hash:
                guard offset == lineStart || bytes[offset - 1] == Self.space else { return false }
                while Self.isPrintable(current) { offset += 1 }
                guard current == Self.lineFeed || isAtEnd else { return false }
            default: return true
            }
        }
    }

    private mutating func skipSpaces() {
        while current == Self.space { offset += 1 }
    }

    /// Goes to the first token of a later line, where nothing more is on this one; false if it is further right
    /// than `column`, for it belongs to the value then.
    private mutating func finishLine(within column: Int) -> Bool {
        skipSpaces()
        guard current == Self.lineFeed || current == Self.hash || isAtEnd, skip() else { return false }
        return self.column <= column
    }

    var isAtEnd: Bool { offset == bytes.count }

    /// The byte here; 0, which no plain file holds, at the end.
    var current: UInt8 { byte(at: offset) }

    func byte(at offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    /// The column from 0, -1 at the end of the file.
    private var column: Int { isAtEnd ? -1 : offset - lineStart }

    var position: SourcePosition { SourcePosition(file: name, line: line, column: offset - lineStart + 1) }

    /// Whether a dash of a list is here.
    private var isEntry: Bool { current == UInt8(ascii: "-") && byte(at: offset + 1) == Self.space }

    static let space = UInt8(ascii: " ")
    static let lineFeed = UInt8(ascii: "\n")
    static let hash = UInt8(ascii: "#")
    static let colon = UInt8(ascii: ":")

    static func isPrintable(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) }
}
