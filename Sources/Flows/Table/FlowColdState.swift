public import Bytes
public import Wire

/// The part of a flow's state that a packet in order does not touch.
@frozen
public struct FlowColdState: Sendable, BitwiseCopyable {
    /// What is missing from the smaller end to the larger.
    public var forward = StreamLoss()
    /// What is missing from the larger end to the smaller.
    public var backward = StreamLoss()
    /// How the larger end receives the smaller end's bytes.
    public var forwardWindow = ReceiveWindow()
    /// How the smaller end receives the larger end's bytes.
    public var backwardWindow = ReceiveWindow()
    /// The number of a SYN that would begin another connection between the same ends, not answered yet; with
    /// `Flow.Flags.offersSYN` alone.
    public var offered: UInt32 = 0
    /// Whether that SYN went from the smaller end to the larger.
    public var isOfferedForward = false
    /// The observer may learn something of the flow that must not wait for its next report.
    public var isGlancedAt = false
    /// The kind that the observer gave the flow; 0 for none.
    public var kind: UInt8 = 0
    /// The VLANs and tunnels around the first packet from the smaller end to the larger.
    public var forwardEnvelope = Envelope()
    /// The same around the first packet back; tunnels and often VLANs have other ids there.
    public var backwardEnvelope = Envelope()
    /// When the flow was last reported.
    public var reported: Timestamp

    /// Beside a flow that began at `start`.
    @inlinable
    public init(start: Timestamp) { reported = start }
}
