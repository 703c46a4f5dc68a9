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

    /// Hands over records of a pcap file as long as they are not later than `bound`.
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
