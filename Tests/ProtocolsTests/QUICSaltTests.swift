import Bytes
import Foundation
import TestSupport
import Testing

@testable import Protocols

@Suite("QUIC: a real Initial packet of each version opens")
struct QUICSaltTests {
    /// Recordings of others' connections, a version each; the versions 1 and 2 have the vectors of their RFCs.
    static let recordings: [(version: UInt32, path: String)] = [
        (0xff00_001c, "captures/public/ndpi/quic-28.pcap"), (0xff00_001d, "captures/public/ndpi/quic-29.pcap"),
        (0x5130_3530, "captures/public/ndpi/quic_q50.pcap"),
        (0x5430_3530, "captures/public/ndpi/quic_t50.pcap"), (0x5430_3531, "captures/public/ndpi/quic_t51.pcap"),
        (0xface_b001, "cases/suites/quic-mvfst-22-frame1.pcap"),
        (0xface_b002, "captures/public/ndpi/quic-mvfst-27.pcapng"),
        (0xface_b00e, "captures/public/ndpi/quic-mvfst-exp.pcap"),
    ]

    @Test("Recorded connections", arguments: recordings.indices)
    func recorded(index: Int) throws {
        let (version, path) = Self.recordings[index]
        guard let file = sharedFile(path) else { return }
        #expect(try versionsOpened(in: file).contains(version), "\(path) \(String(version, radix: 16))")
    }

    @Test("Initial packets made for the drafts 21 and 22 and mvfst's reading of them")
    func draft22() throws {
        guard let file = sharedFile("cases/suites/quic-drafts-made.pcap") else { return }
        let opened = try versionsOpened(in: file)
        #expect(Set(opened).isSuperset(of: [0xff00_0015, 0xff00_0016]), "\(opened.map { String($0, radix: 16) })")
    }

    @Test("Every salt is that of a version in one of these tests")
    func everySaltIsTested() {
        let tested = Set(
            (Self.recordings.map(\.version) + [1, 0x6b33_43cf, 0xff00_0015]).compactMap { number in
                QUICVersion(rawValue: number).protection.map(ObjectIdentifier.init)
            })
        let all: [QUICProtection] = [
            .version1, .version2, .draft29, .draft23, .draft22, .googleQ050, .googleT050, .googleT051,
        ]
        #expect(all.allSatisfy { tested.contains(ObjectIdentifier($0)) })
    }

    @Test("The words of versions are read back as the versions that they were written for")
    func words() {
        for number in [1, 0x6b33_43cf, 0xff00_0015, 0xff00_001d, 0x5130_3339, 0x5430_3531, 0xface_b001, 0x0a1a_2a3a]
            as [UInt32]
        {
            let version = QUICVersion(rawValue: number)
            #expect(QUICVersion(word: version.description) == version)
        }
        for text in ["", "3", "draft-", "draft-99", "Q04", "Q0400", "0x", "0xfffffffff", "quic"] {
            #expect(QUICVersion(word: text) == nil, "\(text)")
        }
    }

    /// The versions of the Initial packets of clients that open, each datagram for itself.
    private func versionsOpened(in path: String) throws -> [UInt32] {
        var decryptor = QUICDecryptor()
        return try QUICCaptureFile(path: path).datagrams.compactMap { datagram in
            var connection = QUICConnection()
            _ = connection.receive(datagram.payload.rawSpan, fromInitiator: true, with: &decryptor)
            return connection.state == .open ? connection.version.rawValue : nil
        }
    }
}

/// A file of the shared recordings, or `nil`, said aloud, if they are not there.
private func sharedFile(_ name: String) -> String? {
    var candidates: [String] = []
    if let root = ProcessInfo.processInfo.environment["EGRET_SHARED"] { candidates.append(root) }
    var directory = URL(fileURLWithPath: #filePath)
    while directory.path != "/" {
        directory.deleteLastPathComponent()
        candidates.append(directory.deletingLastPathComponent().appendingPathComponent("shared").path)
    }
    if let root = candidates.first(where: { FileManager.default.fileExists(atPath: "\($0)/\(name)") }) {
        return "\(root)/\(name)"
    }
    print("skipped: \(name) is not there")
    return nil
}
