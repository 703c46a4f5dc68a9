import Bytes

/// The outer encrypted_client_hello extension of a ClientHello by its form (RFC 9849 section 5), and what the form shows.
///
/// A client that has no configuration may send the extension all the same, filled with random bytes (section 6.2). That is
/// made to look alike; what distinguishes it is what each implementation fills in, as read in BoringSSL (`setup_ech_grease`),
/// NSS (`tls13_MaybeGreaseEch`), Go (`crypto/tls`, which never does), rustls (`EchGreaseConfig`) and OpenSSL
/// (`OSSL_ECH_DEF_CIPHER_LEN`).
struct EncryptedHello: Equatable, Sendable {
    /// The number of the key derivation function.
    let kdf: UInt16
    /// The number of the cipher.
    let aead: UInt16
    /// Which of the server's keys was used; random in a filler.
    let configID: UInt8
    /// The length of the encapsulated key in bytes; 0 in the second hello after a HelloRetryRequest alone.
    let keyCount: Int
    /// The length of the encrypted hello in bytes, its tag included.
    let payloadCount: Int

    /// Reads the extension's body; `nil` if it is no outer extension, or its lengths do not fit. No allocation.
    init?(_ body: RawSpan) {
        var reader = ByteReader(body)
        do throws(ParseError) {
            guard try reader.uint8() == 0 else { return nil }
            kdf = try reader.uint16()
            aead = try reader.uint16()
            configID = try reader.uint8()
            keyCount = Int(try reader.uint16())
            try reader.skip(keyCount)
            payloadCount = Int(try reader.uint16())
            try reader.skip(payloadCount)
        } catch {
            return nil
        }
        guard reader.isEmpty, payloadCount > 0 else { return nil }
    }

    /// HKDF-SHA256, AES-128-GCM or ChaCha20Poly1305, and an X25519 key (RFC 9180 section 7): what fillers are made of.
    private var hasCommonSuite: Bool { kdf == 1 && (aead == 1 || aead == 3) && keyCount == 32 }

    /// What the extension is taken for in a hello of `sender`, and why.
    func judged(in sender: HelloSender) -> (state: TLSFacts.ECHState, evidence: String) {
        if keyCount == 0 { return (.likelyReal, "no encapsulated key, as in the second hello of a real one") }
        switch sender {
        case .boringSSL where hasCommonSuite && Self.boringSSLLengths.contains(payloadCount):
            return (.grease, "length is one of the client's filler")
        case .boringSSL: return (.likelyReal, "length or suite is none of the client's filler")
        case .nss where hasCommonSuite: return (.grease, "client sends a filler of this form always")
        case .nss: return (.likelyReal, "suite is none of the client's filler")
        case .go: return (.likelyReal, "client sends no filler")
        case .other: return (.unsure, "client sends a filler only where it is told to")
        }
    }

    /// 4 to 7 times 32 bytes, and the tag.
    private static let boringSSLLengths = [144, 176, 208, 240]
}

/// Which library made a hello, as far as it matters for what its ECH extension may hold.
enum HelloSender: Equatable, Sendable {
    /// BoringSSL as browsers set it up: it puts reserved values among its cipher suites (RFC 8701).
    case boringSSL
    /// NSS as Firefox sets it up.
    case nss
    /// Go's `crypto/tls`.
    case go
    /// None of these.
    case other

    /// The sender of `hello`, which was read from `bytes`. Cost: a pass over its cipher suites and extension types.
    init(_ hello: ClientHello, bytes: RawSpan) {
        if Self.hasReserved(bytes.clamped(hello.cipherSuites.indices)) {
            self = .boringSSL
        } else if Self.isFirefox(bytes.clamped(hello.extensions.indices)) {
            self = .nss
        } else if Self.isGo(bytes.clamped(hello.extensions.indices)) {
            self = .go
        } else {
            self = .other
        }
    }

    private static func hasReserved(_ suites: RawSpan) -> Bool {
        var offset = 0
        while let suite = suites.uint16(at: offset) {
            if GREASE.contains(suite) { return true }
            offset &+= 2
        }
        return false
    }

    /// Whether delegated_credentials (34) and record_size_limit (28) are among the extensions, as in no other browser.
    private static func isFirefox(_ extensions: RawSpan) -> Bool {
        var found = 0
        visit(extensions) { if $0 == 34 || $0 == 28 { found += 1 } }
        return found == 2
    }

    /// Whether the extensions are Go's and in Go's order, with status_request and signed_certificate_timestamp, which it
    /// always asks for.
    private static func isGo(_ extensions: RawSpan) -> Bool {
        var place = 0
        var isInOrder = true
        var always = 0
        visit(extensions) { type in
            while place < goOrder.count, goOrder[place] != type { place += 1 }
            if place == goOrder.count { isInOrder = false }
            if type == 5 || type == 18 { always += 1 }
        }
        return isInOrder && always == 2
    }

    private static let goOrder: [UInt16] = [
        0, 11, 35, 0xFF01, 23, 18, 42, 57, 0xFE0D, 5, 10, 13, 50, 16, 43, 44, 51, 45, 41,
    ]

    private static func visit(_ extensions: RawSpan, _ body: (UInt16) -> Void) {
        var offset = 0
        while let header = extensions.uint32(at: offset) {
            body(UInt16(truncatingIfNeeded: header >> 16))
            offset &+= 4 &+ Int(header & 0xFFFF)
        }
    }
}
