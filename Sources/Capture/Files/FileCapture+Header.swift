import Bytes

extension FileCapture {
    /// Finds out what the file is and reads its header.
    mutating func readFileHeader() throws(CaptureError) {
        guard window.require(4) else {
            let reason = window.feed.failure ?? (window.available == 0 ? "it is empty" : "it ends within its header")
            throw CaptureError(.unreadable, "\(name): could not be read at all: \(reason)")
        }
        let magic: UInt32 = window.integer(at: 0)
        if magic == BlockType.sectionHeader {
            guard openSection() else {
                throw CaptureError(
                    .unreadable, "\(name): could not be read at all: its pcapng section header is damaged")
            }
            return
        }
        guard let layout = ClassicLayout(magic: magic) else {
            throw CaptureError(
                .unknownFormat,
                "\(name): is no capture that can be read (it begins with \(hexadecimal(magic.littleEndian))); "
                    + "pcap and pcapng are read, plain or compressed with gzip or zstd")
        }
        try readClassicHeader(layout)
    }

    /// Enters an interface of the current section, with the filter's program for it.
    mutating func addSlot(_ interface: InterfaceDescription, _ clock: TickClock) {
        var program = PacketFilter.Program.all
        if let filter {
            do throws(CaptureError) {
                program = try filter.program(for: interface.linkType)
            } catch {
                program = .none
                warn("\(error.description); it holds back every frame of link type \(interface.linkType.rawValue)")
            }
        }
        slots.append(
            InterfaceSlot(
                index: table.index(of: interface), linkType: interface.linkType,
                snapshotLength: interface.snapshotLength, clock: clock, program: program))
    }

    /// The last part of the path, which names the interface where the file does not.
    var fileName: String {
        name.split(separator: "/").last.map(String.init) ?? name
    }
}

/// Four bytes as they are in the file, as `a1 b2 c3 d4`.
private func hexadecimal(_ value: UInt32) -> String {
    (0..<4).map { index in
        let byte = value >> UInt32(8 * index) & 0xFF
        return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined(separator: " ")
}
