import Bytes
import Protocols
import Testing
import Wire

@testable import Flows

/// A RST, FIN or SYN that dies on its way while a hello is sent.
struct ForgedEndTests {
    @Test("What seems to end the connection inside a hello hides no name", arguments: [true, false])
    func insideAHello(_ hasSYN: Bool) {
        let bytes = hello("true.example")
        for ends in [[[.rst]], [[.rst, .ack]], [[.fin, .ack], [.rst]]] as [[TCPFlags]] {
            for pause in [0, 20] as [Double] {
                var scene = Scene()
                scene.open()
                scene.send(Array(bytes[..<100]))
                scene.send(isUp: false, ack: 100)
                for flags in ends { scene.send(at: 100, flags: flags) }
                if hasSYN {
                    scene.client = 5_000_000
                    scene.send(flags: [.syn])
                    scene.client = 1000
                }
                scene.replay.turn(after: pause)
                scene.send(Array(bytes[100...]), at: 100)
                scene.send(isUp: false, ack: bytes.count)
                scene.send(serverHello(), isUp: false, ack: bytes.count)
                let flows = scene.replay.finish()
                #expect(flows.map { $0.names.map(\.name) } == [["true.example"]], "\(ends) \(pause)")
            }
        }
    }

    @Test func aConnectionThatFollowsAnAbortedOneIsAnother() {
        var scene = Scene()
        scene.open()
        scene.send(Array(hello("first.example")[..<100]))
        scene.send(isUp: false, ack: 100)
        scene.send(at: 100, flags: [.rst])
        scene.client = 500_000
        scene.server = 700_000
        scene.open()
        scene.sayHello("second.example")
        let flows = scene.replay.finish()
        #expect(flows.map { $0.names.map(\.name) } == [[], ["second.example"]])
        #expect(flows.map(\.isComplete) == [false, true])
        #expect(flows.first?.endReason == .rst)
    }
}
