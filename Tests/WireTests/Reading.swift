import Bytes
import TestSupport
import Wire

/// What a frame decoded to, in a form that can be compared.
struct Reading: Equatable {
    var decoded: Decoded
    var source: IPAddress
    var destination: IPAddress
    var ports: [UInt16]
    var transport: UInt8
    var flags: UInt8
    var sequence: UInt32
    var acknowledgment: UInt32
    var ipLength: Int
    var payload: String
    var payloadLength: Int
    var envelope: Envelope

    /// What `frame` decodes to; `wireLength` in place of its own length if it is given.
    init(_ frame: [UInt8], link: LinkType = .ethernet, wireLength: Int? = nil) {
        var packet = Packet()
        let decoded = PacketDecoder.decode(
            frame.rawSpan, link: link, wireLength: wireLength ?? frame.count, into: &packet)
        self.init(decoded, packet, of: frame)
    }

    /// What was decoded from `bytes`.
    init(_ decoded: Decoded, _ packet: Packet, of bytes: [UInt8]) {
        self.decoded = decoded
        source = packet.source
        destination = packet.destination
        ports = [packet.sourcePort, packet.destinationPort]
        transport = packet.transport.rawValue
        flags = packet.flags.rawValue
        sequence = packet.sequence
        acknowledgment = packet.acknowledgment
        ipLength = packet.ipLength
        payload = String(decoding: bytes.rawSpan.clamped(packet.payload.indices).copied(), as: UTF8.self)
        payloadLength = packet.payloadLength
        envelope = packet.envelope
    }

    /// The packet that `inner`, an IP packet built from `PacketBuilder`'s defaults, has to be read as.
    init(
        expectedTCP payload: String, ipLength: Int, isIPv6: Bool = false, vlans: [UInt16] = [],
        tunnels: [(Envelope.Tunnel, UInt32?)] = []
    ) {
        decoded = .packet
        source = isIPv6 ? PacketBuilder.client6 : PacketBuilder.client
        destination = isIPv6 ? PacketBuilder.server6 : PacketBuilder.server
        ports = [50_000, 443]
        transport = 6
        flags = 0x18
        sequence = 1000
        acknowledgment = 2000
        self.ipLength = ipLength
        self.payload = payload
        payloadLength = payload.utf8.count
        envelope = Envelope()
        for vlan in vlans { envelope.addVLAN(vlan) }
        for tunnel in tunnels { envelope.add(tunnel.0, identifier: tunnel.1) }
    }
}

/// The innermost packet of most tests: TCP with the payload `hello`, 45 bytes over IPv4.
let inner4 = PacketBuilder("hello").tcp().ipv4()
/// The same over IPv6, 65 bytes.
let inner6 = PacketBuilder("hello").tcp().ipv6()

/// `inner4` as it has to be read behind these VLANs and tunnels.
func expected4(_ tunnels: [(Envelope.Tunnel, UInt32?)] = [], vlans: [UInt16] = []) -> Reading {
    Reading(expectedTCP: "hello", ipLength: 45, vlans: vlans, tunnels: tunnels)
}

/// `inner6` as it has to be read behind these VLANs and tunnels.
func expected6(_ tunnels: [(Envelope.Tunnel, UInt32?)] = [], vlans: [UInt16] = []) -> Reading {
    Reading(expectedTCP: "hello", ipLength: 65, isIPv6: true, vlans: vlans, tunnels: tunnels)
}

/// What `frame` was taken for, where that is all that matters.
func decoded(_ frame: PacketBuilder, link: LinkType = .ethernet, wireLength: Int? = nil) -> Decoded {
    Reading(frame.bytes, link: link, wireLength: wireLength).decoded
}
