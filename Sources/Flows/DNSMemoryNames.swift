import Bytes

/// A few names, each with the moment from which it no longer counts, the latest learned last.
struct PassiveDNSNames: Sendable {
    private var names: [(name: String, expiry: Timestamp)] = []
    private let limit: Int
    /// Until when a name that would count had to make room.
    private var lostUntil = Timestamp.distantPast

    /// Room for `limit` names.
    init(limit: Int) {
        self.limit = limit
    }

    /// The names that count at `time`, the latest learned first, and whether one more would if there had been room.
    func alive(at time: Timestamp) -> (names: [String], isCut: Bool) {
        (names.reversed().filter { time < $0.expiry }.map(\.name), time < lostUntil)
    }

    /// Adds `name` as the latest, or makes it so; returns whether a name that still counted made room.
    mutating func learn(_ name: String, until expiry: Timestamp, at time: Timestamp) -> Bool {
        var expiry = expiry
        if let place = names.firstIndex(where: { $0.name == name }) {
            // A shorter second answer does not take back what the client may still use of the first.
            expiry = max(expiry, names[place].expiry)
            names.remove(at: place)
        }
        names.removeAll { $0.expiry <= time }
        names.append((name, expiry))
        guard names.count > limit else { return false }
        lostUntil = max(lostUntil, names.removeFirst().expiry)
        return true
    }
}
