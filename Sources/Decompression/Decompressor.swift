import Bytes

/// What one step of decompression came to.
package enum DecompressionStep: Sendable, Equatable {
    /// All of the input was used, and more is needed.
    case needsInput
    /// The output limit of the call was reached; `used` bytes of the input were used.
    case full(used: Int)
    /// The compressed data ended; `used` bytes of the input belonged to it.
    case ended(used: Int)
    /// The input is damaged.
    case damaged
}

/// Decompresses data that arrives in pieces, a bounded amount of output a call.
///
/// A class of its own library's state; used by one thread. The caller bounds the whole by how often it calls.
package class Decompressor {
    /// The bytes of output that one step has room for.
    package static let stepLimit = 64 << 10

    init() {}

    /// Decompresses `input`, and appends at most `stepLimit` bytes to `output`.
    package func step(_ input: RawSpan, into output: inout [UInt8]) -> DecompressionStep { .damaged }

    /// Decompresses all of `input`, and appends at most `limit` bytes to `output`.
    package func decompress(_ input: RawSpan, into output: inout [UInt8], limit: Int) -> DecompressionStep {
        let start = output.count
        var used = 0
        while true {
            let step = step(input.clamped(used...), into: &output)
            if output.count - start > limit {
                output.removeLast(output.count - start - limit)
                return .full(used: used)
            }
            switch step {
            case .needsInput, .damaged: return step
            case .ended(let count): return .ended(used: used + count)
            case .full(let count):
                used += count
            }
        }
    }
}
