import Bytes

extension TLSFacts {
    /// The facts of a ClientHello. `bytes` are those that `hello` was read from; `isQUIC` marks the JA4.
    ///
    /// Fingerprints are taken only of a hello that is there to its end: half a hello has a fingerprint of its own that
    /// means nothing. Cost: some ten allocations and three digests, once a connection.
    public init(_ hello: ClientHello, bytes: RawSpan, isQUIC: Bool) {
        self.init()
        switch hello.state {
        case .complete: helloState = .complete
        case .truncated: helloState = .truncated
        case .malformed: helloState = .malformed
        }
        serverName = Self.serverName(bytes.clamped(hello.serverName.indices))
        offeredVersions = Self.numbers(bytes, hello.supportedVersions)
        if offeredVersions.isEmpty, hello.legacyVersion != 0 { offeredVersions = [hello.legacyVersion] }
        version = offeredVersions.max()
        offeredALPN = Self.protocolNames(bytes.clamped(hello.alpn.indices))
        groups = Self.numbers(bytes, hello.groups)
        offersPostQuantum = groups.contains(where: PostQuantumGroup.contains)
        offersResumption = hello.offersResumption
        if hello.encryptedHello != nil {
            ech = .grease
            echEvidence = ["extension present"]
        }
        if helloState != .truncated {
            let numbers = HelloNumbers(hello, bytes: bytes, groups: groups)
            ja3 = JA3.fingerprint(of: hello, numbers)
            ja4 = JA4.fingerprint(
                of: hello, numbers, version: version ?? hello.legacyVersion, alpn: bytes.clamped(hello.alpn.indices),
                isQUIC: isQUIC)
        }
    }

    /// A name in lower case; nothing where it is empty.
    static func serverName(_ bytes: RawSpan) -> String? {
        guard !bytes.isEmpty else { return nil }
        var name = bytes.copied()
        for index in name.indices where (0x41...0x5A).contains(name[index]) { name[index] |= 0x20 }
        return String(decoding: name, as: UTF8.self)
    }

    /// The 16-bit numbers of a list without GREASE; an odd byte at its end is passed over.
    static func numbers(_ bytes: RawSpan, _ range: ByteRange) -> [UInt16] {
        let list = bytes.clamped(range.indices)
        guard list.byteCount > 1 else { return [] }
        var numbers: [UInt16] = []
        numbers.reserveCapacity(list.byteCount / 2)
        var offset = 0
        while let value = list.uint16(at: offset) {
            if !GREASE.contains(value) { numbers.append(value) }
            offset &+= 2
        }
        return numbers
    }

    /// The names of a ProtocolNameList (RFC 7301 section 3.1), as far as they are whole.
    static func protocolNames(_ list: RawSpan) -> [String] {
        var names: [String] = []
        var reader = ByteReader(list)
        while let length = try? reader.uint8(), let name = try? reader.span(Int(length)).copied() {
            names.append(String(decoding: name, as: UTF8.self))
        }
        return names
    }
}
