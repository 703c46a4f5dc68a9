import Bytes
import Foundation
import TestSupport

@testable import Capture

/// A frame as a test keeps it.
struct Frame: Equatable {
    var time: Int64
    var length: Int
    var linkType: UInt16
    var interface: UInt16
    var bytes: [UInt8]

    init(_ time: Int64, _ bytes: [UInt8], length: Int? = nil, linkType: UInt16 = 1, interface: UInt16 = 0) {
        self.time = time
        self.length = length ?? bytes.count
        self.linkType = linkType
        self.interface = interface
        self.bytes = bytes
    }
}

/// Keeps every frame.
struct Collector: FrameHandler {
    var frames: [Frame] = []

    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan) {
        frames.append(
            Frame(
                header.time.nanoseconds, bytes.copied(), length: header.wireLength,
                linkType: header.linkType.rawValue, interface: header.interface))
    }
}

/// All that a source gave until its end.
struct Reading {
    var frames: [Frame] = []
    var interfaces: [InterfaceDescription] = []
    var statistics = CaptureStatistics()
    var warnings: [String] = []

    var times: [Int64] { frames.map(\.time) }
}

/// Reads a source to its end, `limit` records a call.
func readAll<Source: PacketSource & ~Copyable>(
    _ source: inout Source, limit: Int = 64
) throws(CaptureError) -> Reading {
    var collector = Collector()
    while try source.read(into: &collector, limit: limit) != .end {}
    return Reading(
        frames: collector.frames, interfaces: source.interfaces, statistics: source.statistics,
        warnings: source.warnings)
}

/// Reads the bytes of one capture, `step` of them arriving at a time.
func readBytes(
    _ bytes: [UInt8], filter: String = "", step: Int = .max, window: Int = 4096, limit: Int = 64
) throws(CaptureError) -> Reading {
    var capture = try FileCapture(
        name: "memory.pcap", feed: MemorySource(bytes, step: step), filter: filter.isEmpty ? nil : PacketFilter(filter),
        windowLength: window)
    return try readAll(&capture, limit: limit)
}

/// A directory that is gone with the test.
final class TemporaryDirectory {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "egret-capture-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}

/// A pcap file of one frame a given second.
func pcap(seconds: [UInt32], first byte: UInt8 = 0) -> [UInt8] {
    var writer = CaptureWriter()
    writer.pcapHeader()
    for second in seconds { writer.record(second, 0, [byte] + [UInt8](repeating: 0, count: 19)) }
    return writer.bytes
}

/// An Ethernet frame with an empty UDP datagram from port 1000 to `port`.
func datagram(to port: UInt16) -> [UInt8] {
    [UInt8](repeating: 2, count: 12) + [0x08, 0x00]
        + [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]
        + [0x03, 0xE8, UInt8(port >> 8), UInt8(port & 0xFF), 0, 8, 0, 0]
}
