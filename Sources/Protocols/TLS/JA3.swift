import Bytes
import Crypto

/// JA3 (salesforce/ja3): an MD5 of the hello's numbers in their order, GREASE left out.
enum JA3 {
    /// The fingerprint of `hello` in 32 hexadecimal digits.
    static func fingerprint(of hello: ClientHello, bytes: RawSpan) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(512)
        text.appendDecimal(Int(hello.legacyVersion))
        append(TLSFacts.numbers(bytes, hello.cipherSuites), to: &text)
        append(extensionTypes(of: hello, bytes: bytes), to: &text)
        append(TLSFacts.numbers(bytes, hello.groups), to: &text)
        append(bytes.clamped(hello.pointFormats.indices).copied().map(UInt16.init), to: &text)
        var digest: [UInt8] = []
        digest.appendHexadecimal(Insecure.MD5.hash(data: text), count: 16)
        return String(decoding: digest, as: UTF8.self)
    }

    private static func append(_ numbers: [UInt16], to text: inout [UInt8]) {
        text.append(UInt8(ascii: ","))
        for (index, number) in numbers.enumerated() {
            if index > 0 { text.append(UInt8(ascii: "-")) }
            text.appendDecimal(Int(number))
        }
    }

    /// The types of the extensions in their order, without GREASE.
    static func extensionTypes(of hello: ClientHello, bytes: RawSpan) -> [UInt16] {
        var types: [UInt16] = []
        var reader = ByteReader(bytes.clamped(hello.extensions.indices))
        while let type = try? reader.uint16(), let length = try? reader.uint16() {
            if !GREASE.contains(type) { types.append(type) }
            guard (try? reader.skip(Int(length))) != nil else { break }
        }
        return types
    }
}

extension [UInt8] {
    /// Appends a number that is not negative in decimal digits.
    mutating func appendDecimal(_ value: Int) {
        if value >= 10 { appendDecimal(value / 10) }
        append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value % 10))
    }

    /// Appends the first `count` of `bytes` in lower-case hexadecimal digits.
    mutating func appendHexadecimal(_ bytes: some Sequence<UInt8>, count: Int) {
        for byte in bytes.prefix(count) {
            append(Self.digit(byte >> 4))
            append(Self.digit(byte & 0x0F))
        }
    }

    /// Appends a 16-bit number in four hexadecimal digits.
    mutating func appendHexadecimal(_ number: UInt16) {
        appendHexadecimal(CollectionOfOne(UInt8(number >> 8)), count: 1)
        appendHexadecimal(CollectionOfOne(UInt8(number & 0xFF)), count: 1)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "a") &+ value &- 10
    }
}
