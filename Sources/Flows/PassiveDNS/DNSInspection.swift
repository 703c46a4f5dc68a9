public import Bytes
public import Protocols

/// The answers of one DNS server over TCP, message after message (RFC 7766).
struct DNSInspection {
    private var assembly: StreamAssembly?
    private var offset = 0

    /// The bytes held.
    var memory: Int { assembly?.memory ?? 0 }

    /// Adds a segment of the server's and passes every message that is whole now to `body`.
    ///
    /// The stream is read to `StreamAssembly.limit`; longer ones are zone transfers, which name no flow of a client.
    mutating func inspect(
        _ segment: RawSpan, sequence: UInt32, initial: UInt32?, _ body: (RawSpan) -> Void
    ) {
        var held = assembly.take() ?? StreamAssembly(base: initial ?? sequence, isFloating: false)
        guard held.add(segment, sequence: sequence) == .added else { return }
        let stream = held.bytes.rawSpan.clamped(0..<held.contiguous)
        while case .message(let range) = DNSStream.frame(in: stream, at: offset) {
            body(stream.clamped(range.indices))
            offset = range.indices.upperBound
        }
        assembly = held
    }
}

/// A question that a client sent to a resolver in cleartext.
public struct DNSQuestion: Equatable, Sendable {
    /// When it was seen.
    public var time: Timestamp
    /// The name asked for, in lower case and without a trailing dot.
    public var name: String
    /// The type asked for.
    public var type: DNSType
    /// Who was asked.
    public var resolver: IPAddress

    /// A question of all its parts.
    public init(time: Timestamp, name: String, type: DNSType, resolver: IPAddress) {
        self.time = time
        self.name = name
        self.type = type
        self.resolver = resolver
    }
}
