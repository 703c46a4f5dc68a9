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
        appendBase64(Insecure.SHA1.hash(data: bytes), to: &text)
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

    /// Base 64 (RFC 4648 section 4).
    private static func appendBase64(_ bytes: some Sequence<UInt8>, to text: inout [UInt8]) {
        var iterator = bytes.makeIterator()
        while let first = iterator.next() {
            let second = iterator.next()
            let third = iterator.next()
            let number = UInt32(first) << 16 | UInt32(second ?? 0) << 8 | UInt32(third ?? 0)
            text.append(digit(number >> 18))
            text.append(digit(number >> 12 & 0x3F))
            text.append(second == nil ? UInt8(ascii: "=") : digit(number >> 6 & 0x3F))
            text.append(third == nil ? UInt8(ascii: "=") : digit(number & 0x3F))
        }
    }

    /// The letter for six bits.
    private static func digit(_ value: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value)
        return switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + (value - 26)
        case 52..<62: UInt8(ascii: "0") + (value - 52)
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }
}
