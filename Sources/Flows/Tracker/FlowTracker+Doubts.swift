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
        if lookup.isForward {
            table[slot].forward.packets &-= min(1, table[slot].forward.packets)
        } else {
            table[slot].backward.packets &-= min(1, table[slot].backward.packets)
        }
    }
}
