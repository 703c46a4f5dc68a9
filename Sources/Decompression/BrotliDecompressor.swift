import Bytes
import CBrotli

/// Decompresses Brotli (RFC 7932) with libbrotli. Memory: a window of at most 16 MiB, as the data asks for.
@safe
package final class BrotliDecompressor: Decompressor {
    private let state: OpaquePointer?
    private var isEnded = false
    private var buffer = [UInt8](repeating: 0, count: Decompressor.stepLimit)

    /// Creates a decompressor.
    package override init() {
        // Invariant: the state belongs to this object alone and is released in `deinit`.
        unsafe state = BrotliDecoderCreateInstance(nil, nil, nil)
        super.init()
    }

    deinit {
        // Invariant: nothing uses the state afterwards.
        if let state = unsafe state { unsafe BrotliDecoderDestroyInstance(state) }
    }

    package override func step(_ input: RawSpan, into output: inout [UInt8]) -> DecompressionStep {
        guard let state = unsafe state, !isEnded else { return .damaged }
        var (inputLeft, room) = (input.byteCount, buffer.count)
        // Invariant: the library reads `inputLeft` bytes and writes at most `room` ones, both within buffers that are
        // borrowed for the call; it keeps no pointer into them.
        let result = unsafe input.withUnsafeBytes { source in
            unsafe buffer.withUnsafeMutableBufferPointer { target in
                var next = unsafe source.baseAddress?.assumingMemoryBound(to: UInt8.self)
                var end = target.baseAddress
                return unsafe BrotliDecoderDecompressStream(state, &inputLeft, &next, &room, &end, nil)
            }
        }
        output.append(contentsOf: buffer[..<(buffer.count - room)])
        let used = input.byteCount - inputLeft
        switch result {
        case BROTLI_DECODER_RESULT_SUCCESS:
            isEnded = true
            return .ended(used: used)
        case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: return .full(used: used)
        case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: return .needsInput
        default:
            isEnded = true
            return .damaged
        }
    }
}
