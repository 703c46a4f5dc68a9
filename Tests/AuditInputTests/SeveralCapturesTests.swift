import Bytes
import Foundation
import HTTPDecoding
import TestSupport
import Testing

@testable import AuditInput

/// Several captures that are read as one recording: each request names its own file and the number of the packet there.
@Suite struct SeveralCapturesTests {
    /// A capture of one request in the clear, whose packets have the given times in milliseconds.
    private func capture(_ path: String, port: Int, at times: [UInt64]) -> [UInt8] {
        var writer = CaptureWriter()
        writer.section()
        writer.interface()
        var sequence: UInt32 = 1_000
        let request = Array("GET \(path) HTTP/1.1\r\nHost: a.example\r\n\r\n".utf8)
        let payloads: [(bytes: [UInt8], flags: UInt8)] = [([], 0x02)] + request.chunks(of: 12).map { ($0, 0x18) }
        for (index, payload) in payloads.enumerated() {
            let frame = PacketBuilder(payload.bytes).tcp(
                from: port, to: 80, sequence: sequence, acknowledgment: 0, flags: payload.flags
            ).ipv4(from: PacketBuilder.client, to: PacketBuilder.server).ethernet()
            writer.packet(ticks: times[min(index, times.count - 1)] * 1_000, frame.bytes)
            sequence += UInt32(payload.bytes.count) + (index == 0 ? 1 : 0)
        }
        return writer.bytes
    }

    private func read(_ captures: [[UInt8]], examine: AuditReader.Examiner? = nil) throws -> AuditReading {
        let directory = NSTemporaryDirectory() + "egret-several-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var paths: [String] = []
        for (index, bytes) in captures.enumerated() {
            paths.append("\(directory)/\(index).pcapng")
            try Data(bytes).write(to: URL(fileURLWithPath: paths[index]))
        }
        return try AuditReader(captures: paths).read(examine: examine)
    }

    @Test func namesTheFileAndItsOwnPacketNumber() throws {
        let reading = try read([
            capture("/one", port: 1_001, at: [1, 5, 9, 13, 17]), capture("/two", port: 1_002, at: [2, 3, 4, 6, 7]),
            capture("/three", port: 1_003, at: [100, 101, 102, 103, 104]),
        ])
        #expect(reading.exchanges.map(\.request.path) == ["/two", "/one", "/three"])
        #expect(reading.captures == [1, 0, 2])
        #expect(reading.exchanges.map(\.packet) == [2, 2, 2])
        #expect(reading.files.map { $0.suffix(8) } == ["0.pcapng", "1.pcapng", "2.pcapng"])
    }

    @Test func givesEachExchangeToTheExaminerOnceAndWhole() throws {
        var seen: [Int: String] = [:]
        let reading = try read([
            capture("/one", port: 1_001, at: [1, 5, 9, 13, 17]), capture("/two", port: 1_002, at: [2, 3, 4, 6, 7]),
        ]) { seen[$0.number] = $0.request.path }
        #expect(reading.arrivals.count == 2)
        #expect(zip(reading.exchanges, reading.arrivals).allSatisfy { seen[$1] == $0.request.path })
        #expect(reading.exchanges.map(\.number) == [1, 2])
    }
}

extension Array {
    /// The elements in pieces of `count`.
    fileprivate func chunks(of count: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
    }
}
