public import Bytes
import Protocols
public import Wire

/// Conditions that weaken the evidence of a packet, whatever its content.
extension FlowTracker {
    /// Notes what the decoder noted of a packet whose payload is read.
    mutating func noteDoubts(_ packet: Packet, _ slot: Int) {
        if isUntrusted(packet) { table[slot].flags.insert(.isUntrusted) }
        if packet.notes.contains(.contradicted) { madeDetail(slot).findings.conflicts &+= 1 }
    }

    /// Whether a packet came through a tunnel whose ends are not trusted.
    func isUntrusted(_ packet: Packet) -> Bool {
        packet.notes.contains(.carried)
            && !policy.trustedTunnels.covers(packet.tunnel.source, packet.tunnel.destination)
    }

    /// Takes the other reading of a packet whose fragments contradict each other: it was counted already, by the first.
    public mutating func receive<Observer: FlowObserver & ~Copyable>(
        rival packet: Packet, _ frame: RawSpan, time: Timestamp, interface: UInt16, observer: inout Observer
    ) {
        var packet = packet
        packet.ipLength = 0
        receive(packet, frame, time: time, interface: interface, observer: &observer)
        let lookup = FlowLookup(packet, seed: hashSeed)
        let slot = table.find(lookup.key, hash: lookup.hash)
        guard slot >= 0 else { return }
        table[slot][lookup.direction].packets &-= min(1, table[slot][lookup.direction].packets)
    }
}

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
