import ByteScanning
import Bytes

/// Undoes a content coding: `gzip`, `deflate`, `br` or `zstd`, at most `limit` bytes, or `nil`.
package typealias ContentUnpacker = @Sendable (_ coding: String, _ bytes: [UInt8], _ limit: Int) -> [UInt8]?

/// Looks for values inside texts and bytes: JSON, base64, hexadecimal digits, gzip, Zstandard, JSON Web Tokens, protobuf.
///
/// A text is a layer only if what comes out of it is recognized as a whole. It is bounded by `FieldBudget`.
package struct LayerDecoder {
    private let unpack: ContentUnpacker
    /// What is left of the bounds.
    package private(set) var budget: FieldBudget

    /// A decoder within `limits`.
    package init(limits: FieldLimits = FieldLimits(), unpack: @escaping ContentUnpacker) {
        self.unpack = unpack
        budget = FieldBudget(limits: limits)
    }

    /// Calls `body` with the budget, for readers of formats.
    package mutating func read(
        _ body: (inout FieldBudget) throws(FieldError) -> FieldNode
    ) throws(FieldError) -> FieldNode {
        try body(&budget)
    }

    /// The node with each layer inside its texts and bytes decoded.
    package mutating func expanded(_ node: FieldNode, depth: Int = 0) -> FieldNode {
        var node = node
        switch node.content {
        case .object(var members):
            for index in members.indices { members[index].value = expanded(members[index].value, depth: depth) }
            node.content = .object(members)
        case .array(var items):
            for index in items.indices { items[index] = expanded(items[index], depth: depth) }
            node.content = .array(items)
        case .layer(let name, let inner): node.content = .layer(name, expanded(inner, depth: depth))
        case .text(let text):
            if let (name, inner) = layer(ofText: text, depth: depth) {
                node.content = .layer(name, moved(inner, to: node.offset))
            }
        case .bytes(let bytes):
            if let (name, inner) = layer(ofBytes: bytes, depth: depth) {
                node.content = .layer(name, moved(inner, to: node.offset))
            }
        case .number, .literal: break
        }
        return node
    }

    /// The offsets inside a layer mean nothing outside of it: every value has the offset of the layer.
    private func moved(_ node: FieldNode, to offset: Int) -> FieldNode {
        var node = node
        node.offset = offset
        switch node.content {
        case .object(var members):
            for index in members.indices { members[index].value = moved(members[index].value, to: offset) }
            node.content = .object(members)
        case .array(let items): node.content = .array(items.map { moved($0, to: offset) })
        case .layer(let name, let inner): node.content = .layer(name, moved(inner, to: offset))
        default: break
        }
        return node
    }
}

extension LayerDecoder {
    private mutating func layer(ofText text: String, depth: Int) -> (String, FieldNode)? {
        guard depth < budget.limits.layers, text.utf8.count >= 2 else { return nil }
        if let node = json(text, depth: depth) { return ("json", node) }
        // Nothing is copied of a text that its first characters show to be none of these.
        let bytes = text.utf8.span.raw
        guard bytes.byteCount >= 16 else { return nil }
        if bytes.hasASCII("eyJ"), let node = token(bytes.copied(), depth: depth) { return ("jwt", node) }
        if bytes.byteCount % 2 == 0, bytes.consists(of: Self.digits), let plain = Self.hexadecimal(bytes.copied()),
            let node = recognized(plain, depth: depth)
        {
            return ("hex", node)
        }
        if bytes.consists(of: Base64Text.signs), let plain = Base64Text.decode(bytes.copied()),
            let node = recognized(plain, depth: depth)
        {
            return ("base64", node)
        }
        if bytes.hasASCII("%7B") || bytes.hasASCII("%5B") {
            let plain = String(decoding: FormReader.decoded(bytes.copied()[...]), as: UTF8.self)
            if let node = json(plain, depth: depth + 1) { return ("url", FieldNode(.layer("json", node))) }
        }
        return nil
    }

    private mutating func json(_ text: String, depth: Int) -> FieldNode? {
        guard Self.mayBeJSON(text.utf8.span.raw) else { return nil }
        let trimmed = HeaderText.trimmed(text)
        let ends = (trimmed.utf8.first, trimmed.utf8.last)
        guard ends == (0x7B, 0x7D) || ends == (0x5B, 0x5D), (try? budget.take(bytes: trimmed.utf8.count)) != nil else {
            return nil
        }
        guard let node = try? JSONReader.read(Array(trimmed.utf8), budget: &budget).node else { return nil }
        return expanded(node, depth: depth + 1)
    }

    /// Whether the first byte that is no white space begins an object or an array.
    private static func mayBeJSON(_ bytes: RawSpan) -> Bool {
        var index = 0
        while let byte = bytes.byte(at: index), byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A {
            index += 1
        }
        return bytes.byte(at: index) == 0x7B || bytes.byte(at: index) == 0x5B
    }

    private static let digits = ByteSet("0123456789abcdefABCDEF".utf8)

    /// The header and claims of a JSON Web Token (RFC 7519).
    private mutating func token(_ bytes: [UInt8], depth: Int) -> FieldNode? {
        guard bytes.starts(with: Array("eyJ".utf8)) else { return nil }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var members: [FieldNode.Member] = []
        for (name, part) in zip(["header", "claims"], parts) {
            guard let plain = Base64Text.decode(part), let text = plain.readableText,
                let node = json(text, depth: depth)
            else { return nil }
            members.append(.init(name: name, value: node))
        }
        return FieldNode(.object(members))
    }

    /// The value that decoded bytes are recognized as.
    private mutating func recognized(_ bytes: [UInt8], depth: Int) -> FieldNode? {
        guard (try? budget.take(bytes: bytes.count)) != nil else { return nil }
        if let (name, node) = layer(ofBytes: bytes, depth: depth + 1) { return FieldNode(.layer(name, node)) }
        guard bytes.count >= 12, let text = bytes.readableText else { return nil }
        // Twelve random bytes are readable ASCII once in 150,000 times, other UTF-8 more often.
        guard bytes.allSatisfy({ $0 < 0x80 }) || bytes.count >= 24 else { return nil }
        return expanded(FieldNode(.text(text)), depth: depth + 1)
    }

    /// The value that bytes are, if they are compressed, JSON or a message.
    mutating func layer(ofBytes bytes: [UInt8], depth: Int) -> (String, FieldNode)? {
        guard depth < budget.limits.layers else { return nil }
        if let coding = Self.coding(of: bytes) {
            guard let plain = unpack(coding, bytes, budget.remainingBytes),
                (try? budget.take(bytes: plain.count)) != nil
            else { return nil }
            let inner = layer(ofBytes: plain, depth: depth + 1).map { FieldNode(.layer($0.0, $0.1)) }
            return (coding, inner ?? expanded(FieldNode(.whole(plain)), depth: depth + 1))
        }
        if let first = bytes.first, first == 0x7B || first == 0x5B,
            let node = try? JSONReader.read(bytes, budget: &budget).node
        {
            return ("json", expanded(node, depth: depth + 1))
        }
        guard bytes.count >= 24, bytes.readableText == nil,
            let node = try? ProtobufReader.read(bytes, budget: &budget), Self.holdsText(node)
        else { return nil }
        return ("protobuf", expanded(node, depth: depth + 1))
    }

    private static func coding(of bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0x1F, 0x8B, 0x08]) { return "gzip" }
        if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return "zstd" }
        return nil
    }

    /// Whether a message holds a text that random bytes would not: bytes that only parse are no message.
    private static func holdsText(_ node: FieldNode) -> Bool {
        guard case .object(let members) = node.content else { return false }
        return members.contains { member in
            guard (Int(member.name) ?? .max) <= 10_000 else { return false }
            return (member.value.text?.utf8.count ?? 0) >= 6 || holdsText(member.value)
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        for index in stride(from: 0, to: bytes.count - 1, by: 2) {
            guard let high = bytes[index].hexadecimalDigit, let low = bytes[index + 1].hexadecimalDigit else {
                return nil
            }
            result.append(high << 4 | low)
        }
        return result
    }
}

extension FieldNode.Content {
    /// Bytes as a text if they are UTF-8, otherwise as bytes.
    static func whole(_ bytes: [UInt8]) -> FieldNode.Content {
        String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .bytes(bytes)
    }
}
