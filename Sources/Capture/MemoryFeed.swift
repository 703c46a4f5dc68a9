/// Bytes that are already in memory.
final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private let step: Int
    private var cursor = 0

    /// A feed of `bytes`, at most `step` of them at a time.
    init(_ bytes: [UInt8], step: Int = .max) {
        self.bytes = bytes
        self.step = Swift.max(step, 1)
    }

    override var consumed: UInt64 { UInt64(cursor) }
    override var total: UInt64? { UInt64(bytes.count) }

    override func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(step, buffer.count, bytes.count - cursor)
        // Invariant: `count` fits both the buffer and what is left of the array.
        unsafe buffer.copyBytes(from: bytes[cursor..<cursor + count])
        cursor += count
        return count
    }
}
