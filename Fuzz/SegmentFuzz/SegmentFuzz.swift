import Bytes
import Flows
import FuzzSupport
import Protocols
import Wire

/// A client's stream in TCP segments, through the flow table to its name.
///
/// The input's first byte shuffles the segments, the second is their size; the rest is the stream, behind a SYN and its
/// answer. Some segments come twice, some with bytes of their neighbors, and they come in any order within a window of
/// eight. The flow must be named as by one segment that holds the whole stream.
@c(LLVMFuzzerTestOneInput)
public func testSegments(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 2 else { return 0 }
    let input = unsafe copied(bytes, count)
    let stream = Array(input.dropFirst(2).prefix(60_000))
    // The table gives up a stream of very many pieces.
    let size = max(1 + Int(input[1]), stream.count / 64)
    let whole = follow(stream, [0..<stream.count])
    let pieces = follow(stream, shuffled(stream.count, size, input[0]))
    requireSame(whole, pieces, "what was found depends on how the stream was cut")
    return 0
}

/// The ranges of the segments in the order in which they come.
private func shuffled(_ count: Int, _ size: Int, _ seed: UInt8) -> [Range<Int>] {
    var state = UInt32(seed) &* 2_654_435_761 | 1
    func next(_ limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        return Int(state >> 8) % limit
    }
    var ranges: [Range<Int>] = []
    for start in stride(from: 0, to: count, by: size) {
        let range = max(0, start - next(4))..<min(count, start + size + next(4))
        ranges.append(range)
        if next(4) == 0 { ranges.append(range) }
    }
    if seed != 0 {
        for index in ranges.indices { ranges.swapAt(index, min(ranges.count - 1, index + next(8))) }
    }
    return ranges
}

private func follow(_ stream: [UInt8], _ segments: [Range<Int>]) -> Said {
    var policy = FlowPolicy()
    policy.memory = 64 << 10
    var tracker = FlowTracker(policy: policy, seed: HashSeed(1, 2, 3))
    var said = Said()
    var time = Timestamp(nanoseconds: 0)
    // Without the server's answer a SYN may be anyone's, and is not relied on.
    for isClient in [true, false] {
        var packet = packet(isClient: isClient)
        packet.flags = isClient ? .syn : [.syn, .ack]
        packet.sequence = first &- 1
        packet.acknowledgment = isClient ? 0 : first
        tracker.receive(packet, stream.rawSpan, time: time, interface: 0, observer: &said)
    }
    var packet = packet(isClient: true)
    packet.flags = .ack
    for segment in segments {
        time = time.advanced(byNanoseconds: 1_000)
        packet.sequence = first &+ UInt32(segment.lowerBound)
        packet.payload = ByteRange(offset: segment.lowerBound, count: segment.count)
        packet.payloadLength = segment.count
        packet.ipLength = 40 + segment.count
        tracker.receive(packet, stream.rawSpan, time: time, interface: 0, observer: &said)
    }
    tracker.finish(observer: &said)
    return said
}

/// The number of the stream's first byte: the numbers wrap within it.
private let first: UInt32 = 0xFFFF_FFF1

private func packet(isClient: Bool) -> Packet {
    let client = (IPAddress(ipv4: 0x0A00_0001), 40_000 as UInt16)
    let server = (IPAddress(ipv4: 0xC633_6401), 443 as UInt16)
    var packet = Packet()
    (packet.source, packet.sourcePort) = isClient ? client : server
    (packet.destination, packet.destinationPort) = isClient ? server : client
    packet.ipLength = 40
    return packet
}

/// What was said of the one flow in the end, but for what the segments themselves are counted in.
private struct Said: FlowObserver, Equatable {
    private var application = Application.unknown
    private var names: [NameEvidence] = []
    private var tls: TLSFacts?
    private var isViaProxy = false
    private var flows = 0

    func wants(_ moment: FlowLifecycleEvent, ofInterest: Bool) -> Bool { moment == .ended }

    mutating func observe(_ flow: FlowSnapshot, at moment: FlowLifecycleEvent) -> Bool {
        (application, names, tls, isViaProxy) = (flow.application, flow.names, flow.tls, flow.isViaProxy)
        if flow.http != nil {
            // After a body of unknown length the next request is looked for where a segment begins.
            names = Array(names.prefix(1))
            (application, tls) = (.http, nil)
        }
        tls?.helloSegments = 0
        flows += 1
        return false
    }
}
