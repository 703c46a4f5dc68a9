import Bytes
import Flows
import FuzzSupport
import Protocols
import Wire

/// A client's stream in TCP segments beside others that no receiver takes.
///
/// The input is a list of steps, four bytes each: what is sent, where, and how long. True pieces come from one request;
/// decoys from another, outside the window, with a wrong checksum, signed, without ACK, or with an acknowledgment of what was
/// never sent. In the end all of the true stream is sent and acknowledged. What is said of the flow must be what is said of the
/// true stream alone, but for `missedBytes`, which is an upper bound if more gaps are open than are followed.
@c(LLVMFuzzerTestOneInput)
public func testAcceptance(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 4 else { return 0 }
    let steps = unsafe copied(bytes, count).prefix(400)
    requireSame(follow([]), follow(Array(steps)), "a decoy that no receiver takes changes what is said")
    return 0
}

private let request = Array("GET /a HTTP/1.1\r\nHost: true.example\r\nAccept: */*\r\n\r\n".utf8)
private let decoy = Array("GET /b HTTP/1.1\r\nHost: decoy.example\r\nAccept: */*\r\n\r\n".utf8)
private let first: UInt32 = 0xFFFF_FFE1
private let answer: UInt32 = 7001

private func follow(_ steps: [UInt8]) -> Said {
    var scene = Scene()
    scene.send([], flags: 0x02, sequence: first &- 1, acknowledgment: 0)
    scene.send([], isUp: false, flags: 0x12, sequence: answer &- 1, acknowledgment: first)
    scene.send([], flags: 0x10, sequence: first, acknowledgment: answer)
    for index in stride(from: 0, to: steps.count - 3, by: 4) {
        let start = Int(steps[index + 1]) % request.count
        let end = min(request.count, start + 1 + Int(steps[index + 2]) % 40)
        scene.play(steps[index], start..<end, Int(steps[index + 3]))
    }
    scene.send(request, flags: 0x18, sequence: first, acknowledgment: answer)
    scene.send([], isUp: false, flags: 0x10, sequence: answer, acknowledgment: first &+ UInt32(request.count))
    return scene.finish()
}

private struct Scene: ~Copyable {
    private var tracker: FlowTracker
    private var said = Said()
    private var time = Timestamp(nanoseconds: 0)

    init() {
        var policy = FlowPolicy()
        policy.memory = 64 << 10
        tracker = FlowTracker(policy: policy, seed: HashSeed(1, 2, 3))
    }

    mutating func play(_ kind: UInt8, _ range: Range<Int>, _ far: Int) {
        let here = first &+ UInt32(range.lowerBound)
        let fake = Array(decoy[range.clamped(to: 0..<decoy.count)])
        switch kind % 7 {
        case 0: send(Array(request[range]), flags: 0x18, sequence: here, acknowledgment: answer)
        case 1: send(fake, flags: 0x18, sequence: first &- UInt32(fake.count + far * 1000), acknowledgment: answer)
        case 2: send(fake, flags: 0x18, sequence: first &+ UInt32(65_535 + far * 1000), acknowledgment: answer)
        case 3: send(fake, flags: 0x18, sequence: here, acknowledgment: answer, isDamaged: true)
        case 4: send(fake, flags: 0x08, sequence: here, acknowledgment: 0)
        case 5: send(fake, flags: 0x18, sequence: here, acknowledgment: answer, isSigned: true)
        default: send(fake, flags: 0x18, sequence: here, acknowledgment: answer &+ 2 &+ UInt32(far * 1000))
        }
    }

    mutating func send(
        _ payload: [UInt8], isUp: Bool = true, flags: UInt8, sequence: UInt32, acknowledgment: UInt32,
        isDamaged: Bool = false, isSigned: Bool = false
    ) {
        let options: [UInt8] = isSigned ? [19, 18] + [UInt8](repeating: 1, count: 16) + [1, 1] : []
        let ports: [UInt8] = isUp ? [0x9C, 0x40, 0, 80] : [0, 80, 0x9C, 0x40]
        var tcp = ports + long(sequence) + long(acknowledgment)
        tcp += [UInt8((5 + options.count / 4) << 4), flags, 0xFF, 0xFF, 0, 0, 0, 0] + options + payload
        let client: [UInt8] = [10, 0, 0, 1]
        let server: [UInt8] = [198, 51, 100, 1]
        let addresses = isUp ? client + server : server + client
        let sum = checksum(addresses + [0, 6] + word(tcp.count) + tcp) ^ (isDamaged ? 0x0101 : 0)
        tcp.replaceSubrange(16..<18, with: word(sum))
        let frame = [0x45, 0] + word(20 + tcp.count) + [0, 0, 0, 0, 64, 6, 0, 0] + addresses + tcp
        var packet = Packet()
        let decoded = PacketDecoder.decode(frame.rawSpan, link: .raw, wireLength: frame.count, into: &packet)
        require(decoded == .packet, "a frame that was built whole is a packet")
        time = time.advanced(byNanoseconds: 1_000)
        tracker.receive(packet, frame.rawSpan, time: time, interface: 0, observer: &said)
    }

    mutating func finish() -> Said {
        tracker.finish(observer: &said)
        return said
    }
}

private func word(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }

private func long(_ value: UInt32) -> [UInt8] { word(Int(value >> 16)) + word(Int(value & 0xFFFF)) }

private func checksum(_ bytes: [UInt8]) -> Int {
    var sum = 0
    for index in stride(from: 0, to: bytes.count, by: 2) {
        sum += Int(bytes[index]) << 8 + (index + 1 < bytes.count ? Int(bytes[index + 1]) : 0)
    }
    while sum > 0xFFFF { sum = sum >> 16 + sum & 0xFFFF }
    return ~sum & 0xFFFF
}

/// What was said of the one flow in the end.
private struct Said: FlowObserver, Equatable {
    private var names: [NameEvidence] = []
    private var isWhole = false
    private var flows = 0

    func wants(_ moment: FlowLifecycleEvent, ofInterest: Bool) -> Bool { moment == .ended }

    mutating func observe(_ flow: FlowSnapshot, at moment: FlowLifecycleEvent) -> Bool {
        (names, isWhole) = (flow.names, flow.conflicts == 0 && !flow.isMidstream)
        flows += 1
        return false
    }
}
