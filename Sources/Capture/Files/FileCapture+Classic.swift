public import Bytes

extension FileCapture {
    /// Reads the 24 bytes before a pcap file's records; `window` is at their first.
    mutating func readClassicHeader(_ layout: ClassicLayout) throws(CaptureError) {
        guard window.require(24) else {
            throw CaptureError(.unreadable, "\(name): could not be read at all: the file ends within its header")
        }
        var layout = layout
        let minor: UInt16 = window.integer(at: 6)
        layout.hasUnorderedLengths = (layout.isSwapped ? minor.byteSwapped : minor) < 4
        let snapshotLength = Int(layout.ordered(window.integer(at: 16)))
        let linkType = LinkType(network: layout.ordered(window.integer(at: 20)))
        format = .classic(layout)
        addSlot(InterfaceDescription(name: fileName, linkType: linkType, snapshotLength: snapshotLength), TickClock())
        window.advance(by: 24)
    }

    /// Passes on records of a pcap file as long as they are not later than `bound`.
    @inlinable
    mutating func readRecords<Handler: FrameHandler & ~Copyable>(
        _ layout: ClassicLayout, into handler: inout Handler, limit: Int, through bound: Timestamp
    ) -> Int {
        let slot = slots[0]
        var (handed, examined) = (0, 0)
        while examined < limit {
            guard window.require(layout.headerLength) else {
                endOfBytes()
                break
            }
            let first = Int(layout.ordered(window.integer(at: 8)))
            let length = max(Int(layout.ordered(window.integer(at: 12))), first)
            let captured = layout.hasUnorderedLengths ? min(Int(layout.ordered(window.integer(at: 12))), first) : first
            let time = Timestamp(
                nanoseconds: Int64(layout.ordered(window.integer(at: 0))) &* 1_000_000_000
                    &+ Int64(layout.ordered(window.integer(at: 4))) &* layout.fraction)
            guard captured <= Self.largestRecord else {
                stopAtLength(captured)
                break
            }
            guard time <= bound else {
                state = .waiting(time)
                break
            }
            guard window.require(layout.headerLength &+ captured) else {
                endWithinRecord()
                break
            }
            let header = FrameHeader(
                time: time, wireLength: length, linkType: slot.linkType, interface: slot.index)
            handed &+= deliver(header, at: layout.headerLength, count: captured, slot.program, to: &handler)
            window.advance(by: layout.headerLength &+ captured)
            examined &+= 1
        }
        return handed
    }
}

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
                warn("\(error.description); it keeps every frame of link type \(interface.linkType.rawValue)")
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
