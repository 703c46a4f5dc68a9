import Bytes

/// The start line and the fields of a message of HTTP/1.1 (RFC 9112 sections 3 to 5), order and case kept.
struct MessageHead {
    /// The most bytes of a head.
    static let limit = 1 << 20

    var startLine: [UInt8]
    var fields: [HTTPField]

    /// Reads a head without the empty line that ends it. Lines end with CRLF or LF.
    init(_ bytes: RawSpan) {
        var lines = HeadLines(bytes)
        startLine = lines.next() ?? []
        fields = lines.fields()
    }

    /// The number of bytes of the head that begins at `start`, its empty line included; `nil` if that has not come.
    static func length(_ bytes: RawSpan, from start: Int) -> Int? {
        var index = start
        var lineStart = start
        while let byte = bytes.byte(at: index) {
            index += 1
            guard byte == UInt8(ascii: "\n") else { continue }
            let lineLength = index - 1 - lineStart
            let isEmpty = lineLength == 0 || (lineLength == 1 && bytes.byte(at: lineStart) == UInt8(ascii: "\r"))
            if isEmpty { return index - start }
            lineStart = index
        }
        return nil
    }
}

/// The lines of a head or of trailers.
struct HeadLines {
    private let bytes: [UInt8]
    private var cursor = 0

    init(_ bytes: RawSpan) { self.bytes = bytes.copied() }

    /// The next line without its end, or `nil` at the end.
    mutating func next() -> [UInt8]? {
        guard cursor < bytes.count else { return nil }
        let end = bytes[cursor...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        var line = bytes[cursor..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        cursor = end + 1
        return Array(line)
    }

    /// The fields of the lines that are left; a line that begins with white space continues the one before (obs-fold).
    mutating func fields() -> [HTTPField] {
        var fields: [HTTPField] = []
        while let line = next() {
            guard let first = line.first else { continue }
            if first == 0x20 || first == 0x09, !fields.isEmpty {
                fields[fields.count - 1].value += [0x20] + FieldText.trimmed(line)
                continue
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                // Kept, as what a client sent: a name without a value.
                fields.append(HTTPField(name: line, value: []))
                continue
            }
            fields.append(
                HTTPField(name: Array(line[..<colon]), value: FieldText.trimmed(Array(line[(colon + 1)...]))))
        }
        return fields
    }
}

/// A request line (RFC 9112 section 3).
struct RequestLine {
    var method: String
    var target: [UInt8]

    /// The parts of the line, or `nil` if it is no request line.
    init?(_ line: [UInt8]) {
        let parts = line.split(separator: 0x20, maxSplits: 1)
        guard parts.count == 2, let method = parts.first, !method.isEmpty, method.count <= 32,
            method.allSatisfy(Self.isTokenCharacter), let space = parts[1].lastIndex(of: 0x20),
            Array(parts[1][(space + 1)...]).rawSpan.hasASCII("HTTP/1.")
        else { return nil }
        self.method = String(decoding: method, as: UTF8.self)
        target = Array(parts[1][..<space])
    }

    /// Whether `bytes` may begin with a request line: as much of it as came fits. A command of SMTP or FTP does not: its line
    /// ends without a version.
    static func mayBegin(_ bytes: RawSpan) -> Bool {
        var index = 0
        while let byte = bytes.byte(at: index), byte != 0x20 {
            guard index < 32, isTokenCharacter(byte), !(0x61...0x7A).contains(byte) else { return false }
            index += 1
        }
        guard index < bytes.byteCount else { return index > 0 }
        guard index > 1 else { return false }
        var end = index
        while let byte = bytes.byte(at: end), byte != 0x0A, end < longestLine { end += 1 }
        guard bytes.byte(at: end) == 0x0A else { return true }
        let tail = bytes.byte(at: end - 1) == 0x0D ? end - 10 : end - 9
        return bytes.hasASCII(" HTTP/1.", at: tail)
    }

    /// The longest request line whose end is looked for.
    private static let longestLine = 65_536

    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

/// The status of a status line (RFC 9112 section 4), or `nil` if the line is none.
func statusCode(ofLine line: [UInt8]) -> Int? {
    guard line.rawSpan.hasASCII("HTTP/1."), line.count >= 12 else { return nil }
    var code = 0
    for byte in line[9..<12] {
        guard (0x30...0x39).contains(byte) else { return nil }
        code = code * 10 + Int(byte - 0x30)
    }
    return code
}

/// The control data of a request of HTTP/1.1 (RFC 9112 section 3.2).
enum HTTP1Request {
    /// The message of a request line and its fields.
    static func message(_ line: RequestLine, _ fields: [HTTPField], isSecure: Bool) -> HTTPMessage {
        var message = HTTPMessage(method: line.method, scheme: isSecure ? "https" : "http", fields: fields)
        message.authority = FieldText.value("host", in: fields).map { String(decoding: $0, as: UTF8.self) } ?? ""
        if line.method == "CONNECT" {
            message.authority = String(decoding: line.target, as: UTF8.self)
            return message
        }
        var target = line.target
        // The absolute form, which proxies are sent, overrides the Host field.
        if let absolute = absoluteForm(target) {
            (message.scheme, message.authority) = (absolute.scheme, absolute.authority)
            target = absolute.target
        }
        (message.path, message.query) = FieldText.split(target: target)
        return message
    }

    private static func absoluteForm(_ target: [UInt8]) -> (scheme: String, authority: String, target: [UInt8])? {
        let lower = FieldText.lowercased(Array(target.prefix(8)))
        let scheme = lower.rawSpan.hasASCII("http://") ? "http" : lower.rawSpan.hasASCII("https://") ? "https" : ""
        guard !scheme.isEmpty else { return nil }
        let rest = target.dropFirst(scheme.utf8.count + 3)
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        let path = Array(rest[end...])
        let authority = rest[..<end].split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false).last ?? []
        return (
            scheme, String(decoding: authority, as: UTF8.self),
            path.first == UInt8(ascii: "/") ? path : [UInt8(ascii: "/")] + path
        )
    }
}
