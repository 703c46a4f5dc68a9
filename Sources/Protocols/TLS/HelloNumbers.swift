import Bytes

/// The numbers of a ClientHello that both fingerprints are made of, without GREASE: taken once for both.
struct HelloNumbers {
    /// The cipher suites in their order.
    let ciphers: [UInt16]
    /// The types of the extensions in their order.
    let extensions: [UInt16]
    /// The groups in their order.
    let groups: [UInt16]
    /// The signature algorithms in their order.
    let signatureAlgorithms: [UInt16]
    /// The point formats in their order; they have no GREASE.
    let pointFormats: [UInt16]

    /// The numbers of `hello`, which was read from `bytes`; its groups have been taken before.
    init(_ hello: ClientHello, bytes: RawSpan, groups: [UInt16]) {
        ciphers = TLSFacts.numbers(bytes, hello.cipherSuites)
        extensions = Self.extensionTypes(bytes.clamped(hello.extensions.indices))
        self.groups = groups
        signatureAlgorithms = TLSFacts.numbers(bytes, hello.signatureAlgorithms)
        let formats = bytes.clamped(hello.pointFormats.indices)
        pointFormats = (0..<formats.byteCount).map { UInt16(formats.byte(at: $0) ?? 0) }
    }

    private static func extensionTypes(_ bytes: RawSpan) -> [UInt16] {
        var types: [UInt16] = []
        types.reserveCapacity(24)
        var offset = 0
        while let type = bytes.uint16(at: offset), let length = bytes.uint16(at: offset &+ 2) {
            if !GREASE.contains(type) { types.append(type) }
            offset &+= 4 &+ Int(length)
            guard offset <= bytes.byteCount else { break }
        }
        return types
    }
}
