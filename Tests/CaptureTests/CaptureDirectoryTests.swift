import Foundation
import Testing

@testable import Capture

/// What came of reading the captures of a directory.
private struct Found {
    var names: [String] = []
    var unread: [String] = []
    var skipped: [String] = []
    var statistics = CaptureStatistics()

    init(_ paths: [String], isRecursive: Bool = true) throws {
        var set = try CaptureSet(paths: paths, isRecursive: isRecursive)
        unread = set.unread.map(\.description)
        skipped = set.skipped.compactMap { $0.split(separator: "/").last.map(String.init) }
        let reading = try readAll(&set, limit: 64)
        names = reading.interfaces.map(\.name)
        statistics = reading.statistics
    }
}

@Suite struct CaptureDirectoryTests {
    @Test func contentDecidesWhatIsACaptureAndNotTheName() throws {
        let directory = try TemporaryDirectory()
        for name in ["log.pcap.1657698333", "b.pcap.1", "a.CAP", "c.pcapng", "trace", "dump.bin"] {
            _ = try directory.write(name, pcap(seconds: [1]))
        }
        _ = try directory.write("notes.txt", Array("no capture at all".utf8))
        _ = try directory.write("empty.txt", [])
        _ = try directory.write(".hidden.pcap", [1, 2, 3])
        let found = try Found([directory.path])
        #expect(found.names == ["a.CAP", "b.pcap.1", "c.pcapng", "dump.bin", "log.pcap.1657698333", "trace"])
        #expect(found.skipped == ["empty.txt", "notes.txt"])
        #expect(found.unread.isEmpty)
        #expect(found.statistics.skippedFiles == 2 && found.statistics.unreadFiles == 0)
    }

    @Test func whatIsNamedLikeACaptureAndIsNoneIsUnread() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write("good.pcap", pcap(seconds: [1]))
        _ = try directory.write("broken.pcap", Array("no capture".utf8))
        _ = try directory.write("broken.pcap.3", Array("no capture".utf8))
        _ = try directory.write("empty.pcapng", [])
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/gone.pcap", withDestinationPath: "nowhere")
        let found = try Found([directory.path])
        #expect(found.names == ["good.pcap"])
        #expect(found.unread.count == 4)
        #expect(found.unread.contains { $0.contains("broken.pcap: is no capture that can be read") })
        #expect(found.unread.contains { $0.contains("gone.pcap: cannot be opened: No such file") })
        #expect(found.statistics.unreadFiles == 4)
    }

    @Test func directoriesBelowAreEnteredUnlessThatIsTurnedOff() throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory.path + "/a/b", withIntermediateDirectories: true)
        _ = try directory.write("top.pcap", pcap(seconds: [1]))
        _ = try directory.write("a/middle.pcap", pcap(seconds: [1]))
        _ = try directory.write("a/b/deep.pcap", pcap(seconds: [1]))
        // A link that leads back is entered once.
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/a/b/back", withDestinationPath: directory.path)
        #expect(try Set(Found([directory.path]).names) == ["top.pcap", "middle.pcap", "deep.pcap"])
        let flat = try Found([directory.path], isRecursive: false)
        #expect(flat.names == ["top.pcap"] && flat.skipped == ["a"])
    }

    @Test func pipesAndOtherThingsOfADirectoryAreNotOpened() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write("a.pcap", pcap(seconds: [1]))
        // Invariant: the path is a terminated copy for the call.
        #expect(unsafe mkfifo(directory.path + "/pipe.pcap", 0o600) == 0)
        let found = try Found([directory.path])
        #expect(found.names == ["a.pcap"] && found.skipped == ["pipe.pcap"])
    }

    @Test func aDirectoryWithoutCapturesAndABadFileThatIsNamedAreErrors() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: CaptureError.self) { try Found([directory.path]) }
        _ = try directory.write("notes.txt", Array("text".utf8))
        #expect { try Found([directory.path]) } throws: { "\($0)".contains("the directory holds no capture") }
        let good = try directory.write("good.pcap", pcap(seconds: [1]))
        let bad = try directory.write("bad.pcap", [1, 2, 3, 4, 5])
        #expect(throws: CaptureError.self) { try Found([good, bad]) }
        #expect(throws: CaptureError.self) { try Found([]) }
    }

    @Test func namesOfCapturesAreTold() {
        for name in [
            "a.pcap", "a.pcapng", "a.cap", "a.pcap.gz", "a.pcapng.zst", "a.pcap3", "a.pcap0.gz", "A.PCAP", "a.pcap.1",
            "a.pcap.17.gz",
        ] {
            #expect(CaptureDirectory.isCapture(name), "\(name)")
        }
        for name in ["a.txt", "pcap", "a.pcap.bak", "a.gz", "a.pcap.xz", "a.1"] {
            #expect(!CaptureDirectory.isCapture(name), "\(name)")
        }
    }
}
