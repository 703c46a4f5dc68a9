import Bytes
import Decompression
import TestSupport
import Testing

/// A form of compression, with a sample of it.
enum Form: String, CaseIterable, Sendable {
    case gzip, zlib, raw, zstd

    var sample: [UInt8] {
        switch self {
        case .gzip: CompressedSamples.gzip
        case .zlib: CompressedSamples.zlib
        case .raw: CompressedSamples.raw
        case .zstd: CompressedSamples.zstd
        }
    }

    func decompressor() -> Decompressor {
        switch self {
        case .gzip: Inflater(.gzip)
        case .zlib: Inflater(.zlib)
        case .raw: Inflater(.raw)
        case .zstd: ZstdDecompressor()
        }
    }

    /// Whether the form has a checksum, so that damage is found.
    var isChecked: Bool { self != .raw }
}

/// Decompresses pieces of `size` bytes until the end, a damage, or the last piece.
private func decompress(_ bytes: [UInt8], by size: Int, with decompressor: Decompressor) -> (
    output: [UInt8], result: DecompressionStep, used: Int
) {
    var output: [UInt8] = []
    var used = 0
    var result = DecompressionStep.needsInput
    while used < bytes.count {
        let piece = Array(bytes[used..<min(bytes.count, used + size)])
        result = decompressor.step(piece.rawSpan, into: &output)
        switch result {
        case .needsInput: used += piece.count
        case .full(let count): used += count
        case .ended(let count): return (output, result, used + count)
        case .damaged: return (output, result, used)
        }
    }
    return (output, result, used)
}

@Suite struct DecompressorTests {
    @Test("Pieces of any size give the text, and say where the compressed data ends", arguments: Form.allCases)
    func pieces(form: Form) {
        let trailing = Array("what follows".utf8)
        for size in [1, 2, 3, 7, 64, 100_000] {
            let (output, result, used) = decompress(form.sample + trailing, by: size, with: form.decompressor())
            #expect(output == CompressedSamples.text, "pieces of \(size)")
            #expect(used == form.sample.count, "pieces of \(size)")
            guard case .ended = result else {
                Issue.record("pieces of \(size) end with \(result)")
                continue
            }
        }
    }

    @Test("A sample that is cut anywhere needs more, and gives a beginning of the text", arguments: Form.allCases)
    func cuts(form: Form) {
        for count in form.sample.indices {
            let (output, result, _) = decompress(Array(form.sample[..<count]), by: 1_000, with: form.decompressor())
            #expect(result == .needsInput, "cut after \(count) bytes")
            #expect(CompressedSamples.text.starts(with: output), "cut after \(count) bytes")
        }
    }

    @Test("A flipped bit never traps, and never passes for the text if there is a checksum", arguments: Form.allCases)
    func flips(form: Form) {
        for index in form.sample.indices {
            for bit in 0..<8 {
                var bytes = form.sample
                bytes[index] ^= 1 << UInt8(bit)
                let (output, result, _) = decompress(bytes, by: 1_000, with: form.decompressor())
                guard form.isChecked, case .ended = result else { continue }
                // Flags and times of a gzip header are not part of the checksum; what they change is not the text.
                #expect(output == CompressedSamples.text, "bit \(bit) of byte \(index)")
            }
        }
    }

    @Test("After damage no input is accepted any more", arguments: [Form.gzip, .zlib, .zstd])
    func damage(form: Form) {
        let decompressor = form.decompressor()
        var output: [UInt8] = []
        let wrong = [UInt8](repeating: 0xFF, count: 64)
        let sample = form.sample
        let first = decompressor.step(wrong.rawSpan, into: &output)
        let second = decompressor.step(sample.rawSpan, into: &output)
        #expect(first == .damaged && second == .damaged && output.isEmpty)
    }

    @Test("At most the limit is put out, whatever the size of the text", arguments: Form.allCases)
    func limits(form: Form) {
        for limit in [0, 1, 100, CompressedSamples.text.count - 1] {
            var output = Array("before".utf8)
            let sample = form.sample
            let result = form.decompressor().decompress(sample.rawSpan, into: &output, limit: limit)
            guard case .full = result else {
                Issue.record("limit \(limit): \(result)")
                continue
            }
            #expect(output == Array("before".utf8) + CompressedSamples.text.prefix(limit), "limit \(limit)")
        }
    }

    @Test("A limit of just the text's size lets it end", arguments: Form.allCases)
    func exactLimit(form: Form) {
        var output: [UInt8] = []
        let count = CompressedSamples.text.count
        let sample = form.sample
        let result = form.decompressor().decompress(sample.rawSpan, into: &output, limit: count)
        #expect(output == CompressedSamples.text && result == .ended(used: sample.count))
    }

    @Test("No input is no progress and no damage", arguments: Form.allCases)
    func empty(form: Form) {
        var output: [UInt8] = []
        let none: [UInt8] = []
        let result = form.decompressor().step(none.rawSpan, into: &output)
        #expect(result == .needsInput && output.isEmpty)
    }

    @Test("Random bytes never trap and stay within a step's limit", arguments: Form.allCases)
    func noise(form: Form) {
        var generator = Xorshift(seed: 7)
        for _ in 0..<300 {
            let noise = (0..<generator.below(200)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            let start = Array(form.sample.prefix(generator.below(20)))
            var output: [UInt8] = []
            let bytes = start + noise
            _ = form.decompressor().step(bytes.rawSpan, into: &output)
            #expect(output.count <= Decompressor.stepLimit)
        }
    }

    @Test("Brotli that is random never traps and stays within a step's limit")
    func brotli() {
        var generator = Xorshift(seed: 11)
        for _ in 0..<1_000 {
            let noise = (0..<generator.below(100)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            var output: [UInt8] = []
            _ = BrotliDecompressor().step(noise.rawSpan, into: &output)
            #expect(output.count <= Decompressor.stepLimit)
        }
    }

    @Test("An inflater that is reset reads the next data from its beginning")
    func reset() {
        let inflater = Inflater(.gzip)
        let sample = CompressedSamples.gzip
        for _ in 0..<3 {
            var output: [UInt8] = []
            let result = inflater.step(sample.rawSpan, into: &output)
            #expect(result == .ended(used: sample.count) && output == CompressedSamples.text)
            inflater.reset()
        }
        var output: [UInt8] = []
        let wrong: [UInt8] = [0xFF, 0xFF, 0xFF]
        let damaged = inflater.step(wrong.rawSpan, into: &output)
        #expect(damaged == .damaged)
        inflater.reset()
        let last = inflater.step(sample.rawSpan, into: &output)
        #expect(last == .ended(used: sample.count))
    }
}
