import CZstd

/// Makes Zstandard frames (RFC 8878), with a checksum of the content, out of bytes as they come.
@safe
final class ZstdWriter {
    private let context: OpaquePointer
    private var output = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize())

    /// A writer of one frame; `nil` if memory is short.
    init?() {
        // Invariant: the context belongs to this object alone and is released in `deinit`.
        guard let context = unsafe ZSTD_createCCtx() else { return nil }
        unsafe self.context = context
        _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    }

    deinit {
        // Invariant: freed once.
        _ = unsafe ZSTD_freeCCtx(context)
    }

    /// Takes `bytes`, the last of the frame where that is so, and passes on what came of them.
    func take(
        _ bytes: ArraySlice<UInt8>, isLast: Bool, _ sink: (ArraySlice<UInt8>) throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        var taken = 0
        while true {
            var count = 0
            // Invariant: both buffers live for the call, which reads and writes within their lengths alone.
            let left = unsafe bytes.withUnsafeBytes { source in
                unsafe output.withUnsafeMutableBytes { target in
                    var input = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: taken)
                    var room = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                    let left = unsafe ZSTD_compressStream2(
                        context, &room, &input, isLast ? ZSTD_e_end : ZSTD_e_continue)
                    taken = unsafe input.pos
                    count = unsafe room.pos
                    return left
                }
            }
            guard ZSTD_isError(left) == 0 else { throw .format }
            try sink(output[..<count])
            if isLast ? left == 0 : taken == bytes.count { return }
        }
    }
}

/// Reads Zstandard frames (RFC 8878) out of bytes as they come.
@safe
final class ZstdReader {
    private let context: OpaquePointer
    private var output = [UInt8](repeating: 0, count: ZSTD_DStreamOutSize())
    /// Whether what came so far ends with a frame's end.
    private(set) var isWhole = true

    /// A reader; `nil` if memory is short.
    init?() {
        // Invariant: the context belongs to this object alone and is released in `deinit`.
        guard let context = unsafe ZSTD_createDCtx() else { return nil }
        unsafe self.context = context
    }

    deinit {
        // Invariant: freed once.
        _ = unsafe ZSTD_freeDCtx(context)
    }

    /// Takes `bytes` and passes on what they hold.
    func take(
        _ bytes: ArraySlice<UInt8>, _ sink: (ArraySlice<UInt8>) throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        var taken = 0
        var count = output.count
        // The library may still hold bytes that had no room.
        while taken < bytes.count || count == output.count {
            let before = taken
            // Invariant: both buffers live for the call, which reads and writes within their lengths alone.
            let left = unsafe bytes.withUnsafeBytes { source in
                unsafe output.withUnsafeMutableBytes { target in
                    var input = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: taken)
                    var room = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                    let left = unsafe ZSTD_decompressStream(context, &room, &input)
                    taken = unsafe input.pos
                    count = unsafe room.pos
                    return left
                }
            }
            guard ZSTD_isError(left) == 0 else { throw .format }
            if taken > before || count > 0 { isWhole = left == 0 }
            try sink(output[..<count])
        }
    }
}
