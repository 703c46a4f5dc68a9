import Bytes

extension AlertTable {
    /// Takes a hit into the alert of `key`, which opens where there is none; `emit` is called for what is to be reported:
    /// first an alert that closes early because `capacity` alerts are open, then the hit's own. A hit that is not counted is
    /// a later report of a flow that was. Returns whether the alert was open already.
    mutating func take(
        _ match: RuleMatch, _ key: Key, isCounted: Bool, capacity: Int, hash: String, emit: (Alert) -> Void
    ) -> Bool {
        let dedup = match.rule.dedup
        let deadline = match.time.advanced(byNanoseconds: dedup.closeInterval)
        guard var entry = self[key] else {
            if count >= capacity, let last = popEarly()?.last { emit(last) }
            let alert = match.opened(group: key.group, hash: hash)
            open(alert, key, deadline: deadline)
            emit(alert)
            return false
        }
        let isWorse = match.severity > entry.alert.severity
        match.update(&entry.alert, isCounted: isCounted)
        entry.deadline = deadline
        let isDue = match.time.nanoseconds(since: entry.reported) >= dedup.updateInterval
        if isWorse || (isDue && isCounted) {
            entry.reported = match.time
            entry.reportedCount = entry.alert.count
            if entry.alert.status != .suppressed { entry.alert.status = .update }
            emit(entry.alert)
        }
        update(entry, key)
        return true
    }
}
