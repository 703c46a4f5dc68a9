public import Settings

/// Options of first sightings.
public struct FirstSeenSettings: Equatable, Sendable {
    /// How long is only learned, in nanoseconds of packet time: a week unless set.
    public var learning: Int64 = 7 * 86_400_000_000_000
    /// Whose hosts are remembered.
    public var hosts = FirstSeenHosts.ai
    /// The most entries of each kind.
    public var capacity = 65_536
    /// The file that they are kept in; `nil` for none.
    public var path: String?

    /// The defaults, without a file.
    public init() {}
}
