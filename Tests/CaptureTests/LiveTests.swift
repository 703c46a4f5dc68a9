import Bytes
import Foundation
import Testing

@testable import Capture

/// Runs `ip` with arguments; whether it succeeded.
private func ip(_ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["ip"] + arguments
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}

/// A veth pair between this namespace, if it has no address, and one of its own.
private final class VirtualLink {
    let name: String
    private let space: String

    /// Whether this process may make one.
    static let isPossible = VirtualLink() != nil

    init?() {
        // A name of its own: the system removes the one before at its leisure.
        let number = Int.random(in: 0..<1_000_000_000)
        name = "egv\(number)"
        space = "egret-\(number)"
        guard getuid() == 0, ip("netns", "add", space) else { return nil }
        if !Self.make(name, space) { return nil }
    }

    private static func make(_ name: String, _ space: String) -> Bool {
        ip("link", "add", name, "type", "veth", "peer", "name", "peer0", "netns", space)
            && ip("link", "set", name, "addrgenmode", "none") && ip("link", "set", name, "up")
            && ip("-n", space, "addr", "add", "192.0.2.1/24", "dev", "peer0")
            && ip("-n", space, "link", "set", "peer0", "up")
            && ip("-n", space, "neigh", "add", "192.0.2.2", "lladdr", "02:00:00:00:00:02", "dev", "peer0")
    }

    deinit { _ = ip("netns", "del", space) }

    /// Takes the interface away with its peer.
    func remove() -> Bool { ip("link", "del", name) }

    /// Makes it again, as it was.
    func restore() -> Bool { Self.make(name, space) }

    /// Sets the interface up or down.
    func set(_ state: String) -> Bool { ip("link", "set", name, state) }

    /// Sends `count` datagrams from within the namespace.
    func send(_ count: Int, port: Int) -> Bool {
        let script = "for i in $(seq \(count)); do echo hello > /dev/udp/192.0.2.2/\(port); done"
        return ip("netns", "exec", space, "bash", "-c", script)
    }
}

@Suite(.serialized, .enabled(if: VirtualLink.isPossible, "a live capture needs root and the ip command"))
struct LiveTests {
    @Test(.timeLimit(.minutes(15))) func framesOfALiveInterfaceArriveWithTheirCounts() throws {
        let link = try #require(VirtualLink())
        var options = LiveCapture.Options(interface: link.name)
        options.filter = "udp dst port 9"
        options.timeoutMilliseconds = 20
        var capture = try LiveCapture(options)
        var collector = Collector()
        #expect(try capture.read(into: &collector, limit: 10) == .idle)
        #expect(link.send(50, port: 9))
        #expect(link.send(5, port: 10))
        var idle = 0
        while idle < 20, collector.frames.count < 50 {
            switch try capture.read(into: &collector, limit: 8) {
            case .frames(let count): #expect(count <= 8)
            case .idle: idle += 1
            case .end: Issue.record("a live source ended by itself")
            }
        }
        #expect(collector.frames.count == 50)
        #expect(collector.frames.allSatisfy { $0.length == 48 && $0.linkType == 1 && $0.bytes.count == 48 })
        #expect(collector.frames.map(\.time) == collector.frames.map(\.time).sorted())
        let statistics = capture.statistics
        #expect(statistics.packets == 50)
        #expect(statistics.bytes == 50 * 48)
        #expect(statistics.droppedByKernel == 0)
        #expect(capture.interfaces.map(\.name) == [link.name])
    }

    @Test(.timeLimit(.minutes(15))) func aStopFromAnotherThreadEndsTheWaitAtOnce() throws {
        let link = try #require(VirtualLink())
        var options = LiveCapture.Options(interface: link.name)
        options.timeoutMilliseconds = 30_000
        let stop = CaptureStop()
        var capture = try LiveCapture(options, stop: stop)
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.2)
            stop.request()
        }
        var collector = Collector()
        let start = ContinuousClock.now
        while try capture.read(into: &collector, limit: 8) != .end {}
        #expect(ContinuousClock.now - start < .seconds(25))
        #expect(try capture.read(into: &collector, limit: 8) == .end)
    }

    @Test(.timeLimit(.minutes(15))) func whatWaitsInTheRingAtAStopIsDrained() throws {
        let link = try #require(VirtualLink())
        var options = LiveCapture.Options(interface: link.name)
        options.filter = "udp dst port 9"
        // Longer than the sending lasts: the kernel still holds the frames back when the stop comes.
        options.timeoutMilliseconds = 2_000
        let stop = CaptureStop()
        var capture = try LiveCapture(options, stop: stop)
        var collector = Collector()
        #expect(link.send(50, port: 9))
        stop.request()
        #expect(try capture.read(into: &collector, limit: 8) == .end)
        #expect(collector.frames.isEmpty)
        var idle = 0
        while idle < 3 {
            idle = try capture.drain(into: &collector, limit: 8) == .idle ? idle + 1 : 0
        }
        #expect(collector.frames.count == 50)
        #expect(capture.newest.nanoseconds == collector.frames.last?.time)
    }

    @Test(.timeLimit(.minutes(15))) func anInterfaceThatGoesAwayIsAnErrorThatNamesIt() throws {
        var link = VirtualLink()
        let name = try #require(link?.name)
        var options = LiveCapture.Options(interface: name)
        options.timeoutMilliseconds = 20
        var capture = try LiveCapture(options)
        link = nil
        var collector = Collector()
        do throws(CaptureError) {
            for _ in 0..<200 { _ = try capture.read(into: &collector, limit: 8) }
            Issue.record("a vanished interface was not noticed")
        } catch {
            #expect(error.kind == .interfaceFailed)
            #expect(error.description.hasPrefix("\(name): "))
        }
    }

    /// Reads until `count` frames are there in all, or for two hundred time-outs in vain.
    private func read(_ capture: inout LiveCapture, _ collector: inout Collector, until count: Int) throws(CaptureError)
    {
        var idle = 0
        while idle < 200, collector.frames.count < count {
            if try capture.read(into: &collector, limit: 8) == .idle { idle += 1 }
        }
    }

    @Test(.timeLimit(.minutes(15))) func anInterfaceThatWasDownIsReadOn() throws {
        let link = try #require(VirtualLink())
        var options = LiveCapture.Options(interface: link.name)
        options.filter = "udp dst port 9"
        options.timeoutMilliseconds = 20
        var capture = try LiveCapture(options)
        var collector = Collector()
        let before = capture.isUp
        #expect(before)
        #expect(link.set("down"))
        for _ in 0..<5 { #expect(try capture.read(into: &collector, limit: 8) == .idle) }
        let down = (capture.isUp, capture.isPresent)
        #expect(down == (false, true))
        #expect(link.set("up"))
        #expect(link.send(5, port: 9))
        try read(&capture, &collector, until: 5)
        #expect(collector.frames.count == 5)
        let after = capture.isUp
        #expect(after)
    }

    @Test(.timeLimit(.minutes(15))) func anInterfaceThatComesBackIsTakenUpOnTheSameSocket() throws {
        let link = try #require(VirtualLink())
        var options = LiveCapture.Options(interface: link.name)
        options.filter = "udp dst port 9"
        options.timeoutMilliseconds = 20
        options.isPromiscuous = true
        var capture = try LiveCapture(options)
        var collector = Collector()
        #expect(link.send(5, port: 9))
        try read(&capture, &collector, until: 5)
        #expect(link.remove())
        #expect(throws: CaptureError.self) { try read(&capture, &collector, until: 6) }
        let whileGone = (capture.isUp, capture.isPresent, try capture.resume())
        #expect(whileGone == (false, false, false))
        #expect(link.restore())
        let back = (try capture.resume(), capture.isUp, capture.isPresent)
        #expect(back == (true, true, true))
        #expect(link.send(5, port: 9))
        try read(&capture, &collector, until: 10)
        #expect(collector.frames.count == 10)
    }

    @Test func aMissingInterfaceIsAnErrorThatListsThoseThereAre() throws {
        do throws(CaptureError) {
            _ = try LiveCapture(LiveCapture.Options(interface: "no-such-if0"))
            Issue.record("an interface that is not there was opened")
        } catch {
            #expect(error.kind == .noSuchInterface)
            #expect(error.description.hasPrefix("no-such-if0: there is no such interface; there are: "))
            #expect(error.description.contains("lo"))
        }
    }

    @Test func aBadFilterOnALiveInterfaceIsAnError() throws {
        var options = LiveCapture.Options(interface: "lo")
        options.filter = "not a filter"
        do throws(CaptureError) {
            _ = try LiveCapture(options)
            Issue.record("a filter that is no filter was taken")
        } catch {
            #expect(error.kind == .badFilter)
        }
    }

    @Test func theLoopbackIsAmongTheInterfaces() throws {
        #expect(try LiveInterface.all().contains { $0.isLoopback })
    }
}

@Test("Drop totals survive the wrap of a 32-bit counter") func dropTotalsDoNotWrap() {
    var drops = DropCounterWidener()
    drops.update(kernel: 4_000_000_000, interface: 7)
    drops.update(kernel: 100, interface: 7)
    drops.update(kernel: 200, interface: 9)
    #expect(drops.kernel == 4_294_967_296 + 200)
    #expect(drops.interface == 9)
}

@Test func aStopCanBeRequestedAnyNumberOfTimes() {
    let stop = CaptureStop()
    #expect(!stop.isRequested)
    for _ in 0..<100_000 { stop.request() }
    #expect(stop.isRequested)
}
