extension SourceText {
    /// The place of the `index`-th Unicode scalar of the text of `node`, a scalar of this file.
    ///
    /// Inside a block scalar (`|`, `>`) the text begins on a later line and each line loses its indentation; in a
    /// quoted one escapes are longer than what they stand for. The text is followed through the file character by
    /// character; white space in the text may stand for a line end with the indentation after it. Linear.
    public func position(in node: YAMLNode, at index: Int) -> SourcePosition {
        guard case .scalar(let text, let style) = node.content else { return node.position }
        var offset = start(of: node, style: style)
        var target = index
        for scalar in text.unicodeScalars {
            offset = skipFolding(from: offset, to: scalar, isQuoted: style == .quoted)
            if target == 0 { break }
            target -= 1
            offset = next(after: offset, scalar: scalar, isQuoted: style == .quoted)
        }
        return position(at: offset)
    }

    /// The offset of the first character of the text.
    private func start(of node: YAMLNode, style: YAMLNode.Style) -> Int {
        switch style {
        case .plain: return node.offset
        case .quoted: return node.offset + 1
        case .literal, .folded:
            // The header line ends at its line end; the first line that is not blank gives the indentation.
            var offset = node.offset
            while let byte = bytes[checked: offset], byte != 0x0A { offset += 1 }
            return offset + 1
        }
    }

    /// Where the text continues with `scalar`: past line ends and indentation, where `scalar` itself is no white space.
    /// A backslash at the end of a line of a quoted text takes the line end away.
    private func skipFolding(from offset: Int, to scalar: Unicode.Scalar, isQuoted: Bool) -> Int {
        guard scalar != " ", scalar != "\n", scalar != "\t" else { return offset }
        var offset = offset
        while let byte = bytes[checked: offset] {
            let isBlank = [0x20, 0x09, 0x0A, 0x0D].contains(byte)
            let next = bytes[checked: offset + 1]
            let joinsLines = isQuoted && byte == UInt8(ascii: "\\") && (next == 0x0A || next == 0x0D)
            guard isBlank || joinsLines else { break }
            offset += 1
        }
        return offset
    }

    private func next(after offset: Int, scalar: Unicode.Scalar, isQuoted: Bool) -> Int {
        guard isQuoted, let byte = bytes[checked: offset] else { return advance(from: offset, scalars: 1) }
        if byte == UInt8(ascii: "'"), scalar == "'" { return offset + 2 }
        guard byte == UInt8(ascii: "\\"), bytes[checked: offset + 1] != nil else {
            return advance(from: offset, scalars: 1)
        }
        let digits: [UInt8: Int] = [UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8]
        return min(bytes.count, offset + 2 + (digits[bytes[offset + 1]] ?? 0))
    }
}
