import Bytes

/// How much of a handshake is kept with its flow. A flow may live for days, and a hello of 64 KiB can list 32,000 names: lists are
/// cut if they are read. Fingerprints are taken of the whole lists before that.
extension TLSFacts {
    /// The longest server name: no host name is longer than 253 bytes (RFC 1035 section 2.3.4).
    public static var longestName: Int { 255 }
    /// The most names kept of ALPN, and of a certificate.
    public static var mostNames: Int { 16 }
    /// The most bytes of names kept of ALPN, and of a certificate.
    public static var mostNameBytes: Int { 4_096 }
    /// The most versions kept: there are six, and drafts.
    public static var mostVersions: Int { 16 }
    /// The most key-exchange groups kept: the IANA registry has some 50 that are in use.
    public static var mostGroups: Int { 64 }

    /// Takes the server name of the hello in lower case. One that is longer than any host name is not kept, and the hello counts as
    /// one over the bound.
    mutating func takeServerName(_ bytes: RawSpan) {
        guard bytes.byteCount <= Self.longestName else {
            serverName = nil
            if helloState == .complete { helloState = .overLimit }
            return
        }
        serverName = Self.serverName(bytes)
    }

    /// Keeps the numbers of the lists that were offered, as many as the bounds allow.
    mutating func takeLists(versions: [UInt16], groups: [UInt16]) {
        offeredVersions = cut(versions, to: Self.mostVersions)
        self.groups = cut(groups, to: Self.mostGroups)
    }

    /// Takes the names of the server's certificate, as many as the bounds allow.
    mutating func takeCertificate(names: [String]) {
        var (count, bytes) = (0, 0)
        for name in names {
            bytes &+= name.utf8.count
            guard count < Self.mostNames, bytes <= Self.mostNameBytes else { break }
            count &+= 1
        }
        if count < names.count { hasCutLists = true }
        certificateNames = count == names.count ? names : Array(names.prefix(count))
    }

    private mutating func cut(_ numbers: [UInt16], to limit: Int) -> [UInt16] {
        guard numbers.count > limit else { return numbers }
        hasCutLists = true
        return Array(numbers.prefix(limit))
    }

    /// The names of a ProtocolNameList (RFC 7301 section 3.1) as far as they are whole and the bounds allow.
    static func protocolNames(_ list: RawSpan) -> (names: [String], isCut: Bool) {
        var names: [String] = []
        var reader = ByteReader(list)
        var bytes = 0
        while let length = try? reader.uint8(), let name = try? reader.span(Int(length)) {
            bytes &+= name.byteCount
            guard names.count < mostNames, bytes <= mostNameBytes else { return (names, true) }
            names.append(String(decoding: name.copied(), as: UTF8.self))
        }
        return (names, false)
    }
}

extension TLSFacts {
    /// Which lists the facts share with others. No fact, so that it makes no difference to whether two are equal.
    public struct Sharing: Equatable, Sendable {
        /// A hash of the shape whose lists `ClientHelloCache` holds for all hellos of it; 0 if the lists are the hello's own.
        public internal(set) var shape: UInt64 = 0

        /// Always true.
        public static func == (left: Sharing, right: Sharing) -> Bool { true }
    }

    /// The bytes that the facts take of the heap, with the lists that `ClientHelloCache` holds for all hellos of a shape, or without.
    public func heapBytes(withShared: Bool) -> Int {
        var bytes = (serverName?.heapBytes ?? 0) &+ (chosenALPN?.heapBytes ?? 0) &+ certificateNames.totalHeapBytes
        guard withShared || sharing.shape == 0 else { return bytes }
        bytes &+= offeredVersions.heapBytes &+ groups.heapBytes &+ offeredALPN.totalHeapBytes
        // The texts of the evidence are the program's own.
        bytes &+= (ja3?.heapBytes ?? 0) &+ (ja4?.heapBytes ?? 0) &+ echEvidence.heapBytes
        return bytes
    }
}
