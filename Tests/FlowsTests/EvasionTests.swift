import Bytes
import Protocols
import TestSupport
import Testing
import Wire

@testable import Flows

/// A connection on which an attacker sends a decoy beside the true hello, over IPv4 or IPv6, with a right checksum.
struct Scene: ~Copyable {
    var replay = Replay()
    var isIPv6 = false
    /// The number of the client's SYN and of the server's.
    var client: UInt32 = 1000
    var server: UInt32 = 9000

    /// Sends a TCP segment; its numbers count from the first byte after each SYN.
    mutating func send(
        _ payload: [UInt8] = [], isUp: Bool = true, at offset: Int = 0, ack: Int = 0, flags: TCPFlags = [.ack],
        options: [UInt8] = [], urgent: Int? = nil, isDamaged: Bool = false
    ) {
        let (from, to) = isUp ? (client, server) : (server, client)
        let isSYN = flags.contains(.syn)
        let sequence = isSYN ? from : from &+ 1 &+ UInt32(truncatingIfNeeded: offset)
        let number = flags.contains(.ack) ? to &+ 1 &+ UInt32(truncatingIfNeeded: ack) : 0
        let bits = flags.rawValue | (urgent == nil ? 0 : 0x20)
        let tcp = PacketBuilder(payload).tcp(
            from: isUp ? 50_000 : 443, to: isUp ? 443 : 50_000, sequence: sequence, acknowledgment: number,
            flags: bits, options: options)
        receive(tcp, payload.count, options, isUp, urgent, isDamaged)
    }

    private mutating func receive(
        _ tcp: PacketBuilder, _ count: Int, _ options: [UInt8], _ isUp: Bool, _ urgent: Int?, _ isDamaged: Bool
    ) {
        let network =
            isIPv6
            ? tcp.ipv6(
                from: isUp ? PacketBuilder.client6 : PacketBuilder.server6,
                to: isUp ? PacketBuilder.server6 : PacketBuilder.client6)
            : tcp.ipv4(
                from: isUp ? PacketBuilder.client : PacketBuilder.server,
                to: isUp ? PacketBuilder.server : PacketBuilder.client)
        var frame = network.ethernet().bytes
        let start = frame.count - count - 20 - (options.count + 3) / 4 * 4
        if let urgent { frame.replaceSubrange(start + 18..<start + 20, with: PacketBuilder.word(urgent)) }
        let sum = Self.checksum(frame, from: start, isIPv6: isIPv6) ^ (isDamaged ? 0x0101 : 0)
        frame.replaceSubrange(start + 16..<start + 18, with: PacketBuilder.word(sum))
        replay.receive(frame)
    }

    /// The checksum of the segment that begins at `start` (RFC 1071), word by word.
    private static func checksum(_ frame: [UInt8], from start: Int, isIPv6: Bool) -> Int {
        let addresses = frame[(isIPv6 ? start - 32 : start - 8)..<start]
        let bytes = Array(addresses) + PacketBuilder.word(6) + PacketBuilder.word(frame.count - start) + frame[start...]
        var sum = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            sum += Int(bytes[index]) << 8 + (index + 1 < bytes.count ? Int(bytes[index + 1]) : 0)
        }
        while sum > 0xFFFF { sum = sum >> 16 + sum & 0xFFFF }
        return ~sum & 0xFFFF
    }

    mutating func open() {
        send(flags: [.syn])
        send(isUp: false, flags: [.syn, .ack])
        send()
    }

    /// The true hello in pieces of `size`, and the server's acknowledgment of it.
    mutating func sayHello(_ name: String = "true.example", piece size: Int = 4000, isReversed: Bool = false) {
        let bytes = hello(name)
        let starts = Array(stride(from: 0, to: bytes.count, by: size))
        for start in isReversed ? starts.reversed() : starts {
            send(Array(bytes[start..<min(start + size, bytes.count)]), at: start)
        }
        send(isUp: false, ack: bytes.count)
    }

    mutating func finish() -> FlowSnapshot? { replay.finish().last }
}

private let decoy = hello("decoy.example")
private let signature: [UInt8] = [19, 18] + [UInt8](repeating: 7, count: 16) + [1, 1]

/// What the client sends that no server takes.
private enum Trick: CaseIterable {
    case belowWindow, farBelow, aboveWindow, farAbove, noAcknowledgmentFlag, signed, signedAO, damaged,
        foreignAcknowledgment
    case tooOldAcknowledgment

    func play(_ scene: inout Scene) {
        switch self {
        case .belowWindow: scene.send(decoy, at: -10_000)
        case .farBelow: scene.send(decoy, at: -1_000_000_000)
        case .aboveWindow: scene.send(decoy, at: 66_000)
        case .farAbove: scene.send(decoy, at: 1_000_000_000)
        case .noAcknowledgmentFlag: scene.send(decoy, flags: [.psh])
        case .signed: scene.send(decoy, options: signature)
        case .signedAO: scene.send(decoy, options: [29, 16] + [UInt8](repeating: 1, count: 14))
        case .damaged: scene.send(decoy, isDamaged: true)
        case .foreignAcknowledgment: scene.send(decoy, ack: 77_000)
        case .tooOldAcknowledgment: scene.send(decoy, ack: -66_000)
        }
    }
}

@Test("A decoy that no server takes names nothing, before the true hello, after it, and in the middle of it")
func decoysThatNoServerTakes() {
    for trick in Trick.allCases {
        for isIPv6 in [false, true] {
            for size in [4000, 100] {
                for first in [1000, .max - 200] as [UInt32] {
                    var scene = Scene(isIPv6: isIPv6, client: first)
                    scene.open()
                    trick.play(&scene)
                    scene.sayHello(piece: size, isReversed: size == 100)
                    let flow = scene.finish()
                    #expect(flow?.names.map(\.name) == ["true.example"], "\(trick) \(isIPv6) \(size)")
                    #expect(flow?.isComplete == true, "\(trick) \(isIPv6) \(size)")
                    #expect(flow?.missedBytes == 0, "\(trick) \(isIPv6) \(size)")
                }
            }
        }
    }
}

@Test func whatAServerAcknowledgedThoughItShouldHaveDroppedItNamesTheFlowWithDoubt() {
    for trick in [Trick.noAcknowledgmentFlag, .signed] {
        var scene = Scene()
        scene.open()
        trick.play(&scene)
        scene.send(isUp: false, ack: decoy.count)
        let flow = scene.finish()
        #expect(flow?.host?.name == "decoy.example" && flow?.isComplete == false, "\(trick)")
    }
}

@Test func anAcknowledgedSegmentWhoseChecksumAloneIsWrongIsBelieved() {
    // A sender that offloads checksums is captured before they are filled in; the server's word decides.
    var scene = Scene()
    scene.open()
    Trick.damaged.play(&scene)
    scene.send(isUp: false, ack: decoy.count)
    let flow = scene.finish()
    #expect(flow?.host?.name == "decoy.example" && flow?.isComplete == true)
}

@Test("Two copies of one place: both names are told, and neither is certain", arguments: [false, true])
func twoCopies(_ isTrueFirst: Bool) {
    let copies = isTrueFirst ? [hello("true.example"), decoy] : [decoy, hello("true.example")]
    var scene = Scene()
    scene.open()
    for copy in copies { scene.send(copy) }
    scene.send(isUp: false, ack: copies[0].count)
    let flow = scene.finish()
    #expect(Set(flow?.names.map(\.name) ?? []) == ["true.example", "decoy.example"])
    #expect(flow?.host?.name == (isTrueFirst ? "true.example" : "decoy.example"), "the first copy leads, as on Linux")
    #expect(flow?.conflicts == 1 && flow?.isComplete == false)
    #expect(scene.replay.tracker.counters.conflictingBytes > 0)
}

@Test func aCopyThatComesAfterTheAcknowledgmentIsADuplicate() {
    var scene = Scene()
    scene.open()
    scene.sayHello()
    scene.send(decoy)
    let flow = scene.finish()
    #expect(flow?.names.map(\.name) == ["true.example"] && flow?.isComplete == true)
}

@Test("Copies of no one's bytes at the hello's place do not use up any patience", arguments: [1, 6, 40, 200])
func garbage(_ count: Int) {
    for isSame in [false, true] {
        var scene = Scene()
        scene.open()
        for index in 0..<count { scene.send([UInt8](repeating: isSame ? 0 : UInt8(index), count: 64 + index % 7)) }
        scene.sayHello()
        let flow = scene.finish()
        #expect(flow?.names.map(\.name) == ["true.example"], "\(count) \(isSame)")
        #expect(flow?.isComplete == false)
    }
}

@Test func falsePiecesOfAHelloShowAsContradictionsInWhateverOrderTheyCome() {
    let bytes = hello("true.example")
    let half = bytes.count / 2
    let halves = [(0, Array(bytes[..<half])), (half, Array(bytes[half...]))]
    let fakes = [(0, Array(decoy[..<half])), (half, Array(decoy[half...]))]
    for order in [[0, 2, 1, 3], [2, 0, 3, 1], [3, 1, 2, 0], [0, 1, 3, 2], [2, 3, 0, 1]] {
        var scene = Scene()
        scene.open()
        let all = fakes + halves
        for index in order { scene.send(all[index].1, at: all[index].0) }
        scene.send(isUp: false, ack: bytes.count)
        let flow = scene.finish()
        #expect(flow?.isComplete == false && (flow?.conflicts ?? 0) > 0, "\(order)")
        #expect(flow?.names.contains { $0.name == "true.example" } == true, "\(order)")
    }
}

@Test func aSegmentThatOverlapsTheLeftEdgeCountsFromTheEdgeOn() {
    let bytes = hello("true.example")
    var scene = Scene()
    scene.open()
    // The decoy is left of the window; the hello's first bytes reach into it.
    scene.send(decoy + bytes[..<50], at: -decoy.count)
    scene.send(Array(bytes[50...]), at: 50)
    scene.send(isUp: false, ack: bytes.count)
    let flow = scene.finish()
    #expect(flow?.names.map(\.name) == ["true.example"] && flow?.isComplete == true)
}

@Test("Data on a SYN counts as far as the SYN-ACK acknowledges it", arguments: [0, 60, 400])
func fastOpen(_ taken: Int) {
    let bytes = hello("true.example")
    let count = min(taken, bytes.count)
    var scene = Scene()
    scene.send(count == 0 ? decoy : bytes, flags: [.syn])
    scene.send(isUp: false, ack: count, flags: [.syn, .ack])
    scene.send(at: count)
    if count < bytes.count { scene.send(Array(bytes[count...]), at: count) }
    scene.send(isUp: false, ack: bytes.count)
    let flow = scene.finish()
    #expect(flow?.names.map(\.name) == ["true.example"], "\(taken)")
    #expect(flow?.isComplete == true && flow?.missedBytes == 0, "\(taken)")
}

@Test func dataBetweenSYNAndSYNACKCountsOnlyIfItAnswersTheSYNACK() {
    for isOvertaking in [false, true] {
        var scene = Scene()
        scene.send(flags: [.syn])
        // A decoy cannot know the server's number; a segment that overtook the SYN-ACK on its way here has it.
        scene.send(isOvertaking ? hello("true.example") : decoy, ack: isOvertaking ? 0 : 5000)
        scene.send(isUp: false, flags: [.syn, .ack])
        if !isOvertaking { scene.sayHello() } else { scene.send(isUp: false, ack: decoy.count) }
        let flow = scene.finish()
        #expect(flow?.names.map(\.name) == ["true.example"] && flow?.isComplete == true, "\(isOvertaking)")
    }
}

@Test func aConnectionOfWhichOnlyTheClientIsSeenIsNamed() {
    let bytes = hello("true.example")
    var scene = Scene()
    scene.send(flags: [.syn])
    scene.send()
    scene.send(bytes)
    #expect(scene.replay.observer.named.isEmpty)
    scene.send([20, 3, 3, 0, 1, 1, 23, 3, 3, 0, 5, 1, 2, 3, 4, 5], at: bytes.count, ack: 1500)
    #expect(scene.replay.observer.named.last?.names.map(\.name) == ["true.example"])
}

@Test(
    "Who sends a SYN is the client, whatever he sent before", arguments: [[.syn, .ack], [.ack], [.rst]] as [TCPFlags])
func theOpenerIsTheClient(_ flags: TCPFlags) {
    var scene = Scene()
    scene.send(at: 500, ack: 70, flags: flags)
    scene.open()
    scene.sayHello()
    let flow = scene.finish()
    #expect(flow?.client.port == 50_000 && flow?.names.map(\.name) == ["true.example"], "\(flags)")
    #expect(flow?.isComplete == true, "\(flags)")
}

@Test func aResetOrEndOutsideTheWindowEndsNothing() {
    let bytes = hello("true.example")
    for flags in [[.rst], [.rst, .ack], [.fin, .ack], [.syn]] as [TCPFlags] {
        for offset in [-70_000, 70_000, 5, 1_000_000_000] {
            // A FIN in the window is a FIN.
            if flags.contains(.fin), offset == 5 { continue }
            var scene = Scene()
            scene.open()
            scene.send(Array(bytes[..<100]))
            scene.client &+= flags.contains(.syn) ? UInt32(truncatingIfNeeded: offset) : 0
            scene.send(at: 100 + offset, flags: flags)
            scene.client &-= flags.contains(.syn) ? UInt32(truncatingIfNeeded: offset) : 0
            scene.replay.turn(after: 30)
            scene.send(Array(bytes[100...]), at: 100)
            scene.send(isUp: false, ack: bytes.count)
            let flows = scene.replay.finish()
            #expect(flows.count == 1, "\(flags) \(offset)")
            #expect(flows.first?.names.map(\.name) == ["true.example"], "\(flags) \(offset)")
        }
    }
}

@Test func aResetAtTheExpectedNumberEndsTheConnection() {
    var scene = Scene()
    scene.open()
    scene.sayHello()
    scene.send(at: hello("true.example").count, flags: [.rst])
    scene.replay.turn(after: 30)
    #expect(scene.replay.observer.ended.first?.endReason == .rst)
}

@Test func anotherConnectionBetweenTheSameEndsBeginsWhenItsSYNIsAnswered() {
    var scene = Scene()
    scene.open()
    scene.sayHello("first.example")
    scene.client = 500_000
    scene.server = 700_000
    scene.open()
    scene.sayHello("second.example")
    let flows = scene.replay.finish()
    #expect(flows.map { $0.names.map(\.name) } == [["first.example"], ["second.example"]])
    #expect(flows.first?.endReason == .reused && flows.last?.isComplete == true)
}

@Test("An urgent byte has two readings, and neither is certain", arguments: [1, 5, 60])
func urgentData(_ position: Int) {
    let bytes = hello("true.example")
    var changed = bytes
    changed.insert(UInt8(ascii: "a"), at: position)
    var scene = Scene()
    scene.open()
    scene.send(Array(changed[...position]), urgent: position + 1)
    scene.send(Array(changed[(position + 1)...]), at: position + 1)
    scene.send(isUp: false, ack: changed.count)
    let flow = scene.finish()
    #expect(flow?.host?.name == "true.example", "Linux takes the urgent byte out of the stream")
    #expect(flow?.isComplete == false)
}

@Test func aHostWithAnUrgentByteIsNotCertainEither() {
    let request = Array("GET / HTTP/1.1\r\nHost: api.axnthropic.example\r\n\r\n".utf8)
    let position = 27
    var scene = Scene()
    scene.open()
    scene.send(Array(request[...position]), urgent: position + 1)
    scene.send(Array(request[(position + 1)...]), at: position + 1)
    scene.send(isUp: false, ack: request.count)
    let flow = scene.finish()
    #expect(flow?.host?.name == "api.anthropic.example" && flow?.isComplete == false)
    #expect(flow?.names.contains { $0.name == "api.axnthropic.example" } == true)
}

@Test("Pieces far ahead do not use up any patience", arguments: [300, 5000])
func gaps(_ count: Int) {
    var scene = Scene()
    scene.open()
    for index in 0..<count { scene.send([UInt8(index & 0xFF)], at: 1000 + index * 3) }
    scene.sayHello()
    #expect(scene.finish()?.names.map(\.name) == ["true.example"])
}

@Test func aConnectionSeenFromItsMiddleKeepsItsContradictions() {
    var scene = Scene()
    scene.send(isUp: false, at: 500)
    scene.send(decoy, ack: 500)
    scene.send(hello("true.example"), ack: 500)
    scene.send(isUp: false, at: 500, ack: decoy.count)
    let flow = scene.finish()
    #expect(Set(flow?.names.map(\.name) ?? []) == ["true.example", "decoy.example"] && flow?.conflicts == 1)
}

@Test func aKeepAliveProbeBeforeTheFirstRequestDoesNotHideIt() {
    for isServerFirst in [false, true] {
        var scene = Scene()
        if isServerFirst { scene.send(isUp: false, at: 10, ack: 100) }
        scene.send([0], at: 99, ack: 10)
        scene.send(isUp: false, at: 10, ack: 100)
        scene.send(Array("GET / HTTP/1.1\r\nHost: late.example\r\n\r\n".utf8), at: 100, ack: 10)
        #expect(scene.finish()?.names.map(\.name) == ["late.example"])
    }
}
