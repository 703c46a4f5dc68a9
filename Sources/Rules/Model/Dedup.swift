/// How hits become one alert.
struct Dedup: Hashable, Sendable {
    /// Hits with the same values of these fields are one alert.
    var by: [Field] = []
    /// For how long after a report of an alert further hits only count, in nanoseconds.
    var hold: Int64 = 3_600_000_000_000
    /// After how long an alert is reported again while hits go on; as `hold` where nothing is said.
    var updateEvery: Int64?
    /// After how long without a hit an alert closes; as `hold` where nothing is said.
    var closeAfter: Int64?

    /// The time between two reports of an alert.
    var updateInterval: Int64 { updateEvery ?? hold }
    /// The time without a hit after which an alert closes.
    var closeInterval: Int64 { closeAfter ?? hold }
}
