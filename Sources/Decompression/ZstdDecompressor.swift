import Bytes
import CZstd

/// Decompresses Zstandard (RFC 8878), any number of frames. Memory: a window of at most 8 MiB, the bound of RFC 8878
/// section 3.1.1.1.2 for content codings; larger ones are damaged data here.
@safe
package final class ZstdDecompressor: Decompressor {
    private let context: OpaquePointer?
    private var isEnded = false
    private var buffer = [UInt8](repeating: 0, count: Decompressor.stepLimit)

    /// Creates a decompressor.
    package override init() {
        // Invariant: the context belongs to this object alone and is released in `deinit`.
        unsafe context = ZSTD_createDCtx()
        super.init()
        if let context = unsafe context { unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 23) }
    }

    deinit {
        // Invariant: nothing uses the context afterwards; the function accepts `nil`.
        unsafe ZSTD_freeDCtx(context)
    }

    package override func step(_ input: RawSpan, into output: inout [UInt8]) -> DecompressionStep {
        guard let context = unsafe context, !isEnded else { return .damaged }
        var (used, written) = (0, 0)
        // Invariant: both buffers are borrowed for the call; the library keeps no pointer into them.
        let left = unsafe input.withUnsafeBytes { source in
            unsafe buffer.withUnsafeMutableBufferPointer { target in
                var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                var to = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                let left = unsafe ZSTD_decompressStream(context, &to, &from)
                used = unsafe from.pos
                written = unsafe to.pos
                return left
            }
        }
        output.append(contentsOf: buffer[..<written])
        if ZSTD_isError(left) != 0 {
            isEnded = true
            return .damaged
        }
        if left == 0 { return .ended(used: used) }
        return written == buffer.count || used < input.byteCount ? .full(used: used) : .needsInput
    }
}
