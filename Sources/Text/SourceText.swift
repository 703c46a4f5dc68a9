/// The text of one file and where its lines begin.
///
/// The YAML reader counts a lone CR, NEL, LS and PS as line ends; editors count LF only. Marks are therefore turned
/// into byte offsets by the reader's table, and offsets into positions by the editor's. Both cost the logarithm of the
/// file's length, however long a line is.
public struct SourceText: Sendable {
    /// The file's name as it was given.
    public let name: String
    /// The text without its byte order mark.
    public let bytes: [UInt8]
    private let readerLines: [Int]
    private let editorLines: [Int]
    /// How many scalars begin before each `stride`-th byte.
    private let scalarsBefore: [Int]

    /// The text of the file `name`; `nil` if `bytes` are no UTF-8.
    public init?(name: String, bytes: [UInt8]) {
        let marked = bytes.starts(with: Self.byteOrderMark)
        let content = marked ? Array(bytes.dropFirst(Self.byteOrderMark.count)) : bytes
        guard String(validating: content, as: UTF8.self) != nil else { return nil }
        self.name = name
        self.bytes = content
        var reader = [0]
        var editor = [0]
        var scalars = 0
        var counts: [Int] = []
        counts.reserveCapacity(content.count / Self.stride + 1)
        for (index, byte) in content.enumerated() {
            if index % Self.stride == 0 { counts.append(scalars) }
            if !Self.isContinuation(byte) { scalars += 1 }
            // Nearly every byte is a letter or a sign.
            guard byte < Self.space || byte > Self.tilde else { continue }
            let next = index + 1
            if byte == Self.lineFeed {
                editor.append(next)
                reader.append(next)
            } else if byte == Self.carriageReturn {
                if next >= content.count || content[next] != Self.lineFeed { reader.append(next) }
            } else if Self.isOtherBreak(endingAt: index, in: content) {
                reader.append(next)
            }
        }
        readerLines = reader
        editorLines = editor
        scalarsBefore = counts
    }

    /// The text as a string.
    public var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The byte offset of a mark of the YAML reader, both from 1; clamped to the text.
    func offset(readerLine: Int, column: Int) -> Int {
        guard let start = readerLines[checked: readerLine - 1] else { return bytes.count }
        return advance(from: start, scalars: column - 1)
    }

    /// The place of the byte at `offset`.
    public func position(at offset: Int) -> SourcePosition {
        let offset = min(max(0, offset), bytes.count)
        let line = Self.last(of: editorLines, notPast: offset)
        let column = scalars(before: offset) - scalars(before: editorLines[line]) + 1
        return SourcePosition(file: name, line: line + 1, column: column)
    }

    /// The offset `scalars` Unicode scalars past `start`; clamped to the text.
    func advance(from start: Int, scalars: Int) -> Int {
        guard scalars > 0, start < bytes.count else { return start }
        let target = self.scalars(before: start) + scalars
        // If few are asked for they are near, and no search is worth its while.
        var offset = start
        var passed = target - scalars
        if scalars > Self.stride {
            offset = Self.last(of: scalarsBefore, notPast: target) * Self.stride
            passed = scalarsBefore[offset / Self.stride]
            while offset < bytes.count, Self.isContinuation(bytes[offset]) { offset += 1 }
        }
        while passed < target, offset < bytes.count {
            offset += 1
            while offset < bytes.count, Self.isContinuation(bytes[offset]) { offset += 1 }
            passed += 1
        }
        return offset
    }

    /// How many scalars begin before the byte at `offset`.
    private func scalars(before offset: Int) -> Int {
        let block = min(offset / Self.stride, scalarsBefore.count - 1)
        guard block >= 0 else { return 0 }
        return bytes[(block * Self.stride)..<offset].reduce(scalarsBefore[block]) {
            $0 + (Self.isContinuation($1) ? 0 : 1)
        }
    }

    /// The index of the last of the rising `values` that is not greater than `limit`; 0 if none is.
    private static func last(of values: [Int], notPast limit: Int) -> Int {
        var low = 0
        var high = values.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if values[middle] <= limit { low = middle } else { high = middle }
        }
        return low
    }

    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// NEL is C2 85, LS and PS are E2 80 A8 and E2 80 A9.
    private static func isOtherBreak(endingAt index: Int, in bytes: [UInt8]) -> Bool {
        switch bytes[index] {
        case 0x85: index >= 1 && bytes[index - 1] == 0xC2
        case 0xA8, 0xA9: index >= 2 && bytes[index - 1] == 0x80 && bytes[index - 2] == 0xE2
        default: false
        }
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let lineFeed: UInt8 = 0x0A
    private static let carriageReturn: UInt8 = 0x0D
    private static let space: UInt8 = 0x20
    private static let tilde: UInt8 = 0x7E
    private static let stride = 64
}

extension Array {
    /// The element at `index`, or `nil` if there is none.
    public subscript(checked index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

/// A place in a file that a person wrote: what an editor jumps to.
public struct SourcePosition: Hashable, Sendable, Comparable {
    /// The file's name as it was given.
    public var file: String
    /// The line, from 1; lines end at LF, with or without a CR before it.
    public var line: Int
    /// The column, from 1, in Unicode scalars; a tab is one column, a byte order mark none.
    public var column: Int

    /// The place at `line` and `column` of `file`.
    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// By file, then line, then column: the order in which errors are printed.
    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

extension SourcePosition: CustomStringConvertible {
    /// `file:line:column`.
    public var description: String { "\(file):\(line):\(column)" }
}

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
