/// An exception that holds back most of what its rule matches.
public struct BroadException: Hashable, Sendable {
    /// `rule/exception`.
    public let name: String
    /// The matches that it held back.
    public let held: UInt64
    /// The matches of its rule.
    public let matches: UInt64

    /// An exception of these counts.
    public init(name: String, held: UInt64, matches: UInt64) {
        self.name = name
        self.held = held
        self.matches = matches
    }

    /// The share that it held back, in whole percent.
    public var percent: UInt64 { UInt64(Double(held) / Double(max(1, matches)) * 100) }
}

extension BroadException: CustomStringConvertible {
    /// One sentence for a person, without a full stop.
    public var description: String {
        "the exception \(name) held back \(percent) % of what its rule matched (\(held) of \(matches))"
    }
}
