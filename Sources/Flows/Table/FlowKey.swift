public import Bytes
public import Wire

/// The key of a flow: both ends of the innermost packet and the transport, and the ids around it that a
/// `FlowScope` names.
///
/// The same for both directions: the smaller end, by address and then port, is first. 48 bytes, trivial.
@frozen
public struct FlowKey: Equatable, Sendable, BitwiseCopyable {
    /// The smaller end's address.
    public let lower: IPAddress
    /// The larger end's address.
    public let upper: IPAddress
    /// Both ports, the transport, and the VLAN ids if the scope has them, packed.
    @usableFromInline let packed: UInt64
    /// The tunnel's identifier and the number of tunnels if the scope has them, packed.
    @usableFromInline let tunnel: UInt64

    /// The key of `packet`'s flow; `isForward` is set to whether the packet goes from the smaller end to the larger.
    @inlinable @inline(__always)
    public init(_ packet: Packet, scope: FlowScope = [], isForward: inout Bool) {
        let source = packet.source
        let destination = packet.destination
        isForward =
            source == destination ? packet.sourcePort <= packet.destinationPort : source < destination
        lower = isForward ? source : destination
        upper = isForward ? destination : source
        let lowerPort = isForward ? packet.sourcePort : packet.destinationPort
        let upperPort = isForward ? packet.destinationPort : packet.sourcePort
        let ports = UInt64(lowerPort) << 48 | UInt64(upperPort) << 32 | UInt64(packet.transport.rawValue)
        if scope == [] {
            packed = ports
            tunnel = 0
        } else {
            packed = ports | (scope.contains(.vlan) ? packet.envelope.packedVLANs : 0)
            tunnel = scope.contains(.tunnel) ? packet.envelope.packedTunnel : 0
        }
    }

    /// The smaller end's port.
    @inlinable public var lowerPort: UInt16 { UInt16(truncatingIfNeeded: packed >> 48) }
    /// The larger end's port.
    @inlinable public var upperPort: UInt16 { UInt16(truncatingIfNeeded: packed >> 32) }
    /// TCP or UDP.
    @inlinable public var transport: IPProtocol { IPProtocol(rawValue: UInt8(truncatingIfNeeded: packed)) }

    /// A hash that an attacker who does not know `seed` cannot aim: folded 64-bit products, as in wyhash
    /// (github.com/wangyi-fudan/wyhash). Some twenty instructions.
    @inlinable @inline(__always)
    public func hash(seed: HashSeed) -> UInt64 {
        let first = fold(lower.high ^ seed.first, lower.low ^ seed.second)
        let second = fold(upper.high ^ seed.second, upper.low ^ seed.third)
        let third = fold(packed ^ seed.third, tunnel ^ seed.first)
        return fold(first ^ second, third ^ seed.second)
    }

    /// A number that names the flow that began at `start`: the same in every run and on every sensor.
    public func identity(start: Timestamp) -> UInt64 {
        fold(hash(seed: .identity), UInt64(bitPattern: start.nanoseconds) ^ 0x9E37_79B9_7F4A_7C15)
    }
}

extension Envelope {
    /// Both VLAN ids, in bits that a key has free.
    @usableFromInline
    var packedVLANs: UInt64 { UInt64(outerVLAN & 0x0FFF) << 20 | UInt64(innerVLAN & 0x0FFF) << 8 }
    /// The number of tunnels and the identifier.
    @usableFromInline
    var packedTunnel: UInt64 { UInt64(depth) << 32 | UInt64(identifier) }
}

/// The encapsulation ids that are part of a flow's key; none by default.
///
/// Most ids belong to one direction: MPLS labels, GTP tunnel endpoints, L2TP sessions and often VLANs differ on the way
/// back. A network that uses the same addresses more than once needs those that are the same both ways.
@frozen
public struct FlowScope: OptionSet, Sendable, BitwiseCopyable {
    /// The bits.
    public var rawValue: UInt8

    /// The scope of the bits.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The VLAN ids.
    @inlinable public static var vlan: FlowScope { FlowScope(rawValue: 1) }
    /// The innermost tunnel's identifier, and the number of tunnels.
    @inlinable public static var tunnel: FlowScope { FlowScope(rawValue: 2) }
}

/// Three secret words that a hash table's hashes depend on, and what its keys are made of.
@frozen
public struct HashSeed: Sendable, BitwiseCopyable {
    @usableFromInline let first: UInt64
    @usableFromInline let second: UInt64
    @usableFromInline let third: UInt64
    /// The scope of the keys, so that packets hashed ahead have the same keys.
    public let scope: FlowScope

    /// The seed of three words.
    public init(_ first: UInt64, _ second: UInt64, _ third: UInt64, scope: FlowScope = []) {
        self.first = first
        self.second = second
        self.third = third
        self.scope = scope
    }

    /// The same words for keys of `scope`.
    func with(_ scope: FlowScope) -> HashSeed { HashSeed(first, second, third, scope: scope) }

    /// A seed from the system's random numbers: another in every process.
    public static func random() -> HashSeed {
        var generator = SystemRandomNumberGenerator()
        return HashSeed(generator.next(), generator.next(), generator.next())
    }

    /// The fixed seed of `FlowKey.identity`: digits of pi, no secret.
    @usableFromInline static let identity = HashSeed(
        0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344, 0xA409_3822_299F_31D0)
}

/// Both halves of the 128-bit product, one over the other.
@inlinable @inline(__always)
func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}

/// The key and hash by which a packet's flow is looked up. Computed from the packet alone, so that it can be computed ahead.
@frozen
public struct FlowLookup: Sendable, BitwiseCopyable {
    /// The flow's key.
    public let key: FlowKey
    /// The key's hash under the table's seed.
    public let hash: UInt64
    /// Which way the packet goes.
    public let direction: PacketDirection

    /// What `packet`'s flow is looked up by in a table with `seed`. Some forty instructions.
    @inlinable @inline(__always)
    public init(_ packet: Packet, seed: HashSeed) {
        var isForward = true
        key = FlowKey(packet, scope: seed.scope, isForward: &isForward)
        hash = key.hash(seed: seed)
        direction = isForward ? .forward : .backward
    }
}

/// Which way a packet goes, by the order of its flow's ends.
@frozen
public enum PacketDirection: Sendable, BitwiseCopyable {
    /// From the key's smaller end to the larger.
    case forward
    /// From the larger end to the smaller.
    case backward

    /// The other way.
    @inlinable public var reversed: PacketDirection { self == .forward ? .backward : .forward }
}

/// Where a packet belongs: to which flow, in which direction, and when. Trivial; it lives as long as one packet is handled.
@frozen @usableFromInline
struct PacketContext: BitwiseCopyable {
    /// The flow's slot in the table; negative if it has none yet.
    @usableFromInline var slot: Int
    /// Which way the packet goes.
    @usableFromInline let direction: PacketDirection
    /// When it was captured.
    @usableFromInline let time: Timestamp

    /// The place of a packet of the flow in `slot`.
    @inlinable @inline(__always)
    init(slot: Int, direction: PacketDirection, time: Timestamp) {
        self.slot = slot
        self.direction = direction
        self.time = time
    }

    /// Whether the packet goes from the key's smaller end to the larger.
    @inlinable var isForward: Bool { direction == .forward }
}
