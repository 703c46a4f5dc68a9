import Bytes
import Crypto

/// JA4, the client part (FoxIO-LLC/ja4, technical_details/JA4.md): GREASE left out wherever it can stand.
enum JA4 {
    /// The fingerprint of `hello`, `t13d1517h2_8daaf6152771_cb7bf5808d99`; `versions` are those offered.
    static func fingerprint(of hello: ClientHello, bytes: RawSpan, versions: [UInt16], isQUIC: Bool) -> String {
        let ciphers = TLSFacts.numbers(bytes, hello.cipherSuites)
        let extensions = JA3.extensionTypes(of: hello, bytes: bytes)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        text.append(UInt8(ascii: isQUIC ? "q" : "t"))
        text.append(contentsOf: versionCode(versions.max() ?? hello.legacyVersion).utf8)
        text.append(UInt8(ascii: hello.hasServerName ? "d" : "i"))
        appendCount(ciphers.count, to: &text)
        appendCount(extensions.count, to: &text)
        appendALPN(bytes.clamped(hello.alpn.indices), to: &text)
        text.append(UInt8(ascii: "_"))
        appendDigest(of: list(ciphers.sorted()), to: &text)
        text.append(UInt8(ascii: "_"))
        let hashed = extensions.filter { $0 != TLSExtension.serverName && $0 != TLSExtension.alpn }.sorted()
        let algorithms = TLSFacts.numbers(bytes, hello.signatureAlgorithms)
        var third = list(hashed)
        if !algorithms.isEmpty, !hashed.isEmpty {
            third.append(UInt8(ascii: "_"))
            third.append(contentsOf: list(algorithms))
        }
        appendDigest(of: third, to: &text)
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
    /// last of the protocol's hexadecimal digits; `00` where there is none.
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

    private static func list(_ numbers: [UInt16]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(numbers.count * 5 + 1)
        for (index, number) in numbers.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text.appendHexadecimal(number)
        }
        return text
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
