import Flows

/// The running totals of one flow that are reported again and again, and so must not be added up over reports as they are.
public struct FlowTotals: Equatable, Sendable {
    /// What earlier reports said of the same flow.
    public indirect enum Earlier: Equatable, Sendable {
        /// There was no earlier report: the totals are what this one adds.
        case nothing
        /// The totals of the report before.
        case reported(FlowTotals)
        /// There was one, and what it said is no longer known.
        case forgotten
    }

    /// Layer-3 bytes from the client.
    public var bytesUp: UInt64 = 0
    /// Layer-3 bytes to the client.
    public var bytesDown: UInt64 = 0
    /// Packets from the client.
    public var packetsUp: UInt64 = 0
    /// Packets to the client.
    public var packetsDown: UInt64 = 0
    /// Bytes that were never captured.
    public var missedBytes: UInt64 = 0
    /// The estimate of requests; `nil` if they are not counted. An estimate may fall from one report to the next.
    public var requests: Int?
    /// The estimate of interactions with a model; `nil` as above.
    public var interactions: Int?
    /// Streamed answers.
    public var streamed = 0
    /// Runs of upload between two answers.
    public var uploadBursts = 0

    /// No totals.
    public init() {}

    /// The totals as they are in `observation`.
    public init(_ observation: Observation) {
        let flow = observation.flow
        bytesUp = flow.bytesUp
        bytesDown = flow.bytesDown
        packetsUp = flow.packetsUp
        packetsDown = flow.packetsDown
        missedBytes = flow.missedBytes
        guard let traffic = flow.traffic else { return }
        requests = traffic.requests.value
        interactions = observation.interactions?.value
        streamed = traffic.streamed
        uploadBursts = traffic.uploadBursts
    }
}
