import Bytes

/// What the handshake of one TLS or QUIC connection says, kept with its flow.
///
/// Owned: it outlives the packets it was read from. One is made a connection, never one a packet.
public struct TLSFacts: Equatable, Sendable {
    /// How much of the ClientHello was read.
    public enum HelloState: String, Sendable, CaseIterable {
        /// All of it.
        case complete
        /// The capture ended, or lost bytes, before the hello did.
        case truncated
        /// Its bytes contradict the specification.
        case malformed
        /// Longer, or longer unfinished, than the bound allows.
        case overLimit = "over_limit"
    }

    /// What the encrypted_client_hello extension is taken for (RFC 9849).
    public enum ECHState: String, Sendable, CaseIterable {
        /// The extension is absent.
        case none
        /// Present, and consistent with the filler that browsers send always.
        case grease
        /// Present, and nothing shows whether it is a filler.
        case unsure
        /// Present, and the evidence says that an inner hello is in it.
        case likelyReal = "likely_real"
    }

    /// The server_name of the hello in lower case, as sent; bytes that are no UTF-8 are replaced. Nothing where the
    /// hello had none, or where not all of the name was read.
    public var serverName: String?
    /// The negotiated version where the ServerHello was seen, otherwise the highest offered that is no GREASE.
    public var version: UInt16?
    /// Whether `version` was chosen by the server rather than only offered.
    public var versionIsChosen = false
    /// The versions offered, in order, without GREASE.
    public var offeredVersions: [UInt16] = []
    /// The application protocols offered, in order; bytes that are no UTF-8 are replaced.
    public var offeredALPN: [String] = []
    /// The application protocol chosen, if it was seen in cleartext.
    public var chosenALPN: String?
    /// The cipher suite chosen.
    public var cipherSuite: UInt16?
    /// The key-exchange groups offered, in order, without GREASE.
    public var groups: [UInt16] = []
    /// Whether a hybrid or plain post-quantum group is among them.
    public var offersPostQuantum = false
    /// The JA3 of the hello: an MD5 in 32 hexadecimal digits.
    public var ja3: String?
    /// The JA4 of the hello, `t13d1517h2_8daaf6152771_cb7bf5808d99`.
    public var ja4: String?
    /// How much of the hello was read.
    public var helloState = HelloState.complete
    /// The number of TLS records the hello was spread over; 0 for QUIC.
    public var helloRecords = 0
    /// The number of segments or datagrams the hello was spread over.
    public var helloSegments = 0
    /// Whether the client asked to resume an earlier session.
    public var offersResumption = false
    /// What the encrypted_client_hello extension is taken for.
    public var ech = ECHState.none
    /// Which of the server's keys the encrypted_client_hello extension names; `nil` if it is absent or malformed.
    public var echConfigID: UInt8?
    /// Why `ech` says so; empty where the extension is absent.
    public var echEvidence: [String] = []
    /// The names in the server's certificate, common name first, if it was sent in cleartext (TLS 1.2 and below).
    public var certificateNames: [String] = []

    /// Whether lists that the handshake offered are longer than what is kept of them.
    public var hasCutLists = false
    /// Which of the lists are also held by `ClientHelloCache`.
    public internal(set) var sharing = Sharing()
    /// Whether the server asked for a second hello (HelloRetryRequest), or one was read.
    public var isRetried = false

    /// Facts that say nothing yet.
    public init() {}

    /// Adopts what the server chose from facts that were read before the hello was.
    mutating func adoptChoice(of earlier: TLSFacts?) {
        guard let earlier, earlier.versionIsChosen else { return }
        isRetried = earlier.isRetried
        version = earlier.version
        versionIsChosen = true
        cipherSuite = earlier.cipherSuite
        chosenALPN = earlier.chosenALPN
        certificateNames = earlier.certificateNames
        hasCutLists = hasCutLists || earlier.hasCutLists
    }

    /// Whether the hello was cut into more than one record, which ordinary clients do only if it is large.
    public var isFragmented: Bool { helloRecords > 1 }
}

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
        takeServerName(bytes.clamped(hello.serverName.indices))
        var versions = Self.numbers(bytes, hello.supportedVersions)
        if versions.isEmpty, hello.legacyVersion != 0, hello.state != .truncated, !isQUIC {
            versions = [hello.legacyVersion]
        }
        version = versions.max()
        let protocols = Self.protocolNames(bytes.clamped(hello.alpn.indices))
        offeredALPN = protocols.names
        hasCutLists = protocols.isCut
        let groups = Self.numbers(bytes, hello.groups)
        takeLists(versions: versions, groups: groups)
        offersPostQuantum = groups.contains(where: PostQuantumGroup.contains)
        offersResumption = hello.offersResumption
        if hello.encryptedHello != nil { judgeEncryptedHello(of: hello, bytes: bytes) }
        if helloState != .truncated {
            let numbers = HelloNumbers(hello, bytes: bytes, groups: groups)
            ja3 = JA3.fingerprint(of: hello, numbers)
            ja4 = JA4.fingerprint(
                of: hello, numbers, version: version ?? hello.legacyVersion, alpn: bytes.clamped(hello.alpn.indices),
                isQUIC: isQUIC)
        }
    }

    /// Says what the form of the encrypted_client_hello extension shows.
    private mutating func judgeEncryptedHello(of hello: ClientHello, bytes: RawSpan) {
        guard let encrypted = hello.encrypted(bytes) else {
            ech = .unsure
            echEvidence = ["extension present", "form is not that of the specification"]
            return
        }
        let judged = encrypted.judged(in: HelloSender(hello, bytes: bytes))
        ech = judged.state
        echEvidence = ["extension present", judged.evidence]
        echConfigID = encrypted.configID
    }

    /// A name in its one form; `nil` if it is empty.
    static func serverName(_ bytes: RawSpan) -> String? { HostName.text(of: bytes) }

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
}
