package import HTTPDecoding

/// The fields of one request: its target, its header section and its body, decoded through every layer.
package struct RequestFields: Sendable {
    /// The request that they are of.
    package var exchange: HTTPExchange
    /// The parts of the request, each with the path that its fields begin with.
    package var parts: [(path: String, node: FieldNode)]
    /// How the body is written, if it is JSON.
    package var style: JSONStyle?
    /// The number of values that were left undecoded because a bound of `FieldLimits` was reached.
    package var refused: Int
    /// The body after the content coding, as text, or `nil` if it is not UTF-8.
    package var plainBody: [UInt8]

    /// Decodes a request. Cost: some passes over the body; memory a small multiple of it.
    package init(_ exchange: HTTPExchange, limits: FieldLimits = FieldLimits(), unpack: @escaping ContentUnpacker) {
        self.exchange = exchange
        var decoder = LayerDecoder(limits: limits, unpack: unpack)
        let request = exchange.request
        parts = [("path", FieldNode(.text(request.path)))]
        if let query = request.query, !query.isEmpty, let node = Self.query(query, &decoder) {
            parts.append(("query", node))
        }
        parts.append(("header", decoder.expanded(Self.headers(request.fields))))
        if !request.trailers.isEmpty { parts.append(("trailer", decoder.expanded(Self.headers(request.trailers)))) }
        var body = BodyReader(request: request, limits: limits, unpack: unpack)
        if let node = body.node(&decoder) { parts.append(("body", node)) }
        plainBody = body.plain
        style = body.style
        refused = decoder.budget.refused + (body.isUndecoded ? 1 : 0)
    }

    /// All fields, in the order in which they were sent.
    package var fields: [Field] {
        var result: [Field] = []
        for part in parts { part.node.forEachField(path: part.path) { result.append($0) } }
        return result
    }

    private static func query(_ text: String, _ decoder: inout LayerDecoder) -> FieldNode? {
        let bytes = Array(text.utf8)
        guard
            let node = try? decoder.read({ (budget) throws(FieldError) in try FormReader.read(bytes, budget: &budget) })
        else { return FieldNode(.text(text)) }
        return decoder.expanded(node)
    }

    private static func headers(_ fields: [HTTPField]) -> FieldNode {
        FieldNode(
            .object(
                fields.map { field in
                    let name = String(decoding: field.name, as: UTF8.self).lowercased()
                    let content = field.isKnown ? FieldNode.Content.whole(field.value) : .literal("unknown")
                    return .init(name: name, value: FieldNode(content))
                }))
    }
}

extension HTTPMessage {
    /// The value of the first header field `name`, which is given in lower case.
    package func header(_ name: String) -> String? {
        let wanted = Array(name.utf8)
        let field = fields.first { field in
            field.isKnown && field.name.count == wanted.count
                && zip(field.name, wanted).allSatisfy { $0.lowercasedASCII == $1 }
        }
        return field.map { String(decoding: $0.value, as: UTF8.self) }
    }

    /// The host of the authority, without the port, in lower case.
    package var host: String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") { return String(authority[...end]) }
        guard let colon = authority.lastIndex(of: ":") else { return authority.lowercased() }
        return authority[..<colon].lowercased()
    }
}
