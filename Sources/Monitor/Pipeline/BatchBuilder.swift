import Bytes
import Capture
import Flows
import Protocols
import Wire

/// Collects frames into batches and computes hints for them: the part of the pipeline that needs no flow state.
struct BatchBuilder: ~Copyable, FrameHandler {
    private let relay: BatchQueue
    private let seed: HashSeed
    private let tuning: ReadAhead.Tuning
    private var batch = AnnotatedBatch()
    private var packet = Packet()
    private var previewer = SpeculativeParser()
    /// Whether previews are made: not while the other thread has little to do, which would only wait for them.
    private var makesSpeculativeParses: Bool
    /// The interfaces of a source of files; `nil` for a ring, whose only interface is known.
    private let interfaceTable: InterfaceTable?
    private var knownInterfaces = 0
    /// Whether someone still takes what is filled.
    private(set) var isWanted = true

    /// A filler for anyone who takes from `relay` and hashes flows with `seed`.
    init(_ relay: BatchQueue, seed: HashSeed, tuning: ReadAhead.Tuning, interfaces: InterfaceTable? = nil) {
        interfaceTable = interfaces
        self.relay = relay
        self.seed = seed
        self.tuning = tuning
        makesSpeculativeParses = tuning.previewThreshold == 0
    }

    /// Takes a frame that is gone afterwards.
    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan) {
        if isFull { flush() }
        batch.frames.append(header, copying: bytes)
        prepare(header, bytes)
    }

    /// Takes a frame that stays if it is.
    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan, in block: FrameBlock, at offset: Int) {
        if isFull { flush() }
        batch.frames.append(header, in: block, at: offset, count: bytes.byteCount)
        prepare(header, bytes)
    }

    private var isFull: Bool { batch.frames.count >= tuning.frames || batch.frames.held > tuning.bytes }

    private mutating func prepare(_ header: FrameHeader, _ bytes: RawSpan) {
        let result = PacketDecoder.decode(bytes, link: header.linkType, wireLength: header.wireLength, into: &packet)
        guard case .packet = result else {
            batch.note(hash: 0, nil)
            return
        }
        var isForward = true
        let hash = FlowKey(packet, scope: seed.scope, isForward: &isForward).hash(seed: seed)
        batch.note(hash: hash, makesSpeculativeParses ? preview(of: bytes.clamped(packet.payload.indices)) : nil)
    }

    private mutating func preview(of payload: RawSpan) -> SpeculativeParse? {
        guard payload.byteCount > 0 else { return nil }
        if packet.transport == .tcp { return previewer.segment(payload) }
        // A guess at which end is the client: a wrong one costs time and nothing else.
        return packet.sourcePort > packet.destinationPort ? previewer.datagram(payload) : nil
    }

    /// Ends a read: passes on what there is, with what the source says.
    mutating func end(_ status: AnnotatedBatch.SourceStatus) {
        batch.status = status
        flush()
    }

    private mutating func flush() {
        if let interfaces = interfaceTable?.interfaces, interfaces.count != knownInterfaces {
            knownInterfaces = interfaces.count
            batch.interfaces = interfaces
        }
        if isWanted, let waiting = relay.put(&batch) {
            makesSpeculativeParses = waiting >= tuning.previewThreshold
        } else {
            isWanted = false
        }
        // What comes back still holds what it was sent with: that is let go here, by the thread that made it.
        batch.clear()
    }
}

/// A batch of frames with the hints that the reading thread computed for the tracking thread.
///
/// Its memory is reused: batches circulate between both threads.
struct AnnotatedBatch: Sendable {
    /// What a source said at the end of one read.
    struct SourceStatus: Sendable {
        var outcome = ReadOutcome.end
        /// Why there will be no more, where the source failed.
        var failure: CaptureError?
        var statistics = CaptureStatistics()
        var progress = CaptureProgress(bytesRead: 0, totalBytes: nil)
        var interfaces: [InterfaceDescription] = []
        var warnings: [String] = []
        /// Whether a live interface is there and up.
        var isUp = true
    }

    /// The frames, as the source gave them.
    var frames = FrameBatch()
    /// Of each frame its flow's hash under the follower's seed; 0 if it has none.
    private(set) var hashes: [UInt64] = []
    /// Of some frames, in their order, a preview of the payload.
    private(set) var previews: [(frame: Int, preview: SpeculativeParse)] = []
    /// Set on the last batch of a read.
    var status: SourceStatus?
    /// The interfaces of the source, set on a batch in which a frame comes from a new one.
    var interfaces: [InterfaceDescription]?

    /// Adds what is known of the frame that was added last.
    mutating func note(hash: UInt64, _ preview: SpeculativeParse?) {
        if let preview { previews.append((hashes.count, preview)) }
        hashes.append(hash)
    }

    /// Forgets everything but the memory.
    mutating func clear() {
        frames.clear()
        hashes.removeAll(keepingCapacity: true)
        previews.removeAll(keepingCapacity: true)
        status = nil
        interfaces = nil
    }
}
