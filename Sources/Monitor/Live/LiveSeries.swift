import Reporting

/// What was counted of each product, or each source, in each of the last 60 minutes: at most `capacity` of them, the rest as one.
struct LiveSeries<Key: Hashable & Sendable>: Sendable {
    /// The minutes of one key, each in the place of its number modulo 60.
    typealias Minutes = [LiveUsage]

    private let capacity: Int
    private(set) var rows: [Key: Minutes] = [:]
    private(set) var further = Self.empty

    /// A series of at most `capacity` keys.
    init(capacity: Int) { self.capacity = capacity }

    /// Adds to the minute at `slot`.
    mutating func add(_ usage: LiveUsage, to key: Key, slot: Int) {
        guard further.indices.contains(slot), !usage.isEmpty else { return }
        if rows[key] == nil, rows.count >= capacity {
            further[slot].add(usage)
        } else {
            rows[key, default: Self.empty][slot].add(usage)
        }
    }

    /// Forgets the minutes at `slots`, and keys of which nothing is left.
    mutating func clear(_ slots: Set<Int>) {
        rows = rows.compactMapValues { minutes in
            var minutes = minutes
            for slot in slots where minutes.indices.contains(slot) { minutes[slot] = LiveUsage() }
            return minutes.allSatisfy(\.isEmpty) ? nil : minutes
        }
        for slot in slots where further.indices.contains(slot) { further[slot] = LiveUsage() }
    }

    /// The `count` rows of the highest `rank`, the highest first, then in the order of their names; and the sum of all others.
    func top(
        _ count: Int, minute: Int64, by rank: (LiveUsage) -> Int64, names: (Key) -> [String]
    ) -> (rows: [LiveRow], further: LiveRow) {
        let ranked = rows.map { (names: names($0.key), minutes: $0.value, rank: rank(Self.sum($0.value))) }
            .sorted { left, right in
                left.rank != right.rank ? left.rank > right.rank : left.names.lexicographicallyPrecedes(right.names)
            }
        var rest = further
        for row in ranked.dropFirst(count) {
            for index in rest.indices { rest[index].add(row.minutes[index]) }
        }
        return (
            ranked.prefix(count).map { LiveRow(names: $0.names, minutes: $0.minutes, last: minute) },
            LiveRow(names: [], minutes: rest, last: minute)
        )
    }

    private static func sum(_ minutes: Minutes) -> LiveUsage {
        minutes.reduce(into: LiveUsage()) { $0.add($1) }
    }

    /// Sixty minutes of nothing.
    static var empty: Minutes { Minutes(repeating: LiveUsage(), count: LiveSnapshot.minutes) }
}

extension LiveRow {
    /// The row of `minutes`, each in the place of its number modulo 60, up to the minute `last`.
    init(names: [String], minutes: [LiveUsage], last: Int64) {
        self.init(names: names)
        for place in 0..<LiveSnapshot.minutes {
            let slot = LiveModel.slot(of: last &- Int64(LiveSnapshot.minutes - 1 - place))
            guard minutes.indices.contains(slot), !minutes[slot].isEmpty else { continue }
            let usage = minutes[slot]
            series.append([Int64(place), usage.flows, usage.up, usage.down, usage.requests, usage.interactions])
        }
    }
}
