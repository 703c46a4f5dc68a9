import Bytes
import Capture
import Flows
import Protocols
import Wire

/// A stretch of a source's frames with their bytes, decoded: what one thread has read ahead for another.
///
/// Its memory is used again and again: a batch goes to and fro between both threads.
struct DecodedBatch: Sendable {
    /// What a frame turned out to be. A fragment stands in `fragments`, which spares every other frame its room.
    enum Kind: Sendable {
        case packet
        case fragment(Int)
        case ignored(Ignored)
        case malformed(Layer)
    }

    /// One frame.
    struct Entry: Sendable {
        var header: FrameHeader
        /// Where its bytes lie.
        var bytes: Range<Int>
        var kind: Kind
        /// Its headers, where it is a packet.
        var packet: Packet
        /// The packet's flow: its hash under the follower's seed.
        var hash: UInt64
        /// Which of `previews` is of its payload; negative for none.
        var preview: Int
    }

    /// What a source said at the end of one read.
    struct Mark: Sendable {
        var outcome = ReadOutcome.end
        /// Why there will be no more, where the source failed.
        var failure: CaptureError?
        var statistics = CaptureStatistics()
        var progress = CaptureProgress(bytesRead: 0, totalBytes: nil)
        var interfaces: [InterfaceDescription] = []
        var warnings: [String] = []
    }

    private(set) var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []
    private(set) var fragments: [Fragment] = []
    private(set) var previews: [PayloadPreview] = []
    /// Set on the last batch of a read.
    var mark: Mark?

    /// Adds a frame.
    mutating func append(
        _ header: FrameHeader, _ frame: RawSpan, _ kind: Kind, _ packet: Packet, hash: UInt64,
        _ preview: PayloadPreview?
    ) {
        let start = bytes.count
        frame.append(to: &bytes)
        if let preview { previews.append(preview) }
        entries.append(
            Entry(
                header: header, bytes: start..<bytes.count, kind: kind, packet: packet, hash: hash,
                preview: preview == nil ? -1 : previews.count - 1))
    }

    /// Adds a fragment, to which the entry's kind will refer.
    mutating func keep(_ fragment: Fragment) -> Kind {
        fragments.append(fragment)
        return .fragment(fragments.count - 1)
    }

    /// Forgets everything but the memory; that of an uncommonly large frame too.
    mutating func clear() {
        if bytes.capacity > Self.largest { bytes = [] } else { bytes.removeAll(keepingCapacity: true) }
        entries.removeAll(keepingCapacity: true)
        fragments.removeAll(keepingCapacity: true)
        previews.removeAll(keepingCapacity: true)
        mark = nil
    }

    /// The most memory for bytes that is kept from use to use.
    private static var largest: Int { 1 << 20 }
}
