import Bytes
import Capture
import Flows
import Protocols
import Wire

/// Decodes frames and copies them into batches: the part of the line that needs no flow, done ahead.
struct BatchFiller: ~Copyable, FrameHandler {
    private let relay: BatchRelay
    private let seed: HashSeed
    private let pace: ReadAhead.Pace
    private var batch = DecodedBatch()
    private var packet = Packet()
    private var previewer = PayloadPreviewer()
    /// Whether previews are made: not while the other thread has little to do, which would only wait for them.
    private var makesPreviews: Bool
    /// Whether somebody still takes what is filled.
    private(set) var isWanted = true

    /// A filler for whoever takes from `relay` and hashes flows with `seed`.
    init(_ relay: BatchRelay, seed: HashSeed, pace: ReadAhead.Pace) {
        self.relay = relay
        self.seed = seed
        self.pace = pace
        makesPreviews = pace.ample == 0
    }

    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan) {
        if batch.entries.count >= pace.frames || batch.bytes.count >= pace.bytes { flush() }
        switch PacketDecoder.decode(bytes, link: header.linkType, wireLength: header.wireLength, into: &packet) {
        case .packet:
            var isForward = true
            let hash = FlowKey(packet, isForward: &isForward).hash(seed: seed)
            let preview = preview(of: bytes.clamped(packet.payload.indices))
            batch.append(header, bytes, .packet, packet, hash: hash, preview)
        case .fragment(let fragment):
            batch.append(header, bytes, batch.keep(fragment), packet, hash: 0, nil)
        case .ignored(let reason):
            batch.append(header, RawSpan(), .ignored(reason), packet, hash: 0, nil)
        case .malformed(let layer):
            batch.append(header, RawSpan(), .malformed(layer), packet, hash: 0, nil)
        }
    }

    private mutating func preview(of payload: RawSpan) -> PayloadPreview? {
        guard makesPreviews, payload.byteCount > 0 else { return nil }
        if packet.transport == .tcp { return previewer.segment(payload) }
        // A guess at which end is the client: a wrong one costs time and nothing else.
        return packet.sourcePort > packet.destinationPort ? previewer.datagram(payload) : nil
    }

    /// Ends a read: hands over what there is, with what the source says.
    mutating func end(_ mark: DecodedBatch.Mark) {
        batch.mark = mark
        flush()
    }

    private mutating func flush() {
        if isWanted, let waiting = relay.put(&batch) {
            makesPreviews = waiting >= pace.ample
        } else {
            isWanted = false
        }
        batch.clear()
    }
}
