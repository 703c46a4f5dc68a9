import Bytes
import Flows
import Protocols
import TestSupport
import Wire

/// Keeps everything that it is told.
struct RecordingObserver: FlowObserver {
    /// What was told, in order.
    var seen: [(moment: FlowLifecycleEvent, flow: FlowSnapshot)] = []
    /// Which moments are asked for.
    var moments = Set(FlowLifecycleEvent.allCases).subtracting([.answered])
    /// Which requests are to be counted.
    var interest = TrafficInterest.none

    /// Whether every flow concerns a vendor.
    var concern = false

    func wants(_ moment: FlowLifecycleEvent, ofInterest: Bool) -> Bool { moments.contains(moment) }

    func wantsTraffic(of flow: FlowSnapshot, ofInterest: Bool) -> TrafficInterest { interest }

    func isWorthFollowing(_ traffic: FlowTraffic?) -> Bool { (traffic?.streamed ?? 0) > 0 }

    mutating func observe(_ flow: FlowSnapshot, at moment: FlowLifecycleEvent) -> Bool {
        seen.append((moment, flow))
        return concern
    }

    /// The flows that ended.
    var ended: [FlowSnapshot] { seen.filter { $0.moment == .ended }.map(\.flow) }
    /// The flows as they were when they were named.
    var named: [FlowSnapshot] { seen.filter { $0.moment == .named }.map(\.flow) }
    /// The reports of flows that lived on.
    var updated: [FlowSnapshot] { seen.filter { $0.moment == .updated }.map(\.flow) }
}

/// Sends packets of one client and one server through the decoder into a tracker.
struct Replay: ~Copyable {
    var tracker: FlowTracker
    var observer = RecordingObserver()
    /// The time of the next packet.
    var now = Timestamp(seconds: 1_000_000, nanoseconds: 0)
    /// The client's port.
    var port = 50_000
    /// The sequence number after the last byte of each side, by the client's port: what the other side acknowledges.
    private var sent: [Int: (up: UInt32?, down: UInt32?)] = [:]

    init(_ policy: FlowPolicy = FlowPolicy()) {
        tracker = FlowTracker(policy: policy, seed: HashSeed(1, 2, 3))
    }

    /// Lets `seconds` pass, or takes them back.
    mutating func wait(_ seconds: Double) { now = now.advanced(byNanoseconds: Int64(seconds * 1e9)) }

    /// A segment from the client, or from the server.
    mutating func segment(
        _ payload: [UInt8] = [], isUp: Bool, sequence: UInt32, acknowledgment: UInt32? = nil, flags: TCPFlags = [.ack]
    ) {
        var ends = sent[port] ?? (nil, nil)
        let expected = (isUp ? ends.down : ends.up) ?? 0
        let tcp = PacketBuilder(payload).tcp(
            from: isUp ? port : 443, to: isUp ? 443 : port, sequence: sequence,
            acknowledgment: acknowledgment ?? expected, flags: flags.rawValue)
        let end = sequence &+ UInt32(payload.count) &+ (flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1)
        if isUp { ends.up = end } else { ends.down = end }
        sent[port] = ends
        let client = PacketBuilder.client
        let server = PacketBuilder.server
        receive(tcp.ipv4(from: isUp ? client : server, to: isUp ? server : client).ethernet().bytes)
    }

    mutating func up(_ payload: [UInt8] = [], _ sequence: UInt32, _ flags: TCPFlags = [.ack]) {
        segment(payload, isUp: true, sequence: sequence, flags: flags)
    }

    mutating func down(
        _ payload: [UInt8] = [], _ sequence: UInt32, _ flags: TCPFlags = [.ack], acknowledgment: UInt32? = nil
    ) {
        segment(payload, isUp: false, sequence: sequence, acknowledgment: acknowledgment, flags: flags)
    }

    /// SYN, SYN-ACK and ACK; the streams begin behind `client` and `server`.
    mutating func handshake(client: UInt32 = 1000, server: UInt32 = 9000) {
        up([], client, [.syn])
        down([], server, [.syn, .ack], acknowledgment: client &+ 1)
        up([], client &+ 1)
    }

    /// A datagram from the client, or from the server.
    mutating func datagram(_ payload: [UInt8], isUp: Bool, to destination: Int = 9999) {
        let udp = PacketBuilder(payload).udp(from: isUp ? port : destination, to: isUp ? destination : port)
        let client = PacketBuilder.client
        let server = PacketBuilder.server
        receive(udp.ipv4(from: isUp ? client : server, to: isUp ? server : client).ethernet().bytes)
    }

    /// Decodes a frame and hands its packet to the tracker.
    mutating func receive(_ frame: [UInt8]) {
        var packet = Packet()
        let decoded = PacketDecoder.decode(frame.rawSpan, link: .ethernet, wireLength: frame.count, into: &packet)
        guard decoded == .packet else { return }
        tracker.receive(packet, frame.rawSpan, time: now, interface: 0, observer: &observer)
    }

    /// Lets time pass without a packet.
    mutating func turn(after seconds: Double) {
        wait(seconds)
        tracker.turn(to: now, observer: &observer)
    }

    /// Ends the capture and returns the flows that ended, in order.
    mutating func finish() -> [FlowSnapshot] {
        tracker.finish(observer: &observer)
        return observer.ended
    }
}

/// A hello for `name` in one record, `size` bytes of handshake where that is given.
func hello(_ name: String = "api.example.com", size: Int = 0) -> [UInt8] {
    var builder = ClientHelloBuilder(serverName: name)
    if size > 0 { builder.pad(to: size) }
    return builder.record
}

/// A ServerHello of TLS 1.3 in one record: with it a server shows that it took the client's hello.
func serverHello() -> [UInt8] {
    var body = PacketBuilder.word(0x0303) + [UInt8](repeating: 1, count: 32) + [0]
    body += PacketBuilder.word(0x1301) + [0] + ClientHelloBuilder.list16([0, 43, 0, 2, 3, 4])
    return ClientHelloBuilder.records(ClientHelloBuilder.message(type: 2, body), sizes: [])
}
