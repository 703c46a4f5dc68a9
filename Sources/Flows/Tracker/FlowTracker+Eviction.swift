import Bytes
import Protocols

/// Evicts flows from a full table.
///
/// Flows that both ends took part in are kept longer, since one end alone can be forged: an unanswered SYN or hello never evicts
/// an answered flow. The order of eviction: unanswered SYNs and datagrams, oldest first; clients that sent a hello and were not
/// answered, silent ones first; then the least valuable of a sample.
extension FlowTracker {
    /// Ends flows until there is a place for one more.
    mutating func evictIfNeeded<Observer: FlowObserver & ~Copyable>(observer: inout Observer) {
        if unansweredCount >= max(1, table.capacity / max(1, policy.unansweredShare)) {
            if let slot = oldestUnanswered() {
                counters.evictedUnanswered &+= 1
                end(slot, .evicted, observer: &observer)
            }
        }
        if table.count >= table.capacity { evict(observer: &observer) }
        trim(keeping: -1, observer: &observer)
    }

    /// Ends flows while they hold more memory than they may: a few for each packet, so that no packet waits for many. The flow in
    /// `slot` stays. What a packet may add is bounded, so that this keeps up.
    mutating func trim<Observer: FlowObserver & ~Copyable>(keeping slot: Int, observer: inout Observer) {
        var left = Self.trimmedAtOnce
        while left > 0, memory > policy.memory, table.count > Self.fewestFlows {
            evict(except: slot, observer: &observer)
            left -= 1
        }
    }

    /// Flows that end for one packet, at most.
    private static var trimmedAtOnce: Int { 4 }
    /// Flows that are kept whatever the memory: the table itself may take more than a very small bound.
    private static var fewestFlows: Int { 16 }

    /// Ends the flow that is least worth keeping.
    private mutating func evict<Observer: FlowObserver & ~Copyable>(
        except kept: Int = -1, observer: inout Observer
    ) {
        if let slot = oldestUnanswered(except: kept) ?? silentOneWay(except: kept) {
            counters.evictedOneWay &+= 1
            end(slot, .evicted, observer: &observer)
            return
        }
        let least = evictionCandidate(except: kept)
        guard least >= 0 else { return }
        counters.evicted &+= 1
        end(least, .evicted, observer: &observer)
    }

    // MARK: Unanswered flows

    /// Notes that a flow began and no one has answered yet.
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

    /// Takes the flow out of the classes that a flood fills: both its ends have sent something, or it is over.
    @usableFromInline
    mutating func markAnswered(_ slot: Int) {
        if table[slot].flags.contains(.isHalfOpen) {
            table[slot].flags.remove(.isHalfOpen)
            unansweredCount -= 1
        }
        if table[slot].flags.contains(.isOneWay) {
            table[slot].flags.remove(.isOneWay)
            oneWayCount -= 1
        }
    }

    /// Notes that the client has said what it wants, answered or not: the flow is no bare SYN any more.
    mutating func markSpoken(_ slot: Int) {
        guard table[slot].flags.contains(.isHalfOpen) else { return }
        markAnswered(slot)
        guard !table[slot].isTwoWay else { return }
        table[slot].flags.insert(.isOneWay)
        oneWayCount += 1
        let (start, end) = (table[slot].start.nanoseconds, table[slot].end.nanoseconds)
        oneWay.append(.init(slot: slot, start: start, seen: end))
        if oneWay.count > 4 * oneWayCount + 4096 {
            var kept = SlotQueue()
            while let entry = oneWay.popFirst() {
                if isOneWay(entry) { kept.append(entry) }
            }
            oneWay = kept
        }
    }

    private mutating func oldestUnanswered(except kept: Int = -1) -> Int? {
        var spared: SlotQueue.Entry?
        defer { if let spared { unanswered.append(spared) } }
        while let entry = unanswered.popFirst() {
            guard isUnanswered(entry) else { continue }
            if entry.slot != kept { return entry.slot }
            spared = entry
        }
        return nil
    }

    /// The next flow of an unanswered hello that was silent since its entry came up last, or since it was made. One that was not goes
    /// to the end of the queue: where only one side of all flows is captured, those in use stay.
    private mutating func silentOneWay(except kept: Int) -> Int? {
        var last: Int?
        var looked = 0
        while looked < Self.oneWayLooks, var entry = oneWay.popFirst() {
            guard isOneWay(entry) else { continue }
            looked += 1
            let end = table[entry.slot].end.nanoseconds
            if entry.slot != kept {
                if end == entry.seen { return entry.slot }
                last = entry.slot
            }
            entry.seen = end
            oneWay.append(entry)
        }
        return last
    }

    /// Entries of the queue that are looked at for one eviction, at most.
    private static var oneWayLooks: Int { 64 }

    private func isUnanswered(_ entry: SlotQueue.Entry) -> Bool {
        let flow = table[entry.slot]
        return flow.flags.isSuperset(of: [.isLive, .isHalfOpen]) && flow.start.nanoseconds == entry.start
    }

    private func isOneWay(_ entry: SlotQueue.Entry) -> Bool {
        let flow = table[entry.slot]
        return flow.flags.isSuperset(of: [.isLive, .isOneWay]) && flow.start.nanoseconds == entry.start
    }

    // MARK: Answered flows

    /// The least worth keeping of sixteen live flows. Sampling in place of an exact order keeps packets from having to touch a list.
    /// The hand goes through the table in wide steps, so that no stretch of it, filled at one time, is looked at alone.
    private mutating func evictionCandidate(except kept: Int) -> Int {
        var best = -1
        var bestRank = (Int.max, Timestamp(nanoseconds: .max))
        var seen = 0
        let step = Self.stride(of: table.slots)
        for _ in 0..<table.slots where seen < 16 {
            clockHand = (clockHand &+ step) % table.slots
            let flow = table[clockHand]
            guard flow.flags.contains(.isLive), clockHand != kept else { continue }
            seen += 1
            let rank = (Self.worth(flow), flow.end)
            if rank < bestRank {
                best = clockHand
                bestRank = rank
            }
        }
        return best
    }

    /// A step that comes by every one of `count` slots: a prime that does not divide it.
    private static func stride(of count: Int) -> Int { count % 7_919 == 0 ? 7_907 : 7_919 }

    /// Closed before open, those of which one end has sent no more than a packet before those that both ends use, and unknown before
    /// known.
    private static func worth(_ flow: Flow) -> Int {
        if flow.flags.contains(.isClosed) { return 0 }
        if !flow.isTwoWay { return 1 }
        if min(flow.forward.packets, flow.backward.packets) < 2 { return 2 }
        return flow.flags.contains(.isOfInterest) ? 4 : 3
    }

    // MARK: Memory

    /// Counts what a flow holds, and lets go of the oldest unfinished readings if all together hold too much.
    mutating func account(_ slot: Int) {
        guard let detail = details[slot] else { return }
        let kept = detail.kept
        detailBytes += kept - detail.countedKept
        detail.countedKept = kept
        let now = detail.held
        if detail.counted == 0, now > 0 {
            holders.append(.init(slot: slot, start: table[slot].start.nanoseconds))
        }
        held += now - detail.counted
        detail.counted = now
        while held > unfinishedLimit, let entry = holders.popFirst() {
            let isSame = table[entry.slot].start.nanoseconds == entry.start
            guard isSame, let other = self.detail(of: entry.slot), other.counted > 0 else { continue }
            release(entry.slot, other)
        }
        if holders.count > 2 * holdersKept + 4096 { pruneHolders() }
    }

    /// The most memory for unfinished readings: as the policy has it, and never more than a quarter of what flows may hold.
    private var unfinishedLimit: Int { min(policy.unfinishedMemory, policy.memory / 4) }

    /// Decides with which flow the lists of a hello are counted that many hellos share: the first of its shape.
    mutating func noteShape(_ detail: FlowInspection) {
        guard let shape = detail.findings.tls?.sharing.shape, shape != 0 else { return }
        let place = Int(truncatingIfNeeded: shape % UInt64(ClientHelloCache.capacity))
        if countedShapes.isEmpty { countedShapes = Array(repeating: 0, count: ClientHelloCache.capacity) }
        detail.ownsLists = countedShapes[place] != shape
        countedShapes[place] = shape
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
        if let quic = detail.quic, quic.isDone, detail.stream == nil {
            // Its hello was read: what is let go of would only show a contradiction.
            quic.connection.finish()
            held -= detail.counted
            detail.counted = 0
            return
        }
        counters.released &+= 1
        detail.stream?.client.release()
        detail.stream?.server.release()
        detail.quic?.connection.finish()
        detail.stream?.dns = nil
        detail.asked = AskedQuestions()
        held -= detail.counted
        detail.counted = 0
        table[slot].flags.remove([.watchesClient, .watchesServer, .tracksWindow])
    }
}
