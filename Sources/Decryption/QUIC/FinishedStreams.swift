import StreamReassembly

/// The directions of streams that were given out to their end: a frame that is sent again must not begin one again.
///
/// Bounded: above `limit` the lower half is forgotten, and every stream of that kind up to there counts as finished.
struct FinishedStreams {
    /// The most directions that are kept one by one.
    static let limit = 65_536

    private var keys: Set<QUICStreamKey> = []
    /// By sender and kind of stream, the identifier below which all count as finished.
    private var floors = [UInt64](repeating: 0, count: 8)

    /// Whether the direction is finished.
    func contains(_ key: QUICStreamKey) -> Bool { key.id < floors[Self.kind(key)] || keys.contains(key) }

    /// Notes that a direction is finished.
    mutating func insert(_ key: QUICStreamKey) {
        keys.insert(key)
        guard keys.count > Self.limit else { return }
        let sorted = keys.sorted()
        for gone in sorted.prefix(sorted.count / 2) {
            keys.remove(gone)
            floors[Self.kind(gone)] = max(floors[Self.kind(gone)], gone.id &+ 1)
        }
    }

    private static func kind(_ key: QUICStreamKey) -> Int { key.sender.rawValue * 4 + Int(key.id & 0x03) }
}
