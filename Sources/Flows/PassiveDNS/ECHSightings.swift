import Bytes
import Protocols

/// Which of a server's keys the encrypted_client_hello extensions of a client named recently, by outer name.
///
/// A filler names one of 256 keys at random (RFC 9849 section 6.2); a real extension names the key of the configuration, the
/// same until the server changes it. Bounded: `capacity` pairs of client and outer name, the one written longest ago going
/// first.
struct ECHSightings: Sendable {
    /// What a hello adds to those before it.
    enum Sighting: Equatable {
        /// The first, or too few to say.
        case single
        /// The same key as in the two before: by chance once in 65,536.
        case repeated
        /// Another key than before.
        case changed
    }

    private struct Pair: Hashable, Sendable {
        var client: IPAddress
        var outer: String
    }

    private struct Seen: Sendable {
        var configID: UInt8
        var times: UInt8
    }

    /// The most pairs.
    static var capacity: Int { 4_096 }

    private var table = LRUTable<Pair, Seen>(capacity: Self.capacity)

    /// Notes that a hello of `client` with the outer name `outer` named the key `configID`.
    mutating func note(_ configID: UInt8, client: IPAddress, outer: String) -> Sighting {
        table.update(Pair(client: client, outer: outer), initial: Seen(configID: configID, times: 0)) { seen in
            if seen.configID == configID {
                seen.times = seen.times < 3 ? seen.times + 1 : 3
                return seen.times < 3 ? .single : .repeated
            }
            seen = Seen(configID: configID, times: 1)
            return .changed
        }
    }
}
