import Bytes
import Foundation
import Protocols
import TestSupport
import Testing
import Wire

@testable import Flows

/// Many tricks on one connection, judged by a model of the receiver: a name that the server did not see is never told as complete, and
/// the name that it saw is always told. EGRET_COMPOSITIONS sets how many are played.
struct CompositionTests {
    /// What a composition came to.
    private struct Result {
        /// The name that the server saw.
        var seen: String?
        var flows: [FlowSnapshot] = []

        var told: Set<String> { Set(flows.flatMap { $0.names.map(\.name) }) }

        /// A flow that is complete has the name that the server saw, and no other.
        var isWrong: Bool {
            flows.contains { flow in
                let names = Set(flow.names.map(\.name))
                return flow.isComplete && !names.isEmpty && names != Set([seen].compactMap(\.self))
            }
        }

        var isLacking: Bool { seen.map { !told.contains($0) } ?? false }
    }

    @Test("No composition of tricks has a wrong name told as complete", arguments: 0..<8)
    func compositions(_ block: Int) {
        let count = ProcessInfo.processInfo.environment["EGRET_COMPOSITIONS"].flatMap { Int($0) } ?? 400
        let share = max(1, count / 8)
        for seed in block * share..<(block + 1) * share {
            let composition = Composition(seed: UInt64(seed))
            let result = Self.play(composition)
            #expect(!result.isWrong, "\(Self.report(composition, seed) { $0.isWrong })")
            #expect(!result.isLacking, "\(Self.report(composition, seed) { $0.isLacking })")
        }
    }

    /// The composition with as few segments as show the same.
    private static func report(_ composition: Composition, _ seed: Int, _ fails: (Result) -> Bool) -> String {
        var least = composition
        var index = 0
        while index < least.segments.count {
            var fewer = least
            fewer.segments.remove(at: index)
            if fails(play(fewer)) { least = fewer } else { index += 1 }
        }
        for change in [{ $0.opening = .plain }, { $0.ending = .end }, { $0.lag = 0 }] as [(inout Composition) -> Void] {
            var fewer = least
            change(&fewer)
            if fails(play(fewer)) { least = fewer }
        }
        let result = play(least)
        let told = result.flows.map { "\($0.names.map(\.name)) complete \($0.isComplete)" }
        let lines = least.segments.map(\.description)
        return """
            seed \(seed) \(composition.tricks) \(least.opening) \(least.ending) lag \(least.lag) of \(least.stream.count) bytes
            server \(result.seen ?? "none"), told \(told)
            \(lines.joined(separator: "\n"))
            """
    }

    // MARK: Playing

    private static func play(_ composition: Composition) -> Result {
        var scene = Scene(client: composition.first)
        var server = LinuxReceiver()
        open(&scene, composition)
        var answers: [(due: Int, number: Int)] = []
        var step = 0
        var held = composition.segments[...]
        while let segment = held.popFirst() ?? rest(of: composition, server) {
            while let answer = answers.first, answer.due <= step {
                acknowledge(answer.number, &scene, composition)
                answers.removeFirst()
            }
            send(segment, &scene, composition)
            if server.receive(segment) { answers.append((step + composition.lag, server.expected)) }
            step += 1
        }
        for answer in answers { acknowledge(answer.number, &scene, composition) }
        end(&scene, composition, server.expected)
        let seen = composition.name(in: server.stream)
        let flows = scene.replay.finish()
        return Result(seen: seen, flows: flows + scene.replay.observer.named)
    }

    /// What the client's kernel sends again, because the server does not have it.
    private static func rest(of composition: Composition, _ server: LinuxReceiver) -> SentSegment? {
        guard server.expected < composition.stream.count else { return nil }
        return SentSegment(bytes: Array(composition.stream[server.expected...]), start: server.expected)
    }

    private static func open(_ scene: inout Scene, _ composition: Composition) {
        let decoy = hello("decoy.example")
        let stamp = composition.hasStamps ? Self.stamp(1_000_000) : []
        switch composition.opening {
        case .answerFromClient: scene.send(at: 500, ack: 70, flags: [.syn, .ack])
        case .helloBeforeSYN:
            let first = scene.client
            scene.client = first &+ 5_000_000
            scene.send(decoy, ack: 5)
            scene.client = first
        default: break
        }
        scene.send(composition.opening == .dataOnSYN ? decoy : [], flags: [.syn], options: stamp)
        if composition.opening == .dataBeforeAnswer { scene.send(decoy, ack: 5000, options: stamp) }
        if composition.opening == .forgedAnswer {
            scene.server = 5555
            scene.send(isUp: false, ack: 50_000, flags: [.syn, .ack])
            scene.server = 9000
        }
        let answer = composition.hasStamps ? Self.stamp(7, echo: 1_000_000) : []
        scene.send(isUp: false, flags: [.syn, .ack], options: answer)
        scene.send(options: stamp)
    }

    private static func send(_ segment: SentSegment, _ scene: inout Scene, _ composition: Composition) {
        var options = composition.hasStamps ? stamp(segment.isOld ? 400_000 : 1_000_000, echo: 7) : []
        if segment.isSigned { options += [19, 18] + [UInt8](repeating: 7, count: 16) }
        if segment.flags.contains(.syn) { scene.client &+= UInt32(truncatingIfNeeded: segment.start) }
        scene.send(
            segment.bytes, at: segment.start, ack: segment.acknowledgment, flags: segment.flags, options: options,
            urgent: segment.urgent, isDamaged: segment.isDamaged)
        scene.client = composition.first
        scene.replay.wait(0.0001)
    }

    private static func acknowledge(_ number: Int, _ scene: inout Scene, _ composition: Composition) {
        scene.send(isUp: false, ack: number, options: composition.hasStamps ? stamp(8, echo: 1_000_000) : [])
    }

    private static func end(_ scene: inout Scene, _ composition: Composition, _ expected: Int) {
        let stamp = composition.hasStamps ? stamp(1_000_000, echo: 7) : []
        switch composition.ending {
        case .hello:
            scene.send(serverHello(), isUp: false, ack: expected, options: stamp)
            scene.send(at: expected, ack: serverHello().count, options: stamp)
        case .silence: scene.replay.turn(after: 4)
        case .end: break
        }
    }

    private static func stamp(_ value: Int, echo: Int = 0) -> [UInt8] {
        [1, 1, 8, 10] + PacketBuilder.long(value) + PacketBuilder.long(echo)
    }
}
