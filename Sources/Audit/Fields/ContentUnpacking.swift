import Bytes
import Decompression

/// Undoes content codings with the libraries of `Decompression`.
package enum ContentUnpacking {
    /// The content of `bytes` under `coding`, or `nil` if it is damaged, larger than `limit`, or of a coding that is not known.
    ///
    /// Bytes after the end of the compressed data are an error, except for further members of gzip and further frames of Zstandard.
    package static let unpack: ContentUnpacker = { coding, bytes, limit in
        switch coding {
        case "gzip", "x-gzip": return whole(bytes, limit) { Inflater(.gzip) }
        case "br": return whole(bytes, limit) { BrotliDecompressor() }
        case "zstd": return whole(bytes, limit) { ZstdDecompressor() }
        case "deflate":
            // RFC 9110 means zlib; some senders write raw DEFLATE.
            return whole(bytes, limit) { Inflater(.zlib) } ?? whole(bytes, limit) { Inflater(.raw) }
        case "identity": return bytes
        default: return nil
        }
    }

    private static func whole(_ bytes: [UInt8], _ limit: Int, _ make: () -> Decompressor) -> [UInt8]? {
        var output: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let step = make().decompress(bytes.rawSpan.clamped(position...), into: &output, limit: limit - output.count)
            guard case .ended(let used) = step, used > 0, output.count <= limit else { return nil }
            position += used
        }
        return output
    }
}
