/// What a server for status gives to those who ask, at the most.
public struct StatusLimits: Equatable, Sendable {
    /// The connections at a time; one more is closed as it comes.
    public var connections = 16
    /// The bytes of a request, all in all.
    public var requestBytes = 8_192
    /// From the beginning of a connection to its end, the answer included, in nanoseconds.
    public var lifetime: Int64 = 10_000_000_000

    /// 16 connections, 8 KiB, 10 seconds.
    public init() {}
}
