import Bytes
import Protocols

/// The answers of one DNS server over TCP, message after message (RFC 7766).
struct DNSInspection {
    private var assembly: StreamAssembly?
    private var offset = 0

    /// The bytes held.
    var memory: Int { assembly?.memory ?? 0 }

    /// Adds a segment of the server's and hands every message that is whole now to `body`.
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
