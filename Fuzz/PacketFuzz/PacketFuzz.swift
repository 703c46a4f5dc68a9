import Bytes
import Flows
import FuzzSupport
import Wire

/// The packet path, from a frame to the end of its flow.
///
/// An input is a byte that chooses the link type, then frames, each behind two bytes of length, big-endian. The table is
/// small, so that flows are pushed out of it, and frames are a tenth of a second apart, so that flows grow old. A payload
/// is in its frame, a flow ends behind its beginning, no packet is counted twice, and memory keeps within its bounds.
@c(LLVMFuzzerTestOneInput)
public func testPackets(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    follow(unsafe copied(bytes, count).rawSpan)
    return 0
}

private func follow(_ input: RawSpan) {
    var policy = FlowPolicy()
    policy.memory = 64 << 10
    policy.unfinishedMemory = 64 << 10
    policy.active = 1_000_000_000
    var tracker = FlowTracker(policy: policy, seed: HashSeed(1, 2, 3))
    var judge = Judge()
    var packet = Packet()
    var reader = ByteReader(input)
    var time = Timestamp(nanoseconds: 0)
    var received: UInt64 = 0
    guard let choice = try? reader.uint8() else { return }
    let link = links[Int(choice) % links.count]
    while let length = try? reader.uint16() {
        let start = input.byteCount - reader.count
        let end = min(input.byteCount, start + Int(length))
        let frame = input.extracting(start..<end)
        time = Timestamp(nanoseconds: time.nanoseconds + 100_000_000)
        if PacketDecoder.decode(frame, link: link, wireLength: frame.byteCount, into: &packet) == .packet {
            require(packet.payload.indices.upperBound <= frame.byteCount, "a payload outside its frame")
            require(packet.payloadLength >= 0 && packet.ipLength >= 0, "a length below nothing")
            received += 1
            tracker.receive(packet, frame, time: time, interface: 0, observer: &judge)
        }
        require(tracker.memory <= 1 << 20, "memory without a bound")
        guard (try? reader.skip(end - start)) != nil else { break }
    }
    tracker.finish(observer: &judge)
    require(tracker.active == 0, "a flow outlived the capture")
    require(judge.packets <= received, "a packet was counted in two flows")
}

private let links: [LinkType] = [
    .ethernet, .raw, .null, .loop, .linuxCooked, .linuxCooked2, .ipv4, .ipv6, .ppp, .ciscoHDLC, .wifi, .radiotap,
]
