import CZlib

/// The bytes of a gzip file (RFC 1952), over all its members.
///
/// Memory: one input buffer of 64 KiB and zlib's own window of 32 KiB, whatever the file says.
@safe
final class GzipSource: ByteSource {
    private let source: ByteSource
    private let input: UnsafeMutableRawBufferPointer
    private let stream: UnsafeMutablePointer<z_stream>
    private var isEnded = false

    /// A feed of what `source` holds compressed.
    init(_ source: ByteSource) {
        self.source = source
        // Invariant: both allocations belong to this object alone and are released in `deinit`.
        unsafe input = .allocate(byteCount: 64 << 10, alignment: 16)
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        super.init()
        // 15 + 16: the largest window, and a gzip header instead of a zlib one.
        // Invariant: the stream does not move while zlib holds it.
        let status = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        if status != Z_OK { end("gzip cannot be set up") }
    }

    deinit {
        // Invariant: `inflateEnd` accepts a stream whose set-up failed; nothing uses the memory afterwards.
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
        unsafe input.deallocate()
    }

    override var consumed: UInt64 { source.consumed }
    override var total: UInt64? { source.total }

    override func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        // Invariant: zlib writes at most `avail_out` bytes from `next_out` on, all within the caller's buffer.
        unsafe stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(clamping: buffer.count)
        while !isEnded, unsafe stream.pointee.avail_out > 0 {
            if unsafe stream.pointee.avail_in == 0, !refill() {
                end(source.failure ?? "the gzip data is cut off")
                break
            }
            step()
        }
        return unsafe Int(UInt32(clamping: buffer.count) &- stream.pointee.avail_out)
    }

    private func step() {
        // Invariant: `next_in` and `avail_in` name bytes of `input` that were filled.
        let status = unsafe inflate(stream, Z_NO_FLUSH)
        switch status {
        case Z_OK: break
        case Z_STREAM_END: nextMember()
        default: end("the gzip data is damaged")
        }
    }

    /// Continues with a further member if there is one; anything else behind a member is padding, as `gzip` has it.
    private func nextMember() {
        guard unsafe stream.pointee.avail_in > 0 || refill() else {
            isEnded = true
            failure = source.failure
            return
        }
        guard unsafe stream.pointee.next_in?.pointee == 0x1F else {
            isEnded = true
            return
        }
        unsafe inflateReset(stream)
    }

    private func refill() -> Bool {
        let count = unsafe source.read(into: input)
        // Invariant: `count` bytes of `input` were just written.
        unsafe stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_in = UInt32(clamping: count)
        return count > 0
    }

    private func end(_ reason: String) {
        isEnded = true
        failure = reason
    }
}
