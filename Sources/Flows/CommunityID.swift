public import Bytes
import Crypto
public import Wire

/// Community ID version 1 (github.com/corelight/community-id-spec): the name under which other tools know a flow.
public enum CommunityID {
    /// Appends the id of the flow between two ends with the seed 0, `1:` and a SHA-1 in base 64; the order of the ends does
    /// not matter. Cost: a digest and two small arrays, once a report.
    public static func append(
        _ left: (address: IPAddress, port: UInt16), _ right: (address: IPAddress, port: UInt16), transport: IPProtocol,
        to text: inout [UInt8]
    ) {
        let isOrdered = left.address == right.address ? left.port <= right.port : left.address < right.address
        let first = isOrdered ? left : right
        let second = isOrdered ? right : left
        var bytes: [UInt8] = []
        bytes.reserveCapacity(40)
        append(0, count: 2, to: &bytes)
        append(first.address, to: &bytes)
        append(second.address, to: &bytes)
        bytes.append(transport.rawValue)
        bytes.append(0)
        append(UInt64(first.port), count: 2, to: &bytes)
        append(UInt64(second.port), count: 2, to: &bytes)
        text.append("1:")
        Base64Text.append(Insecure.SHA1.hash(data: bytes), to: &text)
    }

    private static func append(_ address: IPAddress, to bytes: inout [UInt8]) {
        if address.isIPv4 {
            append(UInt64(address.ipv4), count: 4, to: &bytes)
        } else {
            append(address.high, count: 8, to: &bytes)
            append(address.low, count: 8, to: &bytes)
        }
    }

    private static func append(_ number: UInt64, count: UInt64, to bytes: inout [UInt8]) {
        for index in 0..<count {
            bytes.append(UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - index))))
        }
    }
}
