import Bytes
import Crypto

/// The checksums by which clients hide a value or seal a text.
package enum Checksum: String, CaseIterable, Sendable {
    /// MD5.
    case md5
    /// SHA-1.
    case sha1
    /// SHA-256.
    case sha256
    /// SHA-512.
    case sha512
    /// CRC-32 of ISO 3309, as in zlib.
    case crc32
    /// xxHash64 with the seed 0.
    case xxhash64

    /// The name, as texts for people have it.
    package var title: String {
        switch self {
        case .md5: "MD5"
        case .sha1: "SHA-1"
        case .sha256: "SHA-256"
        case .sha512: "SHA-512"
        case .crc32: "CRC-32"
        case .xxhash64: "xxHash64"
        }
    }

    /// The checksum of `bytes`, most significant byte first.
    package func digest(of bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .md5: Array(Insecure.MD5.hash(data: bytes))
        case .sha1: Array(Insecure.SHA1.hash(data: bytes))
        case .sha256: Array(SHA256.hash(data: bytes))
        case .sha512: Array(SHA512.hash(data: bytes))
        case .crc32: Self.bigEndian(UInt64(CRC32.checksum(of: bytes)), count: 4)
        case .xxhash64: Self.bigEndian(XXHash64.hash(of: bytes), count: 8)
        }
    }

    private static func bigEndian(_ value: UInt64, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
    }
}

/// The CRC of ISO 3309 and zlib, with the reflected polynomial 0xEDB88320.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }

    /// The checksum of `bytes`.
    static func checksum(of bytes: [UInt8]) -> UInt32 {
        let table = table
        var value: UInt32 = .max
        for byte in bytes { value = table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value >> 8 }
        return ~value
    }
}

/// xxHash64 (the specification of Yann Collet, version 0.1.1).
enum XXHash64 {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    /// The hash of `bytes` under `seed`.
    static func hash(of bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
        var position = 0
        var hash: UInt64
        if bytes.count >= 32 {
            var (first, second) = (seed &+ prime1 &+ prime2, seed &+ prime2)
            var (third, fourth) = (seed, seed &- prime1)
            while position + 32 <= bytes.count {
                first = round(first, word(bytes, position, 8))
                second = round(second, word(bytes, position + 8, 8))
                third = round(third, word(bytes, position + 16, 8))
                fourth = round(fourth, word(bytes, position + 24, 8))
                position += 32
            }
            hash = rotate(first, 1) &+ rotate(second, 7) &+ rotate(third, 12) &+ rotate(fourth, 18)
            for lane in [first, second, third, fourth] { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
        } else {
            hash = seed &+ prime5
        }
        hash &+= UInt64(bytes.count)
        return finish(hash, bytes, from: position)
    }

    private static func finish(_ start: UInt64, _ bytes: [UInt8], from offset: Int) -> UInt64 {
        var hash = start
        var position = offset
        while position + 8 <= bytes.count {
            hash = rotate(hash ^ round(0, word(bytes, position, 8)), 27) &* prime1 &+ prime4
            position += 8
        }
        if position + 4 <= bytes.count {
            hash = rotate(hash ^ word(bytes, position, 4) &* prime1, 23) &* prime2 &+ prime3
            position += 4
        }
        while position < bytes.count {
            hash = rotate(hash ^ UInt64(bytes[position]) &* prime5, 11) &* prime1
            position += 1
        }
        hash = (hash ^ hash >> 33) &* prime2
        hash = (hash ^ hash >> 29) &* prime3
        return hash ^ hash >> 32
    }

    private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        rotate(lane &+ input &* prime2, 31) &* prime1
    }

    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }

    private static func word(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
        let span = bytes.rawSpan
        return count == 8
            ? span.uint64(at: offset)?.byteSwapped ?? 0 : UInt64(span.uint32(at: offset)?.byteSwapped ?? 0)
    }
}
