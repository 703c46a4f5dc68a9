import Bytes
import Protocols

/// How the bounds are kept.
extension FlowTracker {
    /// Ends flows until there is a place for one more: the oldest unanswered one first where there are too many of them,
    /// otherwise the least worth keeping of a handful.
    mutating func evictIfNeeded<Observer: FlowObserver & ~Copyable>(observer: inout Observer) {
        if unansweredCount >= max(1, table.capacity / max(1, policy.unansweredShare)) {
            if let slot = oldestUnanswered() {
                counters.evictedUnanswered &+= 1
                end(slot, .evicted, observer: &observer)
            }
        }
        guard table.count >= table.capacity else { return }
        counters.evicted &+= 1
        end(oldestUnanswered() ?? evictionCandidate(), .evicted, observer: &observer)
    }

    /// Notes that a flow began and nobody has answered yet.
    mutating func noteUnanswered(_ slot: Int, _ time: Timestamp) {
        unansweredCount += 1
        unanswered.append(.init(slot: slot, start: time.nanoseconds))
        if unanswered.count > 4 * unansweredCount + 4096 {
            // The table cannot be captured while the queue changes; what is needed of it is copied out.
            var kept = SlotQueue()
            while let entry = unanswered.popFirst() {
                if isUnanswered(entry) { kept.append(entry) }
            }
            unanswered = kept
        }
    }

    /// Takes the flow out of the class that a SYN flood fills.
    @usableFromInline
    mutating func markAnswered(_ slot: Int) {
        guard table[slot].flags.contains(.isHalfOpen) else { return }
        table[slot].flags.remove(.isHalfOpen)
        unansweredCount -= 1
    }

    private mutating func oldestUnanswered() -> Int? {
        while let entry = unanswered.popFirst() {
            if isUnanswered(entry) { return entry.slot }
        }
        return nil
    }

    private func isUnanswered(_ entry: SlotQueue.Entry) -> Bool {
        let flow = table[entry.slot]
        return flow.flags.isSuperset(of: [.isLive, .isHalfOpen]) && flow.start.nanoseconds == entry.start
    }

    /// The least worth keeping of the next sixteen live flows that a hand passes: closed before idle, unknown before
    /// known, and then the one that has been silent longest. Sampling in place of an exact order keeps packets from
    /// having to touch a list.
    private mutating func evictionCandidate() -> Int {
        var best = -1
        var bestRank = (Int.max, Timestamp(nanoseconds: .max))
        var seen = 0
        for _ in 0..<table.slots where seen < 16 {
            clockHand = clockHand + 1 < table.slots ? clockHand + 1 : 0
            let flow = table[clockHand]
            guard flow.flags.contains(.isLive) else { continue }
            seen += 1
            let rank = (Self.worth(flow), flow.end)
            if rank < bestRank {
                best = clockHand
                bestRank = rank
            }
        }
        return max(best, 0)
    }

    private static func worth(_ flow: Flow) -> Int {
        if flow.flags.contains(.isClosed) { return 0 }
        if flow.flags.contains(.isHalfOpen) { return 1 }
        return flow.flags.contains(.isOfInterest) ? 3 : 2
    }

    /// Counts what an unfinished reading holds, and lets go of the oldest ones where all together hold too much.
    mutating func account(_ slot: Int) {
        guard let detail = details[slot] else { return }
        let now = detail.held
        if detail.counted == 0, now > 0 {
            holders.append(.init(slot: slot, start: table[slot].start.nanoseconds))
        }
        held += now - detail.counted
        detail.counted = now
        while held > policy.unfinishedMemory, let entry = holders.popFirst() {
            let isSame = table[entry.slot].start.nanoseconds == entry.start
            guard isSame, let other = self.detail(of: entry.slot), other.counted > 0 else { continue }
            release(entry.slot, other)
        }
        if holders.count > 2 * holdersKept + 4096 { pruneHolders() }
    }

    /// Forgets readings that have ended: they leave their entries in the queue behind.
    private mutating func pruneHolders() {
        var kept = SlotQueue()
        while let entry = holders.popFirst() {
            let isSame = table[entry.slot].start.nanoseconds == entry.start
            if isSame, let detail = detail(of: entry.slot), detail.counted > 0 { kept.append(entry) }
        }
        holders = kept
        holdersKept = kept.count
    }

    private mutating func release(_ slot: Int, _ detail: FlowInspection) {
        counters.released &+= 1
        detail.stream?.client.release()
        detail.stream?.server.release()
        detail.quic?.connection.finish()
        detail.stream?.dns = nil
        held -= detail.counted
        detail.counted = 0
        table[slot].flags.remove([.watchesClient, .watchesServer])
    }
}
