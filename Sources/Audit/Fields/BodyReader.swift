import HTTPDecoding

/// Reads the body of a request as what its header fields say it is, or as what it looks like.
struct BodyReader {
    private let request: HTTPMessage
    private let limits: FieldLimits
    private let unpack: ContentUnpacker
    /// How the body is written, if it is JSON.
    private(set) var style: JSONStyle?
    /// The body after its content coding.
    private(set) var plain: [UInt8] = []
    /// Whether a content coding could not be undone, because of a bound or of damage.
    private(set) var isUndecoded = false

    init(request: HTTPMessage, limits: FieldLimits, unpack: @escaping ContentUnpacker) {
        self.request = request
        self.limits = limits
        self.unpack = unpack
    }

    /// The body, or `nil` if there is none.
    mutating func node(_ decoder: inout LayerDecoder) -> FieldNode? {
        guard !request.body.bytes.isEmpty else { return nil }
        guard let bytes = withoutContentCoding() else {
            isUndecoded = true
            return FieldNode(.bytes(request.body.bytes))
        }
        plain = bytes
        let type = request.header("content-type") ?? ""
        if let node = try? typed(HeaderText.mediaType(type), type, &decoder) { return decoder.expanded(node) }
        if let node = try? json(&decoder) { return decoder.expanded(node) }
        if let (name, node) = decoder.layer(ofBytes: bytes, depth: 0) { return FieldNode(.layer(name, node)) }
        return decoder.expanded(FieldNode(.whole(bytes)))
    }

    /// The body with the codings of `Content-Encoding` undone, last first, or `nil` if one could not be.
    private func withoutContentCoding() -> [UInt8]? {
        let codings = (request.header("content-encoding") ?? "").split(separator: ",").map {
            HeaderText.trimmed($0).lowercased()
        }
        var bytes = request.body.bytes
        guard codings.count <= 8 else { return nil }
        for coding in codings.reversed() where coding != "identity" && !coding.isEmpty {
            guard let plain = unpack(coding, bytes, limits.decodedBytes) else { return nil }
            bytes = plain
        }
        return bytes
    }

    private mutating func typed(
        _ media: String, _ type: String, _ decoder: inout LayerDecoder
    ) throws(FieldError) -> FieldNode {
        let bytes = plain
        switch media {
        case "application/x-www-form-urlencoded":
            return try decoder.read { (budget) throws(FieldError) in try FormReader.read(bytes, budget: &budget) }
        case "text/event-stream":
            return try decoder.read { (budget) throws(FieldError) in try EventStreamReader.read(bytes, budget: &budget)
            }
        case "application/x-ndjson", "application/jsonl", "application/json-seq", "application/x-json-stream":
            let text = bytes.filter { $0 != 0x1E }
            return try decoder.read { (budget) throws(FieldError) in
                FieldNode(.array(try JSONReader.readSequence(text, budget: &budget)))
            }
        case "application/proto", "application/protobuf", "application/x-protobuf",
            "application/vnd.google.protobuf":
            return try decoder.read { (budget) throws(FieldError) in
                FieldNode(.layer("protobuf", try ProtobufReader.read(bytes, budget: &budget)))
            }
        case _ where media.hasPrefix("application/grpc") || media.hasPrefix("application/connect+"):
            return try envelopes(&decoder)
        case _ where media.hasPrefix("multipart/"):
            return try multipart(type, &decoder)
        default: return try json(&decoder)
        }
    }

    private mutating func json(_ decoder: inout LayerDecoder) throws(FieldError) -> FieldNode {
        let bytes = plain
        var read: JSONStyle?
        let node = try decoder.read { (budget) throws(FieldError) in
            let result = try JSONReader.read(bytes, budget: &budget)
            read = result.style
            return result.node
        }
        style = read
        return node
    }

    private func envelopes(_ decoder: inout LayerDecoder) throws(FieldError) -> FieldNode {
        let coding = request.header("grpc-encoding") ?? request.header("connect-content-encoding") ?? "identity"
        var items: [FieldNode] = []
        for envelope in try EnvelopeReader.read(plain) {
            var message = envelope.message
            if envelope.isCompressed {
                guard let plain = unpack(coding, message, decoder.budget.remainingBytes) else {
                    items.append(FieldNode(.bytes(message), offset: envelope.offset))
                    continue
                }
                message = plain
            }
            items.append(self.message(message, at: envelope.offset, &decoder))
        }
        return FieldNode(.object([.init(name: "message", value: FieldNode(.array(items)))]))
    }

    private func message(_ bytes: [UInt8], at offset: Int, _ decoder: inout LayerDecoder) -> FieldNode {
        let protobuf = try? decoder.read { (budget) throws(FieldError) in
            try ProtobufReader.read(bytes, budget: &budget)
        }
        let json = try? decoder.read { (budget) throws(FieldError) in try JSONReader.read(bytes, budget: &budget).node }
        if let json { return FieldNode(.layer("json", json), offset: offset) }
        if let protobuf { return FieldNode(.layer("protobuf", protobuf), offset: offset) }
        return FieldNode(.whole(bytes), offset: offset)
    }

    private func multipart(_ type: String, _ decoder: inout LayerDecoder) throws(FieldError) -> FieldNode {
        guard let boundary = HeaderText.parameter("boundary", of: type) else { throw .malformed(at: 0) }
        var members: [FieldNode.Member] = []
        for (index, part) in try MultipartReader.parts(plain, boundary: boundary).enumerated() {
            let disposition = part.header("content-disposition") ?? ""
            let name = HeaderText.parameter("name", of: disposition) ?? "part\(index)"
            if let file = HeaderText.parameter("filename", of: disposition) {
                members.append(.init(name: name + "-filename", value: FieldNode(.text(file), offset: part.offset)))
            }
            if let type = part.header("content-type") {
                members.append(.init(name: name + "-type", value: FieldNode(.text(type), offset: part.offset)))
            }
            members.append(.init(name: name, value: FieldNode(.whole(part.content), offset: part.offset)))
        }
        return FieldNode(.object(members))
    }
}
