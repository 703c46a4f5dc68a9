/// Where a capture's bytes come from, in order: a plain file, a compressed one, or memory.
///
/// It is asked once for each window of bytes, never for a frame, so dynamic dispatch costs nothing that shows.
@usableFromInline
class ByteSource {
    /// Why the bytes ended before their end, where they did: half a sentence.
    var failure: String?
    /// Bytes taken from the file itself, compressed where it is.
    var consumed: UInt64 { 0 }
    /// The size of the file itself, where it has one.
    var total: UInt64? { nil }

    /// Writes the next bytes to `buffer` and returns how many; 0 only at the end or after a failure.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int { 0 }
}
