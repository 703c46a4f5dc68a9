public import Bytes

/// Address blocks with a number each, found by the longest block that holds an address.
///
/// A dictionary asked once for each length that occurs, the longest first: at most 33 probes for IPv4 and 129 for IPv6,
/// in truth a handful, for vendors publish few lengths.
public struct PrefixTable: Sendable {
    private var values: [AddressPrefix: UInt32] = [:]
    private var lengths4: [Int] = []
    private var lengths6: [Int] = []

    /// A table of nothing.
    public init() {}

    /// The number of blocks.
    public var count: Int { values.count }

    /// Stores `value` under `prefix` and returns what stood there before.
    @discardableResult
    public mutating func insert(_ prefix: AddressPrefix, value: UInt32) -> UInt32? {
        if prefix.address.isIPv4 {
            Self.add(prefix.length, to: &lengths4)
        } else {
            Self.add(prefix.length, to: &lengths6)
        }
        return values.updateValue(value, forKey: prefix)
    }

    /// The number of the longest block that holds `address`. No allocation.
    public func match(_ address: IPAddress) -> UInt32? {
        for length in address.isIPv4 ? lengths4 : lengths6 {
            if let prefix = AddressPrefix(address, length: length), let value = values[prefix] { return value }
        }
        return nil
    }

    private static func add(_ length: Int, to lengths: inout [Int]) {
        guard !lengths.contains(length) else { return }
        lengths.append(length)
        lengths.sort(by: >)
    }
}
