import Bytes
import Capture
import Flows
import FuzzSupport
import Wire

/// The whole line from a capture file to the end of every flow, as real traffic treats it.
///
/// The input's first byte says what happens to the frames on their way, the rest is the file. Bits: 1 every third frame
/// comes twice, 2 neighbors change places, 4 every fifth is lost, 8 times jump ahead and back, 16 the table is small and
/// long flows are reported, 32 the frames come in reverse. No packet is counted in two flows, every flow ends, memory
/// keeps within its bounds, and a second run says the same.
@c(LLVMFuzzerTestOneInput)
public func testCapture(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 24 else { return 0 }
    let input = unsafe copied(bytes, count)
    file.write(input.dropFirst())
    guard var capture = try? FileCapture(path: file.path) else { return 0 }
    var frames = Frames()
    while frames.all.count < 500, let outcome = try? capture.read(into: &frames, limit: 100), outcome != .end {}
    let treated = frames.treated(input[0])
    requireSame(follow(treated, input[0]), follow(treated, input[0]), "two runs over one capture differ")
    return 0
}

private let file = ScratchFile()

/// Follows the flows of `frames`, and tells a digest of what was said of them.
private func follow(_ frames: [Frames.Frame], _ options: UInt8) -> Int {
    var policy = FlowPolicy()
    policy.memory = 2 << 20
    if options & 16 != 0 {
        policy.memory = 64 << 10
        policy.unfinishedMemory = 64 << 10
        policy.active = 1_000_000_000
    }
    var tracker = FlowTracker(policy: policy, seed: HashSeed(1, 2, 3))
    var fragments = FragmentTable(packetLimit: 16, byteLimit: 256 << 10)
    var judge = Judge()
    var packet = Packet()
    var received: UInt64 = 0
    for frame in frames {
        let bytes = frame.bytes.rawSpan
        switch PacketDecoder.decode(bytes, link: frame.link, wireLength: frame.wireLength, into: &packet) {
        case .packet:
            hold(packet, in: bytes)
            tracker.receive(packet, bytes, time: frame.time, interface: frame.interface, observer: &judge)
            received += 1
        case .fragment(let fragment):
            guard let whole = fragments.add(fragment, bytes, at: frame.time), let first = fragments.completion?.first
            else { continue }
            guard PacketDecoder.decode(reassembled: whole.rawSpan, of: first, into: &packet) == .packet else {
                continue
            }
            hold(packet, in: whole.rawSpan)
            tracker.receive(packet, whole.rawSpan, time: frame.time, interface: frame.interface, observer: &judge)
            received += 1
        case .ignored, .malformed: continue
        }
        if options & 16 != 0 { require(tracker.memory <= 1 << 20, "memory without a bound") }
        require(fragments.memory <= fragments.byteLimit, "fragments without a bound")
    }
    tracker.finish(observer: &judge)
    require(tracker.active == 0, "a flow outlived the capture")
    require(judge.packets <= received, "a packet was counted in two flows")
    return judge.digest
}

private func hold(_ packet: Packet, in bytes: RawSpan) {
    require(packet.payload.indices.upperBound <= bytes.byteCount, "a payload outside its frame")
    require(packet.payloadLength >= 0 && packet.ipLength >= 0, "a length below nothing")
}

/// The frames of a file, owned.
private struct Frames: FrameHandler {
    struct Frame {
        var time: Timestamp
        var link: LinkType
        var wireLength: Int
        var interface: UInt16
        var bytes: [UInt8]
    }

    private(set) var all: [Frame] = []

    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan) {
        all.append(
            Frame(
                time: header.time, link: header.linkType, wireLength: header.wireLength, interface: header.interface,
                bytes: bytes.copied()))
    }

    /// The frames as they arrive where the way does to them what `options` say.
    func treated(_ options: UInt8) -> [Frame] {
        var frames: [Frame] = []
        for (index, frame) in all.enumerated() {
            if options & 4 != 0, index % 5 == 4 { continue }
            frames.append(frame)
            if options & 8 != 0 { frames[frames.count - 1].time = Self.jump(frame.time, index) }
            if options & 1 != 0, index % 3 == 2 { frames.append(frame) }
        }
        if options & 2 != 0 {
            for index in stride(from: 1, to: frames.count, by: 2) { frames.swapAt(index - 1, index) }
        }
        return options & 32 != 0 ? frames.reversed() : frames
    }

    /// A clock that was set: ten minutes ahead now and then, and to the end of time once.
    private static func jump(_ time: Timestamp, _ index: Int) -> Timestamp {
        if index == 100 { return Timestamp(nanoseconds: .max) }
        return index % 7 == 3 ? time.advanced(byNanoseconds: 600_000_000_000) : time
    }
}
