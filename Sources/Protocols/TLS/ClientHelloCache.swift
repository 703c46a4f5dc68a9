import Bytes

/// The facts of the hellos that came recently, by everything in a hello that facts are made of but the name: one program
/// sends hellos of one shape, and three digests of each would say the same again.
///
/// Bounded: 256 shapes of at most 2,048 bytes, each at a place by a hash of it; one that falls on the place of another takes
/// it. A shape is found by all its bytes, so that a hash can cost time and never an answer. Where a client makes up numbers
/// for each hello (RFC 8701) each is a shape of its own, and costs a copy of it more than without this.
public struct ClientHelloCache: Sendable {
    /// A class, so that looking at one copies nothing.
    private final class Entry: Sendable {
        let shape: [UInt8]
        let facts: TLSFacts

        init(_ shape: [UInt8], _ facts: TLSFacts) {
            self.shape = shape
            self.facts = facts
        }

        func isOf(_ other: [UInt8]) -> Bool {
            let shape = shape
            return shape.rawSpan.hasSameBytes(as: other.rawSpan)
        }
    }

    private var entries: [Entry?] = []
    private var shape: [UInt8] = []
    /// How many facts were available.
    public private(set) var hits: UInt64 = 0
    /// How many had to be made.
    public private(set) var misses: UInt64 = 0

    /// The places of shapes.
    public static var capacity: Int { 256 }
    private static var longest: Int { 2048 }

    /// How many shapes are kept.
    public var count: Int { entries.count { $0 != nil } }

    /// No shapes yet.
    public init() {}

    /// The facts of `hello`, which was read from `bytes`: what `TLSFacts.init` makes of it.
    public mutating func facts(_ hello: ClientHello, bytes: RawSpan, isQUIC: Bool) -> TLSFacts {
        guard hello.state == .complete else { return TLSFacts(hello, bytes: bytes, isQUIC: isQUIC) }
        hello.describe(bytes, isQUIC: isQUIC, in: &shape)
        guard shape.count <= Self.longest else { return TLSFacts(hello, bytes: bytes, isQUIC: isQUIC) }
        if entries.isEmpty { entries = Array(repeating: nil, count: Self.capacity) }
        let hash = shape.rawSpan.quickHash
        let place = Int(truncatingIfNeeded: hash % UInt64(entries.count))
        if let entry = entries[place], entry.isOf(shape) {
            hits &+= 1
            var facts = entry.facts
            facts.takeServerName(bytes.clamped(hello.serverName.indices))
            facts.echConfigID = hello.encrypted(bytes)?.configID
            return facts
        }
        misses &+= 1
        var facts = TLSFacts(hello, bytes: bytes, isQUIC: isQUIC)
        // A name over the bound is this hello's own.
        guard facts.helloState == .complete else { return facts }
        facts.sharing.shape = hash
        var nameless = facts
        nameless.serverName = nil
        entries[place] = Entry(shape.rawSpan.copied(), nameless)
        return facts
    }
}

extension ClientHello {
    /// The outer encrypted_client_hello extension; `nil` if there is none, or its form is not that of the specification.
    func encrypted(_ bytes: RawSpan) -> EncryptedHello? {
        encryptedHello.flatMap { EncryptedHello(bytes.clamped($0.indices)) }
    }

    /// Puts into `shape` all that facts are made of but the name: each list behind its length, so that no two hellos with
    /// other facts have the same.
    fileprivate func describe(_ bytes: RawSpan, isQUIC: Bool, in shape: inout [UInt8]) {
        shape.removeAll(keepingCapacity: true)
        let marks = [isQUIC, hasServerName, offersResumption, encryptedHello != nil] as InlineArray<4, Bool>
        var bits: UInt8 = 0
        for index in marks.indices { bits = bits << 1 | (marks[index] ? 1 : 0) }
        shape.append(bits)
        shape.append(UInt8(truncatingIfNeeded: legacyVersion >> 8))
        shape.append(UInt8(truncatingIfNeeded: legacyVersion))
        if let encrypted = encrypted(bytes) {
            let numbers =
                [
                    encrypted.kdf, encrypted.aead, UInt16(clamping: encrypted.keyCount),
                    UInt16(clamping: encrypted.payloadCount),
                ]
                as InlineArray<4, UInt16>
            for index in numbers.indices {
                shape.append(UInt8(truncatingIfNeeded: numbers[index] >> 8))
                shape.append(UInt8(truncatingIfNeeded: numbers[index]))
            }
        }
        let lists =
            [cipherSuites, groups, pointFormats, signatureAlgorithms, supportedVersions, alpn]
            as InlineArray<6, ByteRange>
        for index in lists.indices {
            shape.append(UInt8(truncatingIfNeeded: lists[index].count >> 8))
            shape.append(UInt8(truncatingIfNeeded: lists[index].count))
            bytes.clamped(lists[index].indices).append(to: &shape)
        }
        var offset = 0
        let list = bytes.clamped(extensions.indices)
        while let header = list.uint32(at: offset) {
            shape.append(UInt8(truncatingIfNeeded: header >> 24))
            shape.append(UInt8(truncatingIfNeeded: header >> 16))
            offset &+= 4 &+ Int(header & 0xFFFF)
        }
    }
}
