import Flows
import Vendors

/// What must be known before a rule may alert.
struct EvidenceRequirement: Hashable, Sendable {
    /// The least confidence of the attribution, where the author named one.
    var minConfidence: Confidence?
    /// Whether nothing of the flow may be missing.
    var isCompleteRequired = false

    /// Why a hit on `observation` may not alert; nothing where it may.
    func missingRequirement(_ observation: Observation) -> String? {
        if let minConfidence, (observation.attribution?.confidence ?? .none) < minConfidence {
            return "evidence.min_confidence: \(minConfidence.rawValue)"
        }
        if isCompleteRequired, !observation.isComplete { return "evidence.require_complete" }
        return nil
    }
}
