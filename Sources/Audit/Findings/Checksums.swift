import ByteScanning
import Bytes

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

    /// The length of a checksum in bytes.
    var length: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        case .sha512: 64
        case .crc32: 4
        case .xxhash64: 8
        }
    }

    /// The checksum of `bytes`, most significant byte first.
    package func digest(of bytes: [UInt8]) -> [UInt8] { digest(of: bytes.rawSpan) }

    /// The checksum of `bytes`, most significant byte first.
    func digest(of bytes: RawSpan) -> [UInt8] {
        if let library { return library.digest(of: bytes) }
        let hash = XXHash64.hash(of: bytes)
        return (0..<8).map { UInt8(truncatingIfNeeded: hash >> UInt64(56 - 8 * $0)) }
    }

    /// The first four bytes of the checksum of `bytes`. No allocation.
    func head(of bytes: RawSpan) -> UInt32 {
        library?.head(of: bytes) ?? UInt32(truncatingIfNeeded: XXHash64.hash(of: bytes) >> 32)
    }

    /// The checksum as a library computes it; `nil` for xxHash64.
    private var library: SpanDigest? {
        switch self {
        case .md5: .md5
        case .sha1: .sha1
        case .sha256: .sha256
        case .sha512: .sha512
        case .crc32: .crc32
        case .xxhash64: nil
        }
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
    static func hash(of bytes: RawSpan, seed: UInt64 = 0) -> UInt64 {
        var position = 0
        var hash: UInt64
        if bytes.byteCount >= 32 {
            var (first, second) = (seed &+ prime1 &+ prime2, seed &+ prime2)
            var (third, fourth) = (seed, seed &- prime1)
            while position &+ 32 <= bytes.byteCount {
                first = round(first, word(bytes, position))
                second = round(second, word(bytes, position &+ 8))
                third = round(third, word(bytes, position &+ 16))
                fourth = round(fourth, word(bytes, position &+ 24))
                position &+= 32
            }
            hash = rotate(first, 1) &+ rotate(second, 7) &+ rotate(third, 12) &+ rotate(fourth, 18)
            for lane in [first, second, third, fourth] { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
        } else {
            hash = seed &+ prime5
        }
        hash &+= UInt64(bytes.byteCount)
        return finish(hash, bytes, from: position)
    }

    private static func finish(_ start: UInt64, _ bytes: RawSpan, from offset: Int) -> UInt64 {
        var hash = start
        var position = offset
        while position + 8 <= bytes.byteCount {
            hash = rotate(hash ^ round(0, word(bytes, position)), 27) &* prime1 &+ prime4
            position += 8
        }
        if let half = bytes.uint32(at: position)?.byteSwapped {
            hash = rotate(hash ^ UInt64(half) &* prime1, 23) &* prime2 &+ prime3
            position += 4
        }
        while let byte = bytes.byte(at: position) {
            hash = rotate(hash ^ UInt64(byte) &* prime5, 11) &* prime1
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

    /// The little-endian word at `offset`, of which the bytes are there.
    private static func word(_ bytes: RawSpan, _ offset: Int) -> UInt64 { bytes.uint64(at: offset)?.byteSwapped ?? 0 }
}
