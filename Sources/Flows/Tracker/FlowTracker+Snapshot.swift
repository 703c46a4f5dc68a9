import Bytes
import Protocols
import Wire

extension FlowTracker {
    /// All that is known of the flow in `slot`, owned.
    func snapshot(of slot: Int) -> FlowSnapshot {
        let flow = table[slot]
        let isUpper = flow.flags.contains(.clientIsUpper)
        let lower = FlowSnapshot.Endpoint(address: flow.key.lower, port: flow.key.lowerPort)
        let upper = FlowSnapshot.Endpoint(address: flow.key.upper, port: flow.key.upperPort)
        var snapshot = FlowSnapshot(client: isUpper ? upper : lower, server: isUpper ? lower : upper)
        let up = isUpper ? flow.backward : flow.forward
        let down = isUpper ? flow.forward : flow.backward
        snapshot.id = flow.key.identity(start: flow.start)
        snapshot.part = Int(flow.parts) + 1
        snapshot.state = Self.state(of: flow)
        snapshot.start = flow.start
        snapshot.end = flow.end
        snapshot.bytesUp = up.bytes
        snapshot.bytesDown = down.bytes
        snapshot.packetsUp = up.packets
        snapshot.packetsDown = down.packets
        snapshot.missedBytes = table[aside: slot].forward.missed &+ table[aside: slot].backward.missed
        snapshot.transport = flow.key.transport == .tcp ? .tcp : .udp
        snapshot.direction = Self.direction(from: snapshot.client.address, to: snapshot.server.address)
        addEnvelopes(of: slot, isUpper: isUpper, to: &snapshot)
        snapshot.isOfInterest = flow.flags.contains(.isOfInterest)
        snapshot.isMidstream = flow.flags.contains(.midstream)
        snapshot.isAnswered = flow.flags.contains(.isAnswered)
        snapshot.isUntrusted = flow.flags.contains(.isUntrusted)
        if Int(flow.interface) < interfaceNames.count { snapshot.interface = interfaceNames[Int(flow.interface)] }
        if let detail = detail(of: slot) {
            add(detail, to: &snapshot)
        }
        snapshot.traffic = traffic.summary(flow.traffic)
        return snapshot
    }

    /// Adds the VLANs and tunnels of each direction: those of the way back only if they differ. If the client's packets
    /// were not seen, those of the server's stand for the flow.
    private func addEnvelopes(of slot: Int, isUpper: Bool, to snapshot: inout FlowSnapshot) {
        let aside = table[aside: slot]
        var up = isUpper ? aside.backwardEnvelope : aside.forwardEnvelope
        let down = isUpper ? aside.forwardEnvelope : aside.backwardEnvelope
        if up == Envelope(), down == Envelope() { return }
        let isTwoWay = table[slot].isTwoWay
        if !isTwoWay, up == Envelope() { up = down }
        snapshot.vlans = Self.vlans(of: up)
        snapshot.tunnels = Self.tunnels(of: up)
        guard isTwoWay else { return }
        let (vlans, tunnels) = (Self.vlans(of: down), Self.tunnels(of: down))
        if vlans != snapshot.vlans { snapshot.vlansDown = vlans }
        if tunnels != snapshot.tunnels { snapshot.tunnelsDown = tunnels }
    }

    private static func vlans(of envelope: Envelope) -> [UInt16] {
        [envelope.outerVLAN, envelope.innerVLAN].filter { $0 != 0 }
    }

    /// Adds what the parsers found, member by member: a copy of all of it would count twice what a snapshot has.
    private func add(_ detail: FlowInspection, to snapshot: inout FlowSnapshot) {
        snapshot.application = detail.findings.application
        snapshot.http = detail.findings.http
        snapshot.isViaProxy = detail.findings.isViaProxy
        snapshot.encryptedDNS = detail.findings.encryptedDNS
        snapshot.quicVersion = detail.findings.quicVersion
        snapshot.tls = detail.findings.tls
        snapshot.isAmbiguous = detail.findings.isAmbiguous
        snapshot.conflicts = detail.findings.conflicts
        snapshot.names = detail.findings.names
        snapshot.continues = detail.continues
        if snapshot.names.count > 1 {
            snapshot.names.sort { ($0.isSound ? 0 : 1, $0.source) < ($1.isSound ? 0 : 1, $1.source) }
        }
    }

    private static func state(of flow: Flow) -> FlowSnapshot.State {
        if flow.flags.contains(.isClosed) { return .closed }
        if flow.key.transport == .tcp {
            return flow.isTwoWay || flow.flags.contains(.midstream) || !flow.flags.contains(.isHalfOpen)
                ? .established : .opening
        }
        return flow.isTwoWay ? .established : .oneWay
    }

    private static func direction(from client: IPAddress, to server: IPAddress) -> FlowSnapshot.Direction {
        switch (client.isPrivate, server.isPrivate) {
        case (true, true): .internal
        case (true, false): .outbound
        case (false, true): .inbound
        case (false, false): .external
        }
    }

    private static func tunnels(of envelope: Envelope) -> [String] {
        var names: [String] = []
        for index in 0..<4 {
            let tunnel = envelope.tunnel(at: index)
            if tunnel != .none { names.append(tunnel.name) }
        }
        if let last = names.popLast() {
            names.append(envelope.identifier == 0 ? last : "\(last):\(envelope.identifier)")
        }
        return names
    }
}
