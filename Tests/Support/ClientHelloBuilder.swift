/// Builds TLS ClientHellos for tests (RFC 8446 section 4.1.2), extension by extension, and cuts them into records.
public struct ClientHelloBuilder: Sendable {
    /// One extension.
    public struct Extension: Sendable {
        /// The type.
        public var type: Int
        /// The body, without type and length.
        public var body: [UInt8]

        /// An extension of a type and a body.
        public init(_ type: Int, _ body: [UInt8] = []) {
            self.type = type
            self.body = body
        }
    }

    /// The version field of the body.
    public var legacyVersion = 0x0303
    /// The legacy session id.
    public var sessionID = [UInt8](repeating: 0x5E, count: 32)
    /// The cipher suites.
    public var cipherSuites = [0x1301, 0x1302, 0x1303]
    /// The extensions in their order; `nil` for a hello that ends before them.
    public var extensions: [Extension]? = []

    /// A hello as a browser sends it: SNI, groups, point formats, algorithms, ALPN, ticket, versions, modes, key share.
    public init(serverName: String? = "api.example.com", alpn: [String] = ["h2", "http/1.1"]) {
        var list: [Extension] = []
        if let serverName { list.append(.serverName(serverName)) }
        list += [
            .groups([0x11EC, 29, 23]), .pointFormats([0]), .signatureAlgorithms([0x0403, 0x0804, 0x0401]),
            .alpn(alpn), Extension(35), .versions([0x0304, 0x0303]), Extension(45, [1, 1]), .keyShare(29, length: 32),
        ]
        extensions = list
    }

    /// Adds a padding extension (RFC 7685) so that the handshake message has `size` bytes in all, header included.
    public mutating func pad(to size: Int) {
        let missing = size - handshake.count - 4
        extensions?.append(Extension(21, [UInt8](repeating: 0, count: max(0, missing))))
    }

    /// The handshake message with its header.
    public var handshake: [UInt8] {
        var body = PacketBuilder.word(legacyVersion) + [UInt8](repeating: 0xA5, count: 32)
        body += [UInt8(sessionID.count)] + sessionID
        body += Self.list16(cipherSuites.flatMap(PacketBuilder.word)) + [1, 0]
        if let extensions {
            let bytes = extensions.map { PacketBuilder.word($0.type) + Self.list16($0.body) }
            body += Self.list16(Array(bytes.joined()))
        }
        return Self.message(type: 1, body)
    }

    /// The handshake message in one record.
    public var record: [UInt8] { Self.records(handshake, sizes: []) }

    /// A handshake message of a type around `body`.
    public static func message(type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type, UInt8(body.count >> 16 & 0xFF)] + PacketBuilder.word(body.count) + body
    }

    /// `message` in records of the sizes given, and what is left in one more.
    public static func records(_ message: [UInt8], sizes: [Int]) -> [UInt8] {
        var stream: [UInt8] = []
        var rest = message[...]
        for size in sizes + [message.count] where !rest.isEmpty {
            let piece = rest.prefix(size)
            stream += [22, 3, 1] + PacketBuilder.word(piece.count) + piece
            rest = rest.dropFirst(size)
        }
        return stream
    }

    /// Bytes behind their length in 16 bits.
    public static func list16(_ bytes: [UInt8]) -> [UInt8] { PacketBuilder.word(bytes.count) + bytes }
}

extension ClientHelloBuilder.Extension {
    /// server_name with one host name (RFC 6066 section 3).
    public static func serverName(_ name: String) -> Self {
        Self(0, ClientHelloBuilder.list16([0] + ClientHelloBuilder.list16(Array(name.utf8))))
    }

    /// supported_groups (RFC 8446 section 4.2.7).
    public static func groups(_ groups: [Int]) -> Self {
        Self(10, ClientHelloBuilder.list16(groups.flatMap(PacketBuilder.word)))
    }

    /// ec_point_formats (RFC 8422 section 5.1.2).
    public static func pointFormats(_ formats: [UInt8]) -> Self { Self(11, [UInt8(formats.count)] + formats) }

    /// signature_algorithms (RFC 8446 section 4.2.3).
    public static func signatureAlgorithms(_ algorithms: [Int]) -> Self {
        Self(13, ClientHelloBuilder.list16(algorithms.flatMap(PacketBuilder.word)))
    }

    /// ALPN (RFC 7301 section 3.1).
    public static func alpn(_ names: [String]) -> Self { alpn(names.map { Array($0.utf8) }) }

    /// ALPN of names that may be any bytes.
    public static func alpn(_ names: [[UInt8]]) -> Self {
        Self(16, ClientHelloBuilder.list16(names.flatMap { [UInt8($0.count)] + $0 }))
    }

    /// supported_versions (RFC 8446 section 4.2.1).
    public static func versions(_ versions: [Int]) -> Self {
        Self(43, [UInt8(versions.count * 2)] + versions.flatMap(PacketBuilder.word))
    }

    /// key_share of one group with a key of `length` bytes (RFC 8446 section 4.2.8).
    public static func keyShare(_ group: Int, length: Int) -> Self {
        let key = [UInt8](repeating: 0x4B, count: length)
        return Self(51, ClientHelloBuilder.list16(PacketBuilder.word(group) + ClientHelloBuilder.list16(key)))
    }
}
