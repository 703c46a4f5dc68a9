import Bytes
import Capture
import Flows
import Foundation
import Protocols
import TestSupport
import Testing
import Wire

/// Follows the flows of a capture.
private struct Follower: ~Copyable, FrameHandler {
    var tracker = FlowTracker(policy: FlowPolicy(), seed: HashSeed(1, 2, 3))
    var observer = RecordingObserver()
    private var packet = Packet()

    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan) {
        let decoded = PacketDecoder.decode(bytes, link: header.linkType, wireLength: header.wireLength, into: &packet)
        guard decoded == .packet else { return }
        tracker.receive(packet, bytes, time: header.time, interface: 0, observer: &observer)
    }
}

/// What the reference implementation says of one connection.
private struct Expectation: Decodable {
    let src: String
    let src_port: UInt16
    let ja4: [String]
}

/// The directory of public recordings beside the project, if there is one.
private var publicCaptures: String? {
    var candidates = [ProcessInfo.processInfo.environment["EGRET_SHARED"]].compactMap { $0 }
    var directory = URL(fileURLWithPath: #filePath)
    while directory.path != "/" {
        directory.deleteLastPathComponent()
        candidates.append(directory.appendingPathComponent("shared").path)
    }
    return candidates.map { $0 + "/captures/public" }.first {
        FileManager.default.fileExists(atPath: $0 + "/ja4-expected.json")
    }
}

@Test func ja4OfRecordedHellosIsThatOfTheReferenceImplementation() throws {
    guard let root = publicCaptures else {
        print("skipped: the recordings with JA4 values are not there")
        return
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: root + "/ja4-expected.json"))
    let files = try JSONDecoder().decode([String: [Expectation]].self, from: data)
    var compared = 0
    for (file, expectations) in files {
        var capture = try FileCapture(path: root + "/" + file)
        var follower = Follower()
        while try capture.read(into: &follower, limit: 1000) != .end {}
        follower.tracker.finish(observer: &follower.observer)
        for expectation in expectations {
            let address = IPAddress(expectation.src)
            let found = follower.observer.ended.filter {
                $0.client.address == address && $0.client.port == expectation.src_port
            }.compactMap { $0.tls?.ja4 }
            #expect(!Set(found).isDisjoint(with: expectation.ja4), "\(file) \(expectation.src_port) \(found)")
            compared += 1
        }
    }
    #expect(compared == files.values.reduce(0) { $0 + $1.count } && compared > 0)
}
