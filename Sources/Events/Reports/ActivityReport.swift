/// What is remembered of sources: `activity` of a `stats` event.
public struct ActivityReport: Sendable {
    /// Rows of the inventory of the day.
    public var inventoryRows: UInt64 = 0
    /// Reports of flows that found no room in it.
    public var inventoryOmitted: UInt64 = 0
    /// Clients of AI models that are remembered at their sources.
    public var clients: UInt64 = 0
    /// Clients that found no room.
    public var clientsOmitted: UInt64 = 0

    /// Nothing remembered yet.
    public init() {}
}
