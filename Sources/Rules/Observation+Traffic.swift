public import Flows
import Vendors

extension Observation {
    /// How many requests the flow carried; nothing where they were not counted.
    public var requests: Estimate? { flow.traffic?.requests }

    /// How many of them went to a model: by their shape, and by what the host is for.
    ///
    /// A host of inference has few others. One that serves pages beside it streams what a model says; so of it, and of an
    /// unlisted one, only streamed answers count, unless that is suspected to be a relay. One that serves something else
    /// has none.
    public var interactions: Estimate? {
        guard let traffic = flow.traffic else { return nil }
        let whole = traffic.interactions
        if relay?.isSuspected == true { return whole }
        guard let attribution, attribution.vendor != nil else {
            return Estimate(traffic.streamed, low: 0, high: whole.high)
        }
        return switch attribution.role {
        case .inference: whole
        case .web, .unclassified: Estimate(traffic.streamed, low: traffic.streamed, high: whole.high)
        case .auth, .telemetry, .crash, .featureFlags, .update, .content, .mcp, .support:
            Estimate(0, low: 0, high: traffic.streamed)
        }
    }
}
