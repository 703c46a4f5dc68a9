extension SourceText {
    /// Where the line above that of `offset` holds the first entry of a map, in the same column as that line's key, but without a
    /// ':'; `nil` if it does not. The reader takes both lines for one text, and stops only at the ':' of the second.
    ///
    /// An entry is the first of its map if it is after a '- ' or below a line that ends with ':'. Cost: the bytes of three lines.
    func entryWithoutColon(before offset: Int) -> Int? {
        let key = line(endingAt: min(max(0, offset), bytes.count))
        guard key.lowerBound > 0 else { return nil }
        let entry = line(endingAt: key.lowerBound - 1)
        let (start, hasDash) = content(of: entry)
        guard let first = bytes[start..<entry.upperBound].first, !Self.isMark(first) else { return nil }
        guard start - entry.lowerBound == content(of: key).start - key.lowerBound else { return nil }
        guard !hasColon(start..<entry.upperBound) else { return nil }
        guard !hasDash else { return start }
        guard entry.lowerBound > 0 else { return nil }
        let parent = line(endingAt: entry.lowerBound - 1)
        return bytes[parent].last { !Self.isBlank($0) } == UInt8(ascii: ":") ? start : nil
    }

    /// The line that holds the byte before `end`, up to `end`.
    private func line(endingAt end: Int) -> Range<Int> {
        let feed = bytes[..<end].lastIndex(of: UInt8(ascii: "\n"))
        return (feed.map { $0 + 1 } ?? 0)..<end
    }

    /// Where `line` begins after its blanks and the '- ' of lists, and whether it has such a '- '.
    private func content(of line: Range<Int>) -> (start: Int, hasDash: Bool) {
        var (start, hasDash) = (line.lowerBound, false)
        while start < line.upperBound {
            let next = start + 1 < line.upperBound ? bytes[start + 1] : 0
            let isDash = bytes[start] == UInt8(ascii: "-") && Self.isBlank(next)
            guard isDash || bytes[start] == UInt8(ascii: " ") else { break }
            hasDash = hasDash || isDash
            start += 1
        }
        return (start, hasDash)
    }

    /// Whether the bytes in `range` have a ':' that ends a key.
    private func hasColon(_ range: Range<Int>) -> Bool {
        range.contains { index in
            bytes[index] == UInt8(ascii: ":") && (index + 1 >= range.upperBound || Self.isBlank(bytes[index + 1]))
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    /// Whether `byte` begins a value that is no plain text, or a comment.
    private static func isMark(_ byte: UInt8) -> Bool { "#\"'[]{}&*!|>%@`".utf8.contains(byte) }
}
