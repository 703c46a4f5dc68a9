/// The text of one file and where its lines begin.
///
/// The YAML reader counts a lone CR, NEL, LS and PS as line ends; editors count LF only. Marks are therefore turned
/// into byte offsets by the reader's table, and offsets into positions by the editor's.
struct SourceText: Sendable {
    /// The file's name as it was given.
    let name: String
    /// The text without its byte order mark.
    let bytes: [UInt8]
    private let readerLines: [Int]
    private let editorLines: [Int]

    /// The text of the file `name`; nothing where `bytes` are no UTF-8.
    init?(name: String, bytes: [UInt8]) {
        let marked = bytes.starts(with: Self.byteOrderMark)
        let content = marked ? Array(bytes.dropFirst(Self.byteOrderMark.count)) : bytes
        guard String(validating: content, as: UTF8.self) != nil else { return nil }
        self.name = name
        self.bytes = content
        var reader = [0]
        var editor = [0]
        for (index, byte) in content.enumerated() {
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
    }

    /// The text as a string.
    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The byte offset of a mark of the YAML reader, both from 1; clamped to the text.
    func offset(readerLine: Int, column: Int) -> Int {
        guard let start = readerLines[checked: readerLine - 1] else { return bytes.count }
        return advance(from: start, scalars: column - 1)
    }

    /// The place of the byte at `offset`.
    func position(at offset: Int) -> SourcePosition {
        let offset = min(max(0, offset), bytes.count)
        var low = 0
        var high = editorLines.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if editorLines[middle] <= offset { low = middle } else { high = middle }
        }
        let column = bytes[editorLines[low]..<offset].reduce(1) { $0 + (Self.isContinuation($1) ? 0 : 1) }
        return SourcePosition(file: name, line: low + 1, column: column)
    }

    /// The offset `scalars` Unicode scalars past `start`.
    func advance(from start: Int, scalars: Int) -> Int {
        var offset = start
        var left = scalars
        while left > 0, offset < bytes.count {
            offset += 1
            while offset < bytes.count, Self.isContinuation(bytes[offset]) { offset += 1 }
            left -= 1
        }
        return offset
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
}

extension Array {
    /// The element at `index`, or nothing where there is none.
    subscript(checked index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
