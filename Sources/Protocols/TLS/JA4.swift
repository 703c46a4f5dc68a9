import Bytes
import Crypto

/// JA4, the client part (FoxIO-LLC/ja4, technical_details/JA4.md): GREASE left out wherever it can be.
enum JA4 {
    /// The fingerprint of `hello`, `t13d1517h2_8daaf6152771_cb7bf5808d99`; `version` is the highest offered, and `alpn`
    /// the names of ALPN, each behind its length.
    static func fingerprint(
        of hello: ClientHello, _ numbers: HelloNumbers, version: UInt16, alpn: RawSpan, isQUIC: Bool
    ) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        text.append(UInt8(ascii: isQUIC ? "q" : "t"))
        text.append(contentsOf: versionCode(version).utf8)
        text.append(UInt8(ascii: hello.hasServerName ? "d" : "i"))
        appendCount(numbers.ciphers.count, to: &text)
        appendCount(numbers.extensions.count, to: &text)
        appendALPN(alpn, to: &text)
        text.append(UInt8(ascii: "_"))
        var list: [UInt8] = []
        list.reserveCapacity(256)
        append(numbers.ciphers.sorted(), to: &list)
        appendDigest(of: list, to: &text)
        text.append(UInt8(ascii: "_"))
        list.removeAll(keepingCapacity: true)
        var hashed = numbers.extensions
        hashed.removeAll { $0 == TLSExtension.serverName || $0 == TLSExtension.alpn }
        hashed.sort()
        append(hashed, to: &list)
        if !numbers.signatureAlgorithms.isEmpty, !hashed.isEmpty {
            list.append(UInt8(ascii: "_"))
            append(numbers.signatureAlgorithms, to: &list)
        }
        appendDigest(of: list, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private static func versionCode(_ version: UInt16) -> String {
        switch version {
        case 0x0304: "13"
        case 0x0303: "12"
        case 0x0302: "11"
        case 0x0301: "10"
        case 0x0300: "s3"
        case 0x0002: "s2"
        default: "00"
        }
    }

    private static func appendCount(_ count: Int, to text: inout [UInt8]) {
        let shown = min(count, 99)
        text.append(UInt8(ascii: "0") &+ UInt8(shown / 10))
        text.append(UInt8(ascii: "0") &+ UInt8(shown % 10))
    }

    /// The first and last character of the first protocol; where one of them is no letter or digit, the first and the
    /// last of the protocol's hexadecimal digits; `00` if there is none.
    private static func appendALPN(_ list: RawSpan, to text: inout [UInt8]) {
        guard let length = list.byte(at: 0), let first = list.byte(at: 1), let last = list.byte(at: Int(length)),
            length > 0
        else {
            text.append(contentsOf: "00".utf8)
            return
        }
        if isAlphanumeric(first), isAlphanumeric(last) {
            text.append(first)
            text.append(last)
        } else {
            var digits: [UInt8] = []
            digits.appendHexadecimal([first, last], count: 2)
            text.append(digits[0])
            text.append(digits[3])
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func append(_ numbers: [UInt16], to text: inout [UInt8]) {
        var isFirst = true
        for number in numbers {
            if !isFirst { text.append(UInt8(ascii: ",")) }
            isFirst = false
            text.appendHexadecimal(number)
        }
    }

    /// Twelve digits of a SHA-256, or twelve zeros for nothing.
    private static func appendDigest(of list: [UInt8], to text: inout [UInt8]) {
        if list.isEmpty {
            text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 12))
        } else {
            text.appendHexadecimal(SHA256.hash(data: list), count: 6)
        }
    }
}
