import Bytes
import FuzzSupport
import Protocols

/// The beginning of HTTP/2 in the clear, with its header compression.
///
/// The input's first byte says how large the pieces are in which the stream arrives. Where the second is even the rest is
/// the stream; where it is odd the rest is a header block, put behind a preface, an empty SETTINGS frame and into a
/// HEADERS frame and CONTINUATION frames of that many bytes each, so that every change of the input reaches HPACK. What
/// is found must not depend on the pieces, nor on the frames that the block is cut into.
@c(LLVMFuzzerTestOneInput)
public func testPreface(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 2 else { return 0 }
    let input = unsafe copied(bytes, count)
    let rest = Array(input.dropFirst(2))
    let step = 1 + Int(input[0])
    guard input[1] % 2 == 1 else {
        holdCuts(HTTP2Preface.self, rest, step: step)
        return 0
    }
    let block = Array(rest.prefix(16_000))
    let whole = holdCuts(HTTP2Preface.self, stream(block, frame: block.count), step: step)
    let cut = holdCuts(HTTP2Preface.self, stream(block, frame: 1 + Int(input[1])), step: step)
    requireSame(whole, cut, "what was found depends on the frames of the block")
    return 0
}

/// A stream whose first request has the header block `block`, cut into frames of at most `frame` bytes.
private func stream(_ block: [UInt8], frame: Int) -> [UInt8] {
    var stream = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + header(4, length: 0, flags: 0, stream: 0)
    var position = 0
    repeat {
        let end = min(block.count, position + frame)
        let type: UInt8 = position == 0 ? 1 : 9
        stream += header(type, length: end - position, flags: end == block.count ? 4 : 0, stream: 1)
        stream += block[position..<end]
        position = end
    } while position < block.count
    return stream
}

/// The header of a frame (RFC 9113 section 4.1).
private func header(_ type: UInt8, length: Int, flags: UInt8, stream: UInt8) -> [UInt8] {
    [0, UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), type, flags, 0, 0, 0, stream]
}
