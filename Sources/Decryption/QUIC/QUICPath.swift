import Bytes
import StreamReassembly

/// The levels of encryption (RFC 9001 section 2.1), each with packet numbers of its own but for the last two.
enum QUICLevel: Int {
    case initial = 0
    case handshake
    case early
    case application

    /// The packet number space (RFC 9000 section 12.3).
    var space: Int { min(rawValue, 2) }
}

/// One direction of a QUIC connection.
struct QUICDirection {
    let sender: Sender
    var initial: QUICKeys?
    var handshake: QUICKeys?
    var early: QUICKeys?
    var application: QUICKeys?
    /// The keys of the key phases before and after `application`.
    var previous: QUICKeys?
    var next: QUICKeys?
    var isKeyPhaseSet = false
    /// One more than the largest packet number that was opened, by packet number space.
    var expected: [UInt64] = [0, 0, 0]
    /// The numbers of packets with streams that were opened, and of those that the other end has acknowledged.
    var received = PacketNumbers()
    var acknowledged = PacketNumbers()
    /// The handshake bytes by level; those of `early` do not exist.
    var crypto = [OffsetQueue(), OffsetQueue(), OffsetQueue(), OffsetQueue()]
    var messages = [HandshakeAssembly(), HandshakeAssembly(), HandshakeAssembly(), HandshakeAssembly()]
    /// The bytes of datagrams so far.
    var offset: UInt64 = 0

    init(sender: Sender) { self.sender = sender }

    var isClient: Bool { sender == .client }

    /// The full packet number of which the last `count` bytes were sent (RFC 9000 appendix A.3).
    static func number(_ truncated: UInt64, count: Int, expected: UInt64) -> UInt64 {
        let window = UInt64(1) << UInt64(8 * count)
        let candidate = expected & ~(window - 1) | truncated
        if candidate &+ window / 2 <= expected, candidate < (1 << 62) - window { return candidate + window }
        if candidate > expected &+ window / 2, candidate >= window { return candidate - window }
        return candidate
    }
}
