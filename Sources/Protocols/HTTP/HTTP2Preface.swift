import Bytes

/// The beginning of HTTP/2 in cleartext with prior knowledge (RFC 9113 section 3.3): the preface, and the first request.
///
/// Frames before the first HEADERS are passed over by their lengths; its block, with its CONTINUATION frames, is
/// decoded, and of its fields only `:authority` (or `host`), `:method` and `:path` are kept. Streams inside a CONNECT
/// of HTTP/2 are cut into DATA frames; nothing behind it is read.
///
/// Costs a few reads a frame; allocates while it decodes the one block, which is at most 64 KiB.
public struct HTTP2Preface: StreamParser {
    /// A first request that is not complete within so many bytes of the stream is given up.
    public static let longestStart = 65_536

    /// Where the next frame begins, once the preface was read.
    private var position = 0
    /// The header block as far as earlier frames brought it, if it is spread over several.
    private var block: [UInt8] = []
    /// The stream whose block is open; 0 if none is.
    private var openStream: UInt32 = 0

    /// The bytes of the header block that is being joined.
    var memory: Int { block.heapBytes }

    /// A parser at the first byte of the preface.
    public init() {}

    /// By the 24 bytes of the preface, of which no other protocol has the first.
    public static func probe(_ bytes: RawSpan) -> Probe {
        if bytes.hasASCII(preface) { return .yes }
        return bytes.isProperPrefix(ofASCII: preface) ? .unsure : .no
    }

    /// Reads on to the end of the first request's header block.
    public mutating func parse(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        if position == 0 {
            switch Self.probe(bytes) {
            case .yes: position = Self.preface.utf8CodeUnitCount
            case .unsure: return .more(atLeast: bytes.byteCount &+ 1)
            case .no: return .skip
            }
            findings.application = .http2
        }
        while position < Self.longestStart {
            guard let frame = Frame(bytes, at: position) else { return .more(atLeast: position &+ Frame.headerLength) }
            if frame.isHeader || openStream != 0 {
                guard frame.end <= Self.longestStart else { return .skip }
                guard frame.end <= bytes.byteCount else { return .more(atLeast: frame.end) }
                guard let isWhole = take(frame, of: bytes) else { return .skip }
                if isWhole { return finish(bytes, into: &findings) }
            } else if !isPassedOver(frame) {
                return .skip
            }
            position = frame.end
        }
        return .skip
    }

    /// Frames that may be before the first request. The very first one must be SETTINGS (RFC 9113 section 3.4).
    private func isPassedOver(_ frame: Frame) -> Bool {
        let isFirst = position == Self.preface.utf8CodeUnitCount
        return isFirst ? frame.type == Frame.settings : frame.type != Frame.data && frame.type != Frame.continuation
    }

    /// Adds the frame's part of the block; whether the block is whole now, or `nil` if the frame is not allowed.
    private mutating func take(_ frame: Frame, of bytes: RawSpan) -> Bool? {
        if openStream == 0 {
            guard frame.stream != 0, position > Self.preface.utf8CodeUnitCount else { return nil }
            openStream = frame.stream
        } else {
            guard frame.type == Frame.continuation, frame.stream == openStream else { return nil }
        }
        guard let fragment = frame.fragment(bytes) else { return nil }
        bytes.clamped(fragment).append(to: &block)
        return frame.flags & Frame.endHeaders != 0
    }

    /// Decodes the whole block and keeps what may be kept of it.
    private mutating func finish(_ bytes: RawSpan, into findings: inout Findings) -> Progress {
        var request = RequestFields()
        var decoder = HPACKDecoder()
        do throws(ParseError) {
            try decoder.decode(block.rawSpan) { request.take($0) }
        } catch {
            return .skip
        }
        block = []
        request.add(to: &findings)
        return .done(consumed: bytes.byteCount)
    }

    private static let preface: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
}

extension HTTP2Preface {
    /// The header of one frame (RFC 9113 section 4.1).
    struct Frame {
        let start: Int
        let length: Int
        let type: UInt8
        let flags: UInt8
        let stream: UInt32

        /// The frame whose header begins at `start`; `nil` if its 9 bytes are not all there.
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
        /// section 6.2); `nil` if they leave no room. All of the frame must be there.
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

extension HTTP2Preface {
    /// What may be kept of a request's fields (RFC 9113 section 8.3.1).
    struct RequestFields {
        private var authority: [UInt8]?
        private var host: [UInt8]?
        private var method: [UInt8]?
        private var path: [UInt8]?
        /// Whether the request opens a WebSocket or its like through CONNECT (RFC 8441): no tunnel to elsewhere.
        private var hasProtocol = false

        /// Keeps the field if it is one of those wanted; of several, the first.
        mutating func take(_ field: HPACKField) {
            let name = field.name.rawSpan
            switch name.byteCount {
            case 10 where name.hasASCII(":authority"): authority = authority ?? field.value
            case 4 where name.hasASCII("host"): host = host ?? field.value
            case 7 where name.hasASCII(":method"): method = method ?? field.value
            case 5 where name.hasASCII(":path"): path = path ?? field.value
            case 9 where name.hasASCII(":protocol"): hasProtocol = true
            default: break
            }
        }

        /// Adds the request to `findings`.
        func add(to findings: inout Findings) {
            let isTunnel = method.map { $0.count == 7 && $0.rawSpan.hasASCII("CONNECT") } == true && !hasProtocol
            if isTunnel { findings.isViaProxy = true }
            if let name = authority ?? host {
                findings.add(name: Authority.host(of: name.rawSpan), from: isTunnel ? .connect : .httpHost)
            }
            guard let method, method.count <= Self.longestMethod else { return }
            let target = path ?? []
            findings.http = HTTPFacts(
                method: String(decoding: method, as: UTF8.self),
                path: RequestTarget.keptPath(target.rawSpan, in: 0..<target.count))
        }

        private static let longestMethod = 16
    }
}
