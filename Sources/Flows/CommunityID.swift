public import Bytes
import Crypto
public import Wire

/// Community ID version 1 (github.com/corelight/community-id-spec): the name under which other tools know a flow.
public enum CommunityID {
    /// The id of the flow between two ends with the seed 0, `1:` and a SHA-1 in base 64; the order of the ends does not
    /// matter. Cost: a digest and a string, once a report.
    public static func text(
        _ left: (address: IPAddress, port: UInt16), _ right: (address: IPAddress, port: UInt16), transport: IPProtocol
    ) -> String {
        let isOrdered = left.address == right.address ? left.port <= right.port : left.address < right.address
        let first = isOrdered ? left : right
        let second = isOrdered ? right : left
        var bytes: [UInt8] = [0, 0]
        bytes.reserveCapacity(40)
        append(first.address, to: &bytes)
        append(second.address, to: &bytes)
        bytes.append(transport.rawValue)
        bytes.append(0)
        append(UInt64(first.port), count: 2, to: &bytes)
        append(UInt64(second.port), count: 2, to: &bytes)
        return "1:" + base64(Array(Insecure.SHA1.hash(data: bytes)))
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
    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let number = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                text.append(index <= group.count ? alphabet[number >> (18 - 6 * index) & 0x3F] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
