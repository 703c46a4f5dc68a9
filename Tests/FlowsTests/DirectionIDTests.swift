import Bytes
import Flows
import Protocols
import TestSupport
import Testing
import Wire

extension Replay {
    /// A packet of a TCP connection with what `around` puts around its IP packet.
    mutating func segment(
        _ payload: [UInt8] = [], isUp: Bool, sequence: UInt32, acknowledgment: UInt32? = nil,
        flags: TCPFlags = [.ack], around: (PacketBuilder) -> PacketBuilder
    ) {
        let tcp = PacketBuilder(payload).tcp(
            from: isUp ? port : 443, to: isUp ? 443 : port, sequence: sequence,
            acknowledgment: acknowledgment ?? (isUp ? 9001 : 1001),
            flags: flags.rawValue)
        let client = PacketBuilder.client
        let server = PacketBuilder.server
        receive(around(tcp.ipv4(from: isUp ? client : server, to: isUp ? server : client)).bytes)
    }

    /// A connection with a hello and an answer whose directions have other things around them.
    mutating func connection(
        up: (PacketBuilder) -> PacketBuilder, down: (PacketBuilder) -> PacketBuilder
    ) -> [FlowSnapshot] {
        segment(isUp: true, sequence: 1000, flags: [.syn], around: up)
        segment(isUp: false, sequence: 9000, flags: [.syn, .ack], around: down)
        segment(isUp: true, sequence: 1001, around: up)
        segment(hello(), isUp: true, sequence: 1001, flags: [.ack, .psh], around: up)
        let end = 1001 + UInt32(hello().count)
        segment([UInt8](repeating: 1, count: 100), isUp: false, sequence: 9001, acknowledgment: end, around: down)
        return finish()
    }
}

/// An outer UDP packet over IPv4 and Ethernet.
private func outer(_ packet: PacketBuilder, port: Int) -> PacketBuilder { packet.udp(to: port).ipv4().ethernet() }

private let pairs:
    [(name: String, up: @Sendable (PacketBuilder) -> PacketBuilder, down: @Sendable (PacketBuilder) -> PacketBuilder)] =
        [
            ("vlan", { $0.vlan(10).ethernet() }, { $0.vlan(20).ethernet() }),
            ("a tag one way only", { $0.vlan(10).ethernet() }, { $0.ethernet() }),
            ("two tags", { $0.vlan(1).vlan(2).ethernet() }, { $0.vlan(2).vlan(1).ethernet() }),
            ("mpls", { $0.mpls(16, 100).ethernet() }, { $0.mpls(200).ethernet() }),
            ("gtpu", { outer($0.gtpu(0x1111), port: 2152) }, { outer($0.gtpu(0x2222), port: 2152) }),
            (
                "l2tp", { outer($0.ppp().l2tp(tunnel: 1, session: 2), port: 1701) },
                { outer($0.ppp().l2tp(tunnel: 3, session: 4), port: 1701) }
            ),
            ("gre key", { $0.gre(key: 5).ipv4().ethernet() }, { $0.gre(key: 6).ipv4().ethernet() }),
            ("vxlan", { outer($0.ethernet().vxlan(7), port: 4789) }, { outer($0.ethernet().vxlan(8), port: 4789) }),
            (
                "erspan", { $0.ethernet().erspan2(session: 1).ipv4().ethernet() },
                { $0.ethernet().erspan2(session: 2).ipv4().ethernet() }
            ),
            ("a tunnel one way only", { $0.gre().ipv4().ethernet() }, { $0.ethernet() }),
        ]

/// The flow of a connection with such directions.
private func first(
    _ replay: inout Replay, up: (PacketBuilder) -> PacketBuilder, down: (PacketBuilder) -> PacketBuilder
) -> FlowSnapshot? { replay.connection(up: up, down: down).first }

@Test func idsOfOneDirectionDoNotSplitAFlow() throws {
    for (name, up, down) in pairs {
        var replay = Replay()
        let flows = replay.connection(up: up, down: down)
        #expect(flows.count == 1, "\(name)")
        let flow = try #require(flows.first)
        #expect(flow.host?.name == "api.example.com" && flow.packetsUp == 3 && flow.packetsDown == 2, "\(name)")
        #expect(flow.bytesDown == 40 + 140 && flow.isComplete, "\(name)")
    }
}

@Test func eachDirectionKeepsItsIDs() throws {
    var replay = Replay()
    let found = replay.connection(up: pairs[0].up, down: pairs[0].down).first
    var flow = try #require(found)
    #expect(flow.vlans == [10] && flow.vlansDown == [20] && flow.tunnels == [] && flow.tunnelsDown == nil)
    replay = Replay()
    let other1 = first(&replay, up: pairs[4].up, down: pairs[4].down)
    flow = try #require(other1)
    #expect(flow.tunnels == ["gtpu:4369"] && flow.tunnelsDown == ["gtpu:8738"] && flow.vlansDown == nil)
    replay = Replay()
    let other2 = first(&replay, up: pairs[1].up, down: pairs[1].down)
    flow = try #require(other2)
    #expect(flow.vlans == [10] && flow.vlansDown == [])
    replay = Replay()
    let other3 = first(&replay, up: pairs[0].up, down: pairs[0].up)
    flow = try #require(other3)
    #expect(flow.vlans == [10] && flow.vlansDown == nil)
}

@Test func theScopeTellsNetworksWithTheSameAddressesApart() {
    for (scope, expected) in [([], 1), (.vlan, 2), (.tunnel, 1), ([.vlan, .tunnel], 2)] as [(FlowScope, Int)] {
        var policy = FlowPolicy()
        policy.scope = scope
        var replay = Replay(policy)
        for vlan in [10, 20] {
            replay.segment(isUp: true, sequence: 1000, flags: [.syn]) { $0.vlan(vlan).ethernet() }
            replay.segment(isUp: false, sequence: 9000, flags: [.syn, .ack]) { $0.vlan(vlan).ethernet() }
        }
        let rest1 = replay.finish()
        #expect(rest1.count == expected)
    }
}
