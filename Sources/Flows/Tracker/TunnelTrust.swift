public import Bytes

/// Which tunnels are trusted: those between endpoints that the operator lists.
///
/// Anyone who can send a datagram can put a packet with another's address into it. What is in a tunnel is evidence only if
/// both ends of the tunnel are known to carry others' packets.
public struct TunnelTrust: Equatable, Sendable {
    /// The blocks of addresses that trusted tunnels end in.
    public let blocks: [AddressPrefix]

    /// Belief in tunnels whose both ends are in one of `blocks`.
    public init(_ blocks: [AddressPrefix] = []) { self.blocks = blocks }

    /// Whether a tunnel between `source` and `destination` is believed. Cost: a pass over the blocks.
    public func covers(_ source: IPAddress, _ destination: IPAddress) -> Bool {
        blocks.contains { $0.contains(source) } && blocks.contains { $0.contains(destination) }
    }
}
