/// Reads `multipart/form-data` (RFC 7578) and other multipart bodies (RFC 2046, section 5.1).
package enum MultipartReader {
    /// The most parts that are read of one body.
    static let mostParts = 10_000

    /// One part: its header section and its content, with the offset of the content.
    struct Part {
        var headers: [(name: String, value: String)]
        var content: [UInt8]
        var offset: Int

        func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    /// The parts of `bytes`. A last part without a closing boundary is read to the end.
    static func parts(_ bytes: [UInt8], boundary: String) throws(FieldError) -> [Part] {
        let marker = Array("--".utf8) + Array(boundary.utf8)
        guard !boundary.isEmpty, boundary.utf8.count <= 256, var start = bytes.firstOffset(of: marker) else {
            throw .malformed(at: 0)
        }
        var parts: [Part] = []
        while parts.count < mostParts {
            start += marker.count
            if bytes[start...].starts(with: [0x2D, 0x2D]) { return parts }
            let next = bytes.firstOffset(of: marker, from: start) ?? bytes.count
            if let part = part(bytes, from: start, to: next) { parts.append(part) }
            guard next < bytes.count else { return parts }
            start = next
        }
        throw .limit
    }

    private static func part(_ bytes: [UInt8], from start: Int, to end: Int) -> Part? {
        var begin = start
        // The rest of the boundary's line.
        while begin < end, bytes[begin] != 0x0A { begin += 1 }
        begin += 1
        guard begin <= end else { return nil }
        let area = Array(bytes[begin..<end])
        let blank =
            area.starts(with: [0x0D, 0x0A]) ? (0, 2) : area.firstOffset(of: [0x0D, 0x0A, 0x0D, 0x0A]).map { ($0, 4) }
        guard let (headEnd, gap) = blank ?? area.firstOffset(of: [0x0A, 0x0A]).map({ ($0, 2) }) else { return nil }
        var content = Array(area[(headEnd + gap)...])
        if content.last == 0x0A { content.removeLast() }
        if content.last == 0x0D { content.removeLast() }
        return Part(headers: headers(area[..<headEnd]), content: content, offset: begin + headEnd + gap)
    }

    private static func headers(_ bytes: ArraySlice<UInt8>) -> [(name: String, value: String)] {
        bytes.split(separator: 0x0A).prefix(64).compactMap { line in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            return (name, HeaderText.trimmed(String(decoding: line[(colon + 1)...], as: UTF8.self)))
        }
    }
}

/// Values of header fields with parameters, such as `multipart/form-data; boundary=x`.
enum HeaderText {
    /// The text without white space at its ends.
    static func trimmed(_ text: some StringProtocol) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" || $0 == "\r\n" }
        guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(text[first...last])
    }

    /// The value before the first parameter, in lower case.
    static func mediaType(_ text: String) -> String {
        trimmed(text.prefix { $0 != ";" }).lowercased()
    }

    /// The value of the parameter `name`, without quotation marks.
    static func parameter(_ name: String, of text: String) -> String? {
        for piece in text.split(separator: ";").dropFirst() {
            guard let equals = piece.firstIndex(of: "=") else { continue }
            guard trimmed(piece[..<equals]).lowercased() == name else { continue }
            let value = trimmed(piece[piece.index(after: equals)...])
            return value.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
                ? String(value.dropFirst().dropLast()) : value
        }
        return nil
    }
}
