import Bytes
import CZlib

/// Decompresses DEFLATE in one of its three forms with zlib (RFC 1950, 1951, 1952). Memory: 40 KiB.
@safe
package final class Inflater: Decompressor {
    /// What surrounds the compressed data.
    package enum Form: Sendable {
        /// gzip, with any number of members.
        case gzip
        /// zlib.
        case zlib
        /// Nothing.
        case raw
    }

    private let form: Form
    private let stream: UnsafeMutablePointer<z_stream>
    private var isReady: Bool
    private var buffer = [UInt8](repeating: 0, count: Decompressor.stepLimit)

    /// Creates a decompressor.
    package init(_ form: Form) {
        self.form = form
        // Invariant: the allocation belongs to this object alone, does not move, and is released in `deinit`.
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let windowBits: Int32 =
            switch form {
            case .gzip: 15 + 16
            case .zlib: 15
            case .raw: -15
            }
        let status = unsafe inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        isReady = status == Z_OK
        super.init()
    }

    deinit {
        // Invariant: `inflateEnd` accepts a stream whose set-up failed; nothing uses the memory afterwards.
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    package override func step(_ input: RawSpan, into output: inout [UInt8]) -> DecompressionStep {
        guard isReady else { return .damaged }
        let room = buffer.count
        var left = 0
        // Invariant: zlib reads `avail_in` bytes and writes at most `avail_out` ones, both within buffers that are borrowed
        // for the call; it keeps no pointer into them.
        let status = unsafe input.withUnsafeBytes { source in
            unsafe buffer.withUnsafeMutableBufferPointer { target in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))
                unsafe stream.pointee.avail_in = UInt32(clamping: source.count)
                unsafe stream.pointee.next_out = target.baseAddress
                unsafe stream.pointee.avail_out = UInt32(clamping: room)
                let status = unsafe inflate(stream, Z_SYNC_FLUSH)
                left = unsafe Int(stream.pointee.avail_in)
                return status
            }
        }
        let written = unsafe room - Int(stream.pointee.avail_out)
        output.append(contentsOf: buffer[..<written])
        return outcome(status, used: input.byteCount - left, isFull: written == room)
    }

    private func outcome(_ status: Int32, used: Int, isFull: Bool) -> DecompressionStep {
        switch status {
        case Z_STREAM_END:
            isReady = false
            return .ended(used: used)
        case Z_OK: return isFull ? .full(used: used) : .needsInput
        // No progress was possible: the input is used up.
        case Z_BUF_ERROR: return .needsInput
        default:
            isReady = false
            return .damaged
        }
    }

    /// Begins another member or message, with the window kept empty.
    package func reset() {
        // Invariant: the stream was set up, or the call reports an error and nothing more is done with it.
        isReady = unsafe inflateReset(stream) == Z_OK
    }
}
