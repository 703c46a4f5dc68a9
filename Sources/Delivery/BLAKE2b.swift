import CSodium

/// BLAKE2b (RFC 7693), by libsodium, which is loaded when the first digest is made.
public enum BLAKE2b {
    /// The 64 bytes of BLAKE2b-512 of `bytes`, without a key; `nil` if libsodium is not installed.
    public static func digest512(of bytes: [UInt8]) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: 64)
        // Invariant: the buffers are those of two arrays that live for the call; the call reads `bytes.count` bytes and writes 64.
        let isMade = unsafe bytes.withUnsafeBytes { source in
            unsafe digest.withUnsafeMutableBufferPointer { target in
                unsafe egret_blake2b_512(source.baseAddress, source.count, target.baseAddress)
            }
        }
        return isMade == 1 ? digest : nil
    }
}
