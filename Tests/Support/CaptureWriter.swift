/// Writes the bytes of pcap and pcapng files, of either byte order, for tests.
public struct CaptureWriter {
    /// The bytes so far.
    public private(set) var bytes: [UInt8] = []
    private let isBigEndian: Bool

    /// An empty file.
    public init(isBigEndian: Bool = false) {
        self.isBigEndian = isBigEndian
    }

    /// Appends bytes as they are.
    public mutating func raw(_ more: [UInt8]) { bytes += more }

    /// Appends an integer in the file's byte order.
    public mutating func integer(_ value: some FixedWidthInteger) {
        let ordered = (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        bytes += isBigEndian ? ordered.reversed() : ordered
    }

    /// Appends a pcap file header.
    public mutating func pcapHeader(
        magic: UInt32 = 0xA1B2_C3D4, network: UInt32 = 1, snapshotLength: UInt32 = 65_535, minor: UInt16 = 4
    ) {
        integer(magic)
        integer(UInt16(2))
        integer(minor)
        integer(UInt64(0))
        integer(snapshotLength)
        integer(network)
    }

    /// Appends a pcap record; `extra` is between its header and its bytes.
    public mutating func record(
        _ seconds: UInt32, _ fraction: UInt32, _ frame: [UInt8], length: Int? = nil, extra: [UInt8] = []
    ) {
        integer(seconds)
        integer(fraction)
        integer(UInt32(frame.count))
        integer(UInt32(length ?? frame.count))
        raw(extra + frame)
    }

    /// Appends a pcapng block around `body`, padded to four bytes.
    public mutating func block(_ type: UInt32, _ body: (inout CaptureWriter) -> Void) {
        var inner = CaptureWriter(isBigEndian: isBigEndian)
        body(&inner)
        let padded = inner.bytes + [UInt8](repeating: 0, count: (4 - inner.bytes.count % 4) % 4)
        integer(type)
        integer(UInt32(padded.count + 12))
        raw(padded)
        integer(UInt32(padded.count + 12))
    }

    /// Appends a section header block.
    public mutating func section() {
        block(0x0A0D_0D0A) {
            $0.integer(UInt32(0x1A2B_3C4D))
            $0.integer(UInt16(1))
            $0.integer(UInt16(0))
            $0.integer(UInt64.max)
        }
    }

    /// Appends an interface description block with its options in order, and the end of options.
    public mutating func interface(
        _ linkType: UInt16 = 1, snapshotLength: UInt32 = 0, options: [(code: UInt16, value: [UInt8])] = []
    ) {
        block(1) {
            $0.integer(linkType)
            $0.integer(UInt16(0))
            $0.integer(snapshotLength)
            for option in options { $0.option(option.code, option.value) }
            if !options.isEmpty { $0.option(0, []) }
        }
    }

    /// Appends an enhanced packet block.
    public mutating func packet(_ interface: UInt32 = 0, ticks: UInt64, _ frame: [UInt8], length: Int? = nil) {
        block(6) {
            $0.integer(interface)
            $0.integer(UInt32(truncatingIfNeeded: ticks >> 32))
            $0.integer(UInt32(truncatingIfNeeded: ticks))
            $0.integer(UInt32(frame.count))
            $0.integer(UInt32(length ?? frame.count))
            $0.raw(frame)
        }
    }

    /// Appends one option, padded to four bytes.
    public mutating func option(_ code: UInt16, _ value: [UInt8]) {
        integer(code)
        integer(UInt16(value.count))
        raw(value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4))
    }

    /// The bytes of one value in the file's byte order, as an option holds it.
    public func encoded(_ value: some FixedWidthInteger) -> [UInt8] {
        var writer = CaptureWriter(isBigEndian: isBigEndian)
        writer.integer(value)
        return writer.bytes
    }
}
