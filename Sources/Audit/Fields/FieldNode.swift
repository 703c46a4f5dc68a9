import ByteScanning
import Bytes

/// One value of a request, with what it contains: a tree that keeps what was sent beside what was understood.
package struct FieldNode: Sendable {
    /// What a value is.
    package indirect enum Content: Sendable {
        /// A JSON object, a form or a message: members in the order in which they were sent, duplicates included.
        case object([Member])
        /// A JSON array or a sequence of parts.
        case array([FieldNode])
        /// A text, decoded.
        case text(String)
        /// A number, as it was written.
        case number(String)
        /// `true`, `false` or `null`.
        case literal(String)
        /// Bytes that are not text.
        case bytes([UInt8])
        /// A text or bytes that carry another value under an encoding, such as `base64`.
        case layer(String, FieldNode)
    }

    /// One named value of an object.
    package struct Member: Sendable {
        /// The name, decoded.
        package var name: String
        /// The value.
        package var value: FieldNode

        /// Creates a member.
        package init(name: String, value: FieldNode) {
            self.name = name
            self.value = value
        }
    }

    /// What the value is.
    package var content: Content
    /// The offset of the value's first byte in the part that was decoded first: the decoded body, the query, or a header value.
    ///
    /// The values inside a layer have the offset of the value that carries the layer.
    package var offset: Int
    /// The bytes of the value as they were sent, or `nil` if they are the UTF-8 of the text.
    package var raw: [UInt8]?

    /// Creates a node.
    package init(_ content: Content, offset: Int = 0, raw: [UInt8]? = nil) {
        self.content = content
        self.offset = offset
        self.raw = raw
    }
}

/// A value without members: what findings and comparisons are about.
package struct Field: Sendable {
    /// The path, as in `body.messages[0].content[1].text`. A layer is shown as `~NAME`.
    package var path: String
    /// The value.
    package var value: FieldValue
    /// The offset of the value's first byte in the part that was decoded first.
    package var offset: Int
    /// The bytes of the value as they were sent, or `nil` if they are the UTF-8 of the text.
    package var raw: [UInt8]?

    /// Creates a field.
    package init(path: String, value: FieldValue, offset: Int = 0, raw: [UInt8]? = nil) {
        self.path = path
        self.value = value
        self.offset = offset
        self.raw = raw
    }
}

/// The value of a field.
package enum FieldValue: Sendable, Hashable {
    /// A text.
    case text(String)
    /// A number, as it was written.
    case number(String)
    /// `true`, `false` or `null`.
    case literal(String)
    /// Bytes that are not text.
    case bytes([UInt8])

    /// The text of a text, number or literal; bytes in hexadecimal digits.
    package var text: String {
        switch self {
        case .text(let text), .number(let text), .literal(let text): text
        case .bytes(let bytes): bytes.hexadecimalText
        }
    }

    /// The bytes of the value: the UTF-8 of a text, or the bytes themselves.
    package var utf8: [UInt8] {
        switch self {
        case .text(let text), .number(let text), .literal(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        }
    }

    /// Calls `body` with the bytes of `utf8`. Nothing is copied.
    func withBytes(_ body: (RawSpan) -> Void) {
        switch self {
        case .text(let text), .number(let text), .literal(let text): body(text.utf8.span.raw)
        case .bytes(let bytes): body(bytes.rawSpan)
        }
    }

    /// The kind of the value, as a report names it.
    package var kind: String {
        switch self {
        case .text: "text"
        case .number: "number"
        case .literal(let text): text == "null" ? "null" : "boolean"
        case .bytes: "bytes"
        }
    }
}

extension FieldNode {
    /// Calls `visit` with each field in the order in which it was sent. Recursion is bounded by the depth of the tree.
    package func forEachField(path: String, _ visit: (Field) -> Void) {
        switch content {
        case .object(let members):
            var seen: [String: Int] = [:]
            for member in members {
                let count = seen[member.name, default: 0] + 1
                seen[member.name] = count
                member.value.forEachField(path: path + FieldPath.step(member.name, occurrence: count), visit)
            }
        case .array(let items):
            for (index, item) in items.enumerated() { item.forEachField(path: "\(path)[\(index)]", visit) }
        case .layer(let name, let inner): inner.forEachField(path: "\(path)~\(name)", visit)
        case .text(let text): visit(field(path, .text(text)))
        case .number(let text): visit(field(path, .number(text)))
        case .literal(let text): visit(field(path, .literal(text)))
        case .bytes(let bytes): visit(field(path, .bytes(bytes)))
        }
    }

    private func field(_ path: String, _ value: FieldValue) -> Field {
        Field(path: path, value: value, offset: offset, raw: raw)
    }

    /// The value of the first member `name` of an object.
    package subscript(name: String) -> FieldNode? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The items of an array.
    package var items: [FieldNode]? {
        if case .array(let items) = content { items } else { nil }
    }

    /// The text of a text.
    package var text: String? {
        if case .text(let text) = content { text } else { nil }
    }

    /// The text of a number.
    package var number: String? {
        if case .number(let text) = content { text } else { nil }
    }
}
