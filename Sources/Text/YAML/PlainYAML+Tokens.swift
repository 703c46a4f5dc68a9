extension PlainYAML {
    /// The entries of the flow map that begins here.
    mutating func flowMapping(depth: Int) -> YAMLNode.Content? {
        offset += 1
        var entries: [YAMLNode.Entry] = []
        entries.reserveCapacity(Self.usualEntries)
        repeat {
            guard skip() else { return nil }
            if current == UInt8(ascii: "}") { break }
            let position = self.position
            guard let key = key(), skip(), let value = inline(inFlow: true, depth: depth + 1), skip() else {
                return nil
            }
            entries.append(YAMLNode.Entry(key: key, position: position, value: value))
        } while takeComma()
        guard current == UInt8(ascii: "}"), Self.areDistinct(entries) else { return nil }
        offset += 1
        return .mapping(entries)
    }

    /// The items of the flow list that begins here.
    mutating func flowSequence(depth: Int) -> YAMLNode.Content? {
        offset += 1
        var items: [YAMLNode] = []
        repeat {
            guard skip() else { return nil }
            if current == UInt8(ascii: "]") { break }
            guard let item = inline(inFlow: true, depth: depth + 1), skip() else { return nil }
            items.append(item)
        } while takeComma()
        guard current == UInt8(ascii: "]") else { return nil }
        offset += 1
        return .sequence(items)
    }

    private mutating func takeComma() -> Bool {
        guard current == UInt8(ascii: ",") else { return false }
        offset += 1
        return true
    }

    /// A text in quotes on one line, without escapes and doubled quotes.
    mutating func quoted() -> YAMLNode.Content? {
        let quote = current
        let start = offset + 1
        var end = start
        while end < bytes.count, bytes[end] != quote {
            guard Self.isPrintable(bytes[end]), bytes[end] != UInt8(ascii: "\\") else { return nil }
            end += 1
        }
        guard end < bytes.count, byte(at: end + 1) != quote else { return nil }
        offset = end + 1
        return .scalar(text(start..<end), .quoted)
    }

    /// A text without quotes, to the end of the line, a comment, the colon of a key, or in flow to a comma or bracket.
    mutating func plain(inFlow: Bool) -> YAMLNode.Content? {
        let start = offset
        guard Self.beginsPlain(current) else { return nil }
        var end = start
        scan: while offset < bytes.count {
            let byte = bytes[offset]
            switch byte {
            case Self.space:
                if self.byte(at: offset + 1) == Self.hash { break scan }
            case Self.colon:
                let next = self.byte(at: offset + 1)
                if next <= Self.space { break scan }
                if inFlow, next == UInt8(ascii: "?") || Self.isFlowIndicator(next) { return nil }
                end = offset + 1
            default:
                guard Self.isPrintable(byte), !(inFlow && Self.isFlowIndicator(byte)) else { break scan }
                end = offset + 1
            }
            offset += 1
        }
        return .scalar(text(start..<end), .plain)
    }

    /// Reads a key: one word and the colon after it.
    mutating func key() -> String? {
        guard let end = endOfKey else { return nil }
        let key = text(offset..<end)
        offset = end + 1
        return key
    }

    /// The position of the colon of the key that begins here; `nil` if no plain one does.
    var endOfKey: Int? {
        guard Self.isWord(current), current != UInt8(ascii: "-"), current != UInt8(ascii: ".") else { return nil }
        var end = offset
        while Self.isWord(byte(at: end)) { end += 1 }
        let next = byte(at: end + 1)
        guard byte(at: end) == Self.colon, next == Self.space || next == Self.lineFeed else { return nil }
        return end - offset <= Self.longestKey ? end : nil
    }

    /// Whether no key occurs twice.
    static func areDistinct(_ entries: [YAMLNode.Entry]) -> Bool {
        guard entries.count <= fewEntries else { return Set(entries.map(\.key)).count == entries.count }
        for index in entries.indices.dropFirst() {
            for earlier in 0..<index where entries[earlier].key == entries[index].key { return false }
        }
        return true
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Whether a text without quotes begins with `byte` in every place. With others, such as `-` or `.`, YAML lets one begin in
    /// some places; such a file is left to its reader.
    private static func beginsPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "("), UInt8(ascii: "<"),
            UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func isFlowIndicator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"): true
        default: false
        }
    }

    /// A key that is longer, or has a line end in it, may be none (YAML 1.1 section 7.2.1: 1,024 characters).
    private static let longestKey = 128
    private static let usualEntries = 8
    private static let fewEntries = 12
}
