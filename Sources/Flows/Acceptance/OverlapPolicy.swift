public import Bytes

/// Which copy of a byte a receiver keeps if two copies differ (RFC 9293 section 3.4 leaves it open; Novak and Sturges, "Target-Based
/// TCP Stream Reassembly", 2007).
///
/// It decides which reading leads. A copy that differs makes the evidence incomplete under each policy, and the names of all
/// readings are reported: whether both copies reached the receiver is not known at the sensor.
public enum OverlapPolicy: Sendable {
    /// As Linux: the first copy of a byte that continues the stream; of bytes ahead of the stream the copy in the segment that begins
    /// earlier, and a segment that covers another replaces it.
    case linux
    /// The copy that came first, as Windows.
    case first
    /// The copy that came last, as some routers, printers and older Unix systems.
    case last
}

/// Which hosts keep which copy: Linux's way unless their address is in a list.
public struct OverlapPolicies: Equatable, Sendable {
    /// The hosts that keep the copy that came first.
    public let first: [AddressPrefix]
    /// The hosts that keep the copy that came last.
    public let last: [AddressPrefix]

    /// Hosts in a block of `first` or `last` keep that copy; the longest prefix decides, and of equal ones the first copy.
    public init(first: [AddressPrefix] = [], last: [AddressPrefix] = []) {
        self.first = first
        self.last = last
    }

    /// Whether all hosts do as Linux does.
    var isUniform: Bool { first.isEmpty && last.isEmpty }

    /// The policy of the host with an address. Cost: a pass over the lists.
    public func policy(of address: IPAddress) -> OverlapPolicy {
        let longestFirst = Self.longest(in: first, address)
        let longestLast = Self.longest(in: last, address)
        if longestFirst < 0, longestLast < 0 { return .linux }
        return longestFirst >= longestLast ? .first : .last
    }

    private static func longest(in blocks: [AddressPrefix], _ address: IPAddress) -> Int {
        blocks.reduce(-1) { longest, block in block.contains(address) ? max(longest, Int(block.length)) : longest }
    }
}
