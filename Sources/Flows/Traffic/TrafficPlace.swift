/// Where the counting of a flow's requests lies, if they are counted: what is counted, and a number.
@frozen
public struct TrafficPlace: Equatable, Sendable, BitwiseCopyable {
    /// What is counted.
    enum Kind: UInt32 {
        /// TLS records.
        case tls = 1
        /// QUIC packets.
        case quic = 2
        /// Requests in the clear.
        case text = 3
    }

    @usableFromInline let packed: UInt32

    @inlinable
    init(packed: UInt32) { self.packed = packed }

    /// Nowhere: nothing is counted.
    @inlinable public static var none: TrafficPlace { TrafficPlace(packed: 0) }

    /// The place with the number `index`, which lies below 2^30.
    init(_ kind: Kind, _ index: Int) {
        packed = kind.rawValue << 30 | UInt32(truncatingIfNeeded: index) & 0x3FFF_FFFF
    }

    /// What is counted; nothing where nothing is.
    var kind: Kind? { Kind(rawValue: packed >> 30) }

    /// The place's number among those of its kind.
    var index: Int { Int(packed & 0x3FFF_FFFF) }
}
