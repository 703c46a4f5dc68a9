import Bytes
import Decompression

/// The content of a body after its content codings were removed (RFC 9110 section 8.4).
package struct DecodedContent: Sendable {
    /// How the decoding ended.
    package enum State: Sendable, Equatable {
        /// All of the body was decoded.
        case complete
        /// The body ends before its compressed data does.
        case truncated
        /// The body is not what its coding says.
        case damaged
        /// The bound of size or ratio was reached: `bytes` are the first ones.
        case overLimit
        /// A coding that is not known; `bytes` are as it left them.
        case unknownCoding(String)
    }

    /// The decoded bytes, as far as they came.
    package var bytes: [UInt8]
    /// How the decoding ended.
    package var state: State
    /// The codings that were removed, in the order in which they were removed.
    package var codings: [String]
}

/// Removes content codings: gzip, deflate (with and without the zlib header), br, zstd, and any stack of them.
///
/// Bounded: at most `sizeLimit` bytes come out of each coding, and at most `ratioLimit` times its input.
package struct ContentDecoder: Sendable {
    /// The most bytes of decoded content.
    package var sizeLimit: Int
    /// The most bytes of output for each byte of input, above the first MiB.
    package var ratioLimit: Int
    /// The most codings that are stacked.
    package static let depthLimit = 8

    /// Creates a decoder with these bounds.
    package init(sizeLimit: Int = 64 << 20, ratioLimit: Int = 2_000) {
        self.sizeLimit = max(sizeLimit, 0)
        self.ratioLimit = max(ratioLimit, 1)
    }

    /// The content of a message. Without a content coding these are the bytes of its body.
    package func decode(_ message: HTTPMessage) -> DecodedContent {
        decode(message.body.bytes, codings: Self.codings(message.fields), isComplete: message.body.isComplete)
    }

    /// Removes `codings`, which were applied in this order, from `bytes`.
    package func decode(_ bytes: [UInt8], codings: [String], isComplete: Bool = true) -> DecodedContent {
        var content = DecodedContent(bytes: bytes, state: isComplete ? .complete : .truncated, codings: [])
        guard codings.count <= Self.depthLimit else {
            content.state = .overLimit
            return content
        }
        for coding in codings.reversed() {
            if coding == "identity" { continue }
            guard let result = remove(coding, from: content.bytes) else {
                content.state = .unknownCoding(coding)
                return content
            }
            content.bytes = result.bytes
            content.codings.append(coding)
            guard result.state == .complete else {
                // What is left of a body that was cut decodes as far as it goes.
                content.state = result.state
                if result.state != .truncated { return content }
                continue
            }
        }
        return content
    }

    /// The content codings that a message names, in the order in which they were applied, in lower case.
    package static func codings(_ fields: [HTTPField]) -> [String] {
        fields.filter { $0.isKnown && FieldText.matches($0.name, "content-encoding") }.flatMap { field in
            field.value.split(separator: UInt8(ascii: ",")).map {
                String(decoding: FieldText.lowercased(FieldText.trimmed(Array($0))), as: UTF8.self)
            }
        }.filter { !$0.isEmpty }
    }

    /// Removes one coding; `nil` if it is not known.
    private func remove(_ coding: String, from bytes: [UInt8]) -> (bytes: [UInt8], state: DecodedContent.State)? {
        switch coding {
        case "gzip", "x-gzip": return run({ Inflater(.gzip) }, on: bytes, magic: [0x1F, 0x8B])
        case "deflate":
            // Named after zlib's format, and often sent without its header.
            let isZlib = bytes.count >= 2 && bytes[0] & 0x0F == 8 && (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0
            let first = run({ Inflater(isZlib ? .zlib : .raw) }, on: bytes)
            return first.state == .damaged && isZlib ? run({ Inflater(.raw) }, on: bytes) : first
        case "br": return run({ BrotliDecompressor() }, on: bytes)
        case "zstd": return run({ ZstdDecompressor() }, on: bytes, magic: [0x28, 0xB5, 0x2F, 0xFD])
        default: return nil
        }
    }

    /// Decompresses `bytes`: one stream, or all of those that follow one another if each begins with `magic`.
    private func run(
        _ make: () -> Decompressor, on bytes: [UInt8], magic: [UInt8]? = nil
    ) -> (bytes: [UInt8], state: DecodedContent.State) {
        if bytes.isEmpty { return ([], .complete) }
        let (product, overflow) = bytes.count.multipliedReportingOverflow(by: ratioLimit)
        let limit = overflow ? sizeLimit : min(sizeLimit, max(1 << 20, product))
        var output: [UInt8] = []
        var used = 0
        repeat {
            let decompressor = make()
            switch decompressor.decompress(bytes.rawSpan.clamped(used...), into: &output, limit: limit - output.count) {
            case .ended(let count): used += max(count, 1)
            case .needsInput: return (output, .truncated)
            case .full: return (output, .overLimit)
            case .damaged: return (output, .damaged)
            }
            // What follows the last stream and begins no other is padding, as gzip has it.
            guard let magic, bytes[min(used, bytes.count)...].starts(with: magic) else { break }
            if output.count >= limit { return (output, .overLimit) }
        } while used < bytes.count
        return (output, .complete)
    }
}
