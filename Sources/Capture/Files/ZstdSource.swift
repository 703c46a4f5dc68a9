import CZstd

/// The bytes of a Zstandard file (RFC 8878), over all its frames.
///
/// Memory: one input buffer, and the library's window, which it refuses past its default of 128 MiB.
@safe
final class ZstdSource: ByteSource {
    private let source: ByteSource
    private let input: UnsafeMutableRawBufferPointer
    private let context: OpaquePointer?
    private var pending = unsafe ZSTD_inBuffer()
    private var isWithinFrame = false
    private var isEnded = false

    /// A feed of what `source` holds compressed.
    init(_ source: ByteSource) {
        self.source = source
        // Invariant: the buffer and the context belong to this object alone and are released in `deinit`.
        unsafe input = .allocate(byteCount: 128 << 10, alignment: 16)
        unsafe context = ZSTD_createDCtx()
        super.init()
        unsafe pending.src = UnsafeRawPointer(input.baseAddress)
    }

    deinit {
        // Invariant: freed once; the library accepts a context that is nil.
        _ = unsafe ZSTD_freeDCtx(context)
        unsafe input.deallocate()
    }

    override var consumed: UInt64 { source.consumed }
    override var total: UInt64? { source.total }

    override func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard unsafe context != nil else {
            failure = "zstd cannot be set up"
            return 0
        }
        // Invariant: the library writes only within the caller's buffer, from `pos` to `size`.
        var output = unsafe ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        while !isEnded, unsafe output.pos < output.size {
            let before = unsafe output.pos
            if unsafe pending.pos == pending.size, !refill() {
                // The library may still hold bytes that had no room in an earlier buffer.
                if isWithinFrame { unsafe step(&output) }
                if unsafe output.pos == before { finish() }
                continue
            }
            unsafe step(&output)
        }
        return unsafe output.pos
    }

    private func step(_ output: inout ZSTD_outBuffer) {
        // Invariant: both buffers live for the call, and `pending` names bytes of `input` that were filled.
        let left = unsafe ZSTD_decompressStream(context, &output, &pending)
        guard ZSTD_isError(left) == 0 else {
            isEnded = true
            // Invariant: the name is a terminated constant of the library.
            failure = "the zstd data is damaged: \(unsafe String(cString: ZSTD_getErrorName(left)))"
            return
        }
        isWithinFrame = left != 0
    }

    private func finish() {
        isEnded = true
        failure = source.failure ?? (isWithinFrame ? "the zstd data is cut off" : nil)
    }

    private func refill() -> Bool {
        unsafe pending.pos = 0
        // Invariant: the library reads only the `size` bytes that were just written to `input`.
        unsafe pending.size = source.read(into: input)
        return unsafe pending.size > 0
    }
}
