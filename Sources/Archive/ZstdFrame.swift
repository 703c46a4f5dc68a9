/// One Zstandard frame (RFC 8878) of bytes in memory.
public enum ZstdFrame {
    /// The bytes of `content`, packed into one frame with a checksum. Cost: some 300 MB/s, and the library's few MiB of memory.
    ///
    /// - Throws: if memory is short.
    public static func packed(_ content: ArraySlice<UInt8>) throws(ArchiveError) -> [UInt8] {
        guard let writer = ZstdWriter() else { throw .format }
        var frame: [UInt8] = []
        try writer.take(content, isLast: true) { (bytes) throws(ArchiveError) in frame += bytes }
        return frame
    }
}
