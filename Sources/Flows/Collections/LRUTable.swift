/// A table of at most `capacity` values, of which the one least recently written goes first.
///
/// The order of eviction is that of writing alone, so no result depends on the seed of the keys' hashes, which the
/// standard library draws again for each process. Values live in one array, linked in the order of writing; a look-up
/// and a write cost one hash each.
struct LRUTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        var key: Key
        var value: Value
        /// The slot written just before this one, and just after; -1 at the ends.
        var older: Int
        var newer: Int
    }

    /// The most values held.
    let capacity: Int
    /// Values that were evicted for others.
    private(set) var evicted: UInt64 = 0
    private var places: [Key: Int] = [:]
    private var slots: [Slot] = []
    private var oldest = -1
    private var newest = -1

    /// An empty table; memory grows with use up to `capacity`, which is at least 1.
    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// The number of values held.
    var count: Int { slots.count }

    /// The value of `key`.
    func value(of key: Key) -> Value? {
        places[key].map { slots[$0].value }
    }

    /// Changes the value of `key`, which is `initial` if there was none, and makes it the latest written.
    mutating func update<Result>(_ key: Key, initial: Value, _ change: (inout Value) -> Result) -> Result {
        let place = touch(key, initial: initial)
        return change(&slots[place].value)
    }

    private mutating func touch(_ key: Key, initial: Value) -> Int {
        if let place = places[key] {
            unlink(place)
            link(place)
            return place
        }
        var place = slots.count
        if place < capacity {
            slots.append(Slot(key: key, value: initial, older: -1, newer: -1))
        } else {
            place = oldest
            unlink(place)
            places.removeValue(forKey: slots[place].key)
            slots[place] = Slot(key: key, value: initial, older: -1, newer: -1)
            evicted &+= 1
        }
        places[key] = place
        link(place)
        return place
    }

    private mutating func unlink(_ place: Int) {
        let (older, newer) = (slots[place].older, slots[place].newer)
        if older >= 0 { slots[older].newer = newer } else { oldest = newer }
        if newer >= 0 { slots[newer].older = older } else { newest = older }
    }

    private mutating func link(_ place: Int) {
        slots[place].older = newest
        slots[place].newer = -1
        if newest >= 0 { slots[newest].newer = place } else { oldest = place }
        newest = place
    }
}
