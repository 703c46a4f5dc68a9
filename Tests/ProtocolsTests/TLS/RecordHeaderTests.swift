import Bytes
import Protocols
import Testing

/// The five bytes in front of a TLS record.
@Suite struct RecordHeaderTests {
    @Test("Headers of every type and version are read")
    func valid() {
        for (type, length) in [(UInt8(20), 1), (21, 2), (21, 26), (22, 512), (23, 1), (23, 16_640)] {
            for version in UInt8(0)...3 {
                let bytes = [0, type, 3, version, UInt8(length >> 8), UInt8(length & 0xFF)]
                let header = RecordHeader(bytes.rawSpan, at: 1)
                #expect(header?.content.rawValue == type)
                #expect(header?.length == length)
            }
        }
    }

    @Test("What is no header is none, and nothing traps wherever the bytes end")
    func invalid() {
        let wrong: [[UInt8]] = [
            [19, 3, 3, 0, 1], [24, 3, 3, 0, 1], [23, 2, 3, 0, 1], [23, 3, 4, 0, 1], [23, 3, 3, 0, 0],
            [23, 3, 3, 0xFF, 0xFF], [20, 3, 3, 0, 2], [],
        ]
        for bytes in wrong { #expect(RecordHeader(bytes.rawSpan) == nil, "\(bytes)") }
        let right: [UInt8] = [23, 3, 3, 0x40, 0x11]
        for count in 0..<5 { #expect(RecordHeader(Array(right[..<count]).rawSpan) == nil) }
        for offset in [-1, 1, 5, Int.max, Int.min] { #expect(RecordHeader(right.rawSpan, at: offset) == nil) }
        #expect(RecordHeader(right.rawSpan)?.length == 0x4011)
    }
}
