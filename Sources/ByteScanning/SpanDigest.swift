import CZlib
import Crypto
import FoundationEssentials

/// A checksum that a library computes.
package enum SpanDigest: Sendable {
    /// A digest of swift-crypto.
    case md5, sha1, sha256, sha512
    /// CRC-32 of ISO 3309, by zlib.
    case crc32

    /// The checksum of `bytes`, most significant byte first.
    package func digest(of bytes: RawSpan) -> [UInt8] {
        switch self {
        case .md5: return Array(bytes.hashed(by: Insecure.MD5()))
        case .sha1: return Array(bytes.hashed(by: Insecure.SHA1()))
        case .sha256: return Array(bytes.hashed(by: SHA256()))
        case .sha512: return Array(bytes.hashed(by: SHA512()))
        case .crc32:
            let value = bytes.crc32
            return (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) }
        }
    }

    /// The first four bytes of the checksum of `bytes`. No allocation.
    package func head(of bytes: RawSpan) -> UInt32 {
        switch self {
        case .md5: Self.head(bytes.hashed(by: Insecure.MD5()))
        case .sha1: Self.head(bytes.hashed(by: Insecure.SHA1()))
        case .sha256: Self.head(bytes.hashed(by: SHA256()))
        case .sha512: Self.head(bytes.hashed(by: SHA512()))
        case .crc32: bytes.crc32
        }
    }

    private static func head(_ digest: some Digest) -> UInt32 {
        // Invariant: no digest is shorter than sixteen bytes; the pointer is used only inside the closure.
        unsafe digest.withUnsafeBytes { unsafe UInt32(bigEndian: $0.loadUnaligned(as: UInt32.self)) }
    }
}

extension RawSpan {
    /// The digest of the bytes by `function`, which is new.
    fileprivate func hashed<Function: HashFunction>(by function: Function) -> Function.Digest {
        var function = function
        // Invariant: the pointer is used only inside the closure, while the span is borrowed.
        unsafe withUnsafeBytes { unsafe function.update(bufferPointer: $0) }
        return function.finalize()
    }

    /// The CRC of ISO 3309 and zlib.
    fileprivate var crc32: UInt32 {
        // Invariant: the pointer is used only inside the closure, with the length of what it points to.
        unsafe withUnsafeBytes { buffer in
            let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard let start = unsafe start else { return 0 }
            return UInt32(truncatingIfNeeded: unsafe crc32_z(0, start, buffer.count))
        }
    }
}
