import ByteScanning
import Bytes

/// Reads JSON (RFC 8259) and keeps what other readers lose: order, duplicate keys, the text of numbers, escapes, spacing.
///
/// It is bounded in depth and number of values and never traps. Text after the value is an error, except for white space.
/// Cost: one pass; one allocation for each text and each container.
package struct JSONReader {
    private let bytes: [UInt8]
    private var position: Int
    private let keepsRaw: Bool
    /// Memory for the string that is being decoded.
    private var scratch: [UInt8] = []
    /// How the text is written.
    package private(set) var style = JSONStyle()

    private init(_ bytes: [UInt8], _ limits: FieldLimits) {
        self.bytes = bytes
        keepsRaw = limits.keepsRaw
        // A byte order mark is not JSON, but senders write it.
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The value of `bytes`, and how it is written.
    package static func read(
        _ bytes: [UInt8], budget: inout FieldBudget
    ) throws(FieldError) -> (node: FieldNode, style: JSONStyle) {
        var reader = JSONReader(bytes, budget.limits)
        let node = try reader.value(depth: 0, budget: &budget)
        reader.skipSpace()
        guard reader.position == bytes.count else { throw .malformed(at: reader.position) }
        return (node, reader.style)
    }

    /// The values of `bytes` one after another, as in JSON Lines.
    package static func readSequence(_ bytes: [UInt8], budget: inout FieldBudget) throws(FieldError) -> [FieldNode] {
        var reader = JSONReader(bytes, budget.limits)
        var nodes: [FieldNode] = []
        reader.skipSpace()
        while reader.position < bytes.count {
            nodes.append(try reader.value(depth: 0, budget: &budget))
            reader.skipSpace()
        }
        return nodes
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func value(depth: Int, budget: inout FieldBudget) throws(FieldError) -> FieldNode {
        guard depth < budget.limits.depth else { throw .limit }
        try budget.takeNode()
        skipSpace()
        let start = position
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth, budget: &budget)
        case UInt8(ascii: "["): return try array(depth: depth, budget: &budget)
        case UInt8(ascii: "\""):
            let (text, raw) = try string()
            return FieldNode(.text(text), offset: start + 1, raw: raw)
        case UInt8(ascii: "t"): return try literal("true")
        case UInt8(ascii: "f"): return try literal("false")
        case UInt8(ascii: "n"): return try literal("null")
        default: return try number()
        }
    }

    private mutating func object(depth: Int, budget: inout FieldBudget) throws(FieldError) -> FieldNode {
        let start = position
        position += 1
        var members: [FieldNode.Member] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return FieldNode(.object([]), offset: start) }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw .malformed(at: position) }
            let name = try string().text
            let before = skipSpace()
            guard take(UInt8(ascii: ":")) else { throw .malformed(at: position) }
            style.note(colonAfter: before, followedBy: spaceAhead())
            members.append(.init(name: name, value: try value(depth: depth + 1, budget: &budget)))
            skipSpace()
            if take(UInt8(ascii: ",")) {
                style.note(commaFollowedBy: spaceAhead(), at: position)
                continue
            }
            guard take(UInt8(ascii: "}")) else { throw .malformed(at: position) }
            return FieldNode(.object(members), offset: start)
        }
    }

    private mutating func array(depth: Int, budget: inout FieldBudget) throws(FieldError) -> FieldNode {
        let start = position
        position += 1
        var items: [FieldNode] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return FieldNode(.array([]), offset: start) }
        while true {
            items.append(try value(depth: depth + 1, budget: &budget))
            skipSpace()
            if take(UInt8(ascii: ",")) {
                style.note(commaFollowedBy: spaceAhead(), at: position)
                continue
            }
            guard take(UInt8(ascii: "]")) else { throw .malformed(at: position) }
            return FieldNode(.array(items), offset: start)
        }
    }

    private mutating func literal(_ word: StaticString) throws(FieldError) -> FieldNode {
        let start = position
        let text = "\(word)"
        guard bytes[position...].starts(with: text.utf8) else { throw .malformed(at: position) }
        position += text.utf8.count
        return FieldNode(.literal(text), offset: start)
    }

    private mutating func number() throws(FieldError) -> FieldNode {
        let start = position
        _ = take(UInt8(ascii: "-"))
        guard let first = current, isDigit(first) else { throw .malformed(at: position) }
        if first == UInt8(ascii: "0") { position += 1 } else { skipDigits() }
        if take(UInt8(ascii: ".")) {
            guard skipDigits() > 0 else { throw .malformed(at: position) }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard skipDigits() > 0 else { throw .malformed(at: position) }
        }
        return FieldNode(.number(String(decoding: bytes[start..<position], as: UTF8.self)), offset: start)
    }

    /// The text between the quotation marks, and its bytes if they are not the text's UTF-8.
    private mutating func string() throws(FieldError) -> (text: String, raw: [UInt8]?) {
        position += 1
        let start = position
        let plain = bytes.rawSpan.plainEnd(from: start, to: bytes.count)
        if plain < bytes.count, bytes[plain] == UInt8(ascii: "\"") {
            position = plain + 1
            if let text = bytes.rawSpan.validText(start..<plain) { return (text, nil) }
            return (bytes.rawSpan.text(start..<plain), Array(bytes[start..<plain]))
        }
        var escapes = JSONEscapes(bytes)
        let text = try escapes.decode(from: start, plain: plain, &scratch)
        position = escapes.end + 1
        style.add(escapes)
        return (text, keepsRaw ? Array(bytes[start..<escapes.end]) : nil)
    }

    /// Skips white space and returns whether there was any.
    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = position
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
        return position > start
    }

    private func spaceAhead() -> JSONStyle.Space {
        switch current {
        case 0x20: position + 1 < bytes.count && bytes[position + 1] == 0x20 ? .several : .one
        case 0x0A, 0x0D: .line
        case 0x09: .several
        default: .none
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    @discardableResult
    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = current, isDigit(byte) { position += 1 }
        return position - start
    }

    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
