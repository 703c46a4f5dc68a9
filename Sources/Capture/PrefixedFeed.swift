/// A feed whose first bytes were already read, to see what they are.
final class PrefixedSource: ByteSource {
    private let prefix: [UInt8]
    private let rest: ByteSource
    private var cursor = 0

    /// The bytes of `prefix`, then those of `rest`.
    init(_ prefix: [UInt8], then rest: ByteSource) {
        self.prefix = prefix
        self.rest = rest
    }

    override var consumed: UInt64 { rest.consumed }
    override var total: UInt64? { rest.total }

    override func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard cursor < prefix.count else {
            let count = unsafe rest.read(into: buffer)
            failure = rest.failure
            return count
        }
        let count = min(prefix.count - cursor, buffer.count)
        // Invariant: `count` fits both the buffer and what is left of the prefix.
        unsafe buffer.copyBytes(from: prefix[cursor..<cursor + count])
        cursor += count
        return count
    }
}

extension ByteSource {
    /// The first `count` bytes, or fewer where there are no more.
    func first(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            // Invariant: the buffer is the rest of the array, borrowed for the call.
            let more = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe self.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            }
            if more == 0 { break }
            filled += more
        }
        return Array(bytes[..<filled])
    }

    /// The same bytes, decompressed where their first four say gzip or zstd.
    func decompressed() -> ByteSource {
        let magic = first(4)
        let whole = PrefixedSource(magic, then: self)
        whole.failure = failure
        if magic.starts(with: [0x1F, 0x8B]) { return GzipSource(whole) }
        // RFC 8878 section 3.1: a frame, or a skippable frame before one.
        if magic == [0x28, 0xB5, 0x2F, 0xFD] { return ZstdSource(whole) }
        if magic.count == 4, magic[0] & 0xF0 == 0x50, magic[1...] == [0x2A, 0x4D, 0x18] { return ZstdSource(whole) }
        return whole
    }
}
