import HTTPDecoding

/// Undoes content codings with the decoder that bodies are read with.
package enum ContentUnpacking {
    /// The content of `bytes` under `coding`, or `nil` if it is damaged, larger than the bounds of the decoder and `limit`, or of a
    /// coding that is not known. Of data that was cut it is what could be decoded.
    package static let unpack: ContentUnpacker = { coding, bytes, limit in
        let content = ContentDecoder(sizeLimit: limit).decode(bytes, codings: [coding])
        switch content.state {
        case .complete: return content.bytes
        case .truncated: return content.bytes.isEmpty ? nil : content.bytes
        default: return nil
        }
    }
}
