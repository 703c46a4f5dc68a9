import Bytes
import Flows
import Protocols
import Wire

/// The packet path, from a frame to the end of its flow.
///
/// An input is a byte that chooses the link type, then frames, each behind two bytes of length, big-endian. The table is
/// small, so that flows are pushed out of it, and frames are a tenth of a second apart, so that flows grow old.
@c(LLVMFuzzerTestOneInput)
public func testPackets(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    // SAFETY: libFuzzer gives `count` readable bytes for the call.
    let input = unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    follow(input.rawSpan)
    return 0
}

private func follow(_ input: RawSpan) {
    var policy = FlowPolicy()
    policy.memory = 64 << 10
    policy.unfinishedMemory = 64 << 10
    policy.active = 1_000_000_000
    var tracker = FlowTracker(policy: policy, seed: HashSeed(1, 2, 3))
    var observer = Judge()
    var packet = Packet()
    var reader = ByteReader(input)
    var time = Timestamp(nanoseconds: 0)
    guard let choice = try? reader.uint8() else { return }
    let link = links[Int(choice) % links.count]
    while let length = try? reader.uint16() {
        let start = input.byteCount - reader.count
        let end = min(input.byteCount, start + Int(length))
        let frame = input.extracting(start..<end)
        time = Timestamp(nanoseconds: time.nanoseconds + 100_000_000)
        if PacketDecoder.decode(frame, link: link, wireLength: frame.byteCount, into: &packet) == .packet {
            tracker.receive(packet, frame, time: time, interface: 0, observer: &observer)
        }
        guard (try? reader.skip(end - start)) != nil else { break }
    }
    tracker.finish(observer: &observer)
    precondition(tracker.active == 0, "a flow outlived the capture")
}

private let links: [LinkType] = [
    .ethernet, .raw, .null, .loop, .linuxCooked, .linuxCooked2, .ipv4, .ipv6, .ppp, .ciscoHDLC, .wifi, .radiotap,
]

/// Holds what must be true of every flow that is reported.
private struct Judge: FlowObserver {
    func wants(_ moment: FlowMoment, ofInterest: Bool) -> Bool { true }

    mutating func observe(_ flow: FlowSnapshot, at moment: FlowMoment) -> Bool {
        precondition(flow.end >= flow.start, "a flow ended before it began")
        precondition(flow.isFinal == (flow.endReason != nil), "a last report without its reason")
        precondition(flow.names.allSatisfy { !$0.name.isEmpty }, "an empty name")
        return flow.packetsUp % 2 == 0
    }
}
