import Bytes

/// The beginning of HTTP/2 in the clear with prior knowledge (RFC 9113 section 3.3): the preface, and the first request.
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
    /// The header block as far as earlier frames brought it, where it is spread over several.
    private var block: [UInt8] = []
    /// The stream whose block is open; 0 where none is.
    private var openStream: UInt32 = 0

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

    /// Frames that may stand before the first request. The very first one must be SETTINGS (RFC 9113 section 3.4).
    private func isPassedOver(_ frame: Frame) -> Bool {
        let isFirst = position == Self.preface.utf8CodeUnitCount
        return isFirst ? frame.type == Frame.settings : frame.type != Frame.data && frame.type != Frame.continuation
    }

    /// Adds the frame's part of the block; whether the block is whole now, or nothing where the frame is not allowed.
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
