import Bytes

extension HTTP2Preface {
    /// The header of one frame (RFC 9113 section 4.1).
    struct Frame {
        let start: Int
        let length: Int
        let type: UInt8
        let flags: UInt8
        let stream: UInt32

        /// The frame whose header begins at `start`; nothing where its 9 bytes are not all there.
        init?(_ bytes: RawSpan, at start: Int) {
            guard let word = bytes.uint32(at: start), let flags = bytes.byte(at: start &+ 4),
                let stream = bytes.uint32(at: start &+ 5)
            else { return nil }
            self.start = start
            self.length = Int(word >> 8)
            self.type = UInt8(truncatingIfNeeded: word)
            self.flags = flags
            self.stream = stream & 0x7FFF_FFFF
        }

        var end: Int { start &+ Self.headerLength &+ length }

        var isHeader: Bool { type == Self.headers }

        /// The part of a header block in a HEADERS or CONTINUATION frame, without padding and priority (RFC 9113
        /// section 6.2); nothing where they leave no room. All of the frame must be there.
        func fragment(_ bytes: RawSpan) -> Range<Int>? {
            var lower = start &+ Self.headerLength
            var upper = end
            if isHeader {
                if flags & Self.padded != 0 {
                    guard lower < upper, let padding = bytes.byte(at: lower) else { return nil }
                    lower &+= 1
                    upper &-= Int(padding)
                }
                if flags & Self.priority != 0 { lower &+= 5 }
            }
            return lower <= upper ? lower..<upper : nil
        }

        static let headerLength = 9

        // Types (RFC 9113 section 6).
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let settings: UInt8 = 4
        static let continuation: UInt8 = 9

        // Flags of HEADERS and CONTINUATION.
        static let endHeaders: UInt8 = 0x04
        static let padded: UInt8 = 0x08
        static let priority: UInt8 = 0x20
    }
}
