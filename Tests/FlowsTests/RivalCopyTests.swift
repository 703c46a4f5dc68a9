import Bytes
import Protocols
import TestSupport
import Testing
import Wire

@testable import Flows

private let trueName = "true.example"

/// Copies of a hello's bytes that differ, in numbers and orders that evasion tools use.
struct RivalCopyTests {
    @Test("No number of decoys at the hello's place keeps the true name from being told", arguments: [1, 20, 70])
    func manyDecoys(_ count: Int) {
        for place in [0, count / 2, count] {
            var scene = Scene()
            scene.open()
            for index in 0..<count {
                if index == place { scene.send(hello(trueName)) }
                scene.send(hello("decoy-\(index).example"))
            }
            if place == count { scene.send(hello(trueName)) }
            scene.send(isUp: false, ack: hello(trueName).count)
            let flow = scene.finish()
            #expect(flow?.isComplete == false && flow?.conflicts == count, "\(count) \(place)")
            #expect(flow?.names.contains { $0.name == trueName } == true, "\(count) \(place)")
        }
    }

    @Test("Of more names than are kept the listed one is, wherever it comes", arguments: [0, 100, 150, 299])
    func aListedNameIsKept(_ place: Int) {
        var policy = FlowPolicy()
        policy.isListed = { $0 == trueName }
        var scene = Scene(replay: Replay(policy))
        scene.open()
        for index in 0..<300 { scene.send(hello(index == place ? trueName : "decoy-\(index).example")) }
        scene.send(isUp: false, ack: hello(trueName).count)
        let flow = scene.finish()
        #expect(flow?.names.contains { $0.name == trueName } == true && flow?.isComplete == false)
        #expect((flow?.names.count ?? 0) <= Findings.mostNames)
    }

    @Test("A false copy before or after each piece of a hello, in any order of pieces", arguments: [1, 2, 3, 4, 5, 6])
    func falseCopyOfEachPiece(_ seed: UInt64) {
        let bytes = hello(trueName, size: 500)
        var random = Xorshift(seed: seed)
        let starts = Array(stride(from: 0, to: bytes.count, by: 20)).shuffled(using: &random)
        for isFalseFirst in [true, false] {
            var scene = Scene()
            scene.open()
            for start in starts {
                let piece = Array(bytes[start..<min(start + 20, bytes.count)])
                let fake = piece.map { _ in UInt8.random(in: 0...255, using: &random) }
                for copy in isFalseFirst ? [fake, piece] : [piece, fake] { scene.send(copy, at: start) }
            }
            scene.send(isUp: false, ack: bytes.count)
            let flow = scene.finish()
            #expect(
                flow?.isComplete == false && flow?.names.contains { $0.name == trueName } == true, "\(isFalseFirst)")
        }
    }

    @Test("Bytes of no one, or another hello, at the front while the hello comes backward", arguments: [0, 1, 2, 3])
    func falseFront(_ kind: Int) {
        let bytes = hello(trueName, size: 500)
        var random = Xorshift(seed: 9)
        var older = ClientHelloBuilder(serverName: "decoy.example")
        older.extensions?.removeAll { $0.type == 43 }
        let noise = (0..<247).map { _ in UInt8.random(in: 0x80...0xFF, using: &random) }
        let fronts = [
            noise, Array(noise[..<20]), older.record, Array("GET / HTTP/1.1\r\nHost: decoy.example\r\n\r\n".utf8),
        ]
        for size in [1, 7, 100] {
            var scene = Scene()
            scene.open()
            let starts = Array(stride(from: 0, to: bytes.count, by: size)).reversed()
            for (index, start) in starts.enumerated() {
                if index == starts.count / 2 { scene.send(fronts[kind]) }
                scene.send(Array(bytes[start..<min(start + size, bytes.count)]), at: start)
            }
            scene.send(isUp: false, ack: bytes.count)
            let flow = scene.finish()
            #expect(flow?.isComplete == false, "\(size)")
            #expect(flow?.names.contains { $0.name == trueName } == true, "\(size) \(flow?.names.map(\.name) ?? [])")
        }
    }

    @Test(
        "A false front does not end the reading of a hello that the server acknowledges piece by piece",
        arguments: [0, 1, 2])
    func falseFrontOfAcknowledgedPieces(_ kind: Int) {
        let bytes = hello(trueName, size: 500)
        var older = ClientHelloBuilder(serverName: "decoy.example")
        older.extensions?.removeAll { $0.type == 43 }
        let fronts = [
            [UInt8](repeating: 0x80, count: 20), older.record,
            Array("GET / HTTP/1.1\r\nHost: decoy.example\r\n\r\n".utf8),
        ]
        for size in [10, 60, 200] {
            var scene = Scene()
            scene.open()
            scene.send(fronts[kind])
            for start in stride(from: 0, to: bytes.count, by: size) {
                let end = min(start + size, bytes.count)
                scene.send(Array(bytes[start..<end]), at: start)
                scene.send(isUp: false, ack: end)
            }
            let flow = scene.finish()
            #expect(flow?.isComplete == false, "\(size)")
            #expect(flow?.names.contains { $0.name == trueName } == true, "\(size) \(flow?.names.map(\.name) ?? [])")
        }
    }

    @Test("A copy that is never whole keeps no name back", arguments: [true, false])
    func unfinishedCopy(_ isAnswered: Bool) {
        var builder = ClientHelloBuilder(serverName: trueName)
        builder.extensions?.removeAll { $0.type == 43 }
        var scene = Scene()
        scene.open()
        scene.send(builder.record)
        // The front of a longer hello, of which no more comes.
        scene.send(Array(hello("decoy.example", size: 4_000)[..<100]))
        scene.send(isUp: false, ack: builder.record.count)
        if isAnswered {
            scene.send(serverHello(), isUp: false, ack: builder.record.count)
            scene.send(ack: serverHello().count)
        } else {
            scene.replay.turn(after: 4)
        }
        #expect(scene.replay.observer.named.map { $0.host?.name } == [trueName])
        #expect(scene.replay.observer.named.last?.isComplete == false)
    }

    // MARK: Which copy leads

    private func leader(_ policies: OverlapPolicies, _ play: (inout Scene) -> Void) -> FlowSnapshot? {
        var policy = FlowPolicy()
        policy.overlaps = policies
        var scene = Scene(replay: Replay(policy))
        scene.open()
        play(&scene)
        return scene.finish()
    }

    @Test func theCopyLeadsThatTheServerKeeps() throws {
        let server = try #require(AddressPrefix(PacketBuilder.server, length: 32))
        let wider = try #require(AddressPrefix(server.address, length: 8))
        let expected: [(OverlapPolicies, String)] = [
            (OverlapPolicies(), "first.example"), (OverlapPolicies(first: [server]), "first.example"),
            (OverlapPolicies(last: [server]), "later.example"),
            (OverlapPolicies(first: [wider], last: [server]), "later.example"),
            (OverlapPolicies(first: [server], last: [wider]), "first.example"),
        ]
        for (policies, name) in expected {
            let flow = leader(policies) { scene in
                for name in ["first.example", "later.example"] { scene.send(hello(name)) }
                scene.send(isUp: false, ack: hello("first.example").count)
            }
            #expect(flow?.host?.name == name, "\(policies)")
            #expect(flow?.isComplete == false && flow?.names.count == 2, "\(policies)")
        }
    }

    @Test("Ahead of the stream Linux keeps the copy in the segment that begins earlier", arguments: [true, false])
    func aheadOfTheStream(_ isLinux: Bool) throws {
        let server = try #require(AddressPrefix(PacketBuilder.server, length: 32))
        let (early, late) = (hello("early.example"), hello("later.example"))
        let half = 20
        let flow = leader(isLinux ? OverlapPolicies() : OverlapPolicies(first: [server])) { scene in
            // The second piece of one hello, with its name, comes first; then the whole of the other, which covers it.
            scene.send(Array(early[half...]), at: half)
            scene.send(late)
            scene.send(isUp: false, ack: late.count)
        }
        #expect(flow?.isComplete == false)
        let isLateLeading = flow?.host?.name == "later.example"
        #expect(isLateLeading == isLinux, "\(flow?.names.map(\.name) ?? [])")
    }
}

/// Segments around the handshake that belong to no connection.
struct StraySegmentTests {
    @Test(
        "A hello sent before the SYN is a flow of its own, and hides nothing",
        arguments: [[.ack], [.ack, .psh], [.syn, .ack], [.fin], [.fin, .ack], []] as [TCPFlags])
    func dataBeforeSYN(_ flags: TCPFlags) {
        var scene = Scene()
        scene.client = 77
        scene.send(hello("decoy.example"), ack: 5, flags: flags)
        scene.client = 1000
        scene.open()
        scene.sayHello()
        let flows = scene.replay.finish()
        #expect(flows.count == 2 && flows.last?.client.port == 50_000)
        #expect(flows.last?.names.map(\.name) == [trueName] && flows.last?.isComplete == true)
        #expect(flows.first?.host == nil || flows.first?.isComplete == false)
    }

    @Test(
        "A SYN-ACK that answers another SYN begins nothing, before the true one and after it", arguments: [true, false])
    func forgedAnswer(_ isFirst: Bool) {
        let forge: (inout Scene) -> Void = { scene in
            scene.server = 5555
            scene.send(isUp: false, ack: 50_000, flags: [.syn, .ack])
            scene.server = 9000
        }
        var scene = Scene()
        scene.send(flags: [.syn])
        if isFirst { forge(&scene) }
        scene.send(isUp: false, flags: [.syn, .ack])
        if !isFirst { forge(&scene) }
        scene.send()
        scene.sayHello()
        let flow = scene.finish()
        #expect(flow?.names.map(\.name) == [trueName] && flow?.isComplete == true)
    }

    @Test(
        "Nothing of a segment with SYN is taken after the handshake", arguments: [[.syn], [.syn, .ack]] as [TCPFlags])
    func dataOnALateSYN(_ flags: TCPFlags) {
        var scene = Scene()
        scene.open()
        scene.client = 999
        scene.send(hello("decoy.example"), flags: flags)
        scene.client = 1000
        scene.sayHello()
        let flow = scene.finish()
        #expect(flow?.names.map(\.name) == [trueName] && flow?.isComplete == true)
    }

    @Test func dataOnASYNThatNobodyTookIsNotCertain() {
        var scene = Scene()
        scene.client = 5000
        scene.send(hello("decoy.example"), flags: [.syn])
        scene.client = 1000
        scene.open()
        scene.sayHello()
        let flows = scene.replay.finish()
        #expect(flows.map { $0.host?.name } == ["decoy.example", trueName])
        #expect(flows.map(\.isComplete) == [false, true])
    }
}

/// A server that acknowledges a hello of TLS 1.3 and says nothing.
struct HelloLapseTests {
    @Test func theNameIsToldWithinThreeSecondsOfTheAcknowledgment() {
        var scene = Scene()
        scene.open()
        scene.sayHello()
        scene.replay.turn(after: 1.5)
        #expect(scene.replay.observer.named.isEmpty, "the server's hello may still come")
        scene.replay.turn(after: 1.5)
        #expect(scene.replay.observer.named.map { $0.host?.name } == [trueName])
        #expect(scene.replay.observer.named.last?.isComplete == true)
        scene.replay.turn(after: 100)
        let flows = scene.replay.finish()
        #expect(flows.count == 1 && scene.replay.observer.named.count == 1)
        #expect(scene.replay.tracker.counters.hellosComplete == 1)
    }

    @Test func aHelloThatIsNotAcknowledgedNamesNothingBeforeTheEnd() {
        var scene = Scene()
        scene.open()
        scene.send(hello(trueName))
        scene.replay.turn(after: 20)
        #expect(scene.replay.observer.named.isEmpty)
    }

    @Test func aSecondHelloAfterTheLapseIsStillRead() {
        let second = hello("second.example")
        var scene = Scene()
        scene.open()
        scene.sayHello()
        scene.replay.turn(after: 4)
        scene.send(retryRequest, isUp: false, ack: hello(trueName).count)
        scene.send(second, at: hello(trueName).count, ack: retryRequest.count)
        scene.send(isUp: false, at: retryRequest.count, ack: hello(trueName).count + second.count)
        scene.send(
            ServerHelloSample.record, isUp: false, at: retryRequest.count, ack: hello(trueName).count + second.count)
        let flow = scene.finish()
        #expect(Set(flow?.names.map(\.name) ?? []) == [trueName, "second.example"])
        #expect(flow?.isComplete == false && scene.replay.observer.named.count == 2)
    }

    @Test func aServerThatAskedForASecondHelloIsWaitedFor() {
        var scene = Scene()
        scene.open()
        scene.send(hello(trueName))
        scene.send(retryRequest, isUp: false, ack: hello(trueName).count)
        scene.replay.turn(after: 10)
        #expect(scene.replay.observer.named.isEmpty, "the first hello of a retried handshake alone accuses no one")
    }

    /// A HelloRetryRequest (RFC 8446 section 4.1.4): a ServerHello with a random of its own.
    private var retryRequest: [UInt8] { ServerHelloSample.record(random: ServerHelloSample.retryRandom) }
}

/// ServerHellos of TLS 1.3.
private enum ServerHelloSample {
    static let retryRandom: [UInt8] = [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2, 0xA2,
        0x11,
        0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ]

    static var record: [UInt8] { record(random: [UInt8](repeating: 0xA5, count: 32)) }

    static func record(random: [UInt8]) -> [UInt8] {
        let versions: [UInt8] = [0, 43, 0, 2, 3, 4]
        let body: [UInt8] = [3, 3] + random + [0, 0x13, 0x01, 0]
        let message = ClientHelloBuilder.message(type: 2, body + PacketBuilder.word(versions.count) + versions)
        return [22, 3, 3] + PacketBuilder.word(message.count) + message
    }
}
