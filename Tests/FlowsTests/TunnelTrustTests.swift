import Bytes
import Flows
import Protocols
import TestSupport
import Testing
import Wire

private let outer = (IPAddress(ipv4: 0x0A09_0001), IPAddress(ipv4: 0x0A09_0002))

/// A hello inside a tunnel between the outer ends, in each kind of tunnel over IP.
private func carried() -> [(kind: String, frame: [UInt8])] {
    let inner = PacketBuilder(hello()).tcp(sequence: 1001).ipv4()
    func over(_ packet: PacketBuilder) -> [UInt8] { packet.ipv4(from: outer.0, to: outer.1).ethernet().bytes }
    return [
        ("vxlan", over(inner.ethernet().vxlan(7).udp(to: 4789))),
        ("gtpu", over(inner.gtpu(7).udp(to: 2152))),
        ("ipip", over(inner)), ("gre", over(inner.gre())),
        ("geneve", over(inner.ethernet().geneve(7).udp(to: 6081))),
    ]
}

@Test func whatCameThroughATunnelOfUnknownEndsIsNotTrusted() throws {
    for (kind, frame) in carried() {
        var replay = Replay()
        replay.receive(frame)
        let flow = try #require(replay.finish().first)
        #expect(flow.host?.name == "api.example.com" && flow.isUntrusted, "\(kind)")
        #expect(flow.tunnels.first?.hasPrefix(kind) == true)
    }
}

@Test func aTunnelIsTrustedIfBothItsEndsAre() throws {
    for (prefixes, isTrusted) in [
        (["10.9.0.0/24"], true), (["10.9.0.1", "10.9.0.2"], true), (["10.9.0.1"], false), (["10.9.0.2"], false),
        (["192.0.2.0/24"], false), (["2001:db8::/32"], false), ([], false),
    ] as [([String], Bool)] {
        var policy = FlowPolicy()
        policy.trustedTunnels = TunnelTrust(prefixes.compactMap { AddressPrefix($0) })
        for (kind, frame) in carried() {
            var replay = Replay(policy)
            replay.receive(frame)
            #expect(replay.finish().first?.isUntrusted == !isTrusted, "\(kind) \(prefixes)")
        }
    }
}

@Test func whatCameInNoTunnelIsTrusted() throws {
    var replay = Replay()
    replay.handshake()
    replay.up(hello(), 1001)
    #expect(replay.finish().map(\.isUntrusted) == [false])
    // Tags and labels of the network's own links are no tunnels that a host could make.
    var tagged = Replay()
    tagged.receive(PacketBuilder(hello()).tcp(sequence: 1001).ipv4().vlan(7).ethernet().bytes)
    #expect(tagged.finish().map(\.isUntrusted) == [false])
}
