import Capture
import Protocols

/// A stretch of a source's frames with what one thread has worked out about them ahead for another: all of it hints.
///
/// Its memory is used again and again: a batch goes to and fro between both threads.
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
    /// Of each frame its flow's hash under the follower's seed; 0 where it has none.
    private(set) var hashes: [UInt64] = []
    /// Of some frames, in their order, a preview of the payload.
    private(set) var previews: [(frame: Int, preview: SpeculativeParse)] = []
    /// Set on the last batch of a read.
    var status: SourceStatus?

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
    }
}
