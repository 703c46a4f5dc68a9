import Bytes
import Events
import Rules
import Vendors

extension Reporter {
    /// Continues with what a reload read, all of it, or says once why it stays with what it has. Returns what is new.
    mutating func take(_ outcome: Reload.Outcome, at time: Timestamp) -> ReferenceData? {
        switch outcome.result {
        case .success(let knowledge):
            isLastReloadGood = true
            loadTime = time
            guard !knows(knowledge) || outcome.isRequested else { return nil }
            adopt(knowledge)
            let rules = "\(knowledge.rules.rules.count) rules \(knowledge.rules.hash)"
            let detail =
                "\(rules), \(attributions.catalog.entries.count) entries of catalog \(attributions.catalog.version)"
            write(.audit(NoticeReport(time: time, kind: "reloaded", detail: detail)))
            return knowledge
        case .failure(let failure):
            isLastReloadGood = false
            let reason = HealthReason.reloadFailed
            let detail = "\(reason.effect): \(failure.firstLine)"
            write(.health(NoticeReport(time: time, kind: reason.rawValue, code: reason.code, detail: detail)))
            return nil
        }
    }
}

extension ReferenceData.LoadError {
    /// The first error, with how many more there are.
    var firstLine: String {
        let lines = description.split(separator: "\n").map(String.init)
        guard let first = lines.first else { return "no reason was given" }
        return lines.count > 1 ? "\(first) (\(lines.count - 1) more lines)" : first
    }
}
