import Bytes
import Protocols
import Testing
import Wire

@testable import Flows

/// Urgent bytes that are announced elsewhere than in the segment that holds them.
struct UrgentDataTests {
    private let request = Array("GET / HTTP/1.1\r\nHost: api.axnthropic.example\r\n\r\n".utf8)
    /// The place of the letter that is too many.
    private let position = 27

    private func isTold(_ flow: FlowSnapshot?) -> Bool {
        flow?.host?.name == "api.anthropic.example" && flow?.isComplete == false
            && flow?.names.contains { $0.name == "api.axnthropic.example" } == true
    }

    @Test("A segment without payload announces an urgent byte, also after many without", arguments: [0, 200])
    func withoutPayload(_ count: Int) {
        var scene = Scene()
        scene.open()
        for _ in 0..<count { scene.send() }
        scene.send(urgent: position + 1)
        scene.send(request)
        scene.send(isUp: false, ack: request.count)
        #expect(isTold(scene.finish()))
    }

    @Test func aDuplicateThatEndsAtTheWindowAnnouncesOne() {
        var scene = Scene()
        scene.open()
        scene.send([0], at: -1, urgent: position + 2)
        scene.send(request)
        scene.send(isUp: false, ack: request.count)
        #expect(isTold(scene.finish()))
    }

    @Test func aSegmentThatNoServerTakesAnnouncesNone() {
        for play in [
            { $0.send(urgent: 28, isDamaged: true) }, { $0.send(flags: [], urgent: 28) },
            { $0.send(at: -40_000, urgent: 40_028) }, { $0.send(at: 90_000, urgent: 1) },
        ] as [(inout Scene) -> Void] {
            var scene = Scene()
            scene.open()
            play(&scene)
            scene.send(request)
            scene.send(isUp: false, ack: request.count)
            let flow = scene.finish()
            #expect(flow?.names.map(\.name) == ["api.axnthropic.example"] && flow?.isComplete == true)
        }
    }

    @Test func anAnnouncementAfterTheByteWasReadChangesNothing() {
        var scene = Scene()
        scene.open()
        scene.send(request)
        scene.send(isUp: false, ack: request.count)
        scene.send(at: position, urgent: 1)
        let flow = scene.finish()
        #expect(flow?.names.map(\.name) == ["api.axnthropic.example"] && flow?.isComplete == true)
    }

    @Test func urgentBytesOfAConnectionWithoutItsServersSideAreToldToo() {
        var scene = Scene()
        scene.send(flags: [.syn])
        scene.send()
        scene.send(Array(request[...position]), urgent: position + 1)
        scene.send(Array(request[(position + 1)...]), at: position + 1)
        scene.send(at: request.count, ack: 500)
        #expect(isTold(scene.finish()))
    }

    @Test("Of several urgent bytes each may be the only one that the server took out", arguments: [0, 1, 2])
    func severalUrgentBytes(_ taken: Int) {
        let places = [24, 28, 32]
        var bytes = Array("GET / HTTP/1.1\r\nHost: true.example.org\r\n\r\n".utf8)
        bytes.insert(UInt8(ascii: "x"), at: places[taken])
        var scene = Scene()
        scene.open()
        for place in places { scene.send(urgent: place + 1) }
        scene.send(bytes)
        scene.send(isUp: false, ack: bytes.count)
        let flow = scene.finish()
        #expect(flow?.names.contains { $0.name == "true.example.org" } == true && flow?.isComplete == false)
    }
}
