import Bytes
import Vendors

/// What one rule makes of one observation, before thresholds and deduplication.
enum Verdict: Hashable, Sendable {
    /// The rule is switched off.
    case disabled
    /// It does not bind yet, and is not announced either.
    case notYetValid
    /// It binds no more.
    case noLongerValid
    /// Its schedule leaves this hour out.
    case outsideSchedule
    /// Its condition does not hold.
    case noMatch
    /// The exception of this index holds it back.
    case suppressed(Int)
    /// What must be known for an alert is not.
    case lacksEvidence(String)
    /// A hit; in grace where the rule is only announced.
    case match(inGrace: Bool)
}

extension Rule {
    /// What the rule makes of `observation`. Reads fields only; no state, no clock.
    func verdict(_ observation: Observation) -> Verdict {
        guard isEnabled else { return .disabled }
        if let validUntil, observation.time >= validUntil { return .noLongerValid }
        var inGrace = false
        if let validFrom, observation.time < validFrom {
            guard let grace, observation.time >= grace.from else { return .notYetValid }
            inGrace = true
        }
        guard condition.holds(observation) else { return .noMatch }
        if let schedule, !schedule.permits(observation.time) { return .outsideSchedule }
        if let index = exceptions.firstIndex(where: { $0.covers(observation) }) { return .suppressed(index) }
        if let requirement = evidence.missingRequirement(observation) { return .lacksEvidence(requirement) }
        return .match(inGrace: inGrace)
    }

    /// How severe a hit is. An attribution of low confidence, as an address range alone gives, is weak evidence: a rule
    /// that rests on attribution alerts with at most `low` then, unless it names the confidence that it accepts.
    func severity(_ observation: Observation, inGrace: Bool) -> Severity {
        let own = severityCases.first { $0.condition.holds(observation) }?.severity ?? severity
        let wanted = inGrace ? grace?.severity ?? .info : own
        guard restsOnAttribution, evidence.minConfidence == nil else { return wanted }
        return (observation.attribution?.confidence ?? .high) <= .low ? min(wanted, .low) : wanted
    }
}
