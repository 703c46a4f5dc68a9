import Bytes
import Events
import Rules
import Vendors

extension Reporter {
    /// Goes on with what a reload read, all of it, or says once why it stays with what it has.
    mutating func take(_ outcome: Reload.Outcome, at time: Timestamp) {
        switch outcome.result {
        case .success(let knowledge):
            isLastReloadGood = true
            loadTime = time
            let isNew = knowledge.rules.hash != rules.rules.hash || !knowledge.catalogue.says(thatOf: catalogue)
            guard isNew || outcome.isRequested else { return }
            adopt(knowledge)
            let rules = "\(knowledge.rules.rules.count) rules \(knowledge.rules.hash)"
            let detail = "\(rules), \(catalogue.entries.count) entries of catalogue \(catalogue.version)"
            write(.audit(NoticeReport(time: time, kind: "reloaded", detail: detail)))
        case .failure(let failure):
            isLastReloadGood = false
            let reason = HealthReason.reloadFailed
            let detail = "\(reason.effect): \(failure.firstLine)"
            write(.health(NoticeReport(time: time, kind: reason.rawValue, code: reason.code, detail: detail)))
        }
    }
}

extension Catalogue {
    /// Whether both say the same of every host and address.
    fileprivate func says(thatOf other: Catalogue) -> Bool {
        vendors == other.vendors && entries == other.entries
    }
}

extension Knowledge.Failure {
    /// The first error, with how many more there are.
    fileprivate var firstLine: String {
        let lines = description.split(separator: "\n").map(String.init)
        guard let first = lines.first else { return "no reason was given" }
        return lines.count > 1 ? "\(first) (\(lines.count - 1) more lines)" : first
    }
}
