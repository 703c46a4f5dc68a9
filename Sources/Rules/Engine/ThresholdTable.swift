import Bytes

/// The counts of one rule's threshold, by group.
///
/// Bounded by `max_groups`: the group seen least recently gives way, and is counted where its window still held
/// something. Distinct values of all groups together are bounded too: past 250,000, groups keep 64 each.
struct ThresholdTable: Sendable {
    /// What a group has reached.
    struct Reading: Sendable {
        /// The count.
        let value: Double
        /// Whether it is an estimate.
        let isEstimate: Bool
        /// Whether the threshold is reached.
        let isReached: Bool
    }

    private struct Group: Sendable {
        var key: GroupKey
        var counter = WindowCounter()
        var distinct = DistinctCounter()
        var companions = DistinctCounter()
        /// The latest observation, where windows are judged at their end: one at most, because none costs a word only.
        var latest: [Observation] = []
        var isFresh = true
        var newer = -1
        var older = -1
    }

    let threshold: Threshold
    /// Whether it is judged at the end of each window.
    let isJudgedAtEnd: Bool
    private let calendar: CalendarWindow?
    /// Groups that gave way while their window held something.
    private(set) var overflow: UInt64 = 0
    /// The step that windows are judged for; nothing before the first observation.
    private var openStep: Int64?
    private var groups: [Group] = []
    private var slots: [GroupKey: Int] = [:]
    private var newest = -1
    private var oldest = -1
    private var keptValues = 0

    /// A table of no groups; tumbling windows of a day or longer are those of the calendar in `zone`, in UTC where there is none.
    init(_ threshold: Threshold, isJudgedAtEnd: Bool, zone: Zone? = nil) {
        self.threshold = threshold
        calendar =
            threshold.kind == .tumbling
            ? (zone ?? Zone("UTC")).flatMap { CalendarWindow(length: threshold.window, in: $0) } : nil
        self.isJudgedAtEnd = isJudgedAtEnd
    }

    /// How many groups there are.
    var count: Int { groups.count }

    /// The length of the window in steps.
    private var length: Int64 { threshold.kind == .sliding ? Self.slidingSteps : 1 }

    private func step(at time: Timestamp) -> Int64 {
        if let calendar { return calendar.number(at: time) }
        let width = max(1, threshold.window / length)
        let quotient = time.nanoseconds / width
        return time.nanoseconds % width < 0 ? quotient - 1 : quotient
    }

    /// Counts `amount`, or a value of the counted field, and says what the observation's group has reached.
    mutating func add(_ amount: Int64, _ observation: Observation, at time: Timestamp) -> Reading {
        let step = step(at: time)
        if openStep == nil { openStep = step }
        let index = touch(GroupKey(threshold.groupBy, observation))
        let capacity = keptValues > Self.mostValues ? Self.fewValues : DistinctCounter.exactTo
        let before = groups[index].distinct.kept + groups[index].companions.kept
        groups[index].counter.add(amount, at: step, length: length)
        if case .distinct(let field) = threshold.count, let text = field.read(observation).text(of: field.type) {
            groups[index].distinct.add(text, at: step, length: length, capacity: capacity)
        }
        if let field = threshold.minDistinct?.field, let text = field.read(observation).text(of: field.type) {
            groups[index].companions.add(text, at: step, length: length, capacity: capacity)
        }
        keptValues += groups[index].distinct.kept + groups[index].companions.kept - before
        groups[index].isFresh = true
        if isJudgedAtEnd { groups[index].latest = [observation] }
        return reading(index)
    }

    /// The end of the window that is open; `nil` if none is, or windows are not judged at their end.
    var windowEnd: Timestamp? {
        guard isJudgedAtEnd, let openStep else { return nil }
        if let calendar { return calendar.end(of: openStep) }
        return Timestamp(nanoseconds: openStep + 1).scaled(by: threshold.window)
    }

    /// Ends the open window: gives the reading of each group in the order in which they came, and begins the next.
    /// A group in which nothing happened is judged once more, with what is then zero, and dropped.
    mutating func endWindow(_ judge: (Observation, Reading) -> Void) {
        guard let step = openStep else { return }
        var quiet: [GroupKey] = []
        for index in groups.indices {
            groups[index].counter.expire(at: step, length: length)
            groups[index].distinct.expire(at: step, length: length)
            groups[index].companions.expire(at: step, length: length)
            for observation in groups[index].latest { judge(observation, reading(index)) }
            if !groups[index].isFresh { quiet.append(groups[index].key) }
            groups[index].isFresh = false
        }
        for key in quiet { if let index = slots[key] { remove(index) } }
        openStep = groups.isEmpty ? nil : step + 1
    }

    private func reading(_ index: Int) -> Reading {
        let group = groups[index]
        var value = group.counter.total
        var isEstimate = false
        if case .distinct = threshold.count {
            value = group.distinct.count
            isEstimate = group.distinct.isEstimate
        }
        let isAccompanied = threshold.minDistinct.map { group.companions.count >= $0.value } ?? true
        let number = Double(value)
        return Reading(
            value: number, isEstimate: isEstimate, isReached: isAccompanied && threshold.isReached(by: number))
    }

    /// The index of the group, which is now the newest; a new one if there is none.
    private mutating func touch(_ key: GroupKey) -> Int {
        if let index = slots[key] {
            guard index != newest else { return index }
            unlink(index)
            link(index)
            return index
        }
        if groups.count >= threshold.maxGroups, oldest >= 0 {
            if groups[oldest].counter.total > 0 || groups[oldest].distinct.kept > 0 { overflow &+= 1 }
            remove(oldest)
        }
        groups.append(Group(key: key))
        slots[key] = groups.count - 1
        link(groups.count - 1)
        return groups.count - 1
    }

    private mutating func link(_ index: Int) {
        groups[index].older = newest
        groups[index].newer = -1
        if newest >= 0 { groups[newest].newer = index }
        newest = index
        if oldest < 0 { oldest = index }
    }

    private mutating func unlink(_ index: Int) {
        let (older, newer) = (groups[index].older, groups[index].newer)
        if older >= 0 { groups[older].newer = newer } else { oldest = newer }
        if newer >= 0 { groups[newer].older = older } else { newest = older }
    }

    /// Takes a group out; the last one moves into its place.
    private mutating func remove(_ index: Int) {
        unlink(index)
        keptValues -= groups[index].distinct.kept + groups[index].companions.kept
        slots[groups[index].key] = nil
        let last = groups.removeLast()
        guard index < groups.count else { return }
        groups[index] = last
        slots[last.key] = index
        if last.older >= 0 { groups[last.older].newer = index } else { oldest = index }
        if last.newer >= 0 { groups[last.newer].older = index } else { newest = index }
    }

    private static let slidingSteps: Int64 = 60
    private static let mostValues = 250_000
    private static let fewValues = 64
}

extension Timestamp {
    /// The moment at so many times `unit`, clamped.
    fileprivate func scaled(by unit: Int64) -> Timestamp {
        let (product, overflow) = nanoseconds.multipliedReportingOverflow(by: unit)
        return Timestamp(nanoseconds: overflow ? .max : product)
    }
}

/// A sum over a window of packet time, in steps.
///
/// A sliding window is 60 steps long, the current one included: what happened exactly one window ago is out. A
/// tumbling one is a single step. Memory: sixteen bytes for each step in which something happened.
struct WindowCounter: Sendable {
    private var steps: [(step: Int64, amount: Int64)] = []
    /// What is in the window.
    private(set) var total: Int64 = 0

    /// Adds `amount` at `step`, after what left the window of `length` steps is gone. Amounts stay below 2^62.
    mutating func add(_ amount: Int64, at step: Int64, length: Int64) {
        expire(at: step, length: length)
        guard amount > 0 else { return }
        let scratch = Self.largest - total
        let added = min(amount, scratch)
        total += added
        if let last = steps.indices.last, steps[last].step == step {
            steps[last].amount += added
        } else {
            steps.append((step, added))
        }
    }

    /// Lets go of what is no longer in the window that ends with `step`.
    mutating func expire(at step: Int64, length: Int64) {
        let gone = steps.prefix { step - $0.step >= length }
        guard !gone.isEmpty else { return }
        for part in gone { total -= part.amount }
        steps.removeFirst(gone.count)
    }

    private static let largest: Int64 = 1 << 62
}
